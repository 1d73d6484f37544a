import { isCommentRule } from "../analysis/rule.ts";
import type { AnyRule } from "../analysis/rule.ts";
import { FileRun } from "./file-run.ts";
import { PythonSourceCode } from "./python/source-code.ts";
import { reportOf } from "./report.ts";
import { metaOf } from "./rule-meta.ts";
import type { Context, RopelintRule } from "./rule-meta.ts";
import { readSettings } from "./settings.ts";

/** One of ropelint's rules as ESLint wants it. What it is, and what it can repair, the rule itself says. */
export function createRule(rule: AnyRule): RopelintRule {
  const isSuggested = isCommentRule(rule) || rule.rewrites !== null;
  const isFixed = isSuggested && (isCommentRule(rule) || rule.suggests !== true);
  return {
    meta: { ...metaOf(rule, { isFixed, isSuggested }), languages: ["ropelint/python"] },
    create: (context: Context) => visitorFor(rule, context),
  };
}

function visitorFor({ id }: AnyRule, context: Context): Record<string, () => void> {
  const { sourceCode, id: ruleId, physicalFilename: path, options } = context;
  if (!(sourceCode instanceof PythonSourceCode) || !FileRun.mayConcern(sourceCode)) return {};
  const participant = { ruleId, id, severity: options[0].severity };
  const file = { sourceCode, path, settings: readSettings(context.settings) };
  const run = FileRun.join(file, participant);
  return {
    module: () => {
      for (const finding of run.findingsOf(participant)) context.report(reportOf(finding, sourceCode));
    },
  };
}
