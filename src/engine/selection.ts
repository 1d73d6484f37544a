import { engineCodes, isEngineCode } from "./engine-findings.ts";
import type { Names } from "./configuration/keys.ts";
import type { EnvironmentInfo, RuleInfo } from "./rule-info.ts";
import { isAtLeast, type Finding, type Severity } from "../verify/finding.ts";
import { buildsScalarBase } from "../analysis/environments.ts";
import { suggest } from "../analysis/nearest.ts";
import { UsageError } from "./usage-error.ts";

/** What is asked for, by flags, by a configuration or by another way in. */
export interface Wanted {
  readonly select?: readonly string[] | undefined;
  readonly extendSelect?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly environment?: readonly string[] | undefined;
  /** The least severity that is printed of a rule. */
  readonly severityOf: (rule: string) => Severity;
}

/** Rules to run, and how. */
export interface RuleSelection {
  readonly rules: readonly string[];
  /** Rules whose findings are notes, printed whatever the severity: they were asked for by name. */
  readonly listed: readonly string[];
  /** Rules whose findings are counted in a line of their own. */
  readonly tallied: readonly string[];
}

/**
 * Of a rule that is tallied, findings are listed as notes where it is selected by name (or by ALL with notes), and are like
 * others where its environment is selected by name; else they are counted, unless other rules are selected or it is ignored.
 */
export function selectRules(rules: readonly RuleInfo[], wanted: Wanted): RuleSelection {
  const { select, extendSelect = [], ignore = [], environment = [], severityOf } = wanted;
  const chosen = chooseRules(rules, wanted);
  const counted = rules.filter(
    ({ id, tally }) =>
      tally &&
      !ignore.includes(id) &&
      !ignore.includes("ALL") &&
      (select === undefined || chosen.includes(id)),
  );
  const isNamed = (word: string): boolean => select?.includes(word) === true || extendSelect.includes(word);
  const judged = counted.filter(({ tally }) => tally && environment.includes(tally.environment));
  const listed = counted.filter(
    (rule) =>
      !judged.includes(rule) && (isNamed(rule.id) || (severityOf(rule.id) === "note" && isNamed("ALL"))),
  );
  const tallied = counted.filter((rule) => !judged.includes(rule) && !listed.includes(rule));
  const isRun = ({ id }: RuleInfo): boolean =>
    (chosen.includes(id) || judged.some((rule) => rule.id === id)) && !tallied.some((rule) => rule.id === id);
  return {
    rules: rules.filter(isRun).map(({ id }) => id),
    listed: listed.map(({ id }) => id),
    tallied: tallied.map(({ id }) => id),
  };
}

/** Ids of the rules that are not strict, or those selected, less those ignored. */
function chooseRules(
  rules: readonly RuleInfo[],
  { select, extendSelect = [], ignore = [] }: Wanted,
): readonly string[] {
  if (ignore.includes("ALL")) return [];
  const isSelected = ({ id, strict }: RuleInfo): boolean => {
    if (extendSelect.includes("ALL") || extendSelect.includes(id)) return true;
    if (select === undefined) return !strict;
    return select.includes("ALL") || select.includes(id);
  };
  return rules.filter((rule) => isSelected(rule) && !ignore.includes(rule.id)).map((rule) => rule.id);
}

/**
 * Names of the environments to evaluate: those named, else the default ones and those that the rules to run are about. In an
 * older torch zero-init is what its own record says.
 */
export function selectEnvironments(
  environments: readonly EnvironmentInfo[],
  wanted: readonly string[] | undefined,
  rules: readonly RuleInfo[] = [],
  torch?: string,
): readonly string[] {
  const names = environments.map((environment) => environment.name);
  if (wanted === undefined) {
    const own = new Set(rules.map(({ environment }) => environment));
    return environments.filter(({ name, isDefault }) => isDefault || own.has(name)).map(({ name }) => name);
  }
  if (wanted.includes("ALL")) return names;
  const isOlder = torch !== undefined && buildsScalarBase(torch) && wanted.includes("zero-init");
  return names.filter((name) => wanted.includes(name) || (isOlder && name === "zero-init-older-torch"));
}

/** The names that flags and configurations may hold. */
export function namesIn({
  rules,
  environments,
}: {
  readonly rules: readonly RuleInfo[];
  readonly environments: readonly EnvironmentInfo[];
}): Names {
  return {
    rules: rules.map(({ id }) => id),
    codes: engineCodes,
    environments: environments.map(({ name }) => name),
  };
}

/** Whoever misspells a name on the command line is told so. */
export function requireKnown(
  what: string,
  option: string,
  wanted: readonly string[] | undefined,
  known: readonly string[],
): void {
  for (const word of wanted ?? []) {
    if (word !== "ALL" && !known.includes(word))
      throw new UsageError(`unknown ${what} "${word}" in ${option}`, suggest(word, known));
  }
}

/** Which findings are printed, and so count. What the engine reports is printed unless it is ignored by name. */
export function printedFilter(
  { rules, listed }: RuleSelection,
  severityOf: (rule: string) => Severity,
  ignore: readonly string[] = [],
): (finding: Finding) => boolean {
  const selected = new Set(rules);
  return ({ rule, severity }) => {
    if (isEngineCode(rule)) return !ignore.includes(rule);
    return selected.has(rule) && (listed.includes(rule) || isAtLeast(severity, severityOf(rule)));
  };
}
