import { positionOf } from "../tensors/sample.ts";
import { heldShape, type Tensor } from "../tensors/tensor.ts";
import type { Evaluated } from "../analysis/evaluate/evaluated.ts";
import type { Ending } from "../analysis/analysed-unit.ts";
import type { Movement } from "./levels.ts";
import { completed, completedByCoordinates } from "./reference.ts";

/** Compares an output with plain. Positions and frequencies are completed by the reference kernel first. */
export function movementOf(plain: Evaluated, value: Evaluated, role: Ending): Movement {
  if (plain.kind !== "tensor" || plain.data === null) return still("no plain value");
  if (value.kind === "raises") return { ...still(value.message), moved: Infinity };
  if (value.kind !== "tensor" || value.data === null)
    return { ...still("the output is not computed any more"), moved: Infinity };
  if (plain.data === value.data) return { ...still(null), dtype: value.dtype };
  return { ...compared(plain.data, value.data, role), dtype: value.dtype };
}

/** Comparisons by what is compared: evaluations share most of their tensors. */
const comparedBefore = new WeakMap<Tensor, WeakMap<Tensor, Map<Ending, Movement>>>();

function compared(plain: Tensor, value: Tensor, role: Ending): Movement {
  const byValue = comparedBefore.get(plain) ?? new WeakMap<Tensor, Map<Ending, Movement>>();
  comparedBefore.set(plain, byValue);
  const byRole = byValue.get(value) ?? new Map<Ending, Movement>();
  byValue.set(value, byRole);
  const known = byRole.get(role);
  if (known) return known;
  const movement = compareTensors(plain, value, role);
  byRole.set(role, movement);
  return movement;
}

function compareTensors(plain: Tensor, value: Tensor, role: Ending): Movement {
  const aligned = alignHeld(plain, value);
  const { dtype } = value;
  if (!aligned)
    return {
      ...still(`shape [${value.shape.join(", ")}] instead of [${plain.shape.join(", ")}]`),
      moved: Infinity,
      dtype,
    };
  if (aligned.left.length === 0) return { ...still(null), dtype };
  // What overflows by itself, at sizes that the text does not fix, tells nothing. A mask's -inf is meant.
  if (overflows(plain.data)) return { ...still(null), dtype };
  if (typeof role === "object") return { ...completedByCoordinates(role, aligned), dtype };
  if (role === "position" && isWholeNumbers(plain)) return { ...completed("position", aligned), dtype };
  if (role === "frequency") return { ...completed("frequency", aligned), dtype };
  if (role === "distance") return { ...distances(aligned, plain), dtype };
  return { ...difference(aligned, plain), kind: role === "phase" || role === "table" ? "angle" : "value" };
}

function overflows(data: Float64Array): boolean {
  for (const x of data) if (!(x < Infinity)) return true;
  return false;
}

function still(problem: string | null): Movement {
  return {
    moved: 0,
    kind: "value",
    magnitude: 0,
    worst: null,
    nonfinite: 0,
    through: "slice",
    dtype: null,
    problem,
  };
}

/** An output that is what it is in plain. */
export const unmoved: Movement = still(null);

export function isWholeNumbers(tensor: Tensor): boolean {
  return tensor.data.every((x) => Number.isInteger(x));
}

interface Aligned {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Values of both tensors at the indices that both hold; null where the shapes differ. */
function alignHeld(plain: Tensor, value: Tensor): Aligned | null {
  if (
    plain.shape.length !== value.shape.length ||
    plain.shape.some((length, axis) => length !== value.shape[axis])
  )
    return null;
  const same = plain.axes.every((held, axis) => sameAxis(held, value.axes[axis] ?? null));
  if (same) return { left: plain.data, right: value.data };
  return pick(plain, value);
}

function sameAxis(a: Int32Array | null, b: Int32Array | null): boolean {
  return (
    a === b || (a !== null && b !== null && a.length === b.length && a.every((index, i) => index === b[i]))
  );
}

/** The slow way: walks what plain holds and looks each index up in the other. */
function pick(plain: Tensor, value: Tensor): Aligned {
  const [shape, other] = [heldShape(plain), heldShape(value)];
  const left: number[] = [];
  const right: number[] = [];
  for (let flat = 0; flat < plain.data.length; flat++) {
    let rest = flat;
    let target = 0;
    let stride = 1;
    let found = true;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] ?? 1;
      const index = rest % length;
      rest = Math.floor(rest / length);
      const position = positionOf(value.axes[axis] ?? null, plain.axes[axis]?.[index] ?? index);
      if (position < 0) found = false;
      target += position * stride;
      stride *= other[axis] ?? 1;
    }
    if (!found) continue;
    left.push(plain.data[flat] ?? 0);
    right.push(value.data[target] ?? 0);
  }
  return { left: Float64Array.from(left), right: Float64Array.from(right) };
}

function difference(
  { left, right }: Aligned,
  plain: Tensor,
  counts: (value: number) => boolean = () => true,
): Movement {
  let moved = 0;
  let magnitude = 0;
  let nonfinite = 0;
  let worst = -1;
  // Written plainly: a run is over before the engine has made this loop fast.
  for (let i = 0; i < left.length; i++) {
    const a = left[i] ?? 0;
    const b = right[i] ?? 0;
    if (!counts(a)) continue;
    const size = Math.abs(a);
    if (size > magnitude && size !== Infinity) magnitude = size;
    if (!(Math.abs(b) < Infinity)) nonfinite += 1;
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const distance = Math.abs(a - b);
    const step = Number.isNaN(distance) ? Infinity : distance;
    if (step > moved) {
      moved = step;
      worst = i;
    }
  }
  return {
    moved,
    magnitude,
    nonfinite,
    worst: worst < 0 ? null : indexAt(plain, worst),
    kind: "value",
    through: "slice",
    dtype: null,
    problem: null,
  };
}

/** A near distance is this part of the largest, or less. */
const nearness = 1 / 16;

/**
 * Distances, near ones by themselves: where large positions cancel, what they lost is small beside the largest distance, and a
 * multiple of the near ones.
 */
function distances(aligned: Aligned, plain: Tensor): Movement {
  const all = difference(aligned, plain);
  const limit = nearness * all.magnitude;
  const near = difference(aligned, plain, (value) => Math.abs(value) <= limit);
  if (all.moved === Infinity) return all;
  // Storing any of them costs more than this; where no more is lost, the near ones tell how much.
  const stored = 2 ** -8 * all.magnitude;
  const isFar = all.moved > stored && all.moved * near.magnitude > near.moved * all.magnitude;
  return isFar ? all : near;
}

/** The index of a flat place among those held, in full coordinates. */
export function indexAt(tensor: Tensor, flat: number): readonly number[] {
  const shape = heldShape(tensor);
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    const at = rest % length;
    rest = Math.floor(rest / length);
    index.unshift(tensor.axes[axis]?.[at] ?? at);
  }
  return index;
}

/** Whether two evaluations agree in values, dtype, shape and device. */
export function isIdentical(a: Evaluated, b: Evaluated): boolean {
  if (a.kind !== "tensor" || b.kind !== "tensor") return a.kind === b.kind;
  if (a.dtype !== b.dtype || a.device !== b.device) return false;
  if (a.data === b.data) return true;
  if (a.data === null || b.data === null) return false;
  const aligned = alignHeld(a.data, b.data);
  return aligned?.left.every((x, i) => Object.is(x, aligned.right[i]) || x === aligned.right[i]) ?? false;
}
