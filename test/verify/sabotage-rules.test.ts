import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { acceleratorInit } from "../../rules/accelerator-init.ts";
import { castableBuffer } from "../../rules/castable-buffer.ts";
import { complexCast } from "../../rules/complex-cast.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { lowPrecisionApply } from "../../rules/low-precision-apply.ts";
import { precisionLeak } from "../../rules/precision-leak.ts";
import type { FileAnalysis } from "../../src/analysis/file.ts";
import type { Rule } from "../../src/analysis/rule.ts";
import { attributeOf, methodCall } from "../../src/ir/build.ts";
import type { Expr } from "../../src/ir/program.ts";
import { childrenOf } from "../../src/ir/walk.ts";
import { boundaryCasts } from "../../src/verify/boundary.ts";
import { verifyGroup, type GroupResult } from "../../src/verify/group.ts";
import type { Occurrence } from "../../src/verify/judge.ts";
import { inspect, options, readFixtures, rulesFor, type Fixture } from "../rules/read-fixtures.ts";
import { analyse, called, number, operate, settings, torch, type Substituted } from "./mutants.ts";

/** Whether an expression is inside another one. */
function contains(outer: Expr, inner: Expr): boolean {
  return childrenOf(outer).some((child) => child === inner || contains(child, inner));
}

/** What a rule finds in a fixture, with its own repair of all of it. */
interface Case {
  readonly file: FileAnalysis;
  readonly occurrences: readonly Occurrence[];
  readonly named: readonly string[];
  readonly changesPlain: boolean;
  readonly movesDevice: boolean;
  readonly right: ReadonlyMap<Expr, Expr>;
}

function verify(one: Case, substitutions: ReadonlyMap<Expr, Expr>): GroupResult {
  return verifyGroup({ ...one, substitutions, settings });
}

function isConfirmed({ verdict }: GroupResult): boolean {
  return verdict.startsWith("confirmed");
}

/** The first form of the rule's rewrites that is confirmed for all of its roots, cast at the end if it has to be. */
function caseOf(fixture: Fixture, rule: Rule): Case {
  const file = analyse(fixture, rule.literals);
  const findings = inspect(fixture.text, { ...options, rules: rulesFor(fixture.name) });
  const own = findings.filter((finding) => finding.rule === rule.id);
  const starts = new Set(own.map(({ span }) => span.start));
  const occurrences = file.units.flatMap((unit) =>
    rule
      .match(unit, settings, file)
      .filter(({ node }) => starts.has(node.span?.start ?? -1))
      .filter((root) => rule.rewrites?.(root, unit, file))
      .map((root) => ({ unit, root })),
  );
  const common = {
    file,
    occurrences,
    // What a rule states itself is no move in numbers.
    named: occurrences.some(({ root }) => root.stated)
      ? []
      : [...new Set(own.flatMap((f) => f.environments))],
    changesPlain: occurrences.some(({ root }) => root.stated?.changesPlain ?? false),
    movesDevice: rule === acceleratorInit,
  };
  const forms = occurrences.map(({ unit, root }) => rule.rewrites!(root, unit, file)!);
  const count = Math.max(...forms.map((all) => all.length));
  for (let form = 0; form < count; form++) {
    const chosen = forms.map((all) => all[Math.min(form, all.length - 1)]!);
    const inside = new Map(chosen.flatMap(({ substitutions }) => [...substitutions]));
    const dtype = chosen.find(({ boundary }) => boundary !== null)?.boundary ?? null;
    const ends = dtype
      ? (["tables", "outputs"] as const).flatMap(
          (where) => boundaryCasts(file, occurrences, dtype, where) ?? [],
        )
      : [new Map<Expr, Expr>()];
    for (const last of ends) {
      const one = { ...common, right: new Map([...inside, ...last]) };
      if (isConfirmed(verify(one, one.right))) return one;
    }
  }
  throw new Error(`no rewrite of ${fixture.name} is confirmed`);
}

