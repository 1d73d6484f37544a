import { NotSampled } from "../operation.ts";
import { heldOf, positionOf } from "../sample.ts";
import { takeAlong, type Tensor } from "../tensor.ts";

/**
 * An axis of the given length whose element t is the source's element `sourceOf(t)`.
 * Of a sampled axis the targets whose source is held are held. @throws {NotSampled} if there are none.
 */
export function selectIndices(
  tensor: Tensor,
  axis: number,
  length: number,
  sourceOf: (target: number) => number,
): Tensor {
  const own = tensor.axes[axis] ?? null;
  if (own === null) {
    const positions = new Int32Array(length);
    for (let target = 0; target < length; target++) positions[target] = sourceOf(target);
    return takeAlong(tensor, axis, positions, length, null);
  }
  const positions: number[] = [];
  const targets: number[] = [];
  for (let target = 0; target < length; target++) {
    const position = positionOf(own, sourceOf(target));
    if (position < 0) continue;
    positions.push(position);
    targets.push(target);
  }
  if (length > 0 && targets.length === 0) throw new NotSampled("no index that is needed is held");
  return takeAlong(tensor, axis, positions, length, heldOf(length, Int32Array.from(targets)));
}
