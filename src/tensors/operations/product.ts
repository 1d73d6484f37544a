import { isFloating, type DType } from "../dtype.ts";
import {
  NotSampled,
  TorchRaise,
  type Attributes,
  type Operand,
  type Operation,
  type Semantics,
} from "../operation.ts";
import {
  copyStrided,
  heldShape,
  makeTensor,
  permuteAxes,
  restrictAxis,
  sizeOf,
  stridesOf,
  type Tensor,
} from "../tensor.ts";
import { intersect, type Held } from "../sample.ts";
import { combine, settle } from "./binary.ts";
import { parseEquation, type Equation } from "./equation.ts";
import * as loops from "./loops.ts";
import { castTensor, dtypeAt, promoteOperands, rankAt, required, tensorAt } from "./operands.ts";
import { reshapeTensor } from "./merge.ts";

/** Tensors whose axes carry labels. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/** All operands in one dtype, as matrix products require. @throws {TorchRaise} for mixed dtypes. */
function oneDtype(operands: readonly Operand[], semantics: Semantics): DType {
  const [first = "float32", ...rest] = operands.map((_, i) => dtypeAt(operands, i, semantics));
  const other = rest.find((dtype) => dtype !== first);
  if (other !== undefined) throw new TorchRaise(`expected scalar type ${first} but found ${other}`);
  return first;
}

/** Repeated labels within an operand mean its diagonal. */
function takeDiagonals({ tensor, labels }: Labelled): Labelled {
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
function arrange({ tensor, labels }: Labelled, wanted: readonly string[]): Tensor {
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
function sumOut({ tensor, labels }: Labelled, kept: readonly string[]): Labelled {
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
function contract(x: Labelled, y: Labelled, output: readonly string[], summed: readonly string[]): Labelled {
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
  const out = new Float64Array(batches * rows * columns);
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

/** Evaluates an equation from left to right; where nothing is summed the product is elementwise. */
function evaluate(equation: Equation, operands: readonly Operand[], dtype: DType): Tensor {
  const labelled = equation.inputs.map((labels, i) =>
    takeDiagonals({ tensor: tensorAt(operands, i), labels }),
  );
  const [first, ...rest] = labelled;
  if (first === undefined) throw new TorchRaise("einsum(): must provide at least one operand");
  let result = sumOut(first, [...equation.output, ...rest.flatMap(({ labels }) => labels)]);
  rest.forEach((operand, i) => {
    const later = [...equation.output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)];
    const reduced = sumOut(operand, [...later, ...result.labels]);
    const all = [...new Set([...result.labels, ...reduced.labels])];
    const kept = all.filter((label) => later.includes(label));
    const summed = all.filter((label) => !later.includes(label));
    if (summed.length > 0) result = contract(result, reduced, kept, summed);
    else {
      const product = combine(loops.multiply, arrange(result, kept), arrange(reduced, kept), dtype, dtype);
      result = { tensor: product, labels: kept };
    }
  });
  return arrange(result, equation.output);
}

/** Integers and bool become int64 where a label is summed within one operand. */
function summedFirst(operands: readonly Operand[], equation: Equation, semantics: Semantics): Operand[] {
  return operands.map((operand, i) => {
    const dtype = dtypeAt(operands, i, semantics);
    const others = equation.inputs.flatMap((labels, j) => (i === j ? [] : labels));
    const alone = (equation.inputs[i] ?? []).some(
      (label) => !equation.output.includes(label) && !others.includes(label),
    );
    if (!alone || isFloating(dtype) || operand.kind === "scalar") return operand;
    return { ...operand, dtype: "int64" };
  });
}

/** Labels that two operands share and the result lacks are contracted, which takes one dtype; else torch multiplies and promotes. */
function einsumDtype(operands: readonly Operand[], attributes: Attributes, semantics: Semantics): DType {
  const equation = equationOf(operands, attributes);
  const entering = summedFirst(operands, equation, semantics);
  const contracted = equation.inputs.some((labels, i) =>
    labels.some(
      (label) => !equation.output.includes(label) && equation.inputs[i + 1]?.includes(label) === true,
    ),
  );
  return contracted ? oneDtype(entering, semantics) : promoteOperands(entering, semantics);
}

function equationOf(operands: readonly Operand[], attributes: Attributes): Equation {
  return parseEquation(
    required(attributes, "equation"),
    operands.map((_, i) => rankAt(operands, i)),
  );
}

/** einsum: attributes.equation over the operands. */
const einsum: Operation = {
  dtype: einsumDtype,
  rank: (operands, attributes) => equationOf(operands, attributes).output.length,
  compute: (operands, attributes, dtype) => evaluate(equationOf(operands, attributes), operands, dtype),
};

/** A product of fixed shape, stated as an equation. */
function fixed(equation: string, ranks: readonly number[]): Operation {
  return {
    dtype: (operands, _attributes, semantics) => oneDtype(operands, semantics),
    rank: () => equation.split("->")[1]?.length ?? 0,
    compute: (operands, _attributes, dtype) => {
      operands.forEach((_, i) => {
        if (rankAt(operands, i) !== ranks[i])
          throw new TorchRaise(`expected a tensor with ${ranks[i] ?? 0} dimensions`);
      });
      return evaluate(parseEquation(equation, ranks), operands, dtype);
    },
  };
}

function matmulEquation(left: number, right: number): string {
  const letters = "abcdefghijklmnopqrstuvw";
  const batch = Math.max(left, right, 2) - 2;
  const leads = (rank: number): string => letters.slice(batch - Math.max(rank - 2, 0), batch);
  const x = left === 1 ? "z" : `${leads(left)}xz`;
  const y = right === 1 ? "z" : `${leads(right)}zy`;
  return `${x},${y}->${letters.slice(0, batch)}${left === 1 ? "" : "x"}${right === 1 ? "" : "y"}`;
}

/** matmul: vectors, matrices or batches of them, broadcast. */
const matmul: Operation = {
  dtype: (operands, _attributes, semantics) => oneDtype(operands, semantics),
  rank: (operands) => {
    const [left, right] = [rankAt(operands, 0), rankAt(operands, 1)];
    if (left === null || right === null) return null;
    return Math.max(left, right, 2) - Number(left === 1) - Number(right === 1);
  },
  compute: (operands, _attributes, dtype) => {
    const [left, right] = [tensorAt(operands, 0), tensorAt(operands, 1)];
    const ranks = [left.shape.length, right.shape.length];
    if (ranks.includes(0)) throw new TorchRaise("both arguments to matmul need to be at least 1D");
    return evaluate(parseEquation(matmulEquation(ranks[0] ?? 1, ranks[1] ?? 1), ranks), operands, dtype);
  },
};

/** The outer product of two vectors: an elementwise product, so dtypes promote. */
const outer: Operation = {
  dtype: (operands, _attributes, semantics) => promoteOperands(operands, semantics),
  rank: () => 2,
  compute: (operands, _attributes, dtype) => {
    const column = reshapeTensor(castTensor(tensorAt(operands, 0), dtype), [-1, 1]);
    return combine(loops.multiply, column, castTensor(tensorAt(operands, 1), dtype), dtype, dtype);
  },
};

export const productOperations = {
  outer,
  ger: outer,
  einsum,
  matmul,
  mm: fixed("ik,kj->ij", [2, 2]),
  bmm: fixed("bik,bkj->bij", [3, 3]),
  mv: fixed("ik,k->i", [2, 1]),
  dot: fixed("k,k->", [1, 1]),
} as const satisfies Readonly<Record<string, Operation>>;
