import type { DType } from "./dtype.ts";
import { NotSampled, TorchRaise } from "./operation.ts";
import { heldLength, heldOf, intersect, positionOf, sameHeld, type Held, type Sampling } from "./sample.ts";

/**
 * A dense tensor. `shape` has the full lengths; `axes[d]` has the sorted indices held of axis d, null for all of them;
 * `data` is row-major over what is held. Every element is a value of `dtype`, kept as a double
 * (int64 beyond 2^53 is rounded, complex tensors hold no data). `uniform[d]` is true where all elements along axis d,
 * held or not, are known to be equal, as those of `ones` are; what is missing counts as false.
 */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly axes: readonly Held[];
  readonly data: Float64Array;
  readonly uniform: readonly boolean[];
}

/** The number of elements held along every axis. */
export function heldShape(tensor: Pick<Tensor, "shape" | "axes">): number[] {
  return tensor.shape.map((length, axis) => heldLength(length, tensor.axes[axis] ?? null));
}

/** The product of the lengths; 1 for a zero-dimensional shape. */
export function sizeOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** A tensor over given storage. @throws {RangeError} if the storage does not fit the shape. */
export function makeTensor(
  dtype: DType,
  shape: readonly number[],
  data: Float64Array,
  axes: readonly Held[] = shape.map(() => null),
  uniform: readonly boolean[] = [],
): Tensor {
  const tensor = { dtype, shape, axes, data, uniform };
  shape.forEach(requireLength);
  if (sizeOf(heldShape(tensor)) !== data.length) {
    throw new RangeError(`${String(data.length)} elements do not fill shape [${shape.join(", ")}]`);
  }
  return tensor;
}

/** More elements than this (32 MiB) are no table of positions. */
const maximumElements = 2 ** 22;

/** Room for a result. @throws {RangeError} where an operation would make more elements than any table has. */
export function allocate(length: number): Float64Array {
  requireRoom(length);
  return new Float64Array(length);
}

/** @throws {RangeError} where an operation would make more elements than any table has. */
export function requireRoom(length: number): void {
  if (!(length <= maximumElements))
    throw new RangeError(`${String(length)} elements are too many to evaluate`);
}

/** Indices are kept in 32 bits. @throws {RangeError} for an axis that is longer, or infinite. */
function requireLength(length: number): void {
  if (!(length < 2 ** 31)) throw new RangeError(`an axis of ${String(length)} is too long to evaluate`);
}

/** A zero-dimensional tensor. */
export function scalarTensor(dtype: DType, value: number): Tensor {
  return makeTensor(dtype, [], Float64Array.of(value));
}

/** Whether every axis is whole. */
export function isWhole(tensor: Tensor): boolean {
  return tensor.axes.every((held) => held === null);
}

/** Whether all elements along an axis are known to be equal. */
export function isUniform(tensor: Tensor, axis: number): boolean {
  return tensor.shape[axis] === 1 || tensor.uniform[axis] === true;
}

/** The axis, whole. @throws {NotSampled} where only a sample of it is held. */
export function requireWhole(tensor: Tensor, axis: number, what: string): void {
  if ((tensor.axes[axis] ?? null) !== null)
    throw new NotSampled(`${what} needs the whole of axis ${String(axis)}`);
}

/** The axes that a setting holds of a new tensor's shape. */
export function sampledAxes(shape: readonly number[], sampling: Sampling | null | undefined): Held[] {
  return shape.map((length) => {
    requireLength(length);
    const held = sampling?.(length) ?? null;
    return held === null ? null : heldOf(length, held);
  });
}

/** Row-major strides of the given lengths. */
export function stridesOf(lengths: readonly number[]): number[] {
  const strides = new Array<number>(lengths.length).fill(1);
  for (let axis = lengths.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (lengths[axis + 1] ?? 1);
  }
  return strides;
}

/** Copies a strided view to contiguous row-major storage; stride 0 repeats, negative strides walk back. */
export function copyStrided(
  source: Float64Array,
  lengths: readonly number[],
  strides: readonly number[],
  offset = 0,
): Float64Array {
  const target = allocate(sizeOf(lengths));
  if (target.length === 0) return target;
  const view = collapse(lengths, strides);
  fillStrided(source, target, view.lengths, view.strides, offset, 0, 0);
  return target;
}

/** Joins neighbouring axes that are contiguous in the source, so that inner loops are long. */
function collapse(
  lengths: readonly number[],
  strides: readonly number[],
): { lengths: number[]; strides: number[] } {
  const joined = { lengths: [1], strides: [0] };
  lengths.forEach((length, axis) => {
    if (length === 1) return;
    const stride = strides[axis] ?? 0;
    const last = joined.lengths.length - 1;
    const outer = joined.strides[last] ?? 0;
    if (joined.lengths[last] === 1) {
      joined.lengths[last] = length;
      joined.strides[last] = stride;
    } else if (outer === stride * length) {
      joined.lengths[last] = (joined.lengths[last] ?? 1) * length;
      joined.strides[last] = stride;
    } else {
      joined.lengths.push(length);
      joined.strides.push(stride);
    }
  });
  return joined;
}

function fillStrided(
  source: Float64Array,
  target: Float64Array,
  lengths: readonly number[],
  strides: readonly number[],
  offset: number,
  start: number,
  axis: number,
): number {
  const length = lengths[axis] ?? 1;
  const stride = strides[axis] ?? 0;
  if (axis < lengths.length - 1) {
    let at = start;
    for (let i = 0; i < length; i++)
      at = fillStrided(source, target, lengths, strides, offset + i * stride, at, axis + 1);
    return at;
  }
  if (stride === 0) target.fill(source[offset] ?? 0, start, start + length);
  else if (stride === 1 && length > 8) target.set(source.subarray(offset, offset + length), start);
  else for (let i = 0; i < length; i++) target[start + i] = source[offset + i * stride] ?? 0;
  return start + length;
}

