import { engineCodes, isEngineCode } from "../engine/engine-findings.ts";
import type { EnvironmentInfo, RuleInfo } from "../engine/rule-info.ts";
import type { Finding, Severity } from "../verify/finding.ts";
import { suggest } from "../analysis/nearest.ts";
import { UsageError } from "./usage-error.ts";

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** Ids of the rules to run: those that are not strict, or those selected, less those ignored. */
export function selectRules(
  rules: readonly RuleInfo[],
  select: readonly string[] | undefined,
  ignore: readonly string[] = [],
): readonly string[] {
  const ids = rules.map((rule) => rule.id);
  requireKnown("rule", "--select", select ?? [], [...ids, ...engineCodes]);
  requireKnown("rule", "--ignore", ignore, [...ids, ...engineCodes]);
  if (ignore.includes("ALL")) return [];
  const isSelected = ({ id, strict }: RuleInfo): boolean => {
    if (select === undefined) return !strict;
    return select.includes("ALL") || select.includes(id);
  };
  return rules.filter((rule) => isSelected(rule) && !ignore.includes(rule.id)).map((rule) => rule.id);
}

/** Names of the environments to evaluate: those named, else the default ones and those that the rules to run are about. */
export function selectEnvironments(
  environments: readonly EnvironmentInfo[],
  wanted: readonly string[] | undefined,
  rules: readonly RuleInfo[] = [],
): readonly string[] {
  const names = environments.map((environment) => environment.name);
  if (wanted === undefined) {
    const own = new Set(rules.map(({ environment }) => environment));
    return environments.filter(({ name, isDefault }) => isDefault || own.has(name)).map(({ name }) => name);
  }
  requireKnown("environment", "--environment", wanted, names);
  return wanted.includes("ALL") ? names : names.filter((name) => wanted.includes(name));
}

function requireKnown(
  what: string,
  option: string,
  wanted: readonly string[],
  known: readonly string[],
): void {
  for (const word of wanted) {
    if (word !== "ALL" && !known.includes(word))
      throw new UsageError(`unknown ${what} "${word}" in ${option}`, suggest(word, known));
  }
}

/** Which findings are printed, and so count. What the engine reports is printed unless it is ignored by name. */
export function printedFilter(
  rules: readonly string[],
  least: Severity,
  ignore: readonly string[] = [],
): (finding: Finding) => boolean {
  const selected = new Set(rules);
  return ({ rule, severity }) => {
    if (isEngineCode(rule)) return !ignore.includes(rule);
    return selected.has(rule) && rank[severity] >= rank[least];
  };
}
