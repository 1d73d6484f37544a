import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dialectOf } from "../../src/frontends/dialects/dialects.ts";
import type { Library } from "../../src/ir/library.ts";
import { plainSemantics } from "../../src/tensors/call.ts";
import type { DType } from "../../src/tensors/dtype.ts";
import { TorchRaise, type Operand, type Semantics } from "../../src/tensors/operation.ts";
import { operations, type OperationName } from "../../src/tensors/operations.ts";

const libraries = ["jax", "tensorflow", "keras", "mlx", "paddle"] as const satisfies readonly Library[];

function array(dtype: DType, rank = 1): Operand {
  return { kind: "tensor", dtype, rank, data: null };
}
const half: Operand = { kind: "scalar", type: "float", value: 2.5 };
const numpy: Operand = { ...half, numpy: true };
const three: Operand = { kind: "scalar", type: "int", value: 3 };

function dtypeIn(library: Library, name: OperationName, operands: readonly Operand[], equation = ""): string {
  const promotion = dialectOf(library)?.promotion;
  assert.ok(promotion);
  const semantics: Semantics = { ...plainSemantics, promotion };
  try {
    return operations[name].dtype(operands, { equation }, semantics);
  } catch (error) {
    assert.ok(error instanceof TorchRaise);
    return "raises";
  }
}

/** The table of docs/dialects.md, in the order of the libraries above. */
const measured: readonly [string, OperationName, readonly Operand[], string, string?][] = [
  ["a range of ints", "range", [three, three, three], "int32 int32 int32 int32 int64"],
  ["a range of floats", "range", [half, three, three], "float32 float32 float32 float32 float32"],
  ["i * l", "mul", [array("int32"), array("bfloat16")], "bfloat16 raises bfloat16 bfloat16 raises"],
  ["f * l", "mul", [array("float32"), array("bfloat16")], "float32 raises float32 float32 float32"],
  ["l * 2.5", "mul", [array("bfloat16"), half], "bfloat16 bfloat16 bfloat16 bfloat16 bfloat16"],
  ["l * np.log(x)", "mul", [array("bfloat16"), numpy], "float32 bfloat16 float32 bfloat16 bfloat16"],
  ["l * 0-d f", "mul", [array("bfloat16"), array("float32", 0)], "float32 raises float32 float32 bfloat16"],
  ["i / 3", "div", [array("int32"), three], "float32 float64 float32 float32 float32"],
  [
    "einsum",
    "einsum",
    [array("float32"), array("bfloat16")],
    "float32 raises float32 float32 float32",
    "i,i->",
  ],
  ["matmul", "matmul", [array("float32", 2), array("bfloat16", 2)], "float32 raises float32 float32 float32"],
];

describe("dtypes meet as each library lets them", () => {
  for (const [name, operation, operands, expected, equation] of measured) {
    it(name, () => {
      const found = libraries.map((library) => dtypeIn(library, operation, operands, equation));
      assert.equal(found.join(" "), expected);
    });
  }

  it("only constructors of Paddle follow its default dtype", () => {
    const promotion = dialectOf("paddle")?.promotion;
    assert.ok(promotion);
    const low: Semantics = { ...plainSemantics, defaultDtype: "bfloat16", promotion };
    const integers = array("int64");
    assert.equal(operations.range.dtype([half, three, three], {}, low), "bfloat16");
    assert.equal(operations.mul.dtype([integers, half], {}, low), "float32");
    assert.equal(operations.div.dtype([integers, three], {}, low), "float32");
    assert.equal(operations.sin.dtype([integers], {}, low), "float32");
  });
});
