import type { Node } from "../ir/graph.ts";
import { lowName, plain } from "../analysis/environments.ts";
import type { Effect, Severity } from "./finding.ts";
import type { Judgement } from "./judge.ts";
import { isBad, levelOf, oneRounding } from "./levels.ts";

/** `; moves the result by at least 1.99 in zero-init bf16`: the worst figure, for the message's end. */
export function describeMovement(
  judgements: readonly Judgement[],
  effects: readonly Effect[],
  severity: Severity,
  { convention, isUncalled }: { readonly convention: string | undefined; readonly isUncalled: boolean },
): string {
  const tail = convention === undefined ? "" : `, ${convention}`;
  const worst = worstOf(effects);
  if (isBad(severity)) return describeWorst(effects);
  if (worst === null && convention === undefined) return "; its effect can't be evaluated here";
  if (worst === null || worst.moved === 0) return `; no effect found${tail}`;
  const isCapped = judgements.some(
    ({ movement, setting }) => movement !== null && isBad(levelOf(movement, setting.low)),
  );
  return isCapped
    ? `; ${movementOf(worst)}${isUncalled ? "; no caller in sight, hence a note" : ""}`
    : `; no effect beyond one rounding${tail}`;
}

/** The worst figure, whatever its severity. */
export function describeWorst(effects: readonly Effect[]): string {
  const worst = worstOf(effects);
  return worst === null ? "" : `; ${movementOf(worst)}`;
}

function worstOf(effects: readonly Effect[]): Effect | null {
  return effects.reduce<Effect | null>((a, b) => (a === null || b.moved > a.moved ? b : a), null);
}

function movementOf(effect: Effect): string {
  return effect.problem === null
    ? `moves the result by ${describeFigure(effect)} ${placeOf(effect)}`
    : `${describeProblem(effect.problem)} ${placeOf(effect)}`;
}

/** `at least 0.0055 (1.4 roundings)`: an angle has a scale of its own, another value is told by what one store costs. */
function describeFigure({ moved, roundings, sampled }: Effect): string {
  const scale =
    roundings === null ? "" : ` (${formatNumber(roundings)} rounding${roundings === 1 ? "" : "s"})`;
  return `${sampled ? "at least " : ""}${formatNumber(moved)}${scale}`;
}

/** `in zero-init bf16`; a low dtype that the text itself asks for is low everywhere. */
function placeOf({ environment, dtype }: Effect): string {
  if (environment === plain.name) return "in every environment";
  return dtype === environment ? `in ${environment}` : `in ${environment} ${dtype}`;
}

const otherShape = "shape [";
const notComputed = "the output is not computed any more";
const lostPart = "drops ";
const notFinite = "values that are not finite";

/** What happens where no distance can be given: another shape, a raise, nothing to compare, infinities. */
export function describeProblem(problem: string): string {
  if (problem.startsWith(otherShape)) return `gives a result of ${problem}`;
  if (problem.startsWith(lostPart)) return problem;
  if (problem === notFinite) return `gives ${problem}`;
  return problem === notComputed ? "gives a result that can't be computed here" : `raises "${problem}"`;
}

/** How far a judged root alone moves its outputs. */
export function effectOf(judgement: Judgement, sampled: boolean): Effect | null {
  const { movement, setting, at } = judgement;
  if (movement === null) return null;
  const { moved, kind, magnitude } = movement;
  const unit = oneRounding(setting.low, magnitude);
  return {
    environment: setting.environment.name,
    dtype: lowName(setting),
    moved,
    roundings: kind === "angle" || unit === 0 ? null : moved / unit,
    problem: moved === Infinity ? (movement.problem ?? notFinite) : null,
    sampled: sampled && moved !== Infinity,
    output: at?.span ? { name: nameOf(at), span: at.span } : null,
  };
}

/** What the text calls an output: an attribute, or a variable. */
function nameOf({ what, names }: Node): string | null {
  if (what.kind === "stored" && what.name !== "Parameter") return what.name;
  const [name] = names;
  return name ?? null;
}

/** A figure with three digits, as a person would write it. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : String(value).toLowerCase();
  const size = Math.abs(value);
  if (size >= 1000) return size < 1e9 ? String(Math.round(value)) : value.toExponential(2);
  return size < 1e-5 ? value.toExponential(1) : value.toPrecision(3);
}
