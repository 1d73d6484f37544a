import type { Diagnostic } from "../../engine/report.ts";
import type { Paint } from "../palette.ts";
import { escapeText } from "./display.ts";
import { breakageLines, residueLines } from "./figures.ts";
import { codeFrame } from "./frame.ts";
import { rewrittenLines } from "./rewritten.ts";

/**
 * A finding as a reader at a terminal wants it: where, what, by how much, and what would repair it. A repair of several findings
 * is shown with the first of them, the leader.
 */
export function formatText(diagnostic: Diagnostic, paint: Paint, leader: Diagnostic = diagnostic): string {
  const { finding, lines } = diagnostic;
  const note = (label: string, text: string): string =>
    `  ${paint("dim", "=")} ${paint("bold", `${label}:`)} ${escapeText(text)}`;
  const output = [
    headline(diagnostic, paint),
    ...(lines.text === "" ? [] : codeFrame(lines, finding.span, finding.severity, paint)),
    ...breakageLines(finding).map((line) => note(finding.severity === "note" ? "differs" : "breaks", line)),
    ...fixLines(diagnostic, leader, paint, note),
    ...evidenceLines(diagnostic, note),
    ...diagnostic.related.map(({ path, location, message }) =>
      note("related", `${path}:${location.row}:${location.column}: ${message}`),
    ),
  ];
  return `${output.join("\n")}\n`;
}

/** `path:row:col: severity[rule] message` */
export function headline({ path, location, finding }: Diagnostic, paint: Paint): string {
  const place = `${escapeText(path)}:${location.row}:${location.column}:`;
  const label = paint(finding.severity, `${finding.severity}[${finding.rule}]`);
  return `${paint("bold", place)} ${label} ${escapeText(finding.message)}`;
}

type Note = (label: string, text: string) => string;

function fixLines(
  { finding, fix, lines }: Diagnostic,
  leader: Diagnostic,
  paint: Paint,
  note: Note,
): readonly string[] {
  const verdict = finding.evidence?.verdict ?? null;
  if (fix === null) return verdict === null ? [] : [note("no fix", verdict)];
  const kind = fix.applicability === "display" ? "suggestion" : fix.applicability;
  const label = `fix (${kind}${verdict === null ? "" : `, ${verdict}`})`;
  const residue = residueLines(finding).map((line) => note("after the fix", line));
  if (leader.finding !== finding)
    return [note(label, `one repair with ${leader.finding.rule} on line ${leader.location.row}`), ...residue];
  const rewritten = rewrittenLines(lines, finding.fix?.edits ?? [], paint);
  return [note(label, fix.message), ...rewritten.map((line) => `      ${line}`), ...residue];
}

function evidenceLines({ finding: { evidence } }: Diagnostic, note: Note): readonly string[] {
  if (evidence === null) return [];
  const { reason, remaining, assumptions } = evidence;
  return [
    ...(reason === null ? [] : [note("reason", reason)]),
    ...remaining.map(({ environment, covered_by: rule }) =>
      note("remaining", rule === null ? environment : `${environment} (see ${rule})`),
    ),
    ...assumptions.map((assumption) => note("assumes", assumption)),
  ];
}
