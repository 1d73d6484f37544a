import { placeName } from "../../engine/report.ts";
import type { Diagnostic } from "../../engine/report.ts";
import { worstFirst } from "./worst-first.ts";
import { escapeMarkdown } from "./escape.ts";

/** GitHub drops a step's summary above 1 MiB (docs, "Workflow commands", "Step isolation and limits"); some is left to others. */
const byteLimit = 900_000;

const head = ["Place", "Severity", "Rule", "Finding", "Fix"];

/** A table for $GITHUB_STEP_SUMMARY, the worst first. */
export function formatMarkdown(diagnostics: readonly Diagnostic[], summary: string): string {
  const lines = ["### ropelint", "", `${escapeMarkdown(summary)}.`];
  if (diagnostics.length === 0) return `${lines.join("\n")}\n`;
  lines.push("", tableRow(head), tableRow(head.map(() => "---")));
  let left = byteLimit;
  let shown = 0;
  for (const diagnostic of worstFirst(diagnostics)) {
    const row = tableRow(cells(diagnostic).map(escapeMarkdown));
    left -= Buffer.byteLength(row) + 1;
    if (left < 0) break;
    lines.push(row);
    shown++;
  }
  if (shown < diagnostics.length) lines.push("", `And ${diagnostics.length - shown} more.`);
  return `${lines.join("\n")}\n`;
}

function cells(diagnostic: Diagnostic): readonly string[] {
  const { finding, fix } = diagnostic;
  const repair =
    fix === null
      ? ""
      : `${fix.message} (${fix.applicability === "display" ? "suggestion" : fix.applicability})`;
  return [placeName(diagnostic), finding.severity, finding.rule, finding.message, repair];
}

function tableRow(row: readonly string[]): string {
  return `| ${row.join(" | ")} |`;
}
