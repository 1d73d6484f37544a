import type { Movement } from './outputs.ts';

/** The reference kernel's parameters where a slice ends early: base and head size of the RoFormer paper's successors. */
const reference = { base: 10000, dim: 128, length: 4096 };

interface Aligned {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** fp32 inverse frequencies base^(-2i/dim), i < dim / 2. */
const inverseFrequencies = Float64Array.from({ length: reference.dim / 2 }, (_, i) =>
  Math.fround(1 / Math.fround(reference.base ** Math.fround((2 * i) / reference.dim))),
);

/** A slice that ends at positions: phases, sines and cosines are made of them in fp32. */
export function completePositions({ left, right }: Aligned): Omit<Movement, 'dtype'> {
  let moved = 0;
  let worst = -1;
  let nonfinite = 0;
  for (let p = 0; p < left.length; p++) {
    const [a, b] = [left[p] ?? 0, right[p] ?? 0];
    if (!Number.isFinite(b)) nonfinite += 1;
    if (a === b) continue;
    const distance = tableDistance(a, b);
    if (distance > moved) [moved, worst] = [distance, p];
  }
  return { moved, magnitude: 1, nonfinite, worst: worst < 0 ? null : [worst], kind: 'angle', through: 'reference', problem: null };
}

function tableDistance(a: number, b: number): number {
  let distance = 0;
  for (const frequency of inverseFrequencies) distance = Math.max(distance, angleDistance(Math.fround(a * frequency), Math.fround(b * frequency)));
  return distance;
}

/** How far the cosine or sine of an angle moves. */
function angleDistance(a: number, b: number): number {
  const distance = Math.max(Math.abs(Math.cos(a) - Math.cos(b)), Math.abs(Math.sin(a) - Math.sin(b)));
  return Number.isNaN(distance) ? Infinity : distance;
}

/** A slice that ends at frequencies: positions 0 .. length - 1 are multiplied in, in fp32. */
export function completeFrequencies({ left, right }: Aligned): Omit<Movement, 'dtype'> {
  let moved = 0;
  let worst = -1;
  let nonfinite = 0;
  for (let i = 0; i < left.length; i++) {
    const [a, b] = [left[i] ?? 0, right[i] ?? 0];
    if (!Number.isFinite(b)) nonfinite += 1;
    if (a === b) continue;
    // The error grows with the position until the cosine saturates: the far end and a spread before it show the largest.
    for (let position = reference.length - 1; position > 0; position = Math.floor(position * 0.93)) {
      const distance = angleDistance(Math.fround(position * a), Math.fround(position * b));
      if (distance > moved) [moved, worst] = [distance, i];
    }
  }
  return { moved, magnitude: 1, nonfinite, worst: worst < 0 ? null : [worst], kind: 'angle', through: 'reference', problem: null };
}
