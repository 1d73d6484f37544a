import { TorchRaise, type Attributes, type Operand, type Operation, type Semantics } from "../operation.ts";
import type { DType } from "../dtype.ts";
import { heldOf, heldLength, intersect, type Held } from "../sample.ts";
import {
  allocate,
  align,
  heldShape,
  makeTensor,
  replaceAt,
  requireRoom,
  restrictAxis,
  sizeOf,
  type Tensor,
} from "../tensor.ts";
import { reshapeTensor } from "./merge.ts";
import { axisOf, castTensor, dtypeAt, promoteOperands, rankAt, required, tensorAt } from "./operands.ts";
import { run, selectIndices } from "./select.ts";
import { unsqueezeAt, view } from "./shape.ts";

/** chunk: attributes.sizes is the number of chunks; split: a size, or all sizes. attributes.piece picks the result. */
function sliceOf(x: Tensor, attributes: Attributes, sizes: (length: number) => readonly number[]): Tensor {
  const axis = axisOf(attributes.dim ?? 0, x.shape.length);
  const parts = sizes(x.shape[axis] ?? 1);
  const piece = attributes.piece ?? 0;
  const length = parts[piece < 0 ? piece + parts.length : piece];
  if (length === undefined) throw new TorchRaise(`there is no piece ${piece} of ${parts.length}`);
  const start = parts.slice(0, piece < 0 ? piece + parts.length : piece).reduce((sum, part) => sum + part, 0);
  return selectIndices(x, axis, run(start, length));
}

function evenSizes(length: number, size: number): number[] {
  if (length === 0) return [0];
  requireRoom(length / size);
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => Math.min(size, length - i * size));
}

const chunk = view(
  (rank) => rank,
  (x, attributes) => {
    const count = Number(required(attributes, "sizes"));
    return sliceOf(x, attributes, (length) => evenSizes(length, Math.ceil(length / count)));
  },
);

const split = view(
  (rank) => rank,
  (x, attributes) => {
    const sizes = required(attributes, "sizes");
    return sliceOf(x, attributes, (length) => (typeof sizes === "number" ? evenSizes(length, sizes) : sizes));
  },
);

const narrow = view(
  (rank) => rank,
  (x, attributes) => {
    const axis = axisOf(required(attributes, "dim"), x.shape.length);
    const start = attributes.start ?? 0;
    const length = required(attributes, "end") - start;
    return selectIndices(x, axis, run(start, length));
  },
);

/** One slice along an axis, without the axis. */
export function selectOne(x: Tensor, dim: number, index: number): Tensor {
  const axis = axisOf(dim, x.shape.length);
  const length = x.shape[axis] ?? 1;
  const wanted = index < 0 ? index + length : index;
  if (wanted < 0 || wanted >= length)
    throw new TorchRaise(`index ${index} is out of bounds for dimension ${axis} with size ${length}`);
  const slice = selectIndices(x, axis, run(wanted, 1));
  const uniform = slice.uniform.toSpliced(axis, 1);
  return makeTensor(x.dtype, x.shape.toSpliced(axis, 1), slice.data, slice.axes.toSpliced(axis, 1), uniform);
}

const unbind = view(
  (rank) => rank - 1,
  (x, attributes) => selectOne(x, attributes.dim ?? 0, attributes.piece ?? 0),
);

/** meshgrid: operands are the vectors, attributes.piece the one that is wanted, spread over the grid. */
const meshgrid: Operation = {
  dtype: (operands, attributes, semantics) => {
    const dtypes = new Set(operands.map((_, i) => dtypeAt(operands, i, semantics)));
    if (dtypes.size > 1) throw new TorchRaise("torch.meshgrid expects all tensors to have the same dtype");
    return dtypeAt(operands, attributes.piece ?? 0, semantics);
  },
  rank: (operands) => operands.length,
  compute: (operands, attributes) => {
    const vectors = operands.map((_, i) => tensorAt(operands, i));
    const swap = attributes.indexing === "xy" && vectors.length > 1;
    const place = (i: number): number => (swap && i < 2 ? 1 - i : i);
    const spread = vectors.map((vector, i) =>
      reshapeTensor(vector, replaceAt(new Array<number>(vectors.length).fill(1), place(i), -1)),
    );
    const piece = attributes.piece ?? 0;
    const aligned = align(spread);
    return makeTensor(
      vectors[piece]?.dtype ?? "int64",
      aligned.shape,
      aligned.data[piece] ?? new Float64Array(),
      aligned.axes,
    );
  },
};

