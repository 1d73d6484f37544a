import type { IgnoreComment, Span } from "../ir/program.ts";
import type { AnyRule } from "../analysis/rule.ts";

/** Whether an ignore comment silences what a rule finds at a place. Without brackets it silences every rule but that of the comments. */
export function silences(
  { problem, rules, reach }: IgnoreComment,
  rule: string,
  place: Span | null,
): boolean {
  if (problem !== null || reach === null || place === null) return false;
  const isNamed = rules === null ? rule !== "unused-ignore" : rules.some(({ id }) => id === rule);
  return isNamed && reach.start < place.end && place.start < reach.end;
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
