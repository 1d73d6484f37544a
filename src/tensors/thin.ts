import { heldShape, restrictAxis, sizeOf, type Tensor } from "./tensor.ts";

/** Elements of a sampled tensor beyond which a grid of positions is sampled more thinly. */
const ample = 2 ** 15;
/** Places of a grid that are left: the sample of one long axis has fewer, and is never thinned. */
const fewest = 384;
/** Of the longest axis, every third index is left at a time: an odd step takes other columns of each row of a flattened grid. */
const step = 3;
/** Of every other axis that many are left before the longest is thinned: what depends on one axis alone is seen on it. */
const few = 6;

/**
 * A grid of sampled axes holds every combination of their indices, thousands where one axis has dozens: a part of them, spread
 * evenly with both ends, says as much. Which are left follows from the indices held and the size: equal grids keep equal parts.
 */
export function thinned(tensor: Tensor): Tensor {
  let thin = tensor;
  while (thin.data.length > ample) {
    const lengths = heldShape(thin).map((length, axis) => (tensor.axes[axis] ? length : 1));
    if (sizeOf(lengths) <= fewest) break;
    const kept = lengths.indexOf(Math.max(...lengths));
    const others = lengths.map((length, axis) => (axis === kept || length <= few ? 1 : length));
    const axis = Math.max(...others) > 1 ? others.indexOf(Math.max(...others)) : kept;
    const held = thin.axes[axis]?.filter((_, i, all) => i % step === 0 || i === all.length - 1);
    thin = restrictAxis(thin, axis, held ?? null);
  }
  return thin;
}
