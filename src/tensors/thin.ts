import { heldShape, restrictAxis, type Tensor } from "./tensor.ts";

/** Elements of a sampled tensor beyond which a flattened grid is sampled more thinly. */
const ample = 2 ** 17;
/** What is left of them. */
const enough = 2 ** 15;
/** Indices that an axis keeps: the sample of one long axis has fewer, and is never thinned. */
const fewest = 128;

/**
 * A grid of two sampled axes holds every pair of their indices, thousands where one axis has dozens: a part of them, spread evenly
 * with both ends, says as much. Which are left follows from the indices held and the size, so that equal grids keep equal parts.
 */
export function thinned(tensor: Tensor): Tensor {
  if (tensor.data.length <= ample) return tensor;
  const lengths = heldShape(tensor);
  const sampled = tensor.axes.map((held, axis) => (held === null ? 0 : (lengths[axis] ?? 0)));
  const axis = sampled.indexOf(Math.max(...sampled));
  const held = tensor.axes[axis];
  if (!held) return tensor;
  const step = Math.floor(Math.min(tensor.data.length / enough, held.length / fewest));
  if (step < 2) return tensor;
  // An odd step takes other columns of each row.
  const odd = step | 1;
  const kept = held.filter((_, i) => i % odd === 0 || i === held.length - 1);
  return restrictAxis(tensor, axis, kept);
}
