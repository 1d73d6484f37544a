import { basename } from "node:path";
import { compatibleGroups, withLineEndsOf } from "../engine/apply-fixes.ts";
import { isEngineCode } from "../engine/engine-findings.ts";
import type { Finding, Fix } from "../verify/finding.ts";
import type { Report, TextSource } from "./rule-meta.ts";

/** A finding as ESLint's report: what is confirmed is a fix, what else helps a suggestion. */
export function reportOf(
  { rule, severity, message, span, fix, evidence }: Finding,
  source: TextSource,
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

/** ESLint changes one file at a time: a constant of another module is named, and left to its other readers. */
function describeFix({ message, applicability, reason, definition }: Fix, verdict: string | null): string {
  const terms = [applicability === "display" ? "by hand" : applicability, verdict, reason ?? null];
  const place = definition ? ` here: ${basename(definition.path)} defines ${definition.name}` : "";
  return `${message}${place} (${terms.filter((term) => term !== null).join(", ")})`;
}
