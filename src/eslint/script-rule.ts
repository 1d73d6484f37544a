import { isNode } from "../frontends/javascript/estree.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
import { inspectScript } from "../engine/inspect-script.ts";
import { isAtLeast } from "../verify/finding.ts";
import { reportOf } from "./report.ts";
import { metaOf } from "./rule-meta.ts";
import type { Context, RopelintRule } from "./rule-meta.ts";
import { programOf } from "./script-toolchain.ts";

/** A rule of JavaScript and TypeScript, whichever parser reads them. */
export function createScriptRule(rule: ScriptRule): RopelintRule {
  return {
    meta: metaOf(rule, { isFixed: false, isSuggested: rule.suggests }),
    create: (context: Context) => visitorFor(rule, context),
  };
}

function visitorFor(rule: ScriptRule, context: Context): Record<string, () => void> {
  const { sourceCode } = context;
  const { text, ast } = sourceCode;
  // Other languages have no program, and most files none of the words: neither costs more than a look.
  if (!isNode(ast) || ast.type !== "Program") return {};
  if (!rule.literals.some((literal) => text.includes(literal))) return {};
  return {
    Program: () => {
      for (const finding of inspectScript(programOf(ast), text, rule))
        if (isAtLeast(finding.severity, context.options[0].severity))
          context.report(reportOf(finding, sourceCode));
    },
  };
}
