/**
 * `npm run bench:records [-- FOLDER...] [--every N]`: what `ropelint check --stdin-records` costs on releases of real packages; by default
 * those that `npm run corpus` has downloaded, and Python's standard library for code that is no model's. Of the distinct texts every
 * fourth is taken, by digest. Writes bench/records.json, which docs/scale.md is made of. Asserts nothing, and takes some minutes.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { globSync } from "tinyglobby";
import { isSource } from "../src/engine/languages.ts";
import { rules } from "../src/engine/rules.ts";
import type { Measured, RecordFigures } from "./record-figures.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.ROPELINT_PYTHON ?? "python3";
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ropelint/corpus");
const literals = rules.flatMap((rule) => rule.literals);

/** Runs a command and writes what it took on standard error: seconds of processor in user mode, and kilobytes at the most. */
const measuring = `
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(status, used.ru_utime, used.ru_maxrss, file=sys.stderr)
`;

interface Text {
  readonly path: string;
  readonly text: string;
  readonly digest: string;
}

const work = mkdtempSync(join(tmpdir(), "ropelint-records-"));
try {
  const options = { every: { type: "string", default: "4" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  main(positionals, Number(values.every));
} finally {
  rmSync(work, { recursive: true });
}

function main(folders: readonly string[], every: number): void {
  const releases = folders.length > 0 ? folders : readdirSync(cache).map((name) => join(cache, name));
  const texts = releases.flatMap(textsOf);
  const distinct = [...new Map(texts.map((text) => [text.digest, text])).values()];
  const sample = distinct.filter(({ digest }) => parseInt(digest.slice(0, 8), 16) % every === 0);
  const plain = sample.filter(({ text }) => !literals.some((literal) => text.includes(literal)));
  const figures: RecordFigures = {
    node: process.version,
    start: measure("start", []).seconds,
    releases: { count: releases.length, files: texts.length, megabytes: megabytesOf(texts) },
    distinct: { files: distinct.length, megabytes: megabytesOf(distinct) },
    every,
    sample: measure("sample", sample),
    plain: measure("plain", plain),
    library: measure("library", textsOf(standardLibrary())),
  };
  const file = join(root, "bench/records.json");
  const output = openSync(file, "w");
  writeSync(output, `${JSON.stringify(figures, null, 2)}\n`);
  closeSync(output);
  console.log(file);
}

function standardLibrary(): string {
  const { stdout } = spawnSync(python, ["-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])"], {
    encoding: "utf8",
  });
  return stdout.trim();
}

function textsOf(folder: string): readonly Text[] {
  const ignore = ["**/site-packages/**", "**/dist-packages/**"];
  const paths = globSync("**/*", { cwd: folder, ignore, dot: true }).filter((path) => isSource(path));
  return paths.sort().flatMap((path) => {
    const bytes = readFileSync(join(folder, path));
    const text = bytes.toString();
    // What is no UTF-8 could not be a record.
    if (text.includes("\ufffd")) return [];
    return [{ path, text, digest: createHash("sha256").update(bytes).digest("hex") }];
  });
}

function measure(name: string, texts: readonly Text[]): Measured {
  const file = join(work, "records.jsonl");
  const input = openSync(file, "w");
  for (const { path, text } of texts) writeSync(input, `${JSON.stringify({ path, text })}\n`);
  closeSync(input);
  const records = openSync(file, "r");
  const check = [process.execPath, join(root, "bin/ropelint.js"), "check", "--stdin-records", "--isolated"];
  const { stdout, stderr } = spawnSync(python, ["-c", measuring, ...check], {
    stdio: [records, "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  closeSync(records);
  const inspected = Number(/, (\d+) with code of interest/.exec(stderr)?.[1]);
  const [status = 2, seconds = 0, kilobytes = 0] = (stderr.trim().split("\n").at(-1) ?? "")
    .split(" ")
    .map(Number);
  if (status > 1) throw new Error(`${name}: ${stderr}`);
  const findings = stdout.split("\n").length - 1;
  const megabytes = megabytesOf(texts);
  console.error(`${name}: ${texts.length} files, ${inspected} inspected, ${seconds.toFixed(1)} s`);
  return { files: texts.length, megabytes, inspected, findings, seconds, peak: kilobytes / 1e3 };
}

function megabytesOf(texts: readonly Text[]): number {
  return texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1e6;
}
