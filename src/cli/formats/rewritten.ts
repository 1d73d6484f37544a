import { applyEdits } from "../../engine/apply-fixes.ts";
import { LineIndex } from "../../engine/position.ts";
import type { Edit } from "../../ir/rewrite.ts";
import type { Paint } from "../palette.ts";
import { escapeCode } from "./display.ts";

const lineLimit = 16;

/** The rows that a fix changes, before and after, as a small diff without its context; each place with its line where it has several. */
export function rewrittenLines(lines: LineIndex, edits: readonly Edit[], paint: Paint): readonly string[] {
  const output: string[] = [];
  const places = clusters(lines, edits);
  const nameOf = (row: number): string => rowName(lines, row);
  const width = places.length < 2 ? 0 : Math.max(...places.map(({ first }) => nameOf(first).length));
  for (const cluster of places) {
    const { first, last } = cluster;
    const start = lines.start(first);
    const before = lines.text.slice(start, lines.start(last + 1));
    const moved = cluster.edits.map((edit) => ({
      ...edit,
      start: edit.start - start,
      end: edit.end - start,
    }));
    const after = applyEdits(before, moved);
    const [removed, added] = withoutCommonIndent(splitLines(before), splitLines(after));
    const rows = [
      ...removed.map((line) => paint("removed", `- ${escapeCode(line)}`)),
      ...added.map((line) => paint("added", `+ ${escapeCode(line)}`)),
    ];
    const margin = (index: number): string =>
      width === 0 ? "" : `${(index === 0 ? nameOf(first) : "").padStart(width)} `;
    output.push(...rows.map((row, index) => margin(index) + row));
  }
  if (output.length <= lineLimit) return output;
  const rest = output.length - lineLimit;
  return [...output.slice(0, lineLimit), paint("dim", `... ${rest} more lines; --diff shows all`)];
}

/** `12`, or `3:12` in a notebook's third cell. */
function rowName(lines: LineIndex, row: number): string {
  const start = lines.start(row);
  const cell = lines.cell(start);
  return `${cell === null ? "" : `${String(cell)}:`}${String(lines.position(start).row)}`;
}

interface Cluster {
  readonly first: number;
  last: number;
  readonly edits: Edit[];
}

/** Edits that touch the same or neighbouring rows belong together. */
function clusters(lines: LineIndex, edits: readonly Edit[]): readonly Cluster[] {
  const found: Cluster[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const first = lines.row(edit.start);
    const last = lines.row(Math.max(edit.start, edit.end - 1));
    const previous = found.at(-1);
    if (previous !== undefined && first <= previous.last) {
      previous.edits.push(edit);
      previous.last = Math.max(previous.last, last);
    } else found.push({ first, last, edits: [edit] });
  }
  return found;
}

/** Both sides moved to the left by as much as all their lines allow. */
function withoutCommonIndent(
  before: readonly string[],
  after: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const filled = [...before, ...after].filter((line) => line.trim() !== "");
  const indent = Math.min(...filled.map((line) => line.length - line.trimStart().length));
  return [before.map((line) => line.slice(indent)), after.map((line) => line.slice(indent))];
}

function splitLines(text: string): readonly string[] {
  const index = new LineIndex(text);
  const rows = Array.from({ length: index.rowCount }, (_, row) => index.line(row + 1));
  return rows.at(-1) === "" ? rows.slice(0, -1) : rows;
}
