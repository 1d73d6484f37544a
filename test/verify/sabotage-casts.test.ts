import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { earlyCast } from "../../rules/early-cast.ts";
import { floatRange } from "../../rules/float-range.ts";
import { lossyRoundTrip } from "../../rules/lossy-round-trip.ts";
import { plainSetting } from "../../src/analysis/environments.ts";
import type { FileAnalysis } from "../../src/analysis/file.ts";
import { methodCall } from "../../src/ir/build.ts";
import type { Expr } from "../../src/ir/program.ts";
import { boundaryCasts } from "../../src/verify/boundary.ts";
import { verifyGroup, type GroupResult } from "../../src/verify/group.ts";
import type { Occurrence } from "../../src/verify/judge.ts";
import { inspect, options, readFixtures, type Fixture } from "../rules/read-fixtures.ts";
import { analyse, number, operate, settings, type Substituted } from "./mutants.ts";

/** A fixture with its roots, and the rewrite of each that is right. */
interface Case {
  readonly fixture: Fixture;
  readonly file: FileAnalysis;
  readonly occurrences: readonly Occurrence[];
  readonly named: readonly string[];
  /** Without their casts. */
  readonly inside: ReadonlyMap<Expr, Expr>;
  /** Casts where the values leave; empty where none is needed. */
  readonly last: ReadonlyMap<Expr, Expr>;
}

const rules = [floatRange, earlyCast, lossyRoundTrip];

function caseOf(fixture: Fixture): Case {
  const file = analyse(fixture);
  const findings = inspect(fixture.text, options);
  const starts = new Set(findings.map(({ rule, span }) => `${rule} ${span.start}-${span.end}`));
  const roots = rules.flatMap((rule) =>
    file.units.flatMap((unit) =>
      rule
        .match(unit, settings, file)
        .filter(({ node }) => starts.has(`${rule.id} ${node.span!.start}-${node.span!.end}`))
        .map((root) => ({ rule, unit, root })),
    ),
  );
  const inside = new Map<Expr, Expr>();
  let dtype: Expr | null = null;
  for (const { rule, unit, root } of roots) {
    const candidates = rule.rewrites!(root, unit, file)!;
    const last = candidates.at(-1)!;
    for (const [original, replacement] of last.substitutions) inside.set(original, replacement);
    dtype ??= last.boundary;
  }
  const occurrences = roots.map(({ unit, root }) => ({ unit, root }));
  const named = [
    ...new Set(findings.filter(({ severity }) => severity !== "note").flatMap((f) => f.environments)),
  ];
  const bare: Case = { fixture, file, occurrences, named, inside, last: new Map() };
  if (dtype === null || isConfirmed(verify(bare, inside))) return bare;
  const forms = (["tables", "outputs"] as const).flatMap((where) => {
    const last = boundaryCasts(file, occurrences, dtype, where);
    return last ? [{ ...bare, last }] : [];
  });
  return forms.find((form) => isConfirmed(verify(form, together(form)))) ?? bare;
}

function together({ inside, last }: Case): ReadonlyMap<Expr, Expr> {
  return new Map([...inside, ...last]);
}

function verify({ file, occurrences, named }: Case, substitutions: ReadonlyMap<Expr, Expr>): GroupResult {
  const written = [...new Set(occurrences.flatMap(({ root }) => root.writtenLow ?? []))];
  const inPlain = written.map((low) => ({ ...plainSetting, low }));
  return verifyGroup({
    file,
    occurrences,
    substitutions,
    named,
    settings: [...inPlain, ...settings],
    changesPlain: inPlain.length > 0,
    movesDevice: false,
  });
}

function isConfirmed({ verdict }: GroupResult): boolean {
  return verdict.startsWith("confirmed");
}

/** Small integers survive any dtype, and a slope that is rounded once costs the bias one rounding. */
function isLossy(occurrence: Occurrence | undefined): boolean {
  const value = occurrence?.unit.numbers(plainSetting).value(occurrence.root.node);
  if (value?.kind !== "tensor" || !value.data || occurrence?.unit.roleOf(occurrence.root.node) === "slope")
    return false;
  return value.data.data.some((x) => x > 256 || !Number.isInteger(x));
}

/** Wrong rewrites, each a step away from the right one. */
function mutantsOf(right: Case): readonly Substituted[] {
  const { inside, last, occurrences } = right;
  const mutants: Substituted[] = [];
  const low = occurrences.find(({ root }) => root.writtenLow !== null)?.root.writtenLow ?? "bfloat16";
  const method = low === "float16" ? "half" : "bfloat16";
  for (const [original, replacement] of inside) {
    const root = occurrences.find(({ root: { node } }) => node.span?.start === original.span?.start);
    const swap = (wrong: string, other: Expr): void => {
      mutants.push({ wrong, substitutions: new Map([...together(right), [original, other]]) });
    };
    swap("a low dtype instead of float32", methodCall(replacement, method));
    if (isLossy(root)) swap("through a low dtype", methodCall(methodCall(replacement, method), "float"));
    swap("moved", operate(replacement, "+", number(1.5)));
    swap("scaled", operate(replacement, "*", number(1.5)));
    swap("another device", methodCall(replacement, "cuda"));
    const without = new Map(together(right));
    without.delete(original);
    if (right.named.length > 0) mutants.push({ wrong: "one cast is left", substitutions: without });
  }
  if (last.size > 0) mutants.push({ wrong: "no cast at the end", substitutions: inside });
  if (last.size > 1) {
    for (const table of last.keys()) {
      const others = new Map([...last].filter(([other]) => other !== table));
      mutants.push({ wrong: "one table is not cast", substitutions: new Map([...inside, ...others]) });
    }
  }
  for (const [table] of last) {
    const other = methodCall(table, method === "half" ? "bfloat16" : "half");
    mutants.push({
      wrong: "another dtype at the end",
      substitutions: new Map([...together(right), [table, other]]),
    });
  }
  return mutants;
}

// A partial rewrite is nobody's right one.
const fixtures = readFixtures().filter(
  ({ name, group, expected }) =>
    group === "rewritten" &&
    /^(early-cast|lossy-round-trip)\//.test(name) &&
    expected.some(({ rule, verdict }) => name.startsWith(`${rule}/`) && verdict?.startsWith("confirmed")),
);

describe("casts: the verifier can say no", () => {
  const refused = new Map<string, number>();
  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const right = caseOf(fixture);
      assert.ok(isConfirmed(verify(right, together(right))), "the right one is confirmed");
      for (const { wrong, substitutions } of mutantsOf(right)) {
        const result = verify(right, substitutions);
        const repairsAll = right.named.every((name) => result.repaired.includes(name));
        assert.ok(!(isConfirmed(result) && repairsAll), `${wrong}: ${result.verdict}`);
        refused.set(wrong, (refused.get(wrong) ?? 0) + 1);
      }
    });
  }

  it("every kind of wrong rewrite", (t) => {
    for (const [wrong, count] of refused) t.diagnostic(`${wrong}: ${count}`);
    assert.ok([...refused.values()].reduce((sum, count) => sum + count, 0) >= 150);
    for (const wrong of ["no cast at the end", "one table is not cast", "another dtype at the end"])
      assert.ok((refused.get(wrong) ?? 0) > 0, wrong);
  });
});
