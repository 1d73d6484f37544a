import { pathToFileURL } from "node:url";
import type { LanguageOptions, RuleContext, SourceCode, ViolationReport } from "@eslint/core";
import { isCommentRule } from "../analysis/rule.ts";
import type { AnyRule } from "../analysis/rule.ts";
import { compatibleGroups, withLineEndsOf } from "../engine/apply-fixes.ts";
import { pagePath } from "../engine/catalogue.ts";
import { isEngineCode } from "../engine/engine-findings.ts";
import type { EngineCode } from "../engine/engine-findings.ts";
import type { Finding, Fix, Severity } from "../verify/finding.ts";
import { FileRun } from "./file-run.ts";
import type { PythonNode } from "./python/node.ts";
import { PythonSourceCode } from "./python/source-code.ts";
import { readSettings } from "./settings.ts";
import type { RuleOptions } from "./settings.ts";

type MessageId = Severity | EngineCode | "suggestion";

/** A rule as configurations and tests see it; loose enough for the types of every supported ESLint. */
export interface RopelintRule {
  readonly meta: {
    readonly type: "problem";
    readonly docs: { readonly description: string; readonly recommended: boolean; readonly url?: string };
    readonly fixable?: "code";
    readonly hasSuggestions: boolean;
    readonly schema: object[];
    readonly defaultOptions: [RuleOptions];
    readonly messages: Record<MessageId, string>;
    readonly languages: string[];
  };
  create(context: never): Record<string, () => void>;
}

interface ContextTypes {
  LangOptions: LanguageOptions;
  Code: SourceCode;
  RuleOptions: [RuleOptions];
  Node: PythonNode;
  MessageIds: MessageId;
}
type Context = RuleContext<ContextTypes>;
type Report = ViolationReport<PythonNode, MessageId>;

/** The sentence is the command line's own; the id says how bad it is, because ESLint's severity is the configuration's. */
const messages: Record<MessageId, string> = {
  error: "{{message}}",
  warning: "{{message}}",
  note: "{{message}}",
  "io-error": "{{message}}",
  "syntax-error": "{{message}}",
  "internal-error": "{{message}}",
  suggestion: "{{message}}",
};

const schema = [
  {
    type: "object",
    properties: {
      severity: {
        enum: ["error", "warning", "note"],
        description: "What moves a result by less than this stands for is not reported.",
      },
    },
    additionalProperties: false,
  },
];

/** One of ropelint's rules as ESLint wants it. What it is, and what it can repair, the rule itself says. */
export function createRule(rule: AnyRule): RopelintRule {
  const page = pagePath(rule.id);
  const isRewritten = isCommentRule(rule) || rule.rewrites !== null;
  const isFixed = isRewritten && (isCommentRule(rule) || rule.suggests !== true);
  return {
    meta: {
      type: "problem",
      docs: {
        description: rule.summary,
        recommended: !rule.strict,
        // The package's own page: the one that belongs to the version that is installed.
        ...(page === null ? {} : { url: pathToFileURL(page).href }),
      },
      ...(isFixed ? { fixable: "code" } : {}),
      hasSuggestions: isRewritten,
      schema,
      defaultOptions: [{ severity: "warning" }],
      messages,
      languages: ["ropelint/python"],
    },
    create: (context: Context) => visitorFor(rule, context),
  };
}

function visitorFor({ id }: AnyRule, context: Context): Record<string, () => void> {
  const { sourceCode, id: ruleId, physicalFilename: path, options } = context;
  if (!(sourceCode instanceof PythonSourceCode)) return {};
  const participant = { ruleId, id, severity: options[0].severity };
  const file = { sourceCode, path, settings: readSettings(context.settings) };
  const run = FileRun.join(file, participant);
  return {
    module: () => {
      for (const finding of run.findingsOf(participant)) context.report(reportOf(finding, sourceCode));
    },
  };
}

function reportOf(
  { rule, severity, message, span, fix, evidence }: Finding,
  source: PythonSourceCode,
): Report {
  const report: Report = {
    messageId: isEngineCode(rule) ? rule : severity,
    data: { message },
    loc: { start: source.getLocFromIndex(span.start), end: source.getLocFromIndex(span.end) },
  };
  if (fix === null || !isApplicable(fix, source.text)) return report;
  const apply = editorOf(fix, source.text);
  if (fix.applicability === "safe") return { ...report, fix: apply };
  const data = { message: describeFix(fix, evidence?.verdict ?? null) };
  return { ...report, suggest: [{ messageId: "suggestion", data, fix: apply }] };
}

/**
 * A group is one fix, with all of its edits. ESLint has read the bytes as UTF-8 and will write them so: where some were none,
 * U+FFFD stands for what they were, and any fix of the file would destroy it.
 */
function isApplicable({ group: id, edits }: Fix, text: string): boolean {
  return (
    !text.includes("\ufffd") && compatibleGroups([{ id, edits: inOrder(edits), members: [] }]).length > 0
  );
}

function inOrder(edits: Fix["edits"]): Fix["edits"] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

function editorOf({ edits }: Fix, text: string): NonNullable<Report["fix"]> {
  return (fixer) =>
    inOrder(edits).map(({ start, end, content }) =>
      fixer.replaceTextRange([start, end], withLineEndsOf(text, content)),
    );
}

function describeFix({ message, applicability, reason }: Fix, verdict: string | null): string {
  const terms = [applicability === "display" ? "by hand" : applicability, verdict, reason ?? null];
  return `${message} (${terms.filter((term) => term !== null).join(", ")})`;
}
