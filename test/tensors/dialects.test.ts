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
  const defaultDtype = promotion.floats ?? "float32";
  const semantics: Semantics = { ...plainSemantics, defaultDtype, promotion };
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

const scriptLibraries = ["jax-js", "node-mlx", "numpy-ts", "kandle"] as const satisfies readonly Library[];

/** The table of its part on JavaScript; kandle's column is read in its source. */
const measuredInScripts: readonly [string, OperationName, readonly Operand[], string][] = [
  ["a range of whole numbers", "range", [three, three, three], "int32 float32 float64 float32"],
  ["a range with a fractional step", "range", [three, three, half], "int32 float32 float64 float32"],
  ["an array of whole numbers", "tensor", [three, three], "float32 float32 float64 float32"],
  ["an array full of 3", "full", [three], "float32 float32 float64 float32"],
  ["i times 3", "mul", [array("int32"), three], "int32 float32 int32 int32"],
  ["i times 2.5", "mul", [array("int32"), half], "int32 float32 int32 float32"],
  ["i divided by 3", "div", [array("int32"), three], "int32 float32 float64 float32"],
  ["i times l", "mul", [array("int32"), array("float16")], "float16 float16 float64 float16"],
  ["f times l", "mul", [array("float32"), array("float16")], "float32 float32 float32 float32"],
  ["l times 2.5", "mul", [array("float16"), half], "float16 float16 float16 float16"],
  ["l times a 0-d f", "mul", [array("float16"), array("float32", 0)], "float32 float32 float32 float32"],
  ["sin(i)", "sin", [array("int32")], "raises float32 float64 float32"],
  ["outer of i and l", "outer", [array("int32"), array("float16")], "float16 float16 float64 float16"],
];

describe("dtypes meet as each library lets them", () => {
  for (const [name, operation, operands, expected, equation] of measured) {
    it(name, () => {
      const found = libraries.map((library) => dtypeIn(library, operation, operands, equation));
      assert.equal(found.join(" "), expected);
    });
  }

  for (const [name, operation, operands, expected] of measuredInScripts) {
    it(`in scripts: ${name}`, () => {
      const found = scriptLibraries.map((library) => dtypeIn(library, operation, operands));
      assert.equal(found.join(" "), expected);
    });
  }

  it("a number is cut off where it has no say in the dtype", () => {
    const promotion = dialectOf("jax-js")?.promotion;
    assert.ok(promotion);
    const semantics: Semantics = { ...plainSemantics, promotion };
    const range = operations.range.compute(
      [0, 5, 1].map((value) => ({ kind: "scalar", type: "int", value })),
      {},
      "int32",
      semantics,
    );
    const positions: Operand = { kind: "tensor", dtype: "int32", rank: 1, data: range };
    const times = operations.mul.compute([positions, half], {}, "int32", semantics);
    const halves = operations.div.compute([positions, { ...three, value: 2 }], {}, "int32", semantics);
    assert.deepEqual([...times.data], [0, 2, 4, 6, 8]);
    assert.deepEqual([...halves.data], [0, 0, 1, 1, 2]);
  });

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
