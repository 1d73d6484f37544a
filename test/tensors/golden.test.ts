import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TorchRaise } from "../../src/tensors/operation.ts";
import { difference, operandOf, perform, plain, readSection, type Case, type Section } from "./vectors.ts";

const sections = [
  "casts",
  "ranges",
  "arithmetic",
  "functions",
  "powers",
  "reductions",
  "products",
  "shapes",
  "inplace",
];

function verdict(section: Section, { op, operands, attributes = {}, ...expected }: Case): string | null {
  const semantics = { ...plain, defaultDtype: expected.default ?? plain.defaultDtype };
  try {
    const inputs = operands.map((operand) => operandOf(operand, section));
    const result = perform(op, inputs, attributes, semantics);
    if (expected.result === undefined) return `torch raises: ${expected.raises ?? ""}`;
    return difference(result, expected.result, expected.tolerance);
  } catch (error) {
    if (!(error instanceof TorchRaise)) throw error;
    return expected.raises === undefined ? `raises: ${error.message}` : null;
  }
}

describe("kernel against real PyTorch", () => {
  for (const name of sections) {
    it(name, () => {
      const section = readSection(name);
      const wrong = section.cases.flatMap((one, i) => {
        const found = verdict(section, one);
        return found === null ? [] : [`${i} ${JSON.stringify(one).slice(0, 200)}: ${found}`];
      });
      assert.deepEqual(
        wrong.length,
        0,
        `${wrong.length} of ${section.cases.length}\n${wrong.slice(0, 400).join("\n")}`,
      );
    });
  }
});
