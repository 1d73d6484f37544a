import { becomesRandom } from "../analysis/values/random.ts";
import type { IgnoreComment } from "../ir/program.ts";
import { patchedLibraries, plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import { isGeometry, numbersDirections } from "../analysis/values/geometry.ts";
import type { Root, Rule } from "../analysis/rule.ts";
import { pathsOf } from "./choices.ts";
import type { Severity } from "./finding.ts";
import { silences } from "./ignores.ts";
import { judge, type Judged, type Judgement, type Occurrence } from "./judge.ts";
import { isBad, levelOf, worseLevel, type Level } from "./levels.ts";

/** One place in the text with everything that was found there. */
export interface Hazard {
  readonly rule: Rule;
  readonly occurrences: readonly Occurrence[];
  readonly judgements: readonly Judgement[];
  /** The occurrence that moves most: it stands for the finding. */
  readonly worst: Occurrence;
  readonly severity: Severity;
  /** Environments in which the root is the cause. */
  readonly named: readonly string[];
  /** Whether an ignore comment speaks of it: then it is known of, and neither reported nor repaired. */
  readonly isIgnored: boolean;
  /** A note however it is judged, because the rule was asked for by name. */
  readonly listed: boolean;
}

/** Whether values that are known go into comparisons only: no precision of theirs goes on. */
export function isMaskOnly({ occurrences }: Hazard): boolean {
  return occurrences.every(({ unit, root }) => {
    if (root.raises !== null) return false;
    const value = unit.numbers(plainSetting).value(root.node);
    return value.kind === "tensor" && value.data !== null && pathsOf(unit, [root.node]).length === 0;
  });
}

/** What hazards are asked for. */
export interface Asked {
  readonly ignores: readonly IgnoreComment[];
  /** Hazards that can't reach it are not judged; their rewrites may still be partners of others'. */
  readonly floor: Severity;
  /** Ids of rules asked for by name whose findings are notes. */
  readonly listed: ReadonlySet<string>;
}

export function hazardsOf(file: FileAnalysis, rule: Rule, matched: Matched, asked: Asked): readonly Hazard[] {
  return [...placesOf(matched, file).values()].flatMap((occurrences) =>
    hazardAt(rule, occurrences, matched, asked),
  );
}

/** Roots that a rule has found, unit by unit. */
export type Matched = ReadonlyMap<AnalysedUnit, readonly Root[]>;

/** What rules match. Most units hold nothing: their evaluations are let go before the next is looked at. */
export function matchAll(
  file: FileAnalysis,
  rules: readonly Rule[],
  settings: readonly Setting[],
): (rule: Rule) => Matched {
  const matched = new Map(rules.map((rule) => [rule, new Map<AnalysedUnit, readonly Root[]>()]));
  for (const unit of file.units) {
    for (const [rule, roots] of matched) roots.set(unit, rule.match(unit, settings, file));
    if ([...matched.values()].every((roots) => roots.get(unit)?.length === 0)) unit.release();
  }
  return (rule) => matched.get(rule) ?? new Map<AnalysedUnit, readonly Root[]>();
}

/** Executions of one place in one unit that are judged and verified. */
const maximumExecutions = 4;

/** Roots by their place in the text. */
export function placesOf(matched: Matched, file: FileAnalysis): ReadonlyMap<string, readonly Occurrence[]> {
  const places = new Map<string, Occurrence[]>();
  for (const [unit, roots] of matched) {
    const elsewhere = calledBeside(file, unit);
    for (const root of roots) {
      if (unit.isSuperseded(root.node, elsewhere) || file.isDeliberate(root.node)) continue;
      if (root.raises === null && isGeometry(unit, root.node)) continue;
      // Calls of a chain of methods begin at one place.
      const { span, origin } = root.node;
      const place = `${String(span?.start)}-${String(span?.end)} ${String(origin?.start)}`;
      const known = places.get(place) ?? [];
      // A helper that is executed many times says the same each time.
      const isNew = known.filter((one) => one.unit === unit).length < maximumExecutions;
      if (isNew) places.set(place, [...known, { unit, root }]);
    }
  }
  return places;
}

/** Definitions that other units of the file call. Callers in other files take nothing away, so theirs don't count. */
function calledBeside(file: FileAnalysis, unit: AnalysedUnit): ReadonlySet<number> {
  return new Set(
    file.units.flatMap((other) => (other === unit || other.unit.plan.outside ? [] : [...other.unit.called])),
  );
}

function hazardAt(
  rule: Rule,
  occurrences: readonly Occurrence[],
  peers: Matched,
  { ignores, floor, listed: asNotes }: Asked,
): readonly Hazard[] {
  const listed = asNotes.has(rule.id);
  const isBelow =
    floor !== "note" &&
    !listed &&
    occurrences.every((one) => one.root.raises === null && capOf(one) === "note");
  const uncapped = occurrences.map((occurrence) =>
    isBelow ? { occurrence, judgements: [] } : judge(occurrence, peers.get(occurrence.unit) ?? []),
  );
  if (!isBelow && !uncapped.some(isWorthSaying)) return [];
  const judged = uncapped.map((one) => capped(one, listed));
  const telling = withoutCapped(judged);
  const judgements = telling.flatMap((entry) => entry.judgements);
  const worst = [...telling].sort((a, b) => furthest(b.judgements) - furthest(a.judgements))[0]?.occurrence;
  if (!worst) return [];
  const raises = occurrences.some(({ root }) => root.raises !== null);
  const lost = occurrences.flatMap(({ root }) => (root.lost === undefined ? [] : [root.settings]));
  const level = judgements.reduce<Level>((all, judgement) => worseLevel(all, judgement.level), "none");
  const { stated } = worst.root;
  const isNote = listed || judged.every(({ occurrence }) => capOf(occurrence) === "note");
  const statedSeverity = stated && (isNote ? "note" : stated.severity);
  const reached: Severity = raises || lost.length > 0 ? "error" : level === "none" ? "note" : level;
  const severity = statedSeverity ?? reached;
  const causes = judgements.filter((judgement) =>
    isBad(severity) ? isBad(judgement.level) : judgement.level !== "none",
  );
  if (rule.onlyHarmful === true && severity === "note" && !judgements.some(isHarmful)) return [];
  const named = namesOf(causes.map((judgement) => judgement.setting));
  return [
    {
      rule,
      occurrences: judged.map((entry) => entry.occurrence),
      judgements,
      worst,
      severity,
      named: stated
        ? namesOf(stated.settings)
        : raises
          ? ["plain"]
          : lost.length > 0
            ? lostIn(lost.flat())
            : named,
      isIgnored: ignores.some((ignore) => silences(ignore, rule, worst.root.node.span)),
      listed,
    },
  ];
}

/** Environments in which something is lost; without any it is lost in plain. */
function lostIn(settings: readonly Setting[]): readonly string[] {
  return settings.length === 0 ? ["plain"] : namesOf(settings);
}

/** Environments in which a root does harm, whatever caps its severity. */
export function harmedBy({ judgements }: Hazard): readonly string[] {
  return [...new Set(judgements.filter(isHarmful).map(({ setting }) => setting.environment.name))];
}

function isHarmful({ movement, setting }: Judgement): boolean {
  return movement !== null && isBad(levelOf(movement, setting.low));
}

function namesOf(settings: readonly Setting[]): readonly string[] {
  return [...new Set(settings.map(({ environment }) => environment.name))];
}

/** Code without a caller in sight raises at most a note, and so do directions of heads and what chance scales; a rule may know a bound of its own. */
function capOf({ unit, root }: Occurrence): Level {
  // What a script itself writes is low for whoever imports it.
  const isOwn = root.writtenLow !== null && unit.unit.graph.language === "javascript";
  if ((unit.isCapped(root.node) && !isOwn) || numbersDirections(unit, root.node)) return "note";
  if (becomesRandom(unit, root.node)) return "note";
  return root.cap ?? "error";
}

/**
 * What moves nothing by more than a rounding is a breach of issue 28685's convention all the same, where that convention
 * has its reason: constructors that may give another dtype than the one they name.
 */
function isWorthSaying({ occurrence: { unit, root }, judgements }: Judged): boolean {
  return (
    root.raises !== null ||
    root.stated !== undefined ||
    root.lost !== undefined ||
    patchedLibraries.includes(unit.libraryOf(root.node)) ||
    judgements.some(({ level }) => isBad(level))
  );
}

function capped(judged: Judged, listed: boolean): Judged {
  const cap = listed ? "note" : capOf(judged.occurrence);
  const judgements = judged.judgements.map((judgement) =>
    worseLevel(judgement.level, cap) === cap ? judgement : { ...judgement, level: cap },
  );
  return { ...judged, judgements };
}

/** Where callers of another file make it worse than a note, what the function does without a caller tells nothing more. */
function withoutCapped(judged: readonly Judged[]): readonly Judged[] {
  if (!judged.some(({ occurrence }) => occurrence.unit.unit.plan.outside)) return judged;
  const called = judged.filter(({ occurrence: { unit, root } }) => !unit.isCapped(root.node));
  return called.some(({ judgements }) => judgements.some(({ level }) => isBad(level))) ? called : judged;
}

function furthest(judgements: readonly Judgement[]): number {
  return Math.max(0, ...judgements.map((judgement) => judgement.movement?.moved ?? 0));
}
