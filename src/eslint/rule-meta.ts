import type { LanguageOptions, RuleContext, TextSourceCode, ViolationReport } from "@eslint/core";
import { pageUrl } from "../engine/catalogue.ts";
import type { EngineCode } from "../engine/engine-findings.ts";
import type { Severity } from "../verify/finding.ts";
import type { RuleOptions } from "./settings.ts";

export type MessageId = Severity | EngineCode | "suggestion";

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
    readonly languages?: string[];
  };
  create(context: never): Record<string, () => void>;
}

/** The part of a source code object that every language of texts has. */
export interface TextSource extends TextSourceCode {
  getLocFromIndex(index: number): { line: number; column: number };
}

export type Context = RuleContext<{
  LangOptions: LanguageOptions;
  Code: TextSource;
  RuleOptions: [RuleOptions];
  Node: unknown;
  MessageIds: MessageId;
}>;
export type Report = ViolationReport<unknown, MessageId>;

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

interface Described {
  readonly id: string;
  readonly summary: string;
  readonly strict: boolean;
}

/** What a rule is, and what it can repair. */
export function metaOf(
  { id, summary, strict }: Described,
  { isFixed, isSuggested }: { readonly isFixed: boolean; readonly isSuggested: boolean },
): RopelintRule["meta"] {
  const url = pageUrl(id);
  return {
    type: "problem",
    docs: {
      description: summary,
      recommended: !strict,
      ...(url === null ? {} : { url }),
    },
    ...(isFixed ? { fixable: "code" } : {}),
    hasSuggestions: isSuggested,
    schema,
    defaultOptions: [{ severity: "warning" }],
    messages,
  };
}
