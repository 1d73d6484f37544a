import { isFloating, scalarDtype, storeAs, torchPromotion, type DType } from "../dtype.ts";
import type { Attributes, Operand, Operation, Semantics } from "../operation.ts";
import { heldLength, type Held } from "../sample.ts";
import { allocate, heldShape, makeTensor, sampledAxes, sizeOf, type Tensor } from "../tensor.ts";
import {
  castTensor,
  dtypeAt,
  numberAt,
  operandAt,
  promoteOperands,
  rankAt,
  required,
  tensorAt,
} from "./operands.ts";
import { linspaceValues, rangeLength, rangeValues } from "./ranges.ts";

type Shaped = Pick<Tensor, "shape" | "axes">;

function constant(dtype: DType, shaped: Shaped, value: number): Tensor {
  const data = allocate(sizeOf(heldShape(shaped))).fill(value);
  if (value !== 0) storeAs(dtype, data);
  return makeTensor(
    dtype,
    shaped.shape,
    data,
    shaped.axes,
    shaped.shape.map(() => true),
  );
}

function newShape(attributes: Attributes, semantics: Semantics): Shaped {
  const shape = required(attributes, "shape");
  return { shape, axes: sampledAxes(shape, semantics.sampling) };
}

function fillType(operands: readonly Operand[], index: number, semantics: Semantics): DType {
  const operand = operandAt(operands, index);
  if (operand.kind === "tensor") return operand.dtype;
  const isWhole = operand.type === "int" && semantics.promotion?.wholeAreFloats === true;
  return isWhole ? semantics.defaultDtype : scalarDtype(operand.type, semantics.defaultDtype);
}

/** arange: operands start, stop, step. Any float operand gives the default dtype, else int64. */
const range: Operation = {
  dtype: (operands, attributes, semantics) => {
    const own = attributes.dtype ?? semantics.promotion?.ranges ?? null;
    if (own !== null) return own;
    const float = operands.some((operand, i) =>
      isFloating(operand.kind === "scalar" ? fillType(operands, i, semantics) : operand.dtype),
    );
    return float ? semantics.defaultDtype : (semantics.promotion ?? torchPromotion).integers;
  },
  rank: () => 1,
  compute: (operands, _attributes, dtype, semantics) => {
    const bounds = { start: numberAt(operands, 0), stop: numberAt(operands, 1), step: numberAt(operands, 2) };
    const length = rangeLength(bounds, dtype);
    const held = sampledAxes([length], semantics.sampling);
    return makeTensor(dtype, [length], rangeValues(bounds, dtype, length, held[0] ?? null, semantics), held);
  },
};

/** linspace: operands start, end, number of steps. */
const linspace: Operation = {
  dtype: (_operands, attributes, semantics) => attributes.dtype ?? semantics.defaultDtype,
  rank: () => 1,
  compute: (operands, _attributes, dtype, semantics) => {
    const length = numberAt(operands, 2);
    const held = sampledAxes([length], semantics.sampling);
    const data = linspaceValues(numberAt(operands, 0), numberAt(operands, 1), dtype, length, held[0] ?? null);
    return makeTensor(dtype, [length], data, held);
  },
};

/** A constant of attributes.shape in attributes.dtype or the default dtype. */
function constantOperation(value: number): Operation {
  return {
    dtype: (_operands, attributes, semantics) => attributes.dtype ?? semantics.defaultDtype,
    rank: (_operands, attributes) => attributes.shape?.length ?? null,
    compute: (_operands, attributes, dtype, semantics) =>
      constant(dtype, newShape(attributes, semantics), value),
  };
}

/** full: operand the fill value, whose category decides the dtype where attributes.dtype does not. */
const full: Operation = {
  dtype: (operands, attributes, semantics) => attributes.dtype ?? fillType(operands, 0, semantics),
  rank: (_operands, attributes) => attributes.shape?.length ?? null,
  compute: (operands, attributes, dtype, semantics) =>
    constant(dtype, newShape(attributes, semantics), numberAt(operands, 0)),
};

/** A constant of the first operand's shape (held as it is held) and dtype; `value` null takes operand 1. */
function likeOperation(value: number | null): Operation {
  return {
    dtype: (operands, attributes, semantics) => attributes.dtype ?? dtypeAt(operands, 0, semantics),
    rank: (operands) => rankAt(operands, 0),
    compute: (operands, _attributes, dtype) =>
      constant(dtype, tensorAt(operands, 0), value ?? numberAt(operands, 1)),
  };
}

/** A constant of attributes.shape in the first operand's dtype; `value` null takes operand 1. */
function newOperation(value: number | null): Operation {
  return {
    dtype: (operands, attributes, semantics) => attributes.dtype ?? dtypeAt(operands, 0, semantics),
    rank: (_operands, attributes) => attributes.shape?.length ?? null,
    compute: (operands, attributes, dtype, semantics) =>
      constant(dtype, newShape(attributes, semantics), value ?? numberAt(operands, 1)),
  };
}

function indexAt(held: Held, position: number): number {
  return held === null ? position : (held[position] ?? -1);
}

/** eye: attributes.shape [n] or [n, m]. */
const eye: Operation = {
  dtype: (_operands, attributes, semantics) => attributes.dtype ?? semantics.defaultDtype,
  rank: () => 2,
  compute: (_operands, attributes, dtype, semantics) => {
    const [rows = 0, columns = rows] = required(attributes, "shape");
    const axes = sampledAxes([rows, columns], semantics.sampling);
    const [left = null, right = null] = axes;
    const width = heldLength(columns, right);
    const data = allocate(heldLength(rows, left) * width);
    for (let i = 0; i < data.length; i++) {
      data[i] = Number(indexAt(left, Math.floor(i / width)) === indexAt(right, i % width));
    }
    return makeTensor(dtype, [rows, columns], data, axes);
  },
};

/** torch.tensor: operands are the elements in row-major order, attributes.shape their arrangement. */
const tensor: Operation = {
  dtype: (operands, attributes, semantics) => {
    if (attributes.dtype) return attributes.dtype;
    if (operands.length === 0) return semantics.defaultDtype;
    const dtypes = operands.map((_, i) => fillType(operands, i, semantics));
    return promoteOperands(
      dtypes.map((dtype) => ({ kind: "tensor", dtype, rank: 0, data: null })),
      semantics,
    );
  },
  rank: (_operands, attributes) => attributes.shape?.length ?? null,
  compute: (operands, attributes, dtype) => {
    const values = Float64Array.from(operands, (_, i) => numberAt(operands, i));
    storeAs(dtype, values);
    return makeTensor(dtype, attributes.shape ?? [], values);
  },
};

/** Conversion to attributes.dtype: `.to(dtype)`, `.float()`, `type_as`. In-place has no meaning here. */
const cast: Operation = {
  dtype: (operands, attributes, semantics) => attributes.dtype ?? dtypeAt(operands, 0, semantics),
  rank: (operands) => rankAt(operands, 0),
  compute: (operands, _attributes, dtype) => castTensor(tensorAt(operands, 0), dtype),
};

export const creation = {
  range,
  linspace,
  zeros: constantOperation(0),
  ones: constantOperation(1),
  /** Uninitialised memory, taken as zeros. */
  empty: constantOperation(0),
  full,
  eye,
  tensor,
  zeros_like: likeOperation(0),
  ones_like: likeOperation(1),
  empty_like: likeOperation(0),
  full_like: likeOperation(null),
  new_zeros: newOperation(0),
  new_ones: newOperation(1),
  new_empty: newOperation(0),
  new_full: newOperation(null),
  cast,
} as const satisfies Readonly<Record<string, Operation>>;
