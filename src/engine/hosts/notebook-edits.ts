import type { Edit } from "../../ir/rewrite.ts";
import { writtenLength } from "./cell.ts";
import type { Cell } from "./cell.ts";
import { hunksBetween, narrowed } from "./hunks.ts";
import type { Hunk } from "./hunks.ts";

/** The edits of a notebook's JSON that give a cell another source: in the strings of lines that change, and nowhere else. */
export function editCell(file: string, cell: Cell, source: string): readonly Edit[] {
  if (source === cell.source) return [];
  const before = linesOf(cell.source);
  const isLineByLine =
    cell.list !== null &&
    before.length === cell.strings.length &&
    cell.strings.every(({ start, end }, index) => JSON.parse(file.slice(start, end)) === before[index]);
  const write = writerOf(file);
  return hunksBetween(before, linesOf(source)).flatMap((hunk) =>
    isLineByLine && hunk.to - hunk.from !== hunk.lines.length
      ? editStrings(file, cell, hunk, write)
      : editLines(file, cell, before, hunk, write),
  );
}

type Write = (text: string) => string;

/** The inside of a JSON string, in ASCII where the file has nothing else. */
function writerOf(file: string): Write {
  const isAscii = /^[\0-\x7f]*$/.test(file);
  return (text) => {
    const written = JSON.stringify(text).slice(1, -1);
    if (!isAscii) return written;
    return written.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  };
}

/** Within the strings, whichever of them lines stand in. */
function editLines(
  file: string,
  cell: Cell,
  before: readonly string[],
  { from, to, lines }: Hunk,
  write: Write,
): readonly Edit[] {
  const lengthOf = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + part.length, 0);
  const narrowedIn = (first: number, old: string, next: string): Edit => {
    const start = lengthOf(before.slice(0, first));
    const edit = narrowed(old, next);
    const places = { start: start + edit.start, end: start + edit.end };
    return { ...placed(file, cell, places.start, places.end), content: write(edit.content) };
  };
  // Where lines stand for lines, each keeps what it has in common with the one before.
  if (lines.length === to - from)
    return lines.map((line, index) => narrowedIn(from + index, before[from + index] ?? "", line));
  return [narrowedIn(from, before.slice(from, to).join(""), lines.join(""))];
}

function placed(file: string, cell: Cell, start: number, end: number): Pick<Edit, "start" | "end"> {
  const from = cell.offsetOf(start);
  if (end === start) return { start: from, end: from };
  const last = cell.offsetOf(end - 1);
  return { start: from, end: last + writtenLength(file, last) };
}

/** Whole strings, one a line, in a list that is laid out as it was. */
function editStrings(
  file: string,
  { strings, list }: Cell,
  { from, to, lines }: Hunk,
  write: Write,
): readonly Edit[] {
  const at = (index: number, side: "start" | "end"): number => strings[index]?.[side] ?? 0;
  const separator =
    strings.length > 1
      ? file.slice(at(0, "end"), at(1, "start"))
      : `,${file.slice((list?.start ?? 0) + 1, at(0, "start"))}`;
  const count = strings.length;
  const content = lines.map((line) => `"${write(line)}"`).join(count === 0 ? ", " : separator);
  if (count === 0 && list !== null) return [{ start: list.start + 1, end: list.start + 1, content }];
  if (lines.length > 0 && to > from) return [{ start: at(from, "start"), end: at(to - 1, "end"), content }];
  if (lines.length > 0) {
    const isInFront = from < count;
    const place = isInFront ? at(from, "start") : at(count - 1, "end");
    return [{ start: place, end: place, content: isInFront ? content + separator : separator + content }];
  }
  if (to < count) return [{ start: at(from, "start"), end: at(to, "start"), content }];
  return [{ start: from > 0 ? at(from - 1, "end") : at(0, "start"), end: at(count - 1, "end"), content }];
}

/** With their line ends, as Jupyter splits a source into strings. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
