import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { plainSetting, type Environment, type Setting } from "../analysis/environments.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import type { Root } from "../analysis/rule.ts";
import type { Expr } from "../ir/program.ts";
import { comparePlain } from "./compare-plain.ts";
import { compareSetting, type SettingResult } from "./compare.ts";
import type { Verdict } from "./finding.ts";
import type { Occurrence } from "./judge.ts";
import { judgeLost } from "./lost.ts";
import { compareRotations } from "./pair-rotations.ts";
import { compareUnits, type Comparison } from "./pair-units.ts";
import { judgeRaises } from "./raises.ts";

/** What verification says of one set of rewrites applied together. */
export interface GroupResult {
  readonly verdict: Verdict;
  readonly reason: string | null;
  /** Named environments that the group repairs in every dtype in which they were bad. */
  readonly repaired: readonly string[];
  readonly results: readonly SettingResult[];
  readonly comparisons: readonly Comparison[];
  readonly substitutions: ReadonlyMap<Expr, Expr>;
}

export interface GroupQuestion {
  readonly file: FileAnalysis;
  readonly occurrences: readonly Occurrence[];
  readonly substitutions: ReadonlyMap<Expr, Expr>;
  /** Environments in which the finding says the root is the cause. */
  readonly named: readonly string[];
  readonly settings: readonly Setting[];
  /** Plain itself is to change: it holds a low cast, or raises. */
  readonly changesPlain: boolean;
  /** The repair is a device. */
  readonly movesDevice: boolean;
}

/** Applies a set of rewrites in memory and evaluates every unit they touch before and after, everywhere. */
export function verifyGroup(question: GroupQuestion): GroupResult {
  const { file, substitutions } = question;
  const units = new Map<AnalysedUnit, Root[]>();
  for (const { unit, root } of question.occurrences) units.set(unit, [...(units.get(unit) ?? []), root]);
  const isRotation = question.occurrences.some(({ root }) => root.rotations !== undefined);
  const compare = isRotation ? compareRotations : compareUnits;
  const comparisons = [...units].map(([unit, roots]) => compare(file, unit, roots, substitutions));
  const base = { comparisons, substitutions };
  if (question.occurrences.some(({ root }) => root.raises !== null))
    return {
      ...base,
      ...judgeRaises(comparisons, question.occurrences, question.settings),
      repaired: [],
      results: [],
    };
  if (question.occurrences.some(({ root }) => root.lost !== undefined))
    return {
      ...base,
      ...judgeLost(comparisons, question.occurrences, question.settings),
      repaired: [...question.named],
      results: [],
    };
  const withOutputs = comparisons.filter((comparison) => comparison.paths.length > 0);
  if (withOutputs.length === 0) {
    return {
      ...base,
      verdict: "unsupported",
      reason: missingOperation(comparisons, question),
      repaired: [],
      results: [],
    };
  }
  const fine = isRotation
    ? comparisons.flatMap((comparison) => comparison.fine ?? [])
    : [...units].flatMap(([{ fine: unit }, roots]) =>
        unit ? [compareUnits(file, unit, roots, substitutions)] : [],
      );
  const plain = [...withOutputs, ...fine]
    .map((comparison) => comparePlain(comparison, question))
    .find((difference) => !difference.identical);
  if (plain) return { ...base, verdict: "regresses", reason: plain.reason, repaired: [], results: [] };
  const first = question.settings.filter(({ environment }) => question.named.includes(environment.name));
  const rest = question.settings.filter((setting) => !first.includes(setting));
  const tried = first.map((setting) => compareSetting(withOutputs, setting));
  // What helps nowhere that it should needs no further look.
  const helps =
    tried.length === 0 || tried.some(({ outcome }) => outcome === "repaired" || outcome === "improved");
  const results = helps ? compareUntilWorse(withOutputs, rest, tried) : tried;
  const decided = decide(question, results);
  const left = decided.verdict.startsWith("confirmed") ? stillStated(comparisons, question) : null;
  return { ...base, ...(left ?? decided), results };
}

