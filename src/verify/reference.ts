import { canonicalSample } from "../tensors/sample.ts";
import { call } from "../tensors/call.ts";
import { isFloating, type DType } from "../tensors/dtype.ts";
import {
  applyRotation,
  completeFrequencies,
  completePositions,
  inverseFrequencies,
  probeHead,
  quarterTurn,
  spreadPairs,
  type RopeTables,
} from "../tensors/rope.ts";
import { power } from "../tensors/power.ts";
import { makeTensor, type Tensor } from "../tensors/tensor.ts";
import type { LowDType } from "../analysis/environments.ts";
import type { CoordinateEnding } from "../analysis/values/coordinates.ts";
import type { Movement } from "./levels.ts";

/** Probe values for slices that end early: base 10000, head size 128, 4096 positions (docs/limits.md, "Guesses"). */
const settings = {
  base: 10000,
  headSize: 128,
  length: 4096,
  layout: "half-split",
  sampling: canonicalSample,
} as const;

/** More values than this are not one vector of positions or frequencies: a spread of them is completed. */
const maximumValues = 2048;

/** A head of the probe rotated in a low dtype, tables included, against the same head rotated in float32 by float32 tables. */
export function appliedIn(low: LowDType): Movement {
  const known = applied.get(low);
  if (known) return known;
  const { cos, sin } = completeFrequencies(inverseFrequencies(settings), settings);
  const cast = (x: Tensor, dtype: DType): Tensor => call("cast", [x], { dtype });
  const head = cast(probeHead(settings.headSize, 0), low);
  const plain = applyRotation(cast(head, "float32"), cos, sin, settings.layout).data;
  const value = applyRotation(head, cast(cos, low), cast(sin, low), settings.layout).data;
  const movement: Movement = {
    moved: distance(plain, value),
    magnitude: plain.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0),
    nonfinite: 0,
    worst: null,
    kind: "value",
    through: "reference",
    dtype: low,
    problem: null,
  };
  applied.set(low, movement);
  return movement;
}

const applied = new Map<LowDType, Movement>();

/** What enters a rotation. */
export type RotationPart = "value" | "turned" | "cos" | "sin";

/** Values that both low formats hold: what queries and tables lost before they came in is not the rotation's. Or finer ones. */
export type Digits = "low" | "fine";

type RotationParts = Readonly<Record<RotationPart, Tensor>>;
const rotating = new Map<Digits, RotationParts>();
const rotatingIn = new Map<string, Tensor>();

/** A part of the reference kernel's rotation in a floating dtype; null in any other. */
export function rotationPart(part: RotationPart, digits: Digits, dtype: DType): Tensor | null {
  if (!isFloating(dtype)) return null;
  const key = `${part} ${digits} ${dtype}`;
  const parts = rotating.get(digits) ?? rotationParts(digits);
  rotating.set(digits, parts);
  const known = rotatingIn.get(key) ?? call("cast", [parts[part]], { dtype });
  rotatingIn.set(key, known);
  return known;
}

function rotationParts(digits: Digits): RotationParts {
  const { cos, sin } = completeFrequencies(inverseFrequencies(settings), settings);
  const held = (x: Tensor): Tensor => (digits === "fine" ? x : call("cast", [x], { dtype: "bfloat16" }));
  const value = held(probeHead(settings.headSize, 0));
  const spread = (table: Tensor): Tensor => held(spreadPairs(table, settings.layout));
  return { value, turned: quarterTurn(value, settings.layout), cos: spread(cos), sin: spread(sin) };
}

/** Coordinates between 0 and 1: a sign changes no error. */
const coordinates = Float64Array.from({ length: 65 }, (_, i) => i / 64);

/** Frequencies that meet coordinates, completed to sines and cosines. */
export function completedByCoordinates(
  { meets, scale }: CoordinateEnding,
  { left, right }: Aligned,
): Omit<Movement, "dtype"> {
  let [moved, nonfinite, worst] = [0, 0, -1];
  left.forEach((exact, i) => {
    const value = right[i] ?? 0;
    if (!Number.isFinite(value)) nonfinite += 1;
    if (exact === value) return;
    for (const coordinate of coordinates) {
      const [a, b] = [exact, value].map((x) => coordinate * scale * (meets === "factor" ? x : 1 / x));
      const step = Math.max(...[Math.cos, Math.sin].map((table) => Math.abs(table(a ?? 0) - table(b ?? 0))));
      const distance = Number.isNaN(step) ? Infinity : step;
      if (distance > moved) [moved, worst] = [distance, i];
    }
  });
  return ofTables(moved, nonfinite, worst);
}

