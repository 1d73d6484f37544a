import type { Expr } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import { environments, lowDTypes, plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit, FileAnalysis } from "../analysis/file.ts";
import type { Candidate, Root, Rule } from "../analysis/rule.ts";
import { closureOf } from "../analysis/slice.ts";
import { pathsOf } from "./choices.ts";
import { evidenceOf } from "./evidence.ts";
import type { Applicability, Effect, Finding, Fix, Related, Severity } from "./finding.ts";
import { boundaryCasts, holdsOnCuda, verifyGroup, type GroupQuestion, type GroupResult } from "./group.ts";
import { judge, type Judged, type Judgement, type Occurrence } from "./judge.ts";
import { isBad, worseLevel, type Level } from "./outputs.ts";
import { describeMovement, effectOf } from "./describe.ts";

export interface FindingOptions {
  readonly rules: readonly Rule[];
  readonly environments: readonly string[];
  /** Findings below this are neither verified nor returned. */
  readonly severity: Severity;
  readonly exhaustive: boolean;
  /** Prints a rewrite as edits of the text, re-parsed and compared; null where that fails. */
  readonly print: (substitutions: ReadonlyMap<Expr, Expr>) => readonly Edit[] | null;
}

/** One place in the text with everything that was found there. */
interface Hazard {
  readonly rule: Rule;
  readonly occurrences: readonly Occurrence[];
  readonly judgements: readonly Judgement[];
  /** The occurrence that moves most: it stands for the finding. */
  readonly worst: Occurrence;
  readonly severity: Severity;
  /** Environments in which the root is the cause. */
  readonly named: readonly string[];
}

const ranks: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** Findings of one file: matched, judged, and each rewrite verified. */
export function findingsOf(file: FileAnalysis, options: FindingOptions): readonly Finding[] {
  const settings = settingsFor(options.environments);
  const deciding = settings.filter((setting) => setting.environment.decides);
  const hazards = options.rules.flatMap((rule) => hazardsOf(file, rule, deciding));
  const known = new Map<string, GroupResult>();
  return hazards
    .filter((hazard) => ranks[hazard.severity] >= ranks[options.severity])
    .flatMap((hazard) => report(file, hazard, hazards, settings, options, known));
}

function settingsFor(names: readonly string[]): readonly Setting[] {
  return environments
    .filter((environment) => environment.name !== "plain" && names.includes(environment.name))
    .flatMap((environment) => lowDTypes.map((low) => ({ environment, low, exact: false })));
}

