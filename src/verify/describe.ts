import { shortName } from "../analysis/environments.ts";
import type { Severity } from "./finding.ts";
import type { Judgement } from "./judge.ts";
import { isBad } from "./outputs.ts";

/** `; zero-init bf16 moves what it feeds by 2.00`: the worst figure, for the message's end. */
export function describeMovement(judgements: readonly Judgement[], severity: Severity): string {
  if (!isBad(severity)) return "";
  const worst = [...judgements].sort((a, b) => (b.movement?.moved ?? 0) - (a.movement?.moved ?? 0))[0];
  if (!worst?.movement) return "";
  const { environment, low } = worst.setting;
  return `; ${environment.name} ${shortName(low)} moves the result by ${formatFigure(worst.movement.moved)}`;
}

/** Three significant digits. */
export function formatFigure(x: number): string {
  if (x === Infinity) return "more than any number";
  if (x === 0) return "0";
  return Math.abs(x) >= 0.1 && Math.abs(x) < 1e6 ? x.toPrecision(3) : x.toExponential(1);
}
