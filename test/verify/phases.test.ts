import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lowPrecisionTrig } from "../../rules/low-precision-trig.ts";
import type { FileAnalysis } from "../../src/analysis/file.ts";
import { attributeOf, methodCall } from "../../src/ir/build.ts";
import type { Expr } from "../../src/ir/program.ts";
import { verifyGroup } from "../../src/verify/group.ts";
import type { Occurrence } from "../../src/verify/judge.ts";
import { readFixtures, type Fixture } from "../rules/read-fixtures.ts";
import { analyse, number, operate, settings } from "./mutants.ts";

interface Site {
  readonly file: FileAnalysis;
  readonly occurrences: readonly Occurrence[];
  /** The phase as it is written, and the low operand of it. */
  readonly phase: Expr;
  readonly operand: Expr;
}

function siteOf(fixture: Fixture): Site {
  const file = analyse(fixture);
  const occurrences = file.units.flatMap((unit) =>
    lowPrecisionTrig.match(unit, settings, file).map((root) => ({ unit, root })),
  );
  const { unit, root } = occurrences[0]!;
  const [candidate] = lowPrecisionTrig.rewrites!(root, unit, file)!;
  const [operand] = [...candidate!.substitutions.keys()];
  return { file, occurrences, phase: file.expressionOf(root.node)!.expression, operand: operand! };
}

function verdictOf({ file, occurrences }: Site, original: Expr, replacement: Expr): string {
  const substitutions = new Map([[original, replacement]]);
  return verifyGroup({
    file,
    occurrences,
    substitutions,
    named: ["low-input"],
    settings,
    changesPlain: false,
    movesDevice: false,
  }).verdict;
}

/** Wrong rewrites of the operand, and of the whole phase. */
function mutantsOf({ phase, operand }: Site): readonly (readonly [string, Expr, Expr])[] {
  const right = methodCall(operand, "float");
  const itself: Expr = { ...operand };
  return [
    ["half", operand, methodCall(operand, "half")],
    ["bfloat16", operand, methodCall(operand, "bfloat16")],
    ["float32 and back before the product", operand, methodCall(right, "to", [attributeOf(itself, "dtype")])],
    ["float32 and type_as before the product", operand, methodCall(right, "type_as", [itself])],
    ["through half", operand, methodCall(methodCall(operand, "half"), "float")],
    ["through bfloat16", operand, methodCall(methodCall(operand, "bfloat16"), "float")],
    ["integers", operand, methodCall(methodCall(operand, "long"), "float")],
    ["off by one", operand, operate(right, "+", number(1))],
    ["off by a thousandth", operand, operate(right, "+", number(0.001))],
    ["scaled", operand, operate(right, "*", number(1.5))],
    ["negative", operand, operate(right, "*", number(-1))],
    ["flipped", operand, methodCall(right, "flip", [number(0)])],
    ["double", operand, methodCall(operand, "double")],
    ["another device", operand, methodCall(right, "cuda")],
    ["float32 after the product", phase, methodCall(phase, "float")],
    [
      "float32 after the product, and back",
      phase,
      methodCall(methodCall(phase, "float"), "to", [attributeOf(itself, "dtype")]),
    ],
    ["low after the right product", phase, methodCall(phase, "half")],
  ];
}

const fixtures = readFixtures().filter(
  ({ name, group }) => group === "rewritten" && name.startsWith("low-precision-trig"),
);

describe("wrong repairs of a phase are refused", () => {
  for (const fixture of fixtures) {
    it(fixture.name, () => {
      const site = siteOf(fixture);
      // Where what follows is low before, float32 alone leaks: the cast at the end is part of the repair.
      const expected = fixture.name.endsWith("half_turns") ? "regresses" : "confirmed";
      assert.equal(verdictOf(site, site.operand, methodCall(site.operand, "float")), expected);
      for (const [wrong, original, replacement] of mutantsOf(site)) {
        const verdict = verdictOf(site, original, replacement);
        assert.ok(!verdict.startsWith("confirmed"), `${wrong}: ${verdict}`);
      }
    });
  }

  it("there are three of them", () => {
    assert.equal(fixtures.length, 3);
  });
});
