import { NotSampled, TorchRaise } from "../operation.ts";
import { intersect, type Held } from "../sample.ts";
import {
  allocate,
  copyStrided,
  heldShape,
  makeTensor,
  permuteAxes,
  restrictAxis,
  sizeOf,
  stridesOf,
  type Tensor,
} from "../tensor.ts";
import { settle } from "./binary.ts";

/** Tensors whose axes carry labels. */
export interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/** Repeated labels within an operand mean its diagonal. */
export function takeDiagonals({ tensor, labels }: Labelled): Labelled {
  const distinct = [...new Set(labels)];
  if (distinct.length === labels.length) return { tensor, labels };
  const strides = stridesOf(heldShape(tensor));
  const places = distinct.map((label) => labels.flatMap((other, axis) => (other === label ? [axis] : [])));
  const repeated = places.filter((axes) => axes.length > 1).flat();
  if (repeated.some((axis) => (tensor.axes[axis] ?? null) !== null))
    throw new NotSampled("the diagonal of a sampled axis");
  const firsts = places.map(([axis = 0]) => axis);
  const walk = places.map((axes) => axes.reduce((sum, axis) => sum + (strides[axis] ?? 0), 0));
  const lengths = firsts.map((axis) => heldShape(tensor)[axis] ?? 1);
  const data = copyStrided(tensor.data, lengths, walk);
  const shape = firsts.map((axis) => tensor.shape[axis] ?? 1);
  return {
    tensor: makeTensor(
      tensor.dtype,
      shape,
      data,
      firsts.map((axis) => tensor.axes[axis] ?? null),
    ),
    labels: distinct,
  };
}

/** The tensor with the given labels in that order; labels it lacks become axes of length 1. */
export function arrange({ tensor, labels }: Labelled, wanted: readonly string[]): Tensor {
  const order = wanted.filter((label) => labels.includes(label)).map((label) => labels.indexOf(label));
  const permuted = permuteAxes(tensor, order);
  let next = 0;
  const present = wanted.map((label) => (labels.includes(label) ? next++ : -1));
  return makeTensor(
    tensor.dtype,
    present.map((axis) => (axis < 0 ? 1 : (permuted.shape[axis] ?? 1))),
    permuted.data,
    present.map((axis) => (axis < 0 ? null : (permuted.axes[axis] ?? null))),
  );
}

/** Sums out labels of one operand. */
export function sumOut({ tensor, labels }: Labelled, kept: readonly string[]): Labelled {
  const summed = labels.filter((label) => !kept.includes(label));
  if (summed.length === 0) return { tensor, labels };
  const stay = labels.filter((label) => kept.includes(label));
  const ones = makeTensor(tensor.dtype, [], Float64Array.of(1));
  return contract({ tensor, labels }, { tensor: ones, labels: [] }, stay, summed);
}

function axisLength({ tensor, labels }: Labelled, label: string): number {
  const axis = labels.indexOf(label);
  return axis < 0 ? 1 : (tensor.shape[axis] ?? 1);
}

function heldAlong({ tensor, labels }: Labelled, label: string): Held {
  const axis = labels.indexOf(label);
  return axis < 0 ? null : (tensor.axes[axis] ?? null);
}

/** Multiplies two operands and sums over labels: batches of row times column, in double, rounded once. */
export function contract(
  x: Labelled,
  y: Labelled,
  output: readonly string[],
  summed: readonly string[],
): Labelled {
  for (const label of summed) {
    if (heldAlong(x, label) !== null || heldAlong(y, label) !== null)
      throw new NotSampled("a contraction needs its axis whole");
  }
  const shared = output.filter((label) => x.labels.includes(label) && y.labels.includes(label));
  const rows = output.filter((label) => x.labels.includes(label) && !y.labels.includes(label));
  const columns = output.filter((label) => !x.labels.includes(label));
  const [left, right] = matchShared(x, y, [...shared, ...summed]);
  const shape = (labels: readonly string[]): number =>
    sizeOf(labels.map((label) => heldSize(left, right, label)));
  const depth = shape(summed);
  const data = multiplyBatches(
    stretchTo(left, right, [...shared, ...rows, ...summed]),
    stretchTo(right, left, [...shared, ...columns, ...summed]),
    { batches: shape(shared), rows: shape(rows), columns: shape(columns), depth },
  );
  const labels = [...shared, ...rows, ...columns];
  const lengths = labels.map((label) => Math.max(axisLength(left, label), axisLength(right, label)));
  const held = labels.map((label) => intersect(heldAlong(left, label), heldAlong(right, label)));
  settle(x.tensor.dtype, data);
  return { tensor: makeTensor(x.tensor.dtype, lengths, data, held), labels };
}

function heldSize(x: Labelled, y: Labelled, label: string): number {
  const of = (operand: Labelled): number => heldShape(operand.tensor)[operand.labels.indexOf(label)] ?? 1;
  return Math.max(of(x), of(y));
}

/** Both operands restricted to what both hold of the shared labels. @throws {TorchRaise} if lengths differ. */
function matchShared(x: Labelled, y: Labelled, shared: readonly string[]): [Labelled, Labelled] {
  let [left, right] = [x, y];
  for (const label of shared) {
    const [a, b] = [axisLength(left, label), axisLength(right, label)];
    if (a === 1 || b === 1) continue;
    if (a !== b) throw new TorchRaise(`operands have sizes ${a} and ${b} for one subscript`);
    const held = intersect(heldAlong(left, label), heldAlong(right, label));
    left = { ...left, tensor: restrictAxis(left.tensor, left.labels.indexOf(label), held) };
    right = { ...right, tensor: restrictAxis(right.tensor, right.labels.indexOf(label), held) };
  }
  return [left, right];
}

/** Storage with exactly these labels in this order, lengths of 1 stretched to the other operand's. */
function stretchTo(x: Labelled, other: Labelled, labels: readonly string[]): Float64Array {
  const arranged = arrange(x, labels);
  const own = heldShape(arranged);
  const lengths = labels.map((label) => heldSize(x, other, label));
  const strides = stridesOf(own).map((stride, axis) => (own[axis] === 1 ? 0 : stride));
  return sizeOf(own) === sizeOf(lengths) ? arranged.data : copyStrided(arranged.data, lengths, strides);
}

interface Extent {
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** out[b, r, c] = sum over k of x[b, r, k] * y[b, c, k]. */
function multiplyBatches(
  x: Float64Array,
  y: Float64Array,
  { batches, rows, columns, depth }: Extent,
): Float64Array {
  const out = allocate(batches * rows * columns);
  let at = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0; row < rows; row++) {
      const left = (batch * rows + row) * depth;
      for (let column = 0; column < columns; column++) {
        const right = (batch * columns + column) * depth;
        let sum = 0;
        for (let k = 0; k < depth; k++) sum += (x[left + k] ?? 0) * (y[right + k] ?? 0);
        out[at++] = sum;
      }
    }
  }
  return out;
}
