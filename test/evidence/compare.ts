import type { Metrics, Run } from "../../src/verify/finding.ts";
import type { Case, Figures, MeasuredRun } from "./cases.ts";

const counts = ["distinct", "first_collision"] as const;
const exact = ["result_dtype", "nonfinite", "bit_identical_to_plain"] as const;
const errors = [
  "max_abs_phase_error",
  "max_abs_cos_error",
  "max_abs_sin_error",
  "max_abs_value_error",
  "moved",
] as const;

/** Above this an error has to agree to one part in a thousand; below it, within what one ulp can do. */
const large = 1e-2;
const relative = 1e-3;

/** One figure on both sides. */
export interface Compared {
  readonly figure: string;
  readonly ours: number | string | boolean | null;
  readonly torch: number | string | boolean | null;
  /** How far the two may be apart. */
  readonly allowed: number;
  readonly agrees: boolean;
}

export function compareRun(one: Case, run: Run, measured: MeasuredRun): readonly Compared[] {
  const after = run.after;
  return [
    ...compareFigures(one, run.before, measured.before, measured.before_spread, "before"),
    ...(after ? compareFigures(one, after, measured.after, measured.after_spread, "after") : []),
  ];
}

function compareFigures(
  one: Case,
  ours: Metrics,
  torch: Figures,
  spread: Readonly<Record<string, number>>,
  when: string,
): readonly Compared[] {
  const identical = [...(one.product === undefined ? [] : counts), ...exact].map((figure) => ({
    figure: `${when} ${figure}`,
    ours: ours[figure],
    torch: torch[figure] ?? null,
    allowed: 0,
    agrees: ours[figure] === (torch[figure] ?? null),
  }));
  return [
    ...identical,
    ...errors.map((figure) => ({
      figure: `${when} ${figure}`,
      ...compareError(ours[figure], torch[figure] ?? null, spread[figure] ?? 0),
    })),
  ];
}

function compareError(ours: number | null, torch: Figures[string], spread: number): Omit<Compared, "figure"> {
  if (ours === null || typeof torch !== "number")
    return { ours, torch: torch ?? null, allowed: 0, agrees: ours === torch };
  const allowed = Math.abs(torch) > large ? relative * Math.abs(torch) : spread;
  return { ours, torch, allowed, agrees: Math.abs(ours - torch) <= allowed };
}