/** The tensor with axes in another order. */
export function permuteAxes(tensor: Tensor, order: readonly number[]): Tensor {
  const lengths = heldShape(tensor);
  const strides = stridesOf(lengths);
  const pick = (values: readonly number[]): number[] => order.map((axis) => values[axis] ?? 1);
  const axes = order.map((axis) => tensor.axes[axis] ?? null);
  return makeTensor(
    tensor.dtype,
    pick(tensor.shape),
    copyStrided(tensor.data, pick(lengths), pick(strides)),
    axes,
    order.map((axis) => isUniform(tensor, axis)),
  );
}

/** Picks storage positions along one axis, which then has the given length and holds the given indices. */
export function takeAlong(
  tensor: Tensor,
  axis: number,
  positions: Int32Array | readonly number[],
  length: number,
  held: Held,
): Tensor {
  const lengths = heldShape(tensor);
  const inner = sizeOf(lengths.slice(axis + 1));
  const outer = sizeOf(lengths.slice(0, axis));
  const extent = (lengths[axis] ?? 1) * inner;
  const data = allocate(outer * positions.length * inner);
  let at = 0;
  for (let block = 0; block < outer * extent; block += extent) {
    for (const position of positions) {
      const from = block + position * inner;
      if (inner === 1) data[at] = tensor.data[from] ?? 0;
      else data.set(tensor.data.subarray(from, from + inner), at);
      at += inner;
    }
  }
  return makeTensor(
    tensor.dtype,
    replaceAt(tensor.shape, axis, length),
    data,
    replaceAt(tensor.axes, axis, held),
    tensor.shape.map((_, at) => isUniform(tensor, at)),
  );
}

/** A copy of the list with one entry replaced. */
export function replaceAt<T>(list: readonly T[], at: number, value: T): T[] {
  return list.map((old, i) => (i === at ? value : old));
}

/** Keeps only the given indices of an axis, all of which must be held. @throws {NotSampled} if there are none. */
export function restrictAxis(tensor: Tensor, axis: number, held: Held): Tensor {
  const current = tensor.axes[axis] ?? null;
  if (held === null || sameHeld(current, held)) return tensor;
  if (held.length === 0 && tensor.shape[axis] !== 0)
    throw new NotSampled("two samples have no index in common");
  const positions = held.map((index) => positionOf(current, index));
  return takeAlong(tensor, axis, positions, tensor.shape[axis] ?? 1, held);
}

/** The shape several shapes broadcast to. @throws {TorchRaise} if they do not. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let common = 1;
    for (const shape of shapes) {
      const length = shape[axis - rank + shape.length] ?? 1;
      if (length === 1 || length === common) continue;
      if (common !== 1)
        throw new TorchRaise(
          `The size of tensor a (${String(common)}) must match the size of tensor b (${String(length)})`,
        );
      common = length;
    }
    return common;
  });
}

/** Tensors of one broadcast shape whose axes hold the same indices, ready for element by element work. */
export interface Aligned {
  readonly shape: readonly number[];
  readonly axes: readonly Held[];
  readonly data: readonly Float64Array[];
  readonly uniform: readonly boolean[];
}

/**
 * Broadcasts tensors against each other; where they hold different samples of an axis, what both hold is kept.
 * An axis that a length of 1 is stretched to, with no other tensor holding it, stays whole.
 * @throws {TorchRaise} if shapes do not broadcast; @throws {NotSampled} if two samples have nothing in common.
 */
export function align(
  tensors: readonly Tensor[],
  stretched?: readonly number[],
  axesHeld?: readonly Held[],
): Aligned {
  const shapes = tensors.map((tensor) => tensor.shape);
  const shape = broadcastShape(stretched === undefined ? shapes : [...shapes, stretched]);
  const axes = shape.map((length, axis) => {
    let held: Held = axesHeld?.[axis] ?? null;
    for (const tensor of tensors) {
      const own = axis - shape.length + tensor.shape.length;
      if (own >= 0 && tensor.shape[own] === length) held = intersect(held, tensor.axes[own] ?? null);
    }
    return held;
  });
  const lengths = shape.map((length, axis) => heldLength(length, axes[axis] ?? null));
  const uniform = shape.map((_, axis) =>
    tensors.every((tensor) => {
      const own = axis - shape.length + tensor.shape.length;
      return own < 0 || isUniform(tensor, own);
    }),
  );
  return { shape, axes, data: tensors.map((tensor) => stretch(tensor, shape, axes, lengths)), uniform };
}

function stretch(
  tensor: Tensor,
  shape: readonly number[],
  axes: readonly Held[],
  lengths: readonly number[],
): Float64Array {
  const lead = shape.length - tensor.shape.length;
  let restricted = tensor;
  tensor.shape.forEach((length, own) => {
    if (length === shape[own + lead]) restricted = restrictAxis(restricted, own, axes[own + lead] ?? null);
  });
  const own = heldShape(restricted);
  if (sizeOf(own) === sizeOf(lengths)) return restricted.data;
  const strides = stridesOf(own);
  const repeated = shape.map((length, axis) => {
    const at = axis - lead;
    return at < 0 || (tensor.shape[at] === 1 && length !== 1) ? 0 : (strides[at] ?? 0);
  });
  return copyStrided(restricted.data, lengths, repeated);
}
