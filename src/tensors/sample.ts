import { exactLimit, formats } from "../formats/index.ts";

/** The sorted indices held of an axis; null where the axis is whole. */
export type Held = Int32Array | null;

/** Decides at creation which indices of an axis of the given length are held; null for all of them. */
export type Sampling = (length: number) => Held;

/** Parts of the even spread: at most so many indices beside the marked ones. */
const spread = 24;

/**
 * The canonical sample of an axis: both ends, powers of two with their neighbours, both sides of every exact limit
 * and an even spread. It depends on the length alone, so that axes of one length hold the same indices.
 */
export function canonicalSample(length: number): Int32Array {
  const indices = new Set<number>();
  const add = (index: number): void => {
    if (index >= 0 && index < length) indices.add(index);
  };
  for (let index = 0; index < 4; index++) {
    add(index);
    add(length - 1 - index);
  }
  for (let power = 4; power < length; power *= 2) for (let near = -1; near <= 1; near++) add(power + near);
  for (const format of formats) {
    const limit = exactLimit(format);
    if (limit < length) for (let near = -1; near <= 2; near++) add(limit + near);
  }
  // Odd multiples of a fraction: even positions alone would hide what breaks at odd integers only.
  for (let part = 1; part < spread; part++) add(Math.floor((part * length) / spread) | 1);
  return Int32Array.from(indices).sort();
}

/** Samples axes longer than the threshold canonically. */
export function sampleAbove(threshold: number): Sampling {
  return (length) => (length > threshold ? canonicalSample(length) : null);
}

/** How many elements of an axis are held. */
export function heldLength(length: number, held: Held): number {
  return held === null ? length : held.length;
}

/** Normalises a complete sample to null. */
export function heldOf(length: number, indices: Int32Array): Held {
  return indices.length === length ? null : indices;
}

/** The indices that both hold; null if both are whole. */
export function intersect(a: Held, b: Held): Held {
  if (a === null || b === null || a === b) return a ?? b;
  const common: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) common.push(left);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return Int32Array.from(common);
}

/** Whether both hold the same indices. */
export function sameHeld(a: Held, b: Held): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.length === b.length && a.every((index, i) => index === b[i]);
}

/** Where an index lies among those held, -1 if it is not held. */
export function positionOf(held: Held, index: number): number {
  if (held === null) return index;
  let low = 0;
  let high = held.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = held[middle] ?? 0;
    if (found === index) return middle;
    if (found < index) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
