import { NotSampled } from "../operation.ts";
import { heldOf, positionOf } from "../sample.ts";
import { takeAlong, type Tensor } from "../tensor.ts";

/** Which elements of an axis make another, and where each of them goes. */
export interface Selection {
  /** Of the new axis. */
  readonly length: number;
  readonly sourceOf: (target: number) => number;
  /** The inverse: no index of the new axis where the source's element is left out. */
  readonly targetOf: (source: number) => number;
}

/** So many elements from one on. */
export function run(start: number, length: number, step = 1): Selection {
  return {
    length,
    sourceOf: (target) => start + target * step,
    targetOf: (source) => (source - start) / step,
  };
}

/**
 * An axis of the elements that a selection names.
 * Of a sampled axis the targets whose source is held are held. @throws {NotSampled} if there are none.
 */
export function selectIndices(tensor: Tensor, axis: number, selection: Selection): Tensor {
  const { length, sourceOf, targetOf } = selection;
  const own = tensor.axes[axis] ?? null;
  if (own === null) {
    const positions = new Int32Array(length);
    for (let target = 0; target < length; target++) positions[target] = sourceOf(target);
    return takeAlong(tensor, axis, positions, length, null);
  }
  // Asked of what is held, not of the axis: a range of 10**9 has as few elements as any other.
  const targets = Array.from(own, targetOf)
    .filter((target) => Number.isInteger(target) && target >= 0 && target < length)
    .sort((a, b) => a - b);
  if (length > 0 && targets.length === 0) throw new NotSampled("no index that is needed is held");
  const positions = targets.map((target) => positionOf(own, sourceOf(target)));
  return takeAlong(tensor, axis, positions, length, heldOf(length, Int32Array.from(targets)));
}
