import type { IgnoreComment, Span } from "../ir/program.ts";
import { isGraphRule, type AnyRule } from "../analysis/rule.ts";

/** Whether an ignore comment silences what a rule finds at a place. */
export function silences(ignore: IgnoreComment, rule: AnyRule, place: Span | null): boolean {
  const { reach } = ignore;
  if (reach === null || place === null || !speaksOf(ignore, rule)) return false;
  return reach.start < place.end && place.start < reach.end;
}

/** Without brackets it speaks of every rule but that of the comments: else none of them could be called unused. */
export function speaksOf({ problem, rules }: IgnoreComment, rule: AnyRule): boolean {
  if (problem !== null) return false;
  return rules === null ? isGraphRule(rule) : rules.some(({ id }) => id === rule.id);
}

/** `# ropelint: ignore float-range`: a rule in the reason's place was meant for the brackets, and not every rule is to be silent. */
export function readableIgnores(
  ignores: readonly IgnoreComment[],
  registry: readonly AnyRule[],
): readonly IgnoreComment[] {
  return ignores.map((ignore) => {
    const [, first] = /^[:=(\s]*([\w-]+)/.exec(ignore.reason) ?? [];
    const isMeant = ignore.rules === null && registry.some(({ id }) => id === first);
    return ignore.problem === null && isMeant ? { ...ignore, problem: "no brackets" } : ignore;
  });
}
