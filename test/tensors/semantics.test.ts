import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bf16, fp16, round } from "../../src/formats/index.ts";
import { call, plainSemantics } from "../../src/tensors/call.ts";
import {
  canCast,
  dtypes,
  isComplex,
  isFloating,
  isInteger,
  isLow,
  storeNumber,
} from "../../src/tensors/dtype.ts";
import { NotComputed, NotSampled, TorchRaise, type Semantics } from "../../src/tensors/operation.ts";
import { isOperationName, operations } from "../../src/tensors/operations.ts";
import { makeTensor } from "../../src/tensors/tensor.ts";

const cuda: Semantics = { ...plainSemantics, scalars: "fp32", ranges: "elements" };

void describe("semantics records", () => {
  void it("round Python numbers to the low dtype first, or keep them in fp32", () => {
    const x = call("cast", [call("range", [1, 40, 1])], { dtype: "bfloat16" });
    const rounded = call("mul", [x, 0.1]);
    const kept = call("mul", [x, 0.1], {}, cuda);
    x.data.forEach((value, i) => {
      assert.equal(rounded.data[i], round(bf16, Math.fround(value * round(bf16, 0.1))));
      assert.equal(kept.data[i], round(bf16, Math.fround(value * Math.fround(0.1))));
    });
    assert.notDeepEqual(rounded.data, kept.data);
  });

  void it("build 16-bit ranges in registers with a rounded base, or element by element", () => {
    const count = 6000;
    const cast = call("cast", [call("range", [0, count, 1])], { dtype: "bfloat16" });
    const blocks = call("range", [0, count, 1], { dtype: "bfloat16" });
    const elements = call("range", [0, count, 1], { dtype: "bfloat16" }, cuda);
    assert.deepEqual(elements.data, cast.data);
    assert.equal(
      blocks.data.findIndex((value, i) => value !== cast.data[i]),
      4113,
    );
  });

  void it("follow the default dtype where nothing else decides", () => {
    const low: Semantics = { ...plainSemantics, defaultDtype: "float16" };
    const channels = call("range", [0, 64, 2], {}, low);
    assert.equal(channels.dtype, "int64");
    assert.equal(call("div", [channels, 64], {}, low).dtype, "float16");
    assert.equal(call("mul", [channels, 2], {}, low).dtype, "int64");
    assert.equal(call("range", [0, 64, 2.5], {}, low).dtype, "float16");
    assert.equal(call("sin", [channels], {}, low).dtype, "float16");
    assert.equal(call("pow", [10000, channels], {}, low).dtype, "int64");
    assert.equal(call("pow", [10000.5, channels], {}, low).dtype, "float16");
  });
});

void describe("dtypes", () => {
  void it("fall in four kinds", () => {
    assert.deepEqual(dtypes.filter(isLow), ["bfloat16", "float16"]);
    assert.deepEqual(dtypes.filter(isFloating), ["bfloat16", "float16", "float32", "float64"]);
    assert.deepEqual(dtypes.filter(isInteger), ["uint8", "int8", "int16", "int32", "int64"]);
    assert.deepEqual(dtypes.filter(isComplex), ["complex64", "complex128"]);
    assert.ok(canCast("int64", "bfloat16") && !canCast("bfloat16", "int64") && !canCast("int64", "bool"));
  });

  void it("store numbers as casts do", () => {
    assert.equal(storeNumber("uint8", 300), 44);
    assert.equal(storeNumber("int8", -129), 127);
    assert.equal(storeNumber("int64", -2.9), -2);
    assert.equal(storeNumber("bool", NaN), 1);
    assert.equal(storeNumber("bfloat16", 257), 256);
    assert.equal(storeNumber("float16", 1e-8), round(fp16, 1e-8));
  });
});

/** Measured on PyTorch 1.13.1, CPU (`torch.polar(x, x).dtype` and so on); null where it raises. */
const complexResults = [
  ["polar", "float32", "complex64"],
  ["polar", "float64", "complex128"],
  ["polar", "float16", null],
  ["polar", "bfloat16", null],
  ["complex", "float32", "complex64"],
  ["complex", "bfloat16", null],
  ["view_as_complex", "float32", "complex64"],
  ["view_as_complex", "float64", "complex128"],
  ["view_as_complex", "bfloat16", null],
  ["view_as_real", "complex64", "float32"],
  ["view_as_real", "float32", null],
  ["real", "complex64", "float32"],
  ["real", "float16", "float16"],
  ["imag", "complex128", "float64"],
  ["imag", "float32", null],
  ["abs", "complex64", "float32"],
  ["angle", "complex64", "float32"],
  ["angle", "int64", "float32"],
  ["exp", "complex64", "complex64"],
  ["mean", "complex64", "complex64"],
] as const;

void describe("complex dtypes", () => {
  for (const [name, dtype, expected] of complexResults) {
    void it(`${name} of ${dtype}`, () => {
      const operand = { kind: "tensor", dtype, rank: 2, data: null } as const;
      const result = (): string => operations[name].dtype([operand, operand], {}, plainSemantics);
      if (expected === null) assert.throws(result, TorchRaise);
      else assert.equal(result(), expected);
    });
  }

  void it("an imaginary number makes complex what it meets", () => {
    const one = {
      kind: "tensor",
      dtype: operations.imaginary.dtype([], {}, plainSemantics),
      rank: 0,
      data: null,
    } as const;
    for (const dtype of ["int64", "bfloat16", "float32"] as const) {
      const other = { kind: "tensor", dtype, rank: 1, data: null } as const;
      assert.equal(operations.mul.dtype([one, other], {}, plainSemantics), "complex64");
    }
  });
});

void describe("operations", () => {
  void it("are known by name", () => {
    assert.ok(isOperationName("range") && !isOperationName("toString"));
    assert.ok(Object.keys(operations).length > 100);
  });

  void it("say what they cannot do", () => {
    const x = call("range", [0, 4, 1]);
    assert.throws(() => call("cast", [x], { dtype: "complex64" }), NotComputed);
    const unknown = { kind: "tensor", dtype: "float32", rank: 1, data: null } as const;
    assert.throws(() => operations.neg.compute([unknown], {}, "float32", plainSemantics), NotComputed);
    assert.throws(() => call("einsum", [x, x], { equation: "i,j,k->ijk" }), TorchRaise);
    assert.throws(() => makeTensor("int64", [3], new Float64Array(2)), RangeError);
    const odd = { ...plainSemantics, sampling: (): Int32Array => Int32Array.of(1) };
    const held = call("range", [0, 4, 1], {}, odd);
    assert.throws(() => call("index", [held], { items: [{ kind: "integer", value: 0 }] }), NotSampled);
  });
});
