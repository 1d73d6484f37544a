import { isNode } from "../frontends/javascript/estree.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
import { inspectScript } from "../engine/inspect-script.ts";
import { scriptRules } from "../engine/rules.ts";
import { isAtLeast } from "../verify/finding.ts";
import { FirstLook, holdsAny } from "./first-look.ts";
import { reportOf } from "./report.ts";
import { metaOf } from "./rule-meta.ts";
import type { Context, RopelintRule } from "./rule-meta.ts";
import { programOf } from "./script-toolchain.ts";
import { typesOf } from "./type-services.ts";

/** A rule of JavaScript and TypeScript, whichever parser reads them. */
export function createScriptRule(rule: ScriptRule): RopelintRule {
  return {
    meta: metaOf(rule, { isFixed: false, isSuggested: rule.suggests }),
    create: (context: Context) => visitorFor(rule, context),
  };
}

const look = new FirstLook(holdsAny(scriptRules.flatMap(({ literals }) => literals)));

function visitorFor(rule: ScriptRule, context: Context): Record<string, () => void> {
  const { sourceCode } = context;
  const { text, ast } = sourceCode;
  // Other languages have no program, and most files none of the words: neither costs more than a look.
  if (!isNode(ast) || ast.type !== "Program") return {};
  if (!look.mayConcern(ast, text)) return {};
  if (!rule.literals.some((literal) => text.includes(literal))) return {};
  return {
    Program: () => {
      const types = typesOf(sourceCode);
      for (const finding of inspectScript(programOf(ast), text, rule, types))
        if (isAtLeast(finding.severity, context.options[0].severity))
          context.report(reportOf(finding, sourceCode));
    },
  };
}
