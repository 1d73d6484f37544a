import type { Expr, Span } from "../ir/program.ts";
import { mapChildren } from "../ir/walk.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import type { Candidate } from "../analysis/rule.ts";
import { closureOf } from "../analysis/values/slice.ts";
import { boundaries, boundaryCasts } from "./boundary.ts";
import { holdsOnCuda, verifyGroup, type GroupQuestion, type GroupResult } from "./group.ts";
import { harmedBy, type Hazard } from "./hazards.ts";
import type { Occurrence } from "./judge.ts";
import { castsAngles, leavesCast } from "./leftovers.ts";

const verdictRank: readonly string[] = [
  "unsupported",
  "regresses",
  "ineffective",
  "partial",
  "confirmed-change",
  "confirmed",
];

/** A rewrite as it was verified, and its form in words. */
export interface Rewrite {
  readonly result: GroupResult;
  readonly form: string;
  /** False where the rule has no rewrite to propose: figures of the code as it is, and no verdict. */
  readonly isProposed: boolean;
  /** What it repairs together: the fix is as safe as its weakest member. */
  readonly occurrences: readonly Occurrence[];
}

/** A finding without a rewrite still shows its figures. */
function asItIs(file: FileAnalysis, hazard: Hazard, settings: readonly Setting[]): Rewrite {
  const attempt: Attempt = {
    key: `as it is ${String(hazard.worst.root.node.span?.start ?? -1)}`,
    form: "",
    occurrences: hazard.occurrences,
    substitutions: new Map(),
  };
  const result = verifyOnce(file, hazard, attempt, settings, new Map());
  const isProposed = hasRewrites(file, hazard) && !hazard.worst.root.stated;
  const reason = isProposed ? "no rewrite keeps this call's other arguments" : null;
  return { result: { ...result, verdict: "unsupported", reason }, form: "", isProposed, occurrences: [] };
}

/** Whether a rewrite exists at all, be it one that does not fit here. */
function hasRewrites(file: FileAnalysis, { rule, worst: { root, unit } }: Hazard): boolean {
  return rule.rewrites !== null && rule.rewrites(root, unit, file) !== null;
}

/** Tries candidates from the least invasive on, alone and then with the ranges that feed the same values. */
export function searchRewrite(
  file: FileAnalysis,
  hazard: Hazard,
  all: readonly Hazard[],
  settings: readonly Setting[],
  known: Map<string, GroupResult>,
): Rewrite | null {
  if (candidatesOf(file, hazard).length === 0) return asItIs(file, hazard, settings);
  let best: Rewrite | null = null;
  const wanted = toRepair(hazard).length;
  const kept = keptRows(file, all);
  for (const members of memberSets(file, hazard, all)) {
    for (const attempt of attemptsOf(file, members)) {
      if (changes(attempt, kept)) continue;
      const result = verifyOnce(file, hazard, attempt, settings, known);
      const { form, occurrences } = attempt;
      const rewrite = { result, form, isProposed: true, occurrences };
      if (isBetter(result, best?.result ?? null)) best = rewrite;
      if (result.verdict.startsWith("confirmed") && result.repaired.length === wanted) return rewrite;
    }
  }
  return best;
}

/** The rows of ignored findings: no repair of another finding may change them. */
function keptRows(file: FileAnalysis, all: readonly Hazard[]): readonly Span[] {
  return all
    .filter(({ isIgnored }) => isIgnored)
    .flatMap(({ worst }) => {
      const { span } = worst.root.node;
      if (!span) return [];
      const end = file.text.indexOf("\n", span.end);
      return [
        {
          start: file.text.lastIndexOf("\n", span.start) + 1,
          end: end < 0 ? file.text.length : end,
        },
      ];
    });
}

/** Whether an attempt changes kept rows. Rows on which it repairs a finding that is not ignored are its own. */
function changes({ occurrences, substitutions }: Attempt, kept: readonly Span[]): boolean {
  const overlaps = (a: Span, b: Span | null): boolean => b !== null && a.start < b.end && b.start < a.end;
  return kept
    .filter((rows) => !occurrences.some(({ root }) => overlaps(rows, root.node.span)))
    .some((rows) => [...substitutions.keys()].some(({ span }) => overlaps(rows, span)));
}

/** Environments that a rewrite has to repair: of a note, those where only a missing caller keeps it a note. */
export function toRepair(hazard: Hazard): readonly string[] {
  const { raises, stated, lost } = hazard.worst.root;
  if (raises !== null || stated || lost) return [];
  return hazard.severity === "note" ? harmedBy(hazard) : hazard.named;
}

/** Alone, then with each range that feeds a common value, then with all of them: the smallest set that repairs is met first. */
function* memberSets(
  file: FileAnalysis,
  hazard: Hazard,
  all: readonly Hazard[],
): Generator<readonly Hazard[]> {
  yield [hazard];
  // A rotation, and what is lost, are judged by themselves, whatever enters them.
  const { rotations, lost } = hazard.worst.root;
  if (rotations || lost) return;
  const partners = all.filter(
    (other) =>
      other !== hazard &&
      !other.isIgnored &&
      raisesAlike(other, hazard) &&
      sharesCause(hazard, other) &&
      meets(hazard, other) &&
      other.rule.suggests !== true &&
      candidatesOf(file, other).length > 0,
  );
  if (partners.length > 1) yield* partners.map((partner) => [hazard, partner]);
  if (partners.length > 0) yield [hazard, ...partners];
}