/** Wrong forms of one rewritten expression. */
function wrongOnes(original: Expr, right: Expr, file: FileAnalysis): readonly (readonly [string, Expr])[] {
  return [
    ["moved", operate(right, "+", number(1.5))],
    ["scaled", operate(right, "*", number(1.5))],
    ["flipped", methodCall(right, "flip", [number(0)])],
    ["one less", operate(right, "-", number(1))],
    ["half at the end", methodCall(right, "half")],
    ["bfloat16 at the end", methodCall(right, "bfloat16")],
    ["double at the end", methodCall(right, "double")],
    ["integers at the end", methodCall(right, "long")],
    ["the default dtype at the end", methodCall(right, "to", [called(torch(file, "get_default_dtype"))])],
    ["the dtype of a low tensor", methodCall(right, "to", [called(torch(file, "ones"), number(1))])],
    ["another device", methodCall(right, "cuda")],
    ["as it was", original],
  ];
}

/** An attribute beside a buffer may hold something wrong; or the buffer is registered, and nothing is kept beside it. */
function wrongFor(original: Expr, right: Expr, file: FileAnalysis): readonly (readonly [string, Expr])[] {
  if (right.kind !== "followed") return wrongOnes(original, right, file);
  // Wherever it is kept, it is moved where it is read.
  const wrongs = wrongOnes(original, right.value, file).filter(([wrong]) => wrong !== "another device");
  return wrongs.map(([wrong, value]) => [wrong, wrong === "as it was" ? original : { ...right, value }]);
}

/** What is no mistake: the cast of a low table is to the default dtype, which a constructor's own is, and float32 in forward. */
const absorbed: Readonly<Record<string, readonly string[]>> = {
  "invalid-type-as/rewritten/dtype_argument": ["the default dtype at the end"],
  // .float() follows, and whole numbers are promoted where they meet floats.
  "castable-buffer/rewritten/bands": ["double at the end"],
  // And an attribute that nothing here assigns is frequencies from outside, by its name.
  "castable-buffer/rewritten/unknown_origin": ["double at the end", "as it was"],
  "castable-buffer/rewritten/positions": ["integers at the end"],
  // type_as() takes a dtype and a device, and whether devices meet is not looked at.
  "castable-buffer/rewritten/dtype_of_the_buffer": [
    ...["moved", "scaled", "flipped", "one less", "integers at the end", "another device"],
  ],
  // copy_ leaves a buffer where it is.
  "default-dtype-frequency/rewritten/written_by_initialisation": ["another device"],
  "default-dtype-frequency/rewritten/low_table": [
    "the default dtype at the end",
    "the dtype of a low tensor",
  ],
};
/** Integers of a table may take any dtype before the cast that follows, and the table may move on: where to is not judged. */
const ofTables: ReadonlySet<string> = new Set(["moved", "scaled", "flipped", "one less", "as it was"]);

function isWrong(wrong: string, { movesDevice }: Case, { name }: Fixture): boolean {
  return movesDevice ? ofTables.has(wrong) : !(absorbed[name] ?? []).includes(wrong);
}

function mutantsOf(one: Case, fixture: Fixture): readonly Substituted[] {
  return [...one.right].flatMap(([original, replacement]) =>
    wrongFor(original, replacement, one.file)
      .filter(([wrong]) => isWrong(wrong, one, fixture))
      .map(([wrong, other]) => ({ wrong, substitutions: new Map([...one.right, [original, other]]) })),
  );
}

function fixturesOf(rule: Rule): readonly Fixture[] {
  const group = rule === acceleratorInit ? "fires" : "rewritten";
  const fixtures = readFixtures().filter(
    (fixture) => fixture.group === group && fixture.name.startsWith(`${rule.id}/`),
  );
  assert.ok(fixtures.length > 0, rule.id);
  return fixtures;
}

for (const rule of [defaultDtypeFrequency, precisionLeak, acceleratorInit]) {
  describe(`wrong repairs of ${rule.id} are refused`, () => {
    for (const fixture of fixturesOf(rule)) {
      it(fixture.name, () => {
        const one = caseOf(fixture, rule);
        const accepted: string[] = [];
        const mutants = mutantsOf(one, fixture);
        assert.ok(mutants.length >= 5);
        for (const { wrong, substitutions } of mutants) {
          const result = verify(one, substitutions);
          const repairsAll = one.named.every((name) => result.repaired.includes(name));
          if (isConfirmed(result) && repairsAll) accepted.push(`${wrong}: ${result.verdict}`);
        }
        assert.deepEqual(accepted, []);
      });
    }
  });
}

