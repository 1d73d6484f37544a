import { NotSampled, TorchRaise, type IndexItem, type Operand } from "../operation.ts";
import { heldOf, positionOf, type Held } from "../sample.ts";
import {
  align,
  broadcastShape,
  heldShape,
  isWhole,
  makeTensor,
  restrictAxis,
  sizeOf,
  stridesOf,
  type Tensor,
} from "../tensor.ts";
import { maskedAway } from "./gather.ts";
import { sliceBounds } from "./items.ts";
import { tensorAt } from "./operands.ts";
import { reshapeTensor } from "./merge.ts";

/** What an assignment writes along one axis of x: the region's axis it comes from (null for an integer) and its indices. */
interface Target {
  readonly region: number | null;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/**
 * A copy of x with a region replaced by the value, broadcast; items are spelt out, the value has x's dtype.
 * What x and the value do not both hold of the region is dropped from x.
 * @throws {TorchRaise} for shapes that do not fit; @throws {NotSampled} where nothing would be left.
 */
export function assignAt(
  x: Tensor,
  value: Tensor,
  items: readonly IndexItem[],
  operands: readonly Operand[],
): Tensor {
  if (items.some((item) => item.kind === "tensor")) return scatter(x, value, items, operands);
  const { targets, shape } = targetsOf(x, items);
  const fitted = fitValue(value, shape);
  let base = x;
  targets.forEach((target, axis) => {
    const held = target.region === null ? null : (fitted.axes[target.region] ?? null);
    base = dropMissing(base, axis, target, fitted.shape[target.region ?? 0] === 1 ? null : held);
  });
  return write(base, fitted, targets, shape);
}

function targetsOf(x: Tensor, items: readonly IndexItem[]): { targets: Target[]; shape: number[] } {
  const targets: Target[] = [];
  const shape: number[] = [];
  for (const item of items) {
    const length = x.shape[targets.length] ?? 0;
    if (item.kind === "newaxis") shape.push(1);
    else if (item.kind === "integer") {
      const at = item.value < 0 ? item.value + length : item.value;
      if (at < 0 || at >= length)
        throw new TorchRaise(`index ${item.value} is out of bounds for size ${length}`);
      targets.push({ region: null, start: at, count: 1, step: 1 });
    } else if (item.kind === "slice") {
      const bounds = sliceBounds(item, length);
      targets.push({ region: shape.length, ...bounds });
      shape.push(bounds.count);
    }
  }
  return { targets, shape };
}

/** The value with the region's rank; leading axes of length 1 are dropped as torch does. */
function fitValue(value: Tensor, shape: readonly number[]): Tensor {
  let lengths = [...value.shape];
  while (lengths.length > shape.length && lengths[0] === 1) lengths = lengths.slice(1);
  const fits = lengths.length <= shape.length && broadcastShape([lengths, shape]).join() === shape.join();
  if (!fits)
    throw new TorchRaise(`shape mismatch: value of [${value.shape.join(", ")}] for [${shape.join(", ")}]`);
  while (lengths.length < shape.length) lengths = [1, ...lengths];
  return reshapeTensor(value, lengths);
}

/** Drops the indices of x inside the region whose value is not held. */
function dropMissing(x: Tensor, axis: number, target: Target, valueHeld: Held): Tensor {
  if (valueHeld === null) return x;
  const own = x.axes[axis] ?? null;
  const length = x.shape[axis] ?? 0;
  const kept: number[] = [];
  const count = own === null ? length : own.length;
  for (let i = 0; i < count; i++) {
    const index = own === null ? i : (own[i] ?? 0);
    const at = placeIn(target, index);
    if (at === null || positionOf(valueHeld, at) >= 0) kept.push(index);
  }
  if (kept.length === 0) throw new NotSampled("the region and the value hold nothing in common");
  return restrictAxis(x, axis, heldOf(length, Int32Array.from(kept)) ?? own);
}

/** For every storage position of an axis inside the region: the position in the value's storage. */
function pairsAlong(
  x: Tensor,
  value: Tensor,
  axis: number,
  target: Target,
): { to: number[]; from: number[] } {
  const own = x.axes[axis] ?? null;
  const region = target.region;
  const stretched = region === null || value.shape[region] === 1;
  const held = region === null ? null : (value.axes[region] ?? null);
  const to: number[] = [];
  const from: number[] = [];
  const pair = (at: number, position: number): void => {
    const source = stretched ? 0 : positionOf(held, at);
    if (position < 0 || source < 0) return;
    to.push(position);
    from.push(source);
  };
  // What is held of a long axis is a few dozen indices: they are asked, not the thousands of the region.
  if (own === null) for (let at = 0; at < target.count; at++) pair(at, target.start + at * target.step);
  else
    own.forEach((index, position) => {
      const at = placeIn(target, index);
      if (at !== null) pair(at, position);
    });
  return { to, from };
}

/** Which of the region's indices an index of the axis is; null where it lies outside. */
function placeIn({ start, count, step }: Target, index: number): number | null {
  const at = (index - start) / step;
  return Number.isInteger(at) && at >= 0 && at < count ? at : null;
}

function write(x: Tensor, value: Tensor, targets: readonly Target[], shape: readonly number[]): Tensor {
  const data = x.data.slice();
  const strides = stridesOf(heldShape(x));
  const valueStrides = stridesOf(heldShape(value));
  const along = targets.map((target, axis) => pairsAlong(x, value, axis, target));
  const walk = (axis: number, to: number, from: number): void => {
    const pairs = along[axis];
    if (pairs === undefined) {
      data[to] = value.data[from] ?? 0;
      return;
    }
    const stride = strides[axis] ?? 1;
    const region = targets[axis]?.region ?? null;
    const valueStride = region === null ? 0 : (valueStrides[region] ?? 0);
    for (let i = 0; i < pairs.to.length; i++) {
      walk(axis + 1, to + (pairs.to[i] ?? 0) * stride, from + (pairs.from[i] ?? 0) * valueStride);
    }
  };
  if (sizeOf(shape) > 0) walk(0, 0, 0);
  return makeTensor(x.dtype, x.shape, data, x.axes);
}

/** x[..., index, ...] = value with index tensors; all of them and the value whole. Targets not held are skipped. */
function scatter(
  x: Tensor,
  value: Tensor,
  items: readonly IndexItem[],
  operands: readonly Operand[],
): Tensor {
  const { indices, shape } = scatterGrid(x, items, operands);
  if (!isWhole(value)) throw new NotSampled("a sampled value cannot be stored through an index tensor");
  const lead = fitValue(value, shape);
  const aligned = align([lead, ...indices]);
  const [source = new Float64Array(), ...positions] = aligned.data;
  if (!aligned.axes.every((held) => held === null))
    throw new NotSampled("a sampled index cannot be stored through");
  const strides = stridesOf(heldShape(x));
  const data = x.data.slice();
  for (let i = 0; i < source.length; i++) {
    let at = 0;
    for (let axis = 0; axis < positions.length; axis++) {
      const position = positionOf(x.axes[axis] ?? null, positions[axis]?.[i] ?? 0);
      at = position < 0 ? NaN : at + position * (strides[axis] ?? 1);
    }
    if (!Number.isNaN(at)) data[at] = source[i] ?? 0;
  }
  return makeTensor(x.dtype, x.shape, data, x.axes);
}

/** For every axis of x the indices written, shaped to broadcast to the region. */
function scatterGrid(
  x: Tensor,
  items: readonly IndexItem[],
  operands: readonly Operand[],
): { indices: Tensor[]; shape: number[] } {
  const advanced: Tensor[] = [];
  for (const item of items) {
    if (item.kind !== "tensor") continue;
    const index = tensorAt(operands, item.operand);
    advanced.push(...(index.dtype === "bool" ? maskedAway(index) : [index]));
  }
  const common = broadcastShape(advanced.map((index) => index.shape));
  const kinds = axisKinds(x, items, operands);
  const slices = kinds.filter((kind) => kind !== null).length;
  const first = kinds.indexOf(null);
  const last = kinds.lastIndexOf(null);
  const neighbours = kinds.slice(first, last + 1).every((kind) => kind === null);
  const before = neighbours ? kinds.slice(0, first).filter((kind) => kind !== null).length : 0;
  const shape: number[] = [];
  kinds.forEach((kind) => {
    if (kind !== null) shape.push(kind.count);
  });
  shape.splice(before, 0, ...common);
  let slice = 0;
  const indices = kinds.map((kind, axis) => {
    if (kind === null) {
      const index = advanced.shift() ?? makeTensor("int64", [], Float64Array.of(0));
      const wrapped = index.data.map((at) => (at < 0 ? at + (x.shape[axis] ?? 0) : at));
      const tail = new Array<number>(slices - before).fill(1);
      return makeTensor("int64", [...index.shape, ...tail], wrapped, [
        ...index.axes,
        ...tail.map(() => null),
      ]);
    }
    const place = slice < before ? slice : slice + common.length;
    slice++;
    const lengths = shape.map((_, at) => (at === place ? kind.count : 1));
    return makeTensor(
      "int64",
      lengths,
      Float64Array.from({ length: kind.count }, (_, i) => kind.start + i * kind.step),
    );
  });
  return { indices, shape };
}

/** Per axis of x: null where an index tensor looks into it, else the slice. Integers are slices of one. */
function axisKinds(x: Tensor, items: readonly IndexItem[], operands: readonly Operand[]): (Target | null)[] {
  const kinds: (Target | null)[] = [];
  for (const item of items) {
    const length = x.shape[kinds.length] ?? 0;
    if (item.kind === "slice") kinds.push({ region: 0, ...sliceBounds(item, length) });
    else if (item.kind === "integer") {
      kinds.push({ region: 0, start: item.value < 0 ? item.value + length : item.value, count: 1, step: 1 });
    } else if (item.kind === "tensor") {
      const index = tensorAt(operands, item.operand);
      for (let i = 0; i < (index.dtype === "bool" ? index.shape.length : 1); i++) kinds.push(null);
    }
  }
  return kinds;
}
