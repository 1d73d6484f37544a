import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyEdits, compatibleGroups, fixGroups } from "../../src/engine/apply-fixes.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import type { Finding } from "../../src/verify/finding.ts";
import type { Inspect } from "../../src/engine/inspect.ts";
import { createScriptInspect } from "../../src/engine/inspect-values.ts";
import {
  allRules,
  fix,
  inspect,
  liftScript,
  options,
  parser,
  readFixtures,
  readScriptFixtures,
  unsafe,
} from "./read-fixtures.ts";

const texts = readFixtures().map(({ text }) => text);
const fixable = readFixtures().filter(({ fixed, unsafe: changed }) => fixed ?? changed);
const seed = 20240301;
/** Two environments are enough to drive every stage. */
const few = { rules: allRules, environments: ["zero-init", "low-input"], exhaustive: false };

function errorsIn(text: string): number {
  return liftPython(parser.parse(text)).errors.length;
}

function countByRule(findings: readonly Finding[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    allRules.map((rule) => [rule, findings.filter((finding) => finding.rule === rule).length]),
  );
}

/** Pieces of code that turn one program into another that somebody might have written, or typed halfway. */
const tokens = [
  "torch.arange(8, dtype=x.dtype)",
  ".to(x.dtype)",
  ".float()",
  "[:, None]",
  " if x else ",
  "lambda: ",
  "*args",
  "**options",
  "(",
  ")",
  "[",
  ":",
  ",",
  "\n",
  "\n    ",
  "return ",
  "for i in range(3):\n            ",
  "self",
  "None",
  "0",
  "-1",
  "1e400",
  "'",
  '"""',
  "#",
  "é",
  "\u{1f600}",
];

interface Damage {
  readonly at: number;
  readonly drop: number;
  readonly insert: string;
}

const damage = fc.record<Damage>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat(12),
  insert: fc.oneof(fc.constantFrom(...tokens, ""), fc.string({ maxLength: 6, unit: "binary" })),
});

function damaged(text: string, damages: readonly Damage[]): string {
  return damages.reduce((current, { at, drop, insert }) => {
    const start = Math.floor(at * current.length);
    return current.slice(0, start) + insert + current.slice(start + drop);
  }, text);
}

/** Lines taken out, doubled and swapped: programs that parse, and mean something else. */
function lineMoves(sources: readonly string[]) {
  return fc.record({
    text: fc.constantFrom(...sources),
    moves: fc.array(fc.tuple(fc.nat(60), fc.nat(60), fc.constantFrom("drop", "double", "swap")), {
      minLength: 1,
      maxLength: 4,
    }),
  });
}

const shuffled = lineMoves(texts);

function rearranged({ text, moves }: typeof shuffled extends fc.Arbitrary<infer T> ? T : never): string {
  const lines = text.split("\n");
  for (const [a, b, move] of moves) {
    const [i, j] = [a % lines.length, b % lines.length];
    if (move === "drop") lines.splice(i, 1);
    else if (move === "double") lines.splice(i, 0, lines[j] ?? "");
    else [lines[i], lines[j]] = [lines[j] ?? "", lines[i] ?? ""];
  }
  return lines.join("\n");
}

/** Findings of any text lie inside it, and what they offer does not break it. */
function checkFindings(text: string, look: Inspect = inspect, errorsOf = errorsIn): void {
  const findings = look(text, few);
  for (const { span, fix: offered } of findings) {
    assert.ok(span.start >= 0 && span.start < span.end && span.end <= text.length);
    for (const edit of offered?.edits ?? [])
      assert.ok(edit.start >= 0 && edit.start <= edit.end && edit.end <= text.length);
    if (offered) assert.ok(errorsOf(applyEdits(text, offered.edits)) <= errorsOf(text));
  }
}

describe("properties", () => {
  it("findings are the same when analysing twice", () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), (text) => {
        assert.deepEqual(inspect(text, few), inspect(text, few));
      }),
      { seed, numRuns: 25 },
    );
  });

  it("a fix never adds a finding, whichever of them are applied", () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixable), fc.infiniteStream(fc.boolean()), ({ text }, chosen) => {
        const findings = inspect(text, options);
        // What stands behind code that raises is met only once it runs: the same run of --fix repairs it then.
        fc.pre(findings.every(({ rule }) => rule !== "invalid-type-as"));
        const groups = compatibleGroups(fixGroups(findings, () => true, unsafe));
        const applied = groups.filter(() => chosen.next().value);
        const changed = applyEdits(
          text,
          applied.flatMap((group) => group.edits),
        );
        const [before, after] = [countByRule(findings), countByRule(inspect(changed, options))];
        for (const rule of allRules)
          assert.ok((after[rule] ?? 0) <= (before[rule] ?? 0), `${rule} in\n${changed}`);
        assert.ok(errorsIn(changed) === 0);
      }),
      { seed, numRuns: 20 },
    );
  });

  it("fixes settle", () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixable), ({ text }) => {
        const once = fix(text, inspect(text, options), unsafe);
        assert.equal(fix(once, inspect(once, options), unsafe), once);
      }),
      { seed, numRuns: 10 },
    );
  });

  it("no damaged text crashes it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(damage, { minLength: 1, maxLength: 5 }),
        (text, damages) => {
          checkFindings(damaged(text, damages));
        },
      ),
      { seed, numRuns: 150 },
    );
  });

  it("no damaged script crashes it", () => {
    const scripts = readScriptFixtures();
    fc.assert(
      fc.property(
        fc.constantFrom(...scripts),
        fc.array(damage, { minLength: 1, maxLength: 2 }),
        ({ text, inspect: look }, damages) => {
          checkFindings(damaged(text, damages), look, (other) => liftScript(other).errors.length);
        },
      ),
      { seed, numRuns: 100 },
    );
  });

  it("no rearranged script crashes it", () => {
    const scripts = readScriptFixtures().map(({ text }) => text);
    const look = createScriptInspect(liftScript);
    fc.assert(
      fc.property(lineMoves(scripts), (program) => {
        checkFindings(rearranged(program), look, (other) => liftScript(other).errors.length);
      }),
      { seed, numRuns: 100 },
    );
  });

  it("no rearranged program crashes it", () => {
    fc.assert(
      fc.property(shuffled, (program) => {
        checkFindings(rearranged(program));
      }),
      { seed, numRuns: 150 },
    );
  });
});