/** What another rule repairs in other environments is a finding of its own. */
function sharesCause(a: Hazard, b: Hazard): boolean {
  if (a.rule === b.rule) return true;
  const named = new Set(toRepair(a));
  return toRepair(b).some((name) => named.has(name));
}

/** Code that raises is judged by other means than code that gives wrong numbers: the two make no group. */
function raisesAlike(a: Hazard, b: Hazard): boolean {
  return (a.worst.root.raises === null) === (b.worst.root.raises === null);
}

function isBetter(result: GroupResult, best: GroupResult | null): boolean {
  if (!best) return true;
  const [a, b] = [rankOf(result), rankOf(best)];
  return a > b || (a === b && result.repaired.length > best.repaired.length);
}

/** What would repair the values and only leaves them in float32 tells a reader more than what does nothing. */
function rankOf({ verdict, results }: GroupResult): number {
  const rank = verdictRank.indexOf(verdict);
  const isLeak =
    verdict === "regresses" &&
    results.some(({ leak, outcome }) => leak !== null && outcome === "repaired") &&
    results.every(({ setting, outcome }) => !setting.environment.decides || outcome !== "worse");
  return isLeak ? verdictRank.indexOf("ineffective") + 0.5 : rank;
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
  const changesPlain =
    inPlain.length > 0 ||
    hazard.occurrences.some(({ root }) => root.raises !== null || root.stated?.changesPlain === true);
  const question: GroupQuestion = {
    file,
    occurrences: attempt.occurrences,
    substitutions: attempt.substitutions,
    named,
    settings: [...inPlain, ...settings],
    changesPlain,
    movesDevice: hazard.occurrences.some(({ root }) => root.stated?.changesPlain === true),
  };
  const result = verifyGroup(question);
  const checked = result.verdict.startsWith("confirmed")
    ? withoutNewCast(question, checkTwice(question, result))
    : result.verdict === "partial"
      ? withoutNewCast(question, result)
      : result;
  // Most attempts are never looked at again, and each holds a unit's evaluations in every environment.
  for (const { after } of result.comparisons) after.release();
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

/** What leaves an environment as it is must not be the next finding there. */
function withoutNewCast({ occurrences, named, settings }: GroupQuestion, result: GroupResult): GroupResult {
  const left = settings.filter(
    ({ environment: { name } }) => named.includes(name) && !result.repaired.includes(name),
  );
  const setting =
    leavesCast(result.comparisons, occurrences, left) ??
    (result.verdict === "partial" ? castsAngles(result.comparisons, left) : null);
  if (!setting) return result;
  const reason = `${setting.environment.name}: the cast that would take its place is low there`;
  return { ...result, verdict: "ineffective", reason, repaired: [] };
}

function* attemptsOf(file: FileAnalysis, members: readonly Hazard[]): Generator<Attempt> {
  const candidates = members.map((member) => candidatesOf(file, member));
  const forms = Math.max(0, ...candidates.map((list) => list.length));
  const occurrences = members.flatMap((member) => member.occurrences);
  const name = members
    .map(
      ({ rule, worst }) =>
        `${rule.id} ${String(worst.root.node.span?.start)}-${String(worst.root.node.span?.end)}`,
    )
    .sort()
    .join("+");
  for (let index = 0; index < forms; index++) {
    const chosen = candidates.flatMap((list) => list[Math.min(index, list.length - 1)] ?? []);
    const form = chosen[0]?.form;
    if (chosen.length < members.length || form === undefined) continue;
    const substitutions = new Map(chosen.flatMap((candidate) => [...candidate.substitutions]));
    const boundary = chosen.find((candidate) => candidate.boundary !== null)?.boundary;
    const key = `${name} form ${String(index)}`;
    // Where only some members ask for casts at the end, none may be needed.
    if (chosen.some((candidate) => candidate.boundary === null))
      yield { key, form, occurrences, substitutions };
    if (!boundary) continue;
    for (const where of boundaries) {
      const casts = boundaryCasts(file, occurrences, boundary, where);
      if (casts)
        yield { key: `${key} ${where}`, form, occurrences, substitutions: nest(substitutions, casts) };
    }
  }
}

function candidatesOf(file: FileAnalysis, hazard: Hazard): readonly Candidate[] {
  const [first] = hazard.occurrences;
  return first ? (hazard.rule.rewrites?.(first.root, first.unit, file) ?? []) : [];
}

/** A cast around an expression that is itself rewritten goes around what it becomes. */
function nest(inner: ReadonlyMap<Expr, Expr>, outer: ReadonlyMap<Expr, Expr>): ReadonlyMap<Expr, Expr> {
  const merged = new Map(inner);
  for (const [original, cast] of outer) {
    const within = inner.get(original);
    merged.set(original, within ? mapChildren(cast, replaced) : cast);
    function replaced(part: Expr): Expr {
      return within && part === original ? within : mapChildren(part, replaced);
    }
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
