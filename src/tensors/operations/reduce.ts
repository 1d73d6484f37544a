import { round } from "../../formats/index.ts";
import { computeFormat, isComplex, isFloating, type DType } from "../dtype.ts";
import { TorchRaise, type Attributes, type Operand, type Operation } from "../operation.ts";
import {
  heldShape,
  isUniform,
  makeTensor,
  permuteAxes,
  requireWhole,
  sizeOf,
  takeAlong,
  type Tensor,
} from "../tensor.ts";
import { axisOf, castTensor, dtypeAt, rankAt, tensorAt } from "./operands.ts";
import { multipliesExactly, settleSum, summedDtype } from "./running.ts";

/** The axes reduced: attributes.dim or attributes.dims; all of them where neither is given. */
function reducedAxes(rank: number, attributes: Attributes): number[] {
  const dims = attributes.dims ?? (typeof attributes.dim === "number" ? [attributes.dim] : []);
  if (dims.length === 0) return Array.from({ length: rank }, (_, axis) => axis);
  return rank === 0 ? [] : dims.map((dim) => axisOf(dim, rank));
}

function reducedRank(operands: readonly Operand[], attributes: Attributes): number | null {
  const rank = rankAt(operands, 0);
  if (attributes.keepdim === true) return rank;
  if (attributes.dims === undefined && typeof attributes.dim !== "number") return 0;
  return rank === null ? null : rank - reducedAxes(rank, attributes).length;
}

/** Reduces the elements `from` to `to` of a row to one number. */
type Reduction = (data: Float64Array, from: number, to: number) => number;

/** Sampled axes along which all elements are equal, cut down to one of them; `count` is how many one stands for. */
function cutUniform(x: Tensor, axes: readonly number[]): { cut: Tensor; count: number } {
  let cut = x;
  let count = 1;
  for (const axis of axes) {
    if ((x.axes[axis] ?? null) === null || !isUniform(x, axis)) continue;
    count *= x.shape[axis] ?? 1;
    cut = takeAlong(cut, axis, [0], 1, null);
  }
  return { cut, count };
}

function reduceTensor(x: Tensor, attributes: Attributes, reduction: Reduction, result: DType): Tensor {
  const axes = reducedAxes(x.shape.length, attributes);
  for (const axis of axes) requireWhole(x, axis, "a reduction");
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const rows = permuteAxes(x, [...kept, ...axes]);
  const width = sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  const data = new Float64Array(sizeOf(heldShape(rows).slice(0, kept.length)));
  for (let row = 0; row < data.length; row++)
    data[row] = reduction(rows.data, row * width, (row + 1) * width);
  const keepdim = attributes.keepdim === true;
  const places = keepdim ? x.shape.map((_, axis) => axis) : kept;
  return makeTensor(
    result,
    places.map((axis) => (kept.includes(axis) ? (x.shape[axis] ?? 1) : 1)),
    data,
    places.map((axis) => (kept.includes(axis) ? (x.axes[axis] ?? null) : null)),
  );
}

/** Sums in double and rounds once to fp32: closer than any order of fp32 additions, within their spread. */
const sumOf: Reduction = (data, from, to) => {
  let sum = 0;
  for (let i = from; i < to; i++) sum += data[i] ?? 0;
  return sum;
};

const productOf: Reduction = (data, from, to) => {
  let product = 1;
  for (let i = from; i < to; i++) product *= data[i] ?? 0;
  return product;
};

function extreme(better: (candidate: number, best: number) => boolean): Reduction {
  return (data, from, to) => data[extremeAt(data, from, to, better)] ?? NaN;
}

function extremeAt(
  data: Float64Array,
  from: number,
  to: number,
  better: (candidate: number, best: number) => boolean,
): number {
  if (from === to) throw new TorchRaise("the operation has no identity for an empty tensor");
  let best = from;
  for (let i = from; i < to; i++) {
    const candidate = data[i] ?? 0;
    if (Number.isNaN(candidate)) return i;
    if (better(candidate, data[best] ?? 0)) best = i;
  }
  return best;
}

/** The sum; along a sampled axis only where equal integers make it a product. */
const sum: Operation = {
  dtype: summedDtype,
  rank: reducedRank,
  compute: (operands, attributes, dtype) => {
    const x = castTensor(tensorAt(operands, 0), dtype);
    const { cut, count } = cutUniform(x, reducedAxes(x.shape.length, attributes));
    const total: Reduction = (data, from, to) => count * sumOf(data, from, to);
    const exact = multipliesExactly(cut, count);
    return settleSum(dtype, reduceTensor(exact ? cut : x, attributes, exact ? total : sumOf, dtype));
  },
};

const prod: Operation = {
  dtype: summedDtype,
  rank: reducedRank,
  compute: (operands, attributes, dtype) =>
    settleSum(dtype, reduceTensor(castTensor(tensorAt(operands, 0), dtype), attributes, productOf, dtype)),
};

/** mean: floats only, unless attributes.dtype makes them so. */
const mean: Operation = {
  dtype: (operands, attributes, semantics) => {
    const dtype = attributes.dtype ?? dtypeAt(operands, 0, semantics);
    if (!isFloating(dtype) && !isComplex(dtype))
      throw new TorchRaise("mean(): could not infer output dtype. Input dtype must be floating point");
    return dtype;
  },
  rank: reducedRank,
  compute: (operands, attributes, dtype) => {
    const average: Reduction = (data, from, to) =>
      round(computeFormat(dtype), sumOf(data, from, to)) / (to - from);
    return settleSum(
      dtype,
      reduceTensor(castTensor(tensorAt(operands, 0), dtype), attributes, average, dtype),
    );
  },
};

/** max and min; with attributes.dim, attributes.piece 1 is the position instead of the value. */
function extremes(better: (candidate: number, best: number) => boolean): Operation {
  const wantsPosition = (attributes: Attributes): boolean => attributes.piece === 1;
  return {
    dtype: (operands, attributes, semantics) =>
      wantsPosition(attributes) ? "int64" : dtypeAt(operands, 0, semantics),
    rank: reducedRank,
    compute: (operands, attributes, dtype) => {
      const position: Reduction = (data, from, to) => extremeAt(data, from, to, better) - from;
      const x = tensorAt(operands, 0);
      return reduceTensor(
        cutUniform(x, reducedAxes(x.shape.length, attributes)).cut,
        attributes,
        wantsPosition(attributes) ? position : extreme(better),
        dtype,
      );
    },
  };
}

const greatest = extremes((candidate, best) => candidate > best);
const least = extremes((candidate, best) => candidate < best);

export const reduceOperations = {
  sum,
  prod,
  mean,
  max: greatest,
  min: least,
  amax: greatest,
  amin: least,
} as const satisfies Readonly<Record<string, Operation>>;
