import { NotSampled, TorchRaise } from "../operation.ts";
import { heldOf, positionOf, type Held } from "../sample.ts";
import {
  allocate,
  align,
  heldShape,
  makeTensor,
  permuteAxes,
  requireWhole,
  sizeOf,
  takeAlong,
  type Tensor,
} from "../tensor.ts";

/** An index tensor and the axis of x that it looks into. */
export interface IndexTensor {
  readonly axis: number;
  readonly index: Tensor;
}

/** The integer indices of a boolean mask's true entries, one tensor an axis. @throws {NotSampled} for a sampled mask. */
export function maskedAway(mask: Tensor): Tensor[] {
  mask.shape.forEach((_, axis) => {
    requireWhole(mask, axis, "a boolean index");
  });
  const found: number[] = [];
  mask.data.forEach((value, at) => {
    if (value !== 0) found.push(at);
  });
  let block = mask.data.length;
  return mask.shape.map((length) => {
    const outer = block;
    block /= Math.max(length, 1);
    const inner = block;
    return makeTensor(
      "int64",
      [found.length],
      Float64Array.from(found, (at) => Math.floor((at % outer) / inner)),
    );
  });
}

/** Where the entries of an index lie in an axis's storage; -1 for what is not held. */
function lookUp(index: Tensor, length: number, held: Held): Float64Array {
  return index.data.map((value) => {
    const wanted = value < 0 ? value + length : value;
    if (wanted < 0 || wanted >= length) {
      throw new TorchRaise(`index ${value} is out of bounds for dimension with size ${length}`);
    }
    return positionOf(held, wanted);
  });
}

/**
 * The index with storage positions for values. Entries that are not held are dropped where the index runs along one
 * axis only, which is sampled by that. @throws {NotSampled} otherwise, or where nothing is left.
 */
function positionsOf(index: Tensor, length: number, held: Held): Tensor {
  const positions = makeTensor("int64", index.shape, lookUp(index, length, held), index.axes);
  if (!positions.data.includes(-1)) return positions;
  const long = index.shape.flatMap((axisLength, axis) => (axisLength === 1 ? [] : [axis]));
  const [axis] = long;
  if (axis === undefined || long.length > 1) throw new NotSampled("an index points to what is not held");
  const own = index.axes[axis] ?? null;
  const kept: number[] = [];
  positions.data.forEach((position, at) => {
    if (position >= 0) kept.push(at);
  });
  if (kept.length === 0) throw new NotSampled("no index that is needed is held");
  const axisLength = index.shape[axis] ?? 1;
  const heldNow = Int32Array.from(kept, (at) => (own === null ? at : (own[at] ?? 0)));
  return takeAlong(positions, axis, kept, axisLength, heldOf(axisLength, heldNow));
}

/**
 * Advanced indexing: index tensors broadcast against each other and replace their axes, in place where these are
 * neighbours, else in front. @throws {TorchRaise} out of bounds; @throws {NotSampled} for indices that are not held.
 */
export function gatherAt(x: Tensor, tensors: readonly IndexTensor[]): Tensor {
  const axes = tensors.map(({ axis }) => axis);
  const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const front = permuteAxes(x, [...axes, ...rest]);
  const aligned = align(
    tensors.map(({ axis, index }) => positionsOf(index, x.shape[axis] ?? 1, x.axes[axis] ?? null)),
  );
  const lengths = heldShape(front);
  const inner = sizeOf(lengths.slice(axes.length));
  const count = aligned.data[0]?.length ?? 0;
  const data = allocate(count * inner);
  for (let i = 0; i < count; i++) {
    let at = 0;
    for (let k = 0; k < axes.length; k++) at = at * (lengths[k] ?? 1) + (aligned.data[k]?.[i] ?? 0);
    data.set(front.data.subarray(at * inner, (at + 1) * inner), i * inner);
  }
  const shape = [...aligned.shape, ...rest.map((axis) => x.shape[axis] ?? 1)];
  const held = [...aligned.axes, ...rest.map((axis) => x.axes[axis] ?? null)];
  const result = makeTensor(x.dtype, shape, data, held);
  return moveBack(result, axes, aligned.shape.length);
}

function moveBack(result: Tensor, axes: readonly number[], count: number): Tensor {
  const first = axes[0] ?? 0;
  const neighbours = axes.every((axis, k) => axis === first + k);
  if (!neighbours || first === 0) return result;
  const order = result.shape.map((_, axis) => axis);
  const moved = order.splice(0, count);
  order.splice(first, 0, ...moved);
  return permuteAxes(result, order);
}
