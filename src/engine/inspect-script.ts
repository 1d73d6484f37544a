import type { Program } from "../ir/program.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
import { nothingKnown, type KnownTypes } from "../analysis/script/known-types.ts";
import { groupOf, withoutEvidence, type Finding } from "../verify/finding.ts";

/** What a rule finds in a script. Nothing is evaluated, so there is no evidence, and what is suggested is unsafe. */
export function inspectScript(
  program: Program,
  text: string,
  rule: ScriptRule,
  types: KnownTypes = nothingKnown,
): readonly Finding[] {
  const { id, severity } = rule;
  return rule.match(program, text, types).map(({ span, message, suggestion }) => {
    const fix = suggestion && {
      ...suggestion,
      applicability: "unsafe" as const,
      group: groupOf(suggestion.edits),
    };
    return withoutEvidence({ rule: id, severity, message, span }, { fix });
  });
}
