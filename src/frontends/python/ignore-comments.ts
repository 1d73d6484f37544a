import type { Comment, IgnoreComment, IgnoreProblem, Span } from "../../ir/program.ts";
import { blockFrom } from "./indented-block.ts";
import { joinedRows, rowOf } from "./logical-lines.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

/** Where an ignore comment begins: at a mark of its own, which other comments may precede (`# noqa  # ropelint: ...`). */
const beginning = /(?<=^|\s)#+[ \t]*ropelint[ \t]*:/gi;
/** One that was put into another comment: it asks for silence all the same, and must not go unheard. */
const withoutMark =
  /ropelint(?<![\w-]ropelint)(?<!["'`][#\s]*ropelint)[ \t]*:[ \t]*ignore(?:-file|-block)?[ \t]*\[/gi;
/** The next comment on the line; `#123` in a reason is none. */
const nextMark = /[ \t]#+(?=[ \t]*[A-Za-z])/;

const scopes: ReadonlyMap<string, IgnoreComment["scope"]> = new Map([
  ["ignore", "line"],
  ["ignore-block", "block"],
  ["ignore-file", "file"],
]);

/** The ignore comments of a file. Whether rules of these ids exist is not known here. */
export function readIgnores(tree: SyntaxTree, comments: readonly Comment[]): readonly IgnoreComment[] {
  const places = comments.flatMap((comment) => placesIn(comment));
  if (places.length === 0) return [];
  const joined = joinedRows(tree);
  return places.map((place) => readIgnore(place, tree.text, joined));
}

/** The part of a comment that is an ignore comment, by offsets in the comment's text. */
interface Place {
  readonly comment: Comment;
  readonly start: number;
  /** Behind `ropelint:`. */
  readonly body: number;
  /** Where the next comment begins, or the end. */
  readonly end: number;
  readonly hasMark: boolean;
}

function placesIn(comment: Comment): readonly Place[] {
  const { text } = comment;
  if (!/ropelint/i.test(text)) return [];
  const marked = [...text.matchAll(beginning)].map((match) => placeOf(comment, match, true));
  const unmarked = [...text.matchAll(withoutMark)]
    .filter(({ index }) => !marked.some(({ start, end }) => start <= index && index < end))
    .map((match) => placeOf(comment, { index: match.index, 0: "ropelint:" }, false));
  return [...marked, ...unmarked].sort((a, b) => a.start - b.start);
}

function placeOf(
  comment: Comment,
  { index, 0: head }: { readonly index: number; readonly 0: string },
  hasMark: boolean,
): Place {
  const body = index + head.length;
  const behind = comment.text.slice(body);
  const mark = behind.search(nextMark) + 1;
  const rest = mark > 0 ? behind.slice(0, mark) : behind;
  // Python ends a line, and with it the comment, at a lone carriage return as well.
  const end = rest.indexOf("\r");
  return { comment, start: index, body, end: body + (end > 0 ? end : rest.length), hasMark };
}

function readIgnore(place: Place, text: string, joined: readonly Span[]): IgnoreComment {
  const { comment, start, body, end } = place;
  const offset = comment.span.start;
  const row = rowOf(text, offset);
  const isAlone = text.slice(row.start, offset).trim() === "";
  const words = comment.text.slice(body, end).trimEnd();
  const request = readRequest(words, offset + body);
  const scope = scopes.get(request.directive) ?? "line";
  const reach = reachOf(scope, row, isAlone, text, joined);
  const problem = placeProblem(scope, reach, isAlone) ?? request.problem;
  return {
    span: { start: offset + start, end: offset + body + words.length },
    scope,
    rules: request.rules,
    list: request.list,
    reason: request.reason,
    reach,
    block: scope === "line" && isAlone ? reachOf("block", row, isAlone, text, joined) : null,
    removal: removalOf(place, text, isAlone),
    problem: place.hasMark ? problem : "no comment of its own",
  };
}

interface Request extends Pick<IgnoreComment, "rules" | "list" | "reason"> {
  readonly directive: string;
  readonly problem: IgnoreProblem | null;
}

/** What stands behind `ropelint:`, read from left to right; spans count from the offset of the words. */
function readRequest(words: string, offset: number): Request {
  const [, space = "", directive = "", rest = ""] = /^([ \t]*)([\w-]*)([^]*)$/.exec(words) ?? [];
  const nothing = { directive, rules: null, list: null, reason: rest.trim() };
  if (!scopes.has(directive)) return { ...nothing, problem: "unknown directive" };
  const brackets = /^([ \t]*\[)([^\]]*)(\]?)([^]*)$/.exec(rest);
  if (brackets === null) return { ...nothing, problem: /^\S/.test(rest) ? "no brackets" : null };
  const [, before = "", inside = "", close = "", reason = ""] = brackets;
  if (close === "") return { ...nothing, problem: "unclosed brackets" };
  const start = offset + space.length + directive.length + before.length;
  const rules = [...inside.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)].map(({ 0: id, index }) => ({
    id,
    span: { start: start + index, end: start + index + id.length },
  }));
  return {
    directive,
    rules,
    list: { start, end: start + inside.length },
    reason: reason.trim(),
    problem: rules.length === 0 ? "empty brackets" : null,
  };
}

/** The row of the next code; between two rows of comments no string can begin, so the text alone tells. */
function codeBelow(text: string, comment: Span): Span | null {
  for (let row = comment; row.end < text.length;) {
    row = rowOf(text, row.end + 1);
    const code = text.slice(row.start, row.end).trim();
    if (code !== "" && !code.startsWith("#")) return row;
  }
  return null;
}

/** What findings have to touch. */
function reachOf(
  scope: IgnoreComment["scope"],
  comment: Span,
  isAlone: boolean,
  text: string,
  joined: readonly Span[],
): Span | null {
  if (scope === "file") return { start: 0, end: text.length };
  const row = isAlone ? codeBelow(text, comment) : comment;
  if (row === null) return null;
  return scope === "block" ? blockFrom(text, row, joined) : lineFrom(row, joined);
}

function placeProblem(
  scope: IgnoreComment["scope"],
  reach: Span | null,
  isAlone: boolean,
): IgnoreProblem | null {
  if (scope !== "line" && !isAlone) return "not on a line of its own";
  return scope === "block" && reach === null ? "no block below" : null;
}

/** The row; for the first and the last row of a logical line all of it, because formatters move comments there. */
function lineFrom(row: Span, joined: readonly Span[]): Span {
  return joined.find(({ start, end }) => start === row.start || end === row.end) ?? row;
}

function removalOf({ comment, start, end }: Place, text: string, isAlone: boolean): Span {
  const offset = comment.span.start;
  const isLast = end === comment.text.length || comment.text[end] === "\r";
  if (!isLast) return { start: offset + start, end: offset + end };
  if (start === 0 && isAlone && end === comment.text.length) {
    const row = rowOf(text, offset);
    // A byte order mark belongs to the file, not to its first line.
    return {
      start: row.start + Number(text.startsWith("\ufeff") && row.start === 0),
      end: Math.min(row.end + 1, text.length),
    };
  }
  let from = offset + start;
  while (from > 0 && " \t\f".includes(text.charAt(from - 1))) from--;
  return { start: from, end: offset + end };
}
