import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TorchRaise, type Operand } from "../../src/tensors/operation.ts";
import { isOperationName, operations } from "../../src/tensors/operations.ts";
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

/** The dtype and rank that the row foretells of operands whose values are unknown. */
function foretold(section: Section, { op, operands, attributes = {}, ...expected }: Case): string | null {
  if (expected.result === undefined || !isOperationName(op)) return null;
  const semantics = { ...plain, defaultDtype: expected.default ?? plain.defaultDtype };
  const unknown = operands.map((stored): Operand => {
    const operand = operandOf(stored, section);
    return operand.kind === "scalar" ? { ...operand, value: null } : { ...operand, data: null };
  });
  const dtype = operations[op].dtype(unknown, attributes, semantics);
  const rank = operations[op].rank(unknown, attributes);
  if (dtype !== expected.result.dtype) return `foretells ${dtype} for ${expected.result.dtype}`;
  return rank === null || rank === expected.result.shape.length ? null : `foretells rank ${rank}`;
}

void it("dtypes and ranks are known without values", () => {
  const wrong = sections.flatMap((name) => {
    const section = readSection(name);
    return section.cases.flatMap((one) => {
      const found = foretold(section, one);
      return found === null ? [] : [`${JSON.stringify(one).slice(0, 200)}: ${found}`];
    });
  });
  assert.equal(wrong.length, 0, wrong.slice(0, 40).join("\n"));
});

describe("kernel against real PyTorch", () => {
  for (const name of sections) {
    it(name, () => {
      const section = readSection(name);
      const wrong = section.cases.flatMap((one, i) => {
        const found = verdict(section, one);
        return found === null ? [] : [`${i} ${JSON.stringify(one).slice(0, 200)}: ${found}`];
      });
      assert.equal(
        wrong.length,
        0,
        `${wrong.length} of ${section.cases.length}\n${wrong.slice(0, 400).join("\n")}`,
      );
    });
  }
});
