/** What a fixture's findings promise, held against what its library does. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inspect, options, rulesFor, type Expectation, type Fixture } from "../rules/read-fixtures.ts";
import type { MeasuredFixture } from "./cases.ts";
import { changesPlain, type Runnable } from "./runnable.ts";
import { roundings } from "./table.ts";

/** An angle that moves by this much is an error (docs/verdicts.md). */
const bad = 0.1;

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isBad(move: number | string): boolean {
  return typeof move === "string" || move >= bad;
}

function isWorse(before: number | string, after: number | string): boolean {
  if (typeof after === "string") return before !== after;
  return typeof before === "number" && after > before + roundings;
}

/** What a confirmed finding promises of the environments it names. */
function promised({ severity, verdict, environments, remaining }: Expectation): readonly string[] {
  if (severity !== "error" || (verdict !== "confirmed" && verdict !== "confirmed-change")) return [];
  return environments.filter((name) => !remaining.includes(name));
}

/** Combinations in which the findings of a fixture say that its repair meets low values: why it is not safe. */
function admitted({ text }: Fixture): readonly string[] {
  return inspect(text, options).flatMap(
    ({ fix }) => /^in (\S+) the float32/.exec(fix?.reason ?? "")?.[1] ?? [],
  );
}

interface Setting {
  readonly setting: string;
  readonly name: string;
  readonly before: number | string;
  readonly after: number | string;
  /** Whether ropelint was asked about it. */
  readonly isLooked: boolean;
}

/** What of a fixture is judged: where plain has to change, the other environments do as it does. */
function settings(fixture: Fixture, { runs }: MeasuredFixture): readonly Setting[] {
  return Object.entries(runs).map(([setting, [before, after]]) => {
    const [name = ""] = setting.split(" ");
    const isLooked =
      name !== "deepspeed" &&
      (name !== "tf32" || rulesFor(fixture.name).includes("tf32-product")) &&
      (name === "plain" || !changesPlain(fixture));
    return { setting, name, before, after, isLooked };
  });
}

/** Plain stays, nothing gets worse, what is repaired is named, and what is named as repaired was bad and is right. */
export function assertHolds(
  fixture: Fixture,
  source: Runnable | undefined,
  there: MeasuredFixture | undefined,
): void {
  assert.ok(there && source, "measure it (test/evidence/NOTES.md)");
  assert.deepEqual(there.sources, [hash(source.before), hash(source.after)], "measured on the same sources");
  assert.ok(there.plain_identical || changesPlain(fixture), "plain stays bit for bit what it is");
  const all = settings(fixture, there);
  for (const { name, setting, before, after } of all) {
    const isSaid = typeof after === "string" && before !== after && admitted(fixture).includes(name);
    assert.ok(isSaid || !isWorse(before, after), `${setting}: ${before} becomes ${after}`);
  }
  assertNamed(fixture, all);
  for (const name of new Set(fixture.expected.flatMap(promised))) {
    const runs = all.filter((run) => run.name === name);
    assert.ok(
      runs.some(({ before }) => isBad(before)),
      `${name} is bad before`,
    );
    for (const { setting, after } of runs)
      assert.ok(typeof after === "number" && after <= roundings, `${setting}: ${after} is left`);
  }
}

function assertNamed(fixture: Fixture, all: readonly Setting[]): void {
  const named = new Set(fixture.expected.flatMap(({ environments }) => environments));
  // A function that nobody calls is worth a note that names no environment.
  if (named.size === 0) return;
  for (const { name, setting, before, after, isLooked } of all) {
    const helps = typeof after === "number" && (typeof before === "string" || after <= before / 2);
    if (isLooked && isBad(before) && helps)
      assert.ok(named.has(name), `${setting} is repaired (${before} becomes ${after}) and not named`);
  }
}