/** A hazard that is no number has to be gone where it was. */
function stillStated(
  comparisons: readonly Comparison[],
  { occurrences }: GroupQuestion,
): Pick<GroupResult, "verdict" | "reason" | "repaired"> | null {
  for (const { unit, root } of occurrences) {
    const after = comparisons.find(({ before }) => before === unit)?.after;
    const setting = after && root.stated?.settings.find((candidate) => root.stated?.holds(after, candidate));
    if (setting)
      return {
        verdict: "ineffective",
        reason: `it is still so in ${setting.environment.name}`,
        repaired: [],
      };
  }
  return null;
}

/** One environment that gets worse decides: the others need no look. */
function compareUntilWorse(
  comparisons: readonly Comparison[],
  settings: readonly Setting[],
  tried: readonly SettingResult[],
): readonly SettingResult[] {
  const results = [...tried];
  for (const setting of settings) {
    if (results.some(isRegression)) break;
    results.push(compareSetting(comparisons, setting));
  }
  return results;
}

function isRegression({ setting, outcome, leak }: SettingResult): boolean {
  return setting.environment.decides && (outcome === "worse" || leak !== null);
}

function decide(
  question: GroupQuestion,
  results: readonly SettingResult[],
): Pick<GroupResult, "verdict" | "reason" | "repaired"> {
  const deciding = results.filter((result) => result.setting.environment.decides);
  const worse = deciding.find((result) => result.outcome === "worse");
  if (worse)
    return {
      verdict: "regresses",
      reason: `${worse.setting.environment.name}: ${worse.reason ?? "worse"}`,
      repaired: [],
    };
  const leak = deciding.find((result) => result.leak !== null);
  if (leak)
    return {
      verdict: "regresses",
      reason: `${leak.setting.environment.name}: the result would be float32 where it is low now, and so is what it meets`,
      repaired: [],
    };
  const repaired = question.named.filter((name) => isRepaired(deciding, name));
  const confirmed: Verdict = question.changesPlain ? "confirmed-change" : "confirmed";
  if (question.named.length === 0 || repaired.length > 0)
    return { verdict: confirmed, reason: null, repaired };
  const improved = deciding.some((result) => result.outcome === "improved" || result.outcome === "repaired");
  const raises = deciding.find(
    ({ setting, outcome }) => outcome === "raises" && question.named.includes(setting.environment.name),
  );
  return improved
    ? { verdict: "partial", reason: "better somewhere, repaired nowhere", repaired: [] }
    : {
        verdict: "ineffective",
        reason: raises?.reason ?? "the result moves as far with it as without",
        repaired: [],
      };
}

/** Repaired in every dtype in which the environment was bad. */
function isRepaired(results: readonly SettingResult[], name: string): boolean {
  const bad = results.filter((result) => result.setting.environment.name === name && result.bad);
  return bad.length > 0 && bad.every((result) => result.outcome === "repaired");
}

function missingOperation(comparisons: readonly Comparison[], { occurrences }: GroupQuestion): string {
  for (const { before } of comparisons) {
    const [failure] = before.numbers(plainSetting).failures.values();
    if (failure !== undefined) return failure;
  }
  const [first] = occurrences;
  const length = first?.root.node.inputs[1];
  return `the length of the range is not known${length && length.what.kind !== "number" ? ` (${length.what.kind})` : ""}`;
}

/** CUDA keeps scalars in fp32 and rounds every element of a range once: the verdict must be the same there. */
export function holdsOnCuda(result: GroupResult): boolean {
  const withOutputs = result.comparisons.filter((comparison) => comparison.paths.length > 0);
  return result.results.every(({ setting, outcome }) => {
    if (outcome === "unchanged" && !setting.environment.decides) return true;
    return (
      compareSetting(withOutputs, { ...setting, environment: onCuda(setting.environment) }).outcome ===
      outcome
    );
  });
}

function onCuda(environment: Environment): Environment {
  return { ...environment, assumes: { ...environment.assumes, device: "cuda" } };
}
