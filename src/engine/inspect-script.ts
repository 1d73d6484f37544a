import type { Program } from "../ir/program.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
import type { Finding } from "../verify/finding.ts";

/** What a rule finds in a script. Nothing is evaluated, so there is no evidence, and what is suggested is unsafe. */
export function inspectScript(program: Program, text: string, rule: ScriptRule): readonly Finding[] {
  return rule.match(program, text).map(({ span, message, suggestion }) => ({
    rule: rule.id,
    severity: rule.severity,
    message,
    span,
    environments: [],
    definition: "",
    related: [],
    evidence: null,
    fix: suggestion && {
      ...suggestion,
      applicability: "unsafe",
      group: suggestion.edits.map(({ start, end }) => `${String(start)}-${String(end)}`).join(","),
    },
  }));
}
