import { TorchRaise, type Attributes, type Operand, type Operation, type Semantics } from "../operation.ts";
import { heldLength, type Held } from "../sample.ts";
import {
  align,
  copyStrided,
  heldShape,
  isUniform,
  makeTensor,
  permuteAxes,
  replaceAt,
  requireRoom,
  requireWhole,
  sampledAxes,
  sizeOf,
  stridesOf,
  takeAlong,
  type Tensor,
} from "../tensor.ts";
import { reshapeTensor } from "./merge.ts";
import { axisOf, dtypeAt, rankAt, required, tensorAt } from "./operands.ts";
import { run, selectIndices } from "./select.ts";

type RankRule = (rank: number, attributes: Attributes) => number | null;

/** An operation on one tensor that moves values and leaves the dtype alone. */
export function view(
  rank: RankRule,
  compute: (x: Tensor, attributes: Attributes, semantics: Semantics) => Tensor,
): Operation {
  return {
    dtype: (operands, _attributes, semantics) => dtypeAt(operands, 0, semantics),
    rank: (operands, attributes) => {
      const own = rankAt(operands, 0);
      return own === null ? null : rank(own, attributes);
    },
    compute: (operands, attributes, _dtype, semantics) =>
      compute(tensorAt(operands, 0), attributes, semantics),
  };
}

const sameRank: RankRule = (rank) => rank;

/** The rank of the shape argument, known without the operand. */
function shaped(compute: (x: Tensor, attributes: Attributes, semantics: Semantics) => Tensor): Operation {
  return { ...view(sameRank, compute), rank: (_operands, attributes) => attributes.shape?.length ?? null };
}

function flattened(x: Tensor, attributes: Attributes): Tensor {
  const start = axisOf(attributes.start ?? 0, x.shape.length);
  const end = axisOf(attributes.end ?? -1, x.shape.length);
  if (start > end) throw new TorchRaise("flatten() has invalid args: start_dim cannot come after end_dim");
  return reshapeTensor(x, [
    ...x.shape.slice(0, start),
    sizeOf(x.shape.slice(start, end + 1)),
    ...x.shape.slice(end + 1),
  ]);
}

function swapAxes(x: Tensor, first: number, second: number): Tensor {
  const order = x.shape.map((_, axis) => axis);
  const [a, b] = [axisOf(first, order.length), axisOf(second, order.length)];
  return permuteAxes(x, replaceAt(replaceAt(order, a, b), b, a));
}

function squeezed(x: Tensor, attributes: Attributes): Tensor {
  const axis =
    attributes.dim === undefined || attributes.dim === null ? null : axisOf(attributes.dim, x.shape.length);
  const keep = x.shape.map((_, at) => at).filter((at) => x.shape[at] !== 1 || (axis !== null && at !== axis));
  return makeTensor(
    x.dtype,
    keep.map((at) => x.shape[at] ?? 1),
    x.data,
    keep.map((at) => x.axes[at] ?? null),
    keep.map((at) => isUniform(x, at)),
  );
}

/** One axis less where the axis named has length 1; unknown without the operand. */
function squeezedRank(operands: readonly Operand[], attributes: Attributes): number | null {
  const operand = operands[0];
  if (operand?.kind !== "tensor" || operand.data === null) return null;
  return squeezed(operand.data, attributes).shape.length;
}

/** A new axis of length 1. */
export function unsqueezeAt(x: Tensor, dim: number): Tensor {
  const axis = axisOf(dim, x.shape.length + 1);
  const uniform = x.shape.map((_, at) => isUniform(x, at)).toSpliced(axis, 0, true);
  return makeTensor(x.dtype, x.shape.toSpliced(axis, 0, 1), x.data, x.axes.toSpliced(axis, 0, null), uniform);
}

/** Stretches axes of length 1; a long stretched axis is sampled like a new one. */
function expandTo(x: Tensor, requested: readonly number[], semantics: Semantics): Tensor {
  const lead = requested.length - x.shape.length;
  const shape = requested.map((length, axis) => (length === -1 ? (x.shape[axis - lead] ?? 1) : length));
  const fits = x.shape.every((length, own) => length === 1 || length === shape[own + lead]);
  if (!fits || lead < 0) {
    throw new TorchRaise(
      `The expanded size of the tensor (${shape.join(", ")}) must match the existing size (${x.shape.join(", ")})`,
    );
  }
  const fresh = sampledAxes(shape, semantics.sampling);
  const held = shape.map((length, axis): Held =>
    x.shape[axis - lead] === length ? null : (fresh[axis] ?? null),
  );
  const aligned = align([x], shape, held);
  return makeTensor(x.dtype, shape, aligned.data[0] ?? x.data, aligned.axes, aligned.uniform);
}