function hazardsOf(file: FileAnalysis, rule: Rule, settings: readonly Setting[]): readonly Hazard[] {
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
  const judged = occurrences.map((occurrence) => judgeCapped(occurrence, peers.get(occurrence.unit) ?? []));
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

function judgeCapped(occurrence: Occurrence, peers: readonly Root[]): Judged {
  const cap = capOf(occurrence);
  const judged = judge(occurrence, peers);
  const judgements = judged.judgements.map((judgement) =>
    worseLevel(judgement.level, cap) === cap ? judgement : { ...judgement, level: cap },
  );
  return { ...judged, judgements };
}

function furthest(judgements: readonly Judgement[]): number {
  return Math.max(0, ...judgements.map((judgement) => judgement.movement?.moved ?? 0));
}

function report(
  file: FileAnalysis,
  hazard: Hazard,
  all: readonly Hazard[],
  settings: readonly Setting[],
  options: FindingOptions,
  known: Map<string, GroupResult>,
): readonly Finding[] {
  const first = hazard.worst;
  const { span } = first.root.node;
  if (!span || hazard.occurrences.every(isMaskOnly)) return [];
  const rewritten = searchRewrite(file, hazard, all, settings, known);
  const result = rewritten?.result;
  const effects = effectsOf(hazard);
  const evidence = result ? evidenceOf(first, result, toRepair(hazard), options.exhaustive) : null;
  return [
    {
      rule: hazard.rule.id,
      severity: hazard.severity,
      message: `${hazard.rule.message(first.root, file)}${first.root.raises === null ? describeMovement(hazard.judgements, effects, hazard.severity) : ""}`,
      span,
      environments: hazard.named,
      definition: file.expressionOf(first.root.node)?.definition ?? "",
      related: relatedTo(hazard),
      effects,
      evidence,
      fix: rewritten ? fixOf(first, rewritten, options) : null,
    },
  ];
}

/** Where what the root spoils is seen: the output that moves furthest. */
function relatedTo({ judgements, worst }: Hazard): readonly Related[] {
  const furthestFirst = [...judgements].sort((a, b) => (b.movement?.moved ?? 0) - (a.movement?.moved ?? 0));
  const [first] = furthestFirst;
  const span = first?.at?.span;
  if (!first?.movement || first.movement.moved === 0 || !span || span.start === worst.root.node.span?.start)
    return [];
  const message = `${effectOf(first, false)?.output?.name ?? "this output"} moves furthest`;
  return [{ filename: "", span, message }];
}

/** What the root alone does in each setting. */
function effectsOf({ occurrences, judgements, worst }: Hazard): readonly Effect[] {
  if (worst.root.raises !== null) {
    const { raises: problem } = worst.root;
    return [
      {
        environment: "plain",
        dtype: "",
        moved: Infinity,
        roundings: null,
        problem,
        sampled: false,
        output: null,
      },
    ];
  }
  return judgements.flatMap((judgement) => {
    const effect = effectOf(judgement, isSampled(judgement, occurrences));
    return effect ? [effect] : [];
  });
}

/** Whether a judgement rests on some of its output's elements only. */
function isSampled({ at, movement }: Judgement, occurrences: readonly Occurrence[]): boolean {
  const home = occurrences.find(({ unit }) => at !== null && unit.unit.graph.nodes[at.id] === at);
  if (!home || at === null) return false;
  const value = home.unit.numbers(plainSetting).value(at);
  const isPartial =
    value.kind !== "tensor" || value.data === null || value.data.axes.some((held) => held !== null);
  return isPartial || movement?.through === "reference";
}

/** Whether values that are known go into comparisons only: no precision of theirs goes on. */
function isMaskOnly({ unit, root }: Occurrence): boolean {
  if (root.raises !== null) return false;
  const value = unit.numbers(plainSetting).value(root.node);
  return value.kind === "tensor" && value.data !== null && pathsOf(unit, [root.node]).length === 0;
}

function fixOf({ root }: Occurrence, { result, form }: Rewrite, options: FindingOptions): Fix | null {
  const applicability = applicabilityOf(result, root.integrality.degree);
  const edits = applicability === null ? null : options.print(result.substitutions);
  if (applicability === null || edits === null || edits.length === 0) return null;
  const group = edits.map((edit) => `${String(edit.start)}-${String(edit.end)}`).join(",");
  return { applicability, message: form, group, edits };
}

function applicabilityOf({ verdict }: GroupResult, degree: string): Applicability | null {
  switch (verdict) {
    case "confirmed":
      return degree === "proved" || degree === "supported" ? "safe" : "unsafe";
    case "confirmed-change":
    case "partial":
      return "unsafe";
    case "ineffective":
    case "regresses":
    case "unsupported":
      return null;
  }
}

const verdictRank: readonly string[] = [
  "unsupported",
  "regresses",
  "ineffective",
  "partial",
  "confirmed-change",
  "confirmed",
];

/** A rewrite as it was verified, and its form in words. */
interface Rewrite {
  readonly result: GroupResult;
  readonly form: string;
}

/** Tries candidates from the least invasive on, alone and then with the ranges that feed the same values. */
/** A finding without a rewrite still shows its figures. */
function asItIs(file: FileAnalysis, hazard: Hazard, settings: readonly Setting[]): Rewrite {
  const attempt: Attempt = {
    key: "as it is",
    form: "",
    occurrences: hazard.occurrences,
    substitutions: new Map(),
  };
  const result = verifyOnce(file, hazard, attempt, settings, new Map());
  const reason = "no rewrite keeps this call's other arguments";
  return { result: { ...result, verdict: "unsupported", reason }, form: "" };
}

function searchRewrite(
  file: FileAnalysis,
  hazard: Hazard,
  all: readonly Hazard[],
  settings: readonly Setting[],
  known: Map<string, GroupResult>,
): Rewrite | null {
  let best: Rewrite | null = candidatesOf(file, hazard).length === 0 ? asItIs(file, hazard, settings) : null;
  const wanted = toRepair(hazard).length;
  for (const members of memberSets(hazard, all)) {
    for (const attempt of attemptsOf(file, members)) {
      const result = verifyOnce(file, hazard, attempt, settings, known);
      const rewrite = { result, form: attempt.form };
      if (isBetter(result, best?.result ?? null)) best = rewrite;
      if (result.verdict.startsWith("confirmed") && result.repaired.length === wanted) return rewrite;
    }
  }
  return best;
}

/** Environments that a rewrite has to repair: of a note, nothing is bad anywhere. */
function toRepair({ severity, named, worst }: Hazard): readonly string[] {
  return severity === "note" || worst.root.raises !== null ? [] : named;
}

/** Alone, then with each range that feeds a common value, then with all of them: the smallest set that repairs is met first. */
function* memberSets(hazard: Hazard, all: readonly Hazard[]): Generator<readonly Hazard[]> {
  yield [hazard];
  const partners = all.filter(
    (other) => other !== hazard && raisesAlike(other, hazard) && meets(hazard, other),
  );
  if (partners.length > 1) yield* partners.map((partner) => [hazard, partner]);
  if (partners.length > 0) yield [hazard, ...partners];
}

/** Code that raises is judged by other means than code that gives wrong numbers: the two make no group. */
function raisesAlike(a: Hazard, b: Hazard): boolean {
  return (a.worst.root.raises === null) === (b.worst.root.raises === null);
}

function isBetter(result: GroupResult, best: GroupResult | null): boolean {
  if (!best) return true;
  const [a, b] = [verdictRank.indexOf(result.verdict), verdictRank.indexOf(best.verdict)];
  return a > b || (a === b && result.repaired.length > best.repaired.length);
}

interface Attempt {
  readonly key: string;
  /** What happens to the hazard itself, in words. */
  readonly form: string;
  readonly occurrences: readonly Occurrence[];
  readonly substitutions: ReadonlyMap<Expr, Expr>;
}

function verifyOnce(
  file: FileAnalysis,
  hazard: Hazard,
  attempt: Attempt,
  settings: readonly Setting[],
  known: Map<string, GroupResult>,
): GroupResult {
  const named = toRepair(hazard);
  const key = `${attempt.key} ${named.join()}`;
  const cached = known.get(key);
  if (cached) return cached;
  const written = new Set(
    hazard.occurrences.map(({ root }) => root.writtenLow).filter((low) => low !== null),
  );
  const inPlain = [...written].map((low) => ({ ...plainSetting, low }));
  const changesPlain = inPlain.length > 0 || hazard.occurrences.some(({ root }) => root.raises !== null);
  const question: GroupQuestion = {
    file,
    occurrences: attempt.occurrences,
    substitutions: attempt.substitutions,
    named,
    settings: [...inPlain, ...settings],
    changesPlain,
  };
  const result = verifyGroup(question);
  const checked = result.verdict.startsWith("confirmed") ? checkTwice(question, result) : result;
  known.set(key, checked);
  return checked;
}

/** What is confirmed must hold on CUDA too, and for sizes that are no powers of two. */
function checkTwice(question: GroupQuestion, result: GroupResult): GroupResult {
  if (!holdsOnCuda(result)) {
    const reason = "the outcome differs between CPU and CUDA semantics";
    return { ...result, verdict: "partial", reason, repaired: [] };
  }
  const occurrences = question.occurrences.map(({ unit, root }) => ({ unit: unit.resized, root }));
  const other = verifyGroup({ ...question, occurrences });
  if (other.verdict === "regresses")
    return { ...result, verdict: "regresses", reason: other.reason, repaired: [] };
  const left = new Set(
    other.results
      .filter(({ bad, outcome }) => bad && outcome !== "repaired")
      .map(({ setting }) => setting.environment.name),
  );
  const repaired = result.repaired.filter((name) => !left.has(name));
  if (repaired.length === result.repaired.length) return result;
  const reason = "other head or channel sizes are not repaired";
  return repaired.length > 0 ? { ...result, repaired } : { ...result, verdict: "partial", reason, repaired };
}

function* attemptsOf(file: FileAnalysis, members: readonly Hazard[]): Generator<Attempt> {
  const candidates = members.map((member) => candidatesOf(file, member));
  const forms = Math.max(0, ...candidates.map((list) => list.length));
  const occurrences = members.flatMap((member) => member.occurrences);
  const name = members
    .map((member) => String(member.occurrences[0]?.root.node.span?.start ?? -1))
    .sort()
    .join("+");
  for (let index = 0; index < forms; index++) {
    const chosen = candidates.flatMap((list) => list[Math.min(index, list.length - 1)] ?? []);
    const form = chosen[0]?.form;
    if (chosen.length < members.length || form === undefined) continue;
    const substitutions = new Map(chosen.flatMap((candidate) => [...candidate.substitutions]));
    const boundary = chosen.find((candidate) => candidate.boundary !== null)?.boundary;
    const key = `${name} form ${String(index)}`;
    if (!boundary) {
      yield { key, form, occurrences, substitutions };
      continue;
    }
    for (const where of ["tables", "outputs"] as const) {
      const casts = boundaryCasts(file, occurrences, boundary, where);
      if (casts)
        yield { key: `${key} ${where}`, form, occurrences, substitutions: nest(substitutions, casts) };
    }
  }
}

function candidatesOf(file: FileAnalysis, hazard: Hazard): readonly Candidate[] {
  const [first] = hazard.occurrences;
  return first ? hazard.rule.rewrites(first.root, first.unit, file) : [];
}

/** A cast around an expression that is itself rewritten goes around what it becomes. */
function nest(inner: ReadonlyMap<Expr, Expr>, outer: ReadonlyMap<Expr, Expr>): ReadonlyMap<Expr, Expr> {
  const merged = new Map(inner);
  for (const [original, cast] of outer) {
    const within = inner.get(original);
    if (!within || cast.kind !== "call" || cast.callee.kind !== "attribute") merged.set(original, cast);
    else merged.set(original, { ...cast, callee: { ...cast.callee, object: within } });
  }
  return merged;
}

/** Whether two hazards feed a common value. */
function meets(a: Hazard, b: Hazard): boolean {
  return a.occurrences.some((left) =>
    b.occurrences.some((right) => {
      if (left.unit.unit !== right.unit.unit) return false;
      const closure = closureOf(left.root.node, left.unit.uses);
      return [...closureOf(right.root.node, right.unit.uses)].some((node) => closure.has(node));
    }),
  );
}
