// `node --import tsx test/evidence/libraries-main.ts` runs the fixtures of the other libraries, where PYTHON has them, and writes
// library-figures.json; with --check it runs them again and compares with what is stored.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Fixture } from "../rules/read-fixtures.ts";
import type { MeasuredFixture } from "./cases.ts";
import { librariesFile, readLibraries, type MeasuredLibrary } from "./libraries.ts";
import { others, toRun } from "./runnable.ts";

const python = process.env.PYTHON ?? "python3";
const script = path.join(import.meta.dirname, "libraries.py");

type Answer =
  | { readonly missing: string }
  | {
      readonly versions: Readonly<Record<string, string>>;
      readonly fixtures: readonly Omit<MeasuredFixture, "sources">[];
    };

/** Each library has a process of its own: Keras chooses its backend once. Null where it is not installed. */
function measure(library: string, fixtures: readonly Fixture[]): MeasuredLibrary | null {
  const sources = fixtures.map(toRun);
  const { status, stdout } = spawnSync(python, ["-W", "ignore", script], {
    input: JSON.stringify({ library, fixtures: sources }),
    stdio: ["pipe", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${python} ${script} ended with ${String(status)}`);
  const answer = JSON.parse(stdout) as Answer;
  if ("missing" in answer) {
    console.log(`${library}: not asked (${answer.missing})`);
    return null;
  }
  const hash = (text = ""): string => createHash("sha256").update(text).digest("hex");
  return {
    versions: answer.versions,
    fixtures: answer.fixtures.map((one, i) => ({
      ...one,
      sources: [sources[i]?.before, sources[i]?.after].map(hash),
    })),
  };
}

/** Compilers of other processors may round the last bit of a sine otherwise. */
function isNear(a: number | string | undefined, b: number | string | undefined): boolean {
  return typeof a === "number" && typeof b === "number" ? Math.abs(a - b) <= 1e-3 : a === b;
}

function isSame(a: MeasuredFixture, b: MeasuredFixture | undefined): boolean {
  const isOf = a.plain_identical === b?.plain_identical && String(a.sources) === String(b.sources);
  if (!isOf) return false;
  const settings = new Set([...Object.keys(a.runs), ...Object.keys(b.runs)]);
  const figures = (one: MeasuredFixture, setting: string): readonly (number | string)[] =>
    one.runs[setting] ?? [0, 0];
  return [...settings].every((setting) =>
    figures(a, setting).every((figure, when) => isNear(figure, figures(b, setting)[when])),
  );
}

function check(library: string, now: MeasuredLibrary, stored: MeasuredLibrary | undefined): boolean {
  const names = new Map(stored?.fixtures.map((one) => [one.name, one]));
  const different = now.fixtures.filter((one) => !isSame(one, names.get(one.name))).map(({ name }) => name);
  const versions = JSON.stringify(now.versions);
  const others =
    versions === JSON.stringify(stored?.versions) ? "" : `, stored for ${JSON.stringify(stored?.versions)}`;
  const said =
    different.length === 0
      ? "figures are those stored"
      : `differ from what is stored: ${different.join(", ")}`;
  console.log(`${library} ${versions}${others}: ${now.fixtures.length} fixtures, ${said}`);
  return different.length === 0;
}

const stored = readLibraries();
const measured = [...others()].map(([library, fixtures]) => [library, measure(library, fixtures)] as const);
if (process.argv.includes("--check")) {
  const isRight = measured.map(([library, now]) => now === null || check(library, now, stored[library]));
  process.exitCode = isRight.every(Boolean) ? 0 : 1;
} else {
  const all = measured.map(([library, now]) => [library, now ?? stored[library]]);
  writeFileSync(librariesFile, `${JSON.stringify(Object.fromEntries(all), null, 1)}\n`);
}