/** How far sines and cosines moved; the place of the worst is -1 where none did. */
function ofTables(moved: number, nonfinite: number, worst: number): Omit<Movement, "dtype"> {
  const place = worst < 0 ? null : [worst];
  return {
    moved,
    magnitude: 1,
    nonfinite,
    worst: place,
    kind: "angle",
    through: "reference",
    problem: null,
  };
}

type Ending = "position" | "frequency";

/** Values of a slice's early end, in plain (or in float64) and where they are judged. */
export interface Aligned {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** A slice that ends at positions or frequencies, completed to tables and to a rotated query times key. */
export function completed(ending: Ending, { left, right }: Aligned): Omit<Movement, "dtype"> {
  const [plain, value] = [tablesOf(ending, left), tablesOf(ending, right)];
  let moved = 0;
  for (const table of ["cos", "sin", "score"] as const) {
    moved = Math.max(moved, distance(plain[table].data, value[table].data));
  }
  const nonfinite = right.reduce((count, x) => count + (Number.isFinite(x) ? 0 : 1), 0);
  const worst = left.findIndex((x, i) => x !== right[i]);
  return ofTables(moved, nonfinite, worst);
}

type AngleErrors = Readonly<Record<"phase" | "cos" | "sin", number>>;

const erredBefore = {
  position: new WeakMap<Float64Array, WeakMap<Float64Array, AngleErrors>>(),
  frequency: new WeakMap<Float64Array, WeakMap<Float64Array, AngleErrors>>(),
};

/** Largest errors of the completed phases, cosines and sines against those of the exact values. */
export function completedErrors(ending: Ending, exact: Float64Array, values: Float64Array): AngleErrors {
  const byValues = erredBefore[ending].get(exact) ?? new WeakMap<Float64Array, AngleErrors>();
  erredBefore[ending].set(exact, byValues);
  const errors = byValues.get(values) ?? errorsOf(ending, exact, values);
  byValues.set(values, errors);
  return errors;
}

function errorsOf(ending: Ending, exact: Float64Array, values: Float64Array): AngleErrors {
  const { phases, cos, sin } = tablesOf(ending, values);
  const truth = exactPhases(ending, thin(exact));
  const map = (f: (x: number) => number): Float64Array => truth.map(f);
  return {
    phase: distance(truth, phases.data),
    cos: distance(map(Math.cos), cos.data),
    sin: distance(map(Math.sin), sin.data),
  };
}

/** Values whose tables are kept: the last ones, at most so many (8 MiB of each table). */
const maximumKept = 2 ** 14;
const completedBefore = {
  position: new Map<Float64Array, RopeTables>(),
  frequency: new Map<Float64Array, RopeTables>(),
};

/** One tensor is compared with many: plain with every environment, and what environments share with both. */
function tablesOf(ending: Ending, values: Float64Array): RopeTables {
  const kept = completedBefore[ending];
  const known = kept.get(values);
  if (known) return known;
  const thinned = thin(values);
  const vector = makeTensor("float64", [thinned.length], thinned);
  const tables =
    ending === "position" ? completePositions(vector, settings) : completeFrequencies(vector, settings);
  kept.set(values, tables);
  let total = 0;
  for (const one of [...kept.keys()].reverse()) {
    total += Math.min(one.length, maximumValues);
    if (total > maximumKept) kept.delete(one);
  }
  return tables;
}

/** Phases in float64, in the order of the kernel's table. */
function exactPhases(ending: Ending, values: Float64Array): Float64Array {
  const { base, headSize, length } = settings;
  const frequencies =
    ending === "frequency"
      ? values
      : Float64Array.from({ length: headSize / 2 }, (_, i) => 1 / power(base, (2 * i) / headSize));
  const positions = ending === "position" ? values : Float64Array.from(canonicalSample(length));
  return Float64Array.from({ length: positions.length * frequencies.length }, (_, i) => {
    const [position, frequency] = [
      positions[Math.floor(i / frequencies.length)],
      frequencies[i % frequencies.length],
    ];
    return (position ?? 0) * (frequency ?? 0);
  });
}

function thin(values: Float64Array): Float64Array {
  const step = Math.ceil(values.length / maximumValues);
  return step <= 1 ? values : values.filter((_, i) => i % step === 0);
}

/** Largest distance to what is finite; Infinity where only the other side is not. */
function distance(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    if (!Number.isFinite(x)) continue;
    const step = Math.abs(x - y);
    largest = Math.max(largest, Number.isNaN(step) ? Infinity : step);
  }
  return largest;
}
