import { heldShape, restrictAxis, type Tensor } from "./tensor.ts";

/** Elements of a sampled tensor beyond which a grid of positions is sampled more thinly. */
const ample = 2 ** 17;
/** What is left of them. */
const enough = 2 ** 15;
/** Positions that are left of a grid: the sample of one long axis has fewer, and is never thinned. */
const fewest = 128;

/**
 * A grid of two sampled axes holds every pair of their indices, thousands where one axis has dozens: a part of them, spread evenly
 * with both ends, says as much. Which are left follows from the indices held and the size, so that equal grids keep equal parts.
 */
export function thinned(tensor: Tensor): Tensor {
  if (tensor.data.length <= ample) return tensor;
  const lengths = heldShape(tensor);
  const sampled = lengths.flatMap((length, axis) => (tensor.axes[axis] ? [{ axis, length }] : []));
  const positions = sampled.reduce((product, { length }) => product * length, 1);
  const surplus = Math.min(tensor.data.length / enough, positions / fewest);
  const step = Math.floor(surplus ** (1 / sampled.length));
  if (sampled.length === 0 || step < 2) return tensor;
  return sampled.reduce((thin, { axis }) => {
    // An odd step takes other columns of each row of a grid that is flattened.
    const kept = tensor.axes[axis]?.filter((_, i, held) => i % (step | 1) === 0 || i === held.length - 1);
    return restrictAxis(thin, axis, kept ?? null);
  }, tensor);
}
