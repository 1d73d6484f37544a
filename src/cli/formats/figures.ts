import type { LineIndex } from "../../engine/position.ts";
import { describeProblem, formatNumber } from "../../verify/describe.ts";
import type { Effect, Evidence, Finding, Metrics, Run } from "../../verify/finding.ts";

const shortNames: Readonly<Record<string, string>> = {
  bfloat16: "bf16",
  float16: "fp16",
  float32: "fp32",
  float64: "fp64",
};

export function shortDType(name: string): string {
  return shortNames[name] ?? name;
}

/** What breaks, one line for each named environment, or for each of its dtypes where positions are lost. */
export function breakageLines(finding: Finding, lines: LineIndex | null = null): readonly string[] {
  const { evidence, environments } = finding;
  const total = evidence === null ? null : positionCount(evidence);
  return environments.flatMap((environment) => {
    const parts = dtypesOf(finding, environment).flatMap((dtype): readonly Part[] => {
      const effect = finding.effects?.find((each) => isAt(each, environment, dtype)) ?? null;
      const run = evidence?.runs.find((each) => isAt(each, environment, dtype)) ?? null;
      const before = run?.before ?? null;
      const counts = run === null || !isBroken(run.before) ? null : lostPositions(run, total);
      const figure = effect === null ? movedIn(before) : movedBy(effect, finding.span, lines);
      const text = [counts, nonFinite(before), figure].filter((part) => part !== null).join("; ");
      return text === ""
        ? []
        : [{ dtype: environment === "plain" ? "" : dtype, text, isLong: counts !== null }];
    });
    return environmentLines(environment === "plain" ? "everywhere" : environment, parts);
  });
}

/** What is still off after the fix, and why: a rounding where the result is stored or cast, or something that is not repaired. */
export function residueLines(finding: Finding): readonly string[] {
  const { evidence, environments } = finding;
  if (evidence === null) return [];
  return environments.flatMap((environment) => {
    // Where plain itself holds the low dtype, what the fix changes there is the repair.
    if (environment === "plain") return [];
    const runs = evidence.runs.filter((run) => run.environment === environment && residue(run) !== null);
    if (runs.length === 0) return [];
    if (runs.every((run) => run.outcome === "repaired")) return [roundings(environment, runs)];
    const parts = runs.map((run) => ({
      dtype: shortDType(run.dtype),
      text: residue(run) ?? "",
      isLong: false,
    }));
    return environmentLines(environment, parts);
  });
}

/** A repaired run may still move by this much: float32's own transcendental functions. */
const ownError = 1e-3;

function residue({ outcome, before, after }: Run): string | null {
  if (after === null) return null;
  if (after.raises !== null) return describeProblem(after.raises);
  const { moved } = after;
  if (moved === null || moved === 0) return nonFinite(after);
  if (outcome === "repaired" && moved < ownError && !isLow(after.result_dtype)) return null;
  const of = before.moved === null || before.moved === Infinity ? "" : ` of ${formatNumber(before.moved)}`;
  return `${formatNumber(moved)}${of} is left`;
}

/** `low-input: 0.00195 (bf16), 0.000244 (fp16) is left: one rounding, by the last cast or store` */
function roundings(environment: string, runs: readonly Run[]): string {
  const low = runs.every(({ after }) => isLow(after?.result_dtype ?? null));
  const cause = low ? "one rounding, by the last cast or store" : "within one rounding";
  const [first] = runs;
  const figures = runs.map(({ after }) => formatNumber(after?.moved ?? 0));
  if (runs.length === 1 && first)
    return `${labelled(environment, shortDType(first.dtype))}: ${figures[0] ?? ""} is left: ${cause}`;
  const list = runs.map((run, i) => `${figures[i] ?? ""} (${shortDType(run.dtype)})`).join(", ");
  return `${environment}: ${list} is left: ${cause}`;
}

function isLow(dtype: string | null): boolean {
  return dtype === "bfloat16" || dtype === "float16";
}

const roleWords: Readonly<Record<string, (value: string) => string>> = {
  length: (value) => `${value} positions`,
  distance: (value) => `distances up to ${value}`,
  timesteps: (value) => `${value} timesteps`,
  "head dim": (value) => `head size ${value}`,
  channels: (value) => `${value} channels`,
  heads: (value) => `${value} heads`,
  window: (value) => `window ${value}`,
  grid: (value) => `grid ${value}`,
  base: (value) => `base ${value}`,
};

const roleOrder = Object.keys(roleWords);
const inputLimit = 5;

/** `figures for 4096 positions, 128 channels (not fixed by the code)`: the probe values that a reader may want to know. */
export function figuresLine({ inputs, through }: Evidence, sampled: boolean): string | null {
  const words = inputs.flatMap(({ name, value, source }): readonly (readonly [number, string])[] => {
    const role = source.replace(/^probe for /, "");
    const word = roleWords[role];
    if (word) return [[roleOrder.indexOf(role), word(String(value))]];
    // Batches, offsets and factors that change nothing.
    const isNeutral = value === 0 || value === 1 || role === "flag";
    return isNeutral ? [] : [[roleOrder.length, `${name} = ${value}`]];
  });
  const distinct = [...new Set(words.sort(([a], [b]) => a - b).map(([, word]) => word))];
  if (distinct.length === 0) return null;
  const shown = distinct.slice(0, inputLimit).join(", ");
  const more = distinct.length > inputLimit ? " and more" : "";
  const how = [
    "not fixed by the code",
    ...(sampled ? ["positions sampled"] : []),
    ...(through === "reference" ? ["tables by the reference kernel"] : []),
  ];
  return `${shown}${more} (${how.join("; ")})`;
}

