import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { environments, lowDTypes, type Setting } from "../../src/analysis/environments.ts";
import type { Evaluated } from "../../src/analysis/evaluate/evaluated.ts";
import type { AnalysedUnit } from "../../src/analysis/analysed-unit.ts";
import { FileAnalysis } from "../../src/analysis/file.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import type { Node } from "../../src/ir/graph.ts";
import { parser, readFixtures } from "../rules/read-fixtures.ts";

const settings: readonly Setting[] = environments.flatMap((environment) =>
  lowDTypes.map((low) => ({ environment, low, exact: false })),
);

/** What both domains have to say of a value: its kind and, of tensors, the dtype. */
function claim(value: Evaluated): string {
  switch (value.kind) {
    case "tensor":
      return `tensor ${value.dtype ?? "of no known dtype"}`;
    case "number":
      return `number ${value.type}`;
    case "dtype":
      return `dtype ${value.dtype ?? "not known"}`;
    default:
      return value.kind;
  }
}

/** Values that the data of the numeric domain must bear out. */
function held(value: Evaluated): string | null {
  return value.kind === "tensor" && value.data !== null ? `tensor ${value.data.dtype}` : null;
}

function disagreements(unit: AnalysedUnit, setting: Setting): readonly string[] {
  const [dtypes, numbers] = [unit.dtypes(setting), unit.numbers(setting)];
  const where = ({ id, what }: Node): string =>
    `${unit.unit.plan.name} ${setting.environment.name} ${setting.low} node ${id} ${what.kind === "operation" ? what.operation : what.kind}`;
  return unit.unit.graph.nodes.flatMap((node) => {
    const [foretold, found] = [dtypes.value(node), numbers.value(node)];
    const data = held(found);
    const wrong =
      claim(foretold) !== claim(found) || (data !== null && data !== claim(found))
        ? [`${where(node)}: ${claim(foretold)} foretold, ${claim(found)} found, ${data ?? "nothing"} held`]
        : [];
    return wrong;
  });
}

describe("the dtype domain and the numeric domain agree", () => {
  let tensors = 0;
  for (const fixture of readFixtures()) {
    it(fixture.name, () => {
      const program = liftPython(parser.parse(fixture.text));
      const file = new FileAnalysis(program, fixture.text, ["arange", "type_as("], false);
      assert.deepEqual(
        file.units.flatMap((unit) => settings.flatMap((setting) => disagreements(unit, setting))),
        [],
      );
      for (const unit of file.units)
        for (const setting of settings)
          tensors += unit.unit.graph.nodes.filter(
            (node) => held(unit.numbers(setting).value(node)) !== null,
          ).length;
    });
  }

  it("over a fair number of tensors", () => {
    assert.ok(tensors > 10_000, `${tensors}`);
  });
});
