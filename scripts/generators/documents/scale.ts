import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Measured, RecordFigures } from "../../../bench/record-figures.ts";

// Tables of docs/scale.md, from what `npm run bench:records` has measured.

/** What a kind of code costs: `texts` seconds a megabyte of any text, `relevant` seconds a file with code of interest. */
interface Rates {
  readonly texts: number;
  readonly relevant: number;
}

export async function readFigures(root: string): Promise<RecordFigures> {
  return JSON.parse(await readFile(join(root, "bench/records.json"), "utf8")) as RecordFigures;
}

export function measuredTable(figures: RecordFigures): string {
  const { releases, distinct, every, sample, plain, library, node, start } = figures;
  const rows = [
    { what: "a sample of the releases", of: sample },
    { what: "of these, without code of interest", of: plain },
    { what: "Python's standard library", of: library },
  ];
  const lines = rows.map(({ what, of }) => {
    const share = percent(of.inspected / of.files);
    const cells = [of.files, of.megabytes.toFixed(1), `${of.inspected} (${share})`, of.findings];
    return `| ${[what, ...cells, of.seconds.toFixed(1), of.peak.toFixed(0)].join(" | ")} |`;
  });
  const copies = percent(1 - distinct.files / releases.files);
  return [
    "| texts | files | MB | with code of interest | findings | seconds of processor | MB of memory at most |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
    "",
    `The ${releases.count} releases have ${releases.files} files of ${releases.megabytes.toFixed(0)} MB; ${copies} of the files are copies of ` +
      `another one. The sample is one of ${every} distinct texts, by digest. Node ${node.slice(1)}; a process without records takes ${start.toFixed(1)} s.`,
  ].join("\n");
}

export function ratesTable(figures: RecordFigures): string {
  const rows = kinds(figures).map(({ what, texts, rates }) => {
    const share = percent(texts.inspected / texts.files);
    const cells = [milli(rates.texts), (1e3 * meanSize(texts)).toFixed(1), share, milli(rates.relevant)];
    return `| ${[what, ...cells, `${(1e3 * perFile(texts, rates)).toFixed(2)} ms`].join(" | ")} |`;
  });
  return [
    "| kind of code | _a_, a MB | _s_, KB a file | _r_, files with code of interest | _b_, such a file | a file, on average |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

const repositories = 1e6;
const filesEach = 50;
const shares = [0, 0.5, 0.9];

export function extrapolation(figures: RecordFigures): string {
  const rows = kinds(figures).map(({ what, texts, rates }) => {
    const hours = shares.map((share) => {
      const seconds = repositories * filesEach * (1 - share) * perFile(texts, rates);
      return rounded(seconds / 3600);
    });
    return `| ${[what, ...hours].join(" | ")} |`;
  });
  return [
    `| core-hours for a million repositories of ${filesEach} files | ${shares.map((share) => `${percent(share)} copies`).join(" | ")} |`,
    `| --- | ${shares.map(() => "---").join(" | ")} |`,
    ...rows,
  ].join("\n");
}

function kinds(figures: RecordFigures): readonly { what: string; texts: Measured; rates: Rates }[] {
  const { plain, sample, library, start } = figures;
  const texts = (plain.seconds - start) / plain.megabytes;
  const ratesOf = (of: Measured): Rates => ({
    texts,
    relevant: Math.max(0, of.seconds - start - texts * of.megabytes) / of.inspected,
  });
  return [
    { what: "like Python's standard library", texts: library, rates: ratesOf(library) },
    { what: "like these releases", texts: sample, rates: ratesOf(sample) },
  ];
}

/** Seconds of a file on average: `s a + r b`. */
function perFile(texts: Measured, { texts: a, relevant: b }: Rates): number {
  return meanSize(texts) * a + (texts.inspected / texts.files) * b;
}

function meanSize({ megabytes, files }: Measured): number {
  return megabytes / files;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

function milli(seconds: number): string {
  return `${(1e3 * seconds).toFixed(1)} ms`;
}

/** Two digits are more than an extrapolation is worth. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(2)));
}