/** What complex numbers are worth is not evaluated: their dtypes and devices are. */
const ofDtypes = /half|bfloat16|double|integers|another device|as it was/;

describe("wrong repairs of complex-cast are refused", () => {
  for (const fixture of fixturesOf(complexCast)) {
    it(fixture.name, () => {
      const one = caseOf(fixture, complexCast);
      const wrong = mutantsOf(one, fixture).filter((mutant) => ofDtypes.test(mutant.wrong));
      const accepted = wrong.filter(({ substitutions }) => isConfirmed(verify(one, substitutions)));
      assert.ok(wrong.length > 5);
      assert.deepEqual(
        accepted.map((mutant) => mutant.wrong),
        [],
      );
    });
  }
});

describe("wrong repairs of castable-buffer are refused", () => {
  for (const fixture of fixturesOf(castableBuffer)) {
    it(fixture.name, () => {
      const one = caseOf(fixture, castableBuffer);
      // In forward the default dtype is float32, and so are new tensors.
      const isMeant = ({ wrong, substitutions }: Substituted): boolean =>
        /default dtype|low tensor/.test(wrong) &&
        [...substitutions].every(
          ([original, other]) => other.kind !== "followed" || other === one.right.get(original),
        );
      const wrong = mutantsOf(one, fixture).filter((mutant) => !isMeant(mutant));
      const accepted = wrong.filter(({ substitutions }) => {
        const result = verify(one, substitutions);
        return isConfirmed(result) && one.named.every((name) => result.repaired.includes(name));
      });
      assert.ok(wrong.length > 10);
      assert.deepEqual(
        accepted.map((mutant) => mutant.wrong),
        [],
      );
    });
  }
});

describe("wrong repairs of low-precision-apply are refused", () => {
  for (const fixture of fixturesOf(lowPrecisionApply)) {
    it(fixture.name, () => {
      const one = caseOf(fixture, lowPrecisionApply);
      const without = (left: Expr): Substituted => ({
        wrong: "one product stays low",
        substitutions: new Map([...one.right].filter(([original]) => original !== left)),
      });
      const values = [...one.right].filter(([, { kind }]) => kind === "call").map(([original]) => original);
      const operands = values.filter((value) => !values.some((other) => contains(value, other)));
      const rotated = new Set(operands.map((operand) => one.right.get(operand)));
      // In forward the default dtype is float32, and so are new tensors: inside the sum they are what is meant.
      const isMeant = ({ wrong, substitutions }: Substituted): boolean =>
        /default dtype|low tensor/.test(wrong) &&
        [...substitutions].some(([original, other]) => operands.includes(original) && !rotated.has(other));
      const wrong = [...mutantsOf(one, fixture), ...operands.map(without)].filter(
        (mutant) => !isMeant(mutant),
      );
      const accepted = wrong.filter(({ substitutions }) => {
        const result = verify(one, substitutions);
        return isConfirmed(result) && one.named.every((name) => result.repaired.includes(name));
      });
      assert.ok(wrong.length > 20);
      assert.deepEqual(
        accepted.map(({ wrong }) => wrong),
        [],
      );
    });
  }
});

describe("wrong repairs of invalid-type-as are refused", () => {
  for (const fixture of fixturesOf(invalidTypeAs)) {
    it(fixture.name, () => {
      const one = caseOf(fixture, invalidTypeAs);
      const [[original, replacement] = []] = one.right;
      assert.ok(original && replacement);
      const float32 = torch(one.file, "float32");
      const raising = [
        original,
        methodCall(original, "float"),
        methodCall(replacement, "type_as", [float32]),
        methodCall(replacement, "type_as", [attributeOf(replacement, "dtype")]),
      ];
      const others = wrongOnes(original, replacement, one.file).filter(([wrong]) =>
        isWrong(wrong, one, fixture),
      );
      const accepted = [...raising.map((other) => ["it still raises", other] as const), ...others]
        .filter(([, other]) => isConfirmed(verify(one, new Map([[original, other]]))))
        .map(([wrong]) => wrong);
      assert.deepEqual(accepted, []);
    });
  }
});