/** Joins tensors along an axis; the other axes keep what all of them hold. */
function concatenate(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.some((tensor) => tensor.shape.length === 0)) {
    throw new TorchRaise("zero-dimensional tensors cannot be concatenated");
  }
  const parts = tensors.filter((tensor) => tensor.shape.join() !== "0");
  const [first] = parts;
  if (first === undefined) return firstOf(tensors);
  const others = (tensor: Tensor): string => replaceAt(tensor.shape, axis, 1).join();
  if (parts.some((tensor) => others(tensor) !== others(first))) {
    throw new TorchRaise(`Sizes of tensors must match except in dimension ${axis}`);
  }
  const aligned = restrictOthers(parts, axis);
  const length = aligned.reduce((sum, tensor) => sum + (tensor.shape[axis] ?? 0), 0);
  const [model = first] = aligned;
  const axes = replaceAt(model.axes, axis, joinHeld(aligned, axis, length));
  return makeTensor(first.dtype, replaceAt(first.shape, axis, length), joinData(aligned, axis), axes);
}

/** @throws {TorchRaise} for an empty list. */
function firstOf(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new TorchRaise("expected a non-empty list of Tensors");
  return first;
}

function restrictOthers(tensors: readonly Tensor[], axis: number): Tensor[] {
  const rank = tensors[0]?.shape.length ?? 0;
  let aligned = [...tensors];
  for (let other = 0; other < rank; other++) {
    if (other === axis) continue;
    const held = aligned.reduce<Held>(
      (common, tensor) => intersect(common, tensor.axes[other] ?? null),
      null,
    );
    aligned = aligned.map((tensor) => restrictAxis(tensor, other, held));
  }
  return aligned;
}

function joinHeld(tensors: readonly Tensor[], axis: number, length: number): Held {
  if (tensors.every((tensor) => (tensor.axes[axis] ?? null) === null)) return null;
  const indices: number[] = [];
  let offset = 0;
  for (const tensor of tensors) {
    const own = tensor.axes[axis] ?? null;
    const full = tensor.shape[axis] ?? 0;
    for (let i = 0; i < heldLength(full, own); i++) indices.push(offset + (own === null ? i : (own[i] ?? 0)));
    offset += full;
  }
  return heldOf(length, Int32Array.from(indices));
}

function joinData(tensors: readonly Tensor[], axis: number): Float64Array {
  const blocks = tensors.map((tensor) => sizeOf(heldShape(tensor).slice(axis)));
  const outer = sizeOf(heldShape(firstOf(tensors)).slice(0, axis));
  const data = allocate(outer * blocks.reduce((sum, block) => sum + block, 0));
  let at = 0;
  for (let o = 0; o < outer; o++) {
    tensors.forEach((tensor, i) => {
      const block = blocks[i] ?? 0;
      data.set(tensor.data.subarray(o * block, (o + 1) * block), at);
      at += block;
    });
  }
  return data;
}

function allTensors(operands: readonly Operand[], dtype: DType): Tensor[] {
  return operands.map((_, i) => castTensor(tensorAt(operands, i), dtype));
}

function joinedDtype(operands: readonly Operand[], _attributes: Attributes, semantics: Semantics): DType {
  return promoteOperands(operands, semantics);
}

/** All operands have one rank, but empty vectors are let through. */
function catRank(operands: readonly Operand[]): number | null {
  const ranks = operands.map((_, i) => rankAt(operands, i));
  return ranks.includes(null) ? null : Math.max(1, ...ranks.map(Number));
}

const cat: Operation = {
  dtype: joinedDtype,
  rank: catRank,
  compute: (operands, attributes, dtype) => {
    const tensors = allTensors(operands, dtype);
    const ranks = tensors.map((tensor) => tensor.shape.length);
    return concatenate(tensors, axisOf(attributes.dim ?? 0, Math.max(1, ...ranks)));
  },
};

const stack: Operation = {
  dtype: joinedDtype,
  rank: (operands) => {
    const rank = rankAt(operands, 0);
    return rank === null ? null : rank + 1;
  },
  compute: (operands, attributes, dtype) => {
    const tensors = allTensors(operands, dtype);
    if (new Set(tensors.map((tensor) => tensor.shape.join())).size > 1) {
      throw new TorchRaise("stack expects each tensor to be equal size");
    }
    const axis = axisOf(attributes.dim ?? 0, (tensors[0]?.shape.length ?? 0) + 1);
    return concatenate(
      tensors.map((tensor) => unsqueezeAt(tensor, axis)),
      axis,
    );
  },
};

export const joinOperations = {
  /** Operands joined along attributes.dim. */
  cat,
  /** Operands joined along a new axis attributes.dim. */
  stack,
  meshgrid,
  chunk,
  split,
  /** attributes.dim, from attributes.start up to (not including) attributes.end. */
  narrow,
  /** Slice attributes.piece along attributes.dim. */
  unbind,
} as const satisfies Readonly<Record<string, Operation>>;