/** Repeats along every axis; a length of 1 that grows long is sampled like a new axis. */
function repeated(x: Tensor, repeats: readonly number[], semantics: Semantics): Tensor {
  let result = x;
  while (result.shape.length < repeats.length) result = unsqueezeAt(result, 0);
  if (result.shape.length > repeats.length)
    throw new TorchRaise("Number of dimensions of repeat dims is too small");
  repeats.forEach((times, axis) => {
    if (times === 1) return;
    if (result.shape[axis] === 1) result = expandTo(result, replaceAt(result.shape, axis, times), semantics);
    else result = repeatAlong(result, axis, times);
  });
  return result;
}

function repeatAlong(x: Tensor, axis: number, times: number): Tensor {
  const length = x.shape[axis] ?? 1;
  const own = x.axes[axis] ?? null;
  const count = heldLength(length, own);
  requireRoom(count * times);
  const positions = Array.from({ length: count * times }, (_, i) => i % Math.max(count, 1));
  const held =
    own === null
      ? null
      : Int32Array.from(positions, (at, i) => (own[at] ?? 0) + Math.floor(i / count) * length);
  return takeAlong(x, axis, positions, length * times, held);
}

/** These two, unlike `flip` and `cumsum`, do not take a zero-dimensional tensor for one of a single axis. */
function realAxisOf(dim: number, { shape }: Tensor): number {
  if (shape.length === 0) throw new TorchRaise("the tensor has no dimensions");
  return axisOf(dim, shape.length);
}

function repeatInterleaved(x: Tensor, attributes: Attributes): Tensor {
  const times = required(attributes, "repeats")[0] ?? 1;
  const flat = attributes.dim === undefined || attributes.dim === null ? reshapeTensor(x, [-1]) : x;
  const axis = realAxisOf(attributes.dim ?? 0, flat);
  const own = flat.axes[axis] ?? null;
  const count = heldLength(flat.shape[axis] ?? 1, own);
  requireRoom(count * times);
  const positions = Array.from({ length: count * times }, (_, i) => Math.floor(i / times));
  const held =
    own === null ? null : Int32Array.from(positions, (at, i) => (own[at] ?? 0) * times + (i % times));
  return takeAlong(flat, axis, positions, (flat.shape[axis] ?? 1) * times, held);
}

function rolled(x: Tensor, attributes: Attributes): Tensor {
  const shifts = required(attributes, "repeats");
  if (!attributes.dims || attributes.dims.length === 0) {
    return reshapeTensor(rollAlong(reshapeTensor(x, [-1]), 0, shifts[0] ?? 0), x.shape);
  }
  return attributes.dims.reduce((result, dim, i) => rollAlong(result, realAxisOf(dim, x), shifts[i] ?? 0), x);
}

function rollAlong(x: Tensor, axis: number, shift: number): Tensor {
  const length = x.shape[axis] ?? 1;
  const turned = (index: number, by: number): number => (((index + by) % length) + length) % length;
  return selectIndices(x, axis, {
    length,
    sourceOf: (target) => turned(target, -shift),
    targetOf: (source) => turned(source, shift),
  });
}

function flipped(x: Tensor, dims: readonly number[]): Tensor {
  return dims.reduce((result, dim) => {
    const axis = axisOf(dim, x.shape.length);
    const length = x.shape[axis] ?? 1;
    return selectIndices(result, axis, run(length - 1, length, -1));
  }, x);
}

function movedOrder(rank: number, from: readonly number[], to: readonly number[]): number[] {
  const source = from.map((dim) => axisOf(dim, rank));
  const target = to.map((dim) => axisOf(dim, rank));
  const rest = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !source.includes(axis));
  return Array.from({ length: rank }, (_, axis) => {
    const moved = source[target.indexOf(axis)];
    return target.includes(axis) && moved !== undefined ? moved : (rest.shift() ?? 0);
  });
}

/** Keeps what is on one side of a diagonal; the rest becomes 0. */
function triangle(keeps: (row: number, column: number, diagonal: number) => boolean): Operation {
  return view(sameRank, (x, attributes) => {
    const rank = x.shape.length;
    if (rank < 2) throw new TorchRaise("input tensor must have at least 2 dimensions");
    const [rows = null, columns = null] = x.axes.slice(-2);
    const [height = 1, width = 1] = heldShape(x).slice(-2);
    const data = x.data.slice();
    for (let i = 0; i < data.length; i++) {
      const column = i % width;
      const row = Math.floor(i / width) % height;
      if (!keeps(rows?.[row] ?? row, columns?.[column] ?? column, attributes.diagonal ?? 0)) data[i] = 0;
    }
    return makeTensor(x.dtype, x.shape, data, x.axes);
  });
}

