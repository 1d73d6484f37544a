import { roundThroughSingle } from "../../formats/index.ts";
import { computeFormat, isInteger, isLow, storeAs, type DType } from "../dtype.ts";
import { NotSampled, type Attributes, type Operand, type Operation, type Semantics } from "../operation.ts";
import { heldShape, isUniform, makeTensor, sizeOf, type Tensor } from "../tensor.ts";
import { axisOf, castTensor, dtypeAt, rankAt, tensorAt } from "./operands.ts";

/** Integers and bool add up in int64 unless attributes.dtype says otherwise. */
export function summedDtype(
  operands: readonly Operand[],
  attributes: Attributes,
  semantics: Semantics,
): DType {
  const own = dtypeAt(operands, 0, semantics);
  return attributes.dtype ?? (own === "bool" || isInteger(own) ? "int64" : own);
}

/** Rounds sums, in place, to what they are carried in and stores them as `dtype`. */
export function settleSum(dtype: DType, tensor: Tensor): Tensor {
  roundThroughSingle(computeFormat(dtype), tensor.data);
  storeAs(dtype, tensor.data);
  return tensor;
}

/** Whether the elements are integers whose multiples up to `count` are exact in what sums are carried in. */
export function multipliesExactly(x: Tensor, count: number): boolean {
  const limit = isLow(x.dtype) ? 2 ** 24 : 2 ** 53;
  return x.data.every((value) => Number.isInteger(value) && Math.abs(value) * count <= limit);
}

type Step = (carried: number, next: number) => number;

/** Every line along an axis run through from its start. 16-bit dtypes carry fp32, the others double. */
function runThrough(x: Tensor, axis: number, step: Step, first: number): Tensor {
  const lengths = heldShape(x);
  const inner = sizeOf(lengths.slice(axis + 1));
  const length = Math.max(lengths[axis] ?? 1, 1);
  const carry = isLow(x.dtype) ? Math.fround : (value: number): number => value;
  const data = new Float64Array(x.data.length);
  for (let line = 0; line < data.length / length; line++) {
    let at = Math.floor(line / inner) * length * inner + (line % inner);
    let carried = first;
    for (let i = 0; i < length; i++, at += inner) {
      carried = carry(step(carried, x.data[at] ?? 0));
      data[at] = carried;
    }
  }
  return makeTensor(x.dtype, x.shape, data, x.axes);
}

/** The running sum of equal integers along a sampled axis: element i is (i + 1) times the value. */
function countUp(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] ?? 1;
  if (!isUniform(x, axis) || !multipliesExactly(x, length)) {
    throw new NotSampled(`a running sum needs the whole of axis ${axis}`);
  }
  const held = x.axes[axis] ?? null;
  const lengths = heldShape(x);
  const inner = sizeOf(lengths.slice(axis + 1));
  const width = lengths[axis] ?? 1;
  const data = x.data.map((value, at) => {
    const position = Math.floor(at / inner) % width;
    // The sum starts from zero: a negative zero does not survive it.
    return 0 + value * ((held?.[position] ?? position) + 1);
  });
  return makeTensor(x.dtype, x.shape, data, x.axes);
}

/** attributes.dim; integers and bool run in int64. */
function running(step: Step, first: number, sampled: (x: Tensor, axis: number) => Tensor): Operation {
  return {
    dtype: summedDtype,
    rank: (operands) => rankAt(operands, 0),
    compute: (operands, attributes, dtype) => {
      const x = castTensor(tensorAt(operands, 0), dtype);
      const axis = axisOf(attributes.dim ?? 0, x.shape.length);
      const whole = (x.axes[axis] ?? null) === null;
      return settleSum(dtype, whole ? runThrough(x, axis, step, first) : sampled(x, axis));
    },
  };
}

export const runningOperations = {
  /** The running sum; along a sampled axis only of equal integers. */
  cumsum: running((carried, next) => carried + next, 0, countUp),
  cumprod: running(
    (carried, next) => carried * next,
    1,
    () => {
      throw new NotSampled("a running product needs its axis whole");
    },
  ),
} as const satisfies Readonly<Record<string, Operation>>;