interface Part {
  readonly dtype: string;
  readonly text: string;
  readonly isLong: boolean;
}

function environmentLines(environment: string, parts: readonly Part[]): readonly string[] {
  const [first] = parts;
  if (first === undefined) return [environment];
  const label = (part: Part): string => labelled(environment, part.dtype);
  if (parts.every((part) => part.text === first.text)) {
    const dtypes = parts.map((part) => part.dtype).filter((dtype) => dtype !== "");
    return [`${labelled(environment, dtypes.join(", "))}: ${first.text}`];
  }
  if (parts.some((part) => part.isLong)) return parts.map((part) => `${label(part)}: ${part.text}`);
  return [parts.map((part, i) => (i === 0 ? `${label(part)}: ${part.text}` : again(part, first))).join("; ")];
}

/** `zero-init bf16`; where the environment is a format itself (tf32), that says it. */
function labelled(environment: string, dtypes: string): string {
  return dtypes === "" || dtypes === environment ? environment : `${environment} ${dtypes}`;
}

/** `fp16: by 1.41`: what the line has said already is left out. */
function again({ dtype, text }: Part, first: Part): string {
  const [said] = /^.*?\bmoves (?=by )/.exec(first.text) ?? [];
  return `${dtype}: ${said !== undefined && text.startsWith(said) ? text.slice(said.length) : text}`;
}

function isAt(
  place: { readonly environment: string; readonly dtype: string },
  environment: string,
  dtype: string,
): boolean {
  return place.environment === environment && shortDType(place.dtype) === dtype;
}

/** Low dtypes in which the root moves something, or in which the figures say so. */
function dtypesOf({ effects, evidence }: Finding, environment: string): readonly string[] {
  const moving = effects?.filter((effect) => effect.environment === environment && effect.moved > 0);
  if (moving !== undefined && moving.length > 0) return moving.map(({ dtype }) => dtype);
  return (evidence?.runs ?? [])
    .filter((run) => run.environment === environment && isBroken(run.before))
    .map(({ dtype }) => shortDType(dtype));
}

/** Another dtype with the same values breaks nothing; where nothing is known, the finding's word counts. */
function isBroken(metrics: Metrics): boolean {
  const { moved, raises, nonfinite, first_collision: collision, bit_identical_to_plain: isPlain } = metrics;
  if (raises !== null || collision !== null || (nonfinite ?? 0) > 0) return true;
  return moved === null ? isPlain !== true : moved > 0;
}

/** How many positions there are: as many as stay distinct where nothing is low. */
function positionCount({ runs }: Evidence): number | null {
  const counts = runs.flatMap((run) => [run.before.distinct, run.after?.distinct ?? null]);
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function lostPositions({ before, after, outcome }: Run, total: number | null): string | null {
  const { distinct, first_collision: index } = before;
  if (distinct === null || index === null) return null;
  const of = total === null || total <= distinct ? "" : ` of ${total}`;
  const left = `${distinct}${of} positions left`;
  // What is equal after the repair as well is meant to be: a clamp.
  if (outcome === "repaired" && after?.first_collision === index) return of === "" ? null : left;
  return `${left}, index ${index} gets the value of index ${index - 1}`;
}

function nonFinite(metrics: Metrics | null): string | null {
  const count = metrics?.nonfinite ?? 0;
  return count === 0 ? null : `${count} values are not finite`;
}

/** `cos_cached (line 21) moves by 1.99` */
function movedBy(effect: Effect, root: Finding["span"], lines: LineIndex | null): string {
  const { output, problem, moved, roundings: scale } = effect;
  if (problem !== null) return describeProblem(problem);
  // A module that stores what a function returns has its output above: the name alone says more there.
  const line =
    lines === null || lines.text === "" || output === null ? null : lines.lineName(output.span.start);
  const isBelow = output !== null && line !== null && output.span.start > root.start;
  const name = output?.name ?? (isBelow ? "the result" : null);
  const subject =
    line === null || name === null ? "moves" : `${name}${isBelow ? ` (line ${line})` : ""} moves`;
  const unit = scale === null ? "" : ` (${formatNumber(scale)} roundings)`;
  return `${subject} by ${formatNumber(moved)}${unit}`;
}

function movedIn(metrics: Metrics | null): string | null {
  if (metrics === null) return null;
  if (metrics.raises !== null) return describeProblem(metrics.raises);
  if (metrics.moved !== null) return `moves by ${formatNumber(metrics.moved)}`;
  return metrics.result_dtype === null ? null : `the result is ${shortDType(metrics.result_dtype)}`;
}