function diagonalOf(x: Tensor, attributes: Attributes): Tensor {
  const [first, second] = attributes.dims ?? [0, 1];
  const rank = x.shape.length;
  const [rowAxis, columnAxis] = [axisOf(first ?? 0, rank), axisOf(second ?? 1, rank)];
  requireWhole(x, rowAxis, "diagonal");
  requireWhole(x, columnAxis, "diagonal");
  const offset = attributes.diagonal ?? 0;
  const [rowStart, columnStart] = [Math.max(0, -offset), Math.max(0, offset)];
  const height = x.shape[rowAxis] ?? 1;
  const width = x.shape[columnAxis] ?? 1;
  const length = Math.max(0, Math.min(height - rowStart, width - columnStart));
  const rest = x.shape.map((_, axis) => axis).filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const strides = stridesOf(heldShape(x));
  const [rowStride, columnStride] = [strides[rowAxis] ?? 1, strides[columnAxis] ?? 1];
  const lengths = [...rest.map((axis) => heldShape(x)[axis] ?? 1), length];
  const walk = [...rest.map((axis) => strides[axis] ?? 1), rowStride + columnStride];
  const data = copyStrided(x.data, lengths, walk, rowStart * rowStride + columnStart * columnStride);
  const shape = [...rest.map((axis) => x.shape[axis] ?? 1), length];
  return makeTensor(x.dtype, shape, data, [...rest.map((axis) => x.axes[axis] ?? null), null]);
}

const oneLess: RankRule = (rank) => rank - 1;

export const shapeOperations = {
  /** attributes.shape, one length may be -1. */
  reshape: shaped((x, attributes) => reshapeTensor(x, required(attributes, "shape"))),
  /** attributes.start to attributes.end, both inclusive. */
  flatten: view((rank, attributes) => {
    const start = axisOf(attributes.start ?? 0, rank);
    return Math.max(1, rank - (axisOf(attributes.end ?? -1, rank) - start));
  }, flattened),
  permute: view(sameRank, (x, attributes) =>
    permuteAxes(
      x,
      required(attributes, "dims").map((dim) => axisOf(dim, x.shape.length)),
    ),
  ),
  /** Swaps the two axes of attributes.dims. */
  transpose: view(sameRank, (x, attributes) => {
    const [first = 0, second = 1] = required(attributes, "dims");
    return swapAxes(x, first, second);
  }),
  t: view(sameRank, (x) => {
    if (x.shape.length > 2) throw new TorchRaise("t() expects a tensor with <= 2 dimensions");
    return x.shape.length < 2 ? x : swapAxes(x, 0, 1);
  }),
  movedim: view(sameRank, (x, attributes) => {
    const dims = required(attributes, "dims");
    const half = dims.length / 2;
    return permuteAxes(x, movedOrder(x.shape.length, dims.slice(0, half), dims.slice(half)));
  }),
  unsqueeze: view(
    (rank) => rank + 1,
    (x, attributes) => unsqueezeAt(x, required(attributes, "dim")),
  ),
  /** attributes.dim, or every axis of length 1 where it is null. The rank is known only with the operand. */
  squeeze: { ...view(() => null, squeezed), rank: squeezedRank },
  /** attributes.shape; -1 keeps a length. */
  expand: shaped((x, attributes, semantics) => expandTo(x, required(attributes, "shape"), semantics)),
  repeat: view(
    (_rank, attributes) => attributes.repeats?.length ?? null,
    (x, attributes, semantics) => repeated(x, required(attributes, "repeats"), semantics),
  ),
  tile: view(
    (rank, attributes) => Math.max(rank, attributes.repeats?.length ?? rank),
    (x, attributes, semantics) => {
      const repeats = [...required(attributes, "repeats")];
      while (repeats.length < x.shape.length) repeats.unshift(1);
      return repeated(x, repeats, semantics);
    },
  ),
  /** attributes.repeats[0] copies of every element along attributes.dim; flattened where that is null. */
  repeat_interleave: view(
    (rank, attributes) => (typeof attributes.dim === "number" ? rank : 1),
    repeatInterleaved,
  ),
  /** attributes.repeats are the shifts, attributes.dims their axes. */
  roll: view(sameRank, rolled),
  flip: view(sameRank, (x, attributes) => flipped(x, required(attributes, "dims"))),
  tril: triangle((row, column, diagonal) => column - row <= diagonal),
  triu: triangle((row, column, diagonal) => column - row >= diagonal),
  /** attributes.diagonal is the offset, attributes.dims the two axes (default 0 and 1). */
  diagonal: view(oneLess, diagonalOf),
} as const satisfies Readonly<Record<string, Operation>>;
