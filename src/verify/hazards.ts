import type { Setting } from "../analysis/environments.ts";
import type { AnalysedUnit, FileAnalysis } from "../analysis/file.ts";
import type { Root, Rule } from "../analysis/rule.ts";
import type { Severity } from "./finding.ts";
import { judge, type Judged, type Judgement, type Occurrence } from "./judge.ts";
import { isBad, worseLevel, type Level } from "./outputs.ts";

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
  /** A note however it is judged, because the rule was asked for by name. */
  readonly listed: boolean;
}

export function hazardsOf(
  file: FileAnalysis,
  rule: Rule,
  settings: readonly Setting[],
  listed = false,
): readonly Hazard[] {
  const matched = matchAll(file, rule, settings);
  return [...placesOf(matched, file).values()].flatMap((occurrences) =>
    hazardAt(rule, occurrences, matched, listed),
  );
}

type Matched = ReadonlyMap<AnalysedUnit, readonly Root[]>;

export function matchAll(file: FileAnalysis, rule: Rule, settings: readonly Setting[]): Matched {
  return new Map(file.units.map((unit) => [unit, rule.match(unit, settings, file)]));
}

/** Roots by their place in the text. */
export function placesOf(matched: Matched, file: FileAnalysis): ReadonlyMap<number, readonly Occurrence[]> {
  const places = new Map<number, Occurrence[]>();
  for (const [unit, roots] of matched) {
    const elsewhere = new Set(file.units.flatMap((other) => (other === unit ? [] : [...other.unit.called])));
    for (const root of roots) {
      if (unit.isSuperseded(root.node, elsewhere) || file.isDeliberate(root.node)) continue;
      const start = root.node.span?.start ?? -1;
      places.set(start, [...(places.get(start) ?? []), { unit, root }]);
    }
  }
  return places;
}

function hazardAt(
  rule: Rule,
  occurrences: readonly Occurrence[],
  peers: Matched,
  listed: boolean,
): readonly Hazard[] {
  const judged = occurrences.map((occurrence) =>
    judgeCapped(occurrence, peers.get(occurrence.unit) ?? [], listed),
  );
  const judgements = judged.flatMap((entry) => entry.judgements);
  const worst = [...judged].sort((a, b) => furthest(b.judgements) - furthest(a.judgements))[0]?.occurrence;
  if (!worst) return [];
  const raises = occurrences.some(({ root }) => root.raises !== null);
  const level = judgements.reduce<Level>((all, judgement) => worseLevel(all, judgement.level), "none");
  const { stated } = worst.root;
  const isNote = listed || judged.every(({ occurrence }) => capOf(occurrence) === "note");
  const statedSeverity = stated && (isNote ? "note" : stated.severity);
  const severity: Severity = statedSeverity ?? (raises ? "error" : level === "none" ? "note" : level);
  const causes = judgements.filter((judgement) =>
    isBad(severity) ? isBad(judgement.level) : judgement.level !== "none",
  );
  const named = namesOf(causes.map((judgement) => judgement.setting));
  return [
    {
      rule,
      occurrences: judged.map((entry) => entry.occurrence),
      judgements,
      worst,
      severity,
      named: stated ? namesOf(stated.settings) : raises ? ["plain"] : named,
      listed,
    },
  ];
}

function namesOf(settings: readonly Setting[]): readonly string[] {
  return [...new Set(settings.map(({ environment }) => environment.name))];
}

/** Code without a caller in sight raises at most a note; a rule may know a bound of its own. */
function capOf({ unit, root }: Occurrence): Level {
  if (unit.isCapped(root.node)) return "note";
  return root.cap ?? "error";
}

function judgeCapped(occurrence: Occurrence, peers: readonly Root[], listed: boolean): Judged {
  const cap = listed ? "note" : capOf(occurrence);
  const judged = judge(occurrence, peers);
  const judgements = judged.judgements.map((judgement) =>
    worseLevel(judgement.level, cap) === cap ? judgement : { ...judgement, level: cap },
  );
  return { ...judged, judgements };
}

function furthest(judgements: readonly Judgement[]): number {
  return Math.max(0, ...judgements.map((judgement) => judgement.movement?.moved ?? 0));
}
