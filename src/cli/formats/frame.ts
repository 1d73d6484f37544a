import type { LineIndex } from "../../engine/position.ts";
import type { Span } from "../../ir/program.ts";
import type { Severity } from "../../verify/finding.ts";
import type { Paint } from "../palette.ts";
import { displayWidth, escapeCode } from "./display.ts";

const rowLimit = 6;
const widthLimit = 180;

/** The rows of a span with carets under it. */
export function codeFrame(lines: LineIndex, span: Span, severity: Severity, paint: Paint): readonly string[] {
  const first = lines.row(span.start);
  const last = Math.max(first, lines.row(Math.max(span.start, span.end - 1)));
  // A cell's rows, or those of a Markdown file, are not those of the code as one text.
  const shown = (row: number): number => lines.position(lines.start(row)).row;
  const gutter = String(shown(last)).length;
  const bar = paint("dim", `${" ".repeat(gutter)} |`);
  const output = [bar];
  for (let row = first; row <= last; row++) {
    if (row === first + rowLimit - 1 && row < last) {
      output.push(paint("dim", `${" ".repeat(gutter)} ...`));
      row = last;
    }
    const { code, margin, length } = markedLine(lines, row, span);
    output.push(`${paint("dim", `${String(shown(row)).padStart(gutter)} |`)} ${code}`.trimEnd());
    if (length > 0) output.push(`${bar} ${" ".repeat(margin)}${paint(severity, "^".repeat(length))}`);
  }
  return output;
}

interface MarkedLine {
  readonly code: string;
  readonly margin: number;
  readonly length: number;
}

/** A row as shown, and where the carets go; a very long row is cut around them. */
function markedLine(lines: LineIndex, row: number, span: Span): MarkedLine {
  const line = lines.line(row);
  const start = lines.start(row);
  const indent = line.length - line.trimStart().length;
  let from = Math.min(Math.max(span.start - start, indent), line.length);
  let to = Math.max(from, Math.min(span.end - start, line.trimEnd().length));
  let shown = line;
  if (line.length > widthLimit) {
    const cut = Math.max(0, Math.min(from - 40, line.length - widthLimit));
    const end = cut + widthLimit;
    shown = (cut > 0 ? "…" : "") + line.slice(cut, end) + (end < line.length ? "…" : "");
    from = from - cut + Number(cut > 0);
    to = Math.min(to, end) - cut + Number(cut > 0);
  }
  const margin = displayWidth(escapeCode(shown.slice(0, from)));
  const isHere = row === lines.row(span.start) || to > from;
  const length = isHere ? Math.max(1, displayWidth(escapeCode(shown.slice(from, to)))) : 0;
  return { code: escapeCode(shown), margin, length };
}
