import type { Diagnostic } from "../../engine/report.ts";
import type { Paint } from "../palette.ts";
import { escapeText } from "./display.ts";
import { breakageLines, residueLines } from "./figures.ts";
import { codeFrame } from "./frame.ts";
import { rewrittenLines } from "./rewritten.ts";

/** A finding as a reader at a terminal wants it: where, what, by how much, and what would repair it. */
export function formatText(diagnostic: Diagnostic, paint: Paint): string {
  const { finding, lines } = diagnostic;
  const output = [headline(diagnostic, paint)];
  if (finding.span.end > finding.span.start || lines.text !== "")
    output.push(...codeFrame(lines, finding.span, finding.severity, paint));
  const note = (label: string, text: string): void => {
    output.push(`  ${paint("dim", "=")} ${paint("bold", `${label}:`)} ${escapeText(text)}`);
  };
  for (const line of breakageLines(finding)) note("breaks", line);
  const { evidence } = finding;
  const verdict = evidence?.verdict ?? null;
  const reason = evidence?.reason ?? null;
  const { fix } = diagnostic;
  if (fix !== null) {
    note(`fix (${fix.applicability}${verdict === null ? "" : `, ${verdict}`})`, fix.message);
    output.push(...rewrittenLines(lines, finding.fix?.edits ?? [], paint).map((line) => `      ${line}`));
    for (const line of residueLines(finding)) note("after the fix", line);
  } else if (verdict !== null) note("no fix", verdict);
  if (reason !== null) note("reason", reason);
  for (const { environment, covered_by: rule } of evidence?.remaining ?? [])
    note("remaining", rule === null ? environment : `${environment} (see ${rule})`);
  for (const assumption of evidence?.assumptions ?? []) note("assumes", assumption);
  for (const { path, location, message } of diagnostic.related)
    note("related", `${path}:${location.row}:${location.column}: ${message}`);
  return `${output.join("\n")}\n`;
}

/** `path:row:col: severity[rule] message` */
export function headline({ path, location, finding }: Diagnostic, paint: Paint): string {
  const place = `${escapeText(path)}:${location.row}:${location.column}:`;
  const label = paint(finding.severity, `${finding.severity}[${finding.rule}]`);
  return `${paint("bold", place)} ${label} ${escapeText(finding.message)}`;
}
