import { patchedLibraries, type Setting } from "../analysis/environments.ts";
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
}

export function hazardsOf(file: FileAnalysis, rule: Rule, settings: readonly Setting[]): readonly Hazard[] {
  const places = new Map<number, Occurrence[]>();
  const peers = new Map(file.units.map((unit) => [unit, rule.match(unit, settings, file)]));
  for (const [unit, roots] of peers) {
    const elsewhere = new Set(file.units.flatMap((other) => (other === unit ? [] : [...other.unit.called])));
    for (const root of roots) {
      if (unit.isSuperseded(root.node, elsewhere) || file.isDeliberate(root.node)) continue;
      const start = root.node.span?.start ?? -1;
      places.set(start, [...(places.get(start) ?? []), { unit, root }]);
    }
  }
  return [...places.values()].flatMap((occurrences) => hazardAt(rule, occurrences, peers));
}

function hazardAt(
  rule: Rule,
  occurrences: readonly Occurrence[],
  peers: ReadonlyMap<AnalysedUnit, readonly Root[]>,
): readonly Hazard[] {
  const uncapped = occurrences.map((occurrence) => judge(occurrence, peers.get(occurrence.unit) ?? []));
  if (!uncapped.some(isWorthSaying)) return [];
  const judged = uncapped.map(capped);
  const judgements = judged.flatMap((entry) => entry.judgements);
  const worst = [...judged].sort((a, b) => furthest(b.judgements) - furthest(a.judgements))[0]?.occurrence;
  if (!worst) return [];
  const raises = occurrences.some(({ root }) => root.raises !== null);
  const level = judgements.reduce<Level>((all, judgement) => worseLevel(all, judgement.level), "none");
  const severity: Severity = raises ? "error" : level === "none" ? "note" : level;
  const causes = judgements.filter((judgement) =>
    isBad(severity) ? isBad(judgement.level) : judgement.level !== "none",
  );
  const named = [...new Set(causes.map((judgement) => judgement.setting.environment.name))];
  return [
    {
      rule,
      occurrences: judged.map((entry) => entry.occurrence),
      judgements,
      worst,
      severity,
      named: raises ? ["plain"] : named,
    },
  ];
}

/** Code without a caller in sight raises at most a note, an argument that may not be floating at most a warning. */
function capOf({ unit, root }: Occurrence): Level {
  if (unit.isCapped(root.node)) return "note";
  return root.undecided === true ? "warning" : "error";
}

/**
 * What moves nothing by more than a rounding is a breach of issue 28685's convention all the same, where that convention
 * has its reason: constructors that may give another dtype than the one they name.
 */
function isWorthSaying({ occurrence: { unit, root }, judgements }: Judged): boolean {
  return (
    root.raises !== null ||
    patchedLibraries.includes(unit.libraryOf(root.node)) ||
    judgements.some(({ level }) => isBad(level))
  );
}

function capped(judged: Judged): Judged {
  const cap = capOf(judged.occurrence);
  const judgements = judged.judgements.map((judgement) =>
    worseLevel(judgement.level, cap) === cap ? judgement : { ...judgement, level: cap },
  );
  return { ...judged, judgements };
}

function furthest(judgements: readonly Judgement[]): number {
  return Math.max(0, ...judgements.map((judgement) => judgement.movement?.moved ?? 0));
}
