import { formatOf, type DType } from "../tensors/dtype.ts";
import { rounding } from "../formats/index.ts";
import type { LowDType } from "../analysis/environments.ts";
import type { Severity } from "./finding.ts";

/** How far one output moved from plain, and by what it is judged. */
export interface Movement {
  /** Largest |output - plain|; Infinity where finite values became non-finite or the shape changed. */
  readonly moved: number;
  /** 'angle' for phases, sines and cosines; 'value' for everything else. */
  readonly kind: "angle" | "value";
  /** Largest finite |plain|. */
  readonly magnitude: number;
  readonly worst: readonly number[] | null;
  readonly nonfinite: number;
  readonly through: "reference" | "slice";
  readonly dtype: DType | null;
  readonly problem: string | null;
}

/** An angle that moves by this much is an error (docs/verdicts.md, "Severity"). */
export const angleLimit = 0.1;
/** Other outputs are errors beyond this many roundings. */
export const roundingLimit = 8;

/** Half an ulp of the low dtype at the output's magnitude: what one store costs. */
export function oneRounding(low: LowDType, magnitude: number): number {
  const format = formatOf(low);
  return format === null || magnitude === 0 ? 0 : rounding(format, magnitude);
}

export type Level = Severity | "none";

export function levelOf(movement: Movement, low: LowDType): Level {
  const { moved, kind, magnitude } = movement;
  if (moved === 0) return "none";
  if (moved === Infinity) return "error";
  const unit = oneRounding(low, magnitude);
  if (kind === "angle" && moved >= angleLimit) return "error";
  if (kind === "value" && moved > roundingLimit * unit) return "error";
  return moved > unit ? "warning" : "note";
}

const levels: readonly Level[] = ["none", "note", "warning", "error"];

export function worseLevel(a: Level, b: Level): Level {
  return levels.indexOf(a) >= levels.indexOf(b) ? a : b;
}

export function isBad(level: Level): boolean {
  return level === "warning" || level === "error";
}
