import type { Expr, Followed, Program, Span } from "../../ir/program.ts";
import type { Edit, Rewrite } from "../../ir/rewrite.ts";
import type { Notation } from "../notation.ts";
import { pythonNotation } from "./notation.ts";
import { Differ } from "./print-differ.ts";
import { printExpr, UnprintableError } from "./print-expressions.ts";
import { layOut } from "./print-layout.ts";
import { Precedence } from "./print-precedence.ts";
import { placeOf } from "./print-slot.ts";
import { lineEnd, newlineOf, ownIndent } from "./print-trivia.ts";

export { sameExpr } from "./print-same.ts";

/**
 * The edits that write a rewrite into the text, in source order and apart from each other. Nodes that original and
 * replacement share keep their text. Null where the rewrite can't be written: it replaces what is not in the program,
 * makes a node that has no printed form, or contradicts itself.
 */
export function printRewrite(
  rewrite: Rewrite,
  program: Program,
  text: string,
  notation: Notation = pythonNotation,
): Edit[] | null {
  const replaced = new Map<Expr, Expr>();
  const added: Edit[] = [];
  for (const { original, replacement: whole } of rewrite.replacements) {
    const replacement = whole.kind === "followed" ? whole.first : whole;
    const behind = whole.kind === "followed" ? assignmentBehind(original, whole, text, notation) : null;
    if (whole.kind === "followed" && behind === null) return null;
    if (behind) added.push(behind);
    const other = replaced.get(original);
    if ((other && other !== replacement) || !original.span) return null;
    if (original !== replacement) replaced.set(original, replacement);
  }
  try {
    const edits = editsOf(new Differ(text, replaced, notation), replaced, program);
    if (!edits) return null;
    const all = joinTouching(
      [...edits, ...added].sort((a, b) => a.start - b.start),
      text,
    );
    return notation.splitsLines ? layOut(all, text) : all;
  } catch (error) {
    if (error instanceof UnprintableError) return null;
    throw error;
  }
}

function editsOf(differ: Differ, replaced: ReadonlyMap<Expr, Expr>, program: Program): Edit[] | null {
  const edits: Edit[] = [];
  let end = 0;
  for (const original of outermostFirst(replaced.keys())) {
    if (differ.done.has(original)) continue;
    const span = spanOf(original);
    // Inside a replacement that has no place for it.
    if (span.start < end) return null;
    end = span.end;
    const place = placeOf(original, program);
    if (place === null) return null;
    if (place.sharesParentheses) differ.sharing.add(original);
    edits.push(...differ.keep(original, place.slot));
  }
  return edits;
}

/** A statement of its own, behind the one that an expression makes; null where that one shares its lines. */
function assignmentBehind(
  original: Expr,
  { target, value }: Followed,
  text: string,
  notation: Notation,
): Edit | null {
  if (!notation.endsAtLine) return null;
  const { start, end } = spanOf(original);
  const indent = ownIndent(text, start);
  const at = lineEnd(text, end);
  if (indent === null || !/^\s*(?:#.*)?$/.test(text.slice(end, at))) return null;
  const [left, right] = [target, value].map((part) =>
    printExpr(part, Precedence.test, { textOf: () => null, notation }),
  );
  return { start: at, end: at, content: `${newlineOf(text)}${indent}${left ?? ""} = ${right ?? ""}` };
}

function outermostFirst(originals: Iterable<Expr>): Expr[] {
  return [...originals].sort((a, b) => spanOf(a).start - spanOf(b).start || spanOf(b).end - spanOf(a).end);
}

function spanOf(expr: Expr): Span {
  return expr.outer ?? expr.span ?? { start: 0, end: 0 };
}

/** One edit for edits that touch, so that none share an offset; what an edit does not change it leaves out. */
function joinTouching(edits: readonly Edit[], text: string): Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits) {
    const last = joined.at(-1);
    if (last?.end === edit.start) {
      joined[joined.length - 1] = { start: last.start, end: edit.end, content: last.content + edit.content };
    } else {
      joined.push(edit);
    }
  }
  return joined.filter(({ start, end, content }) => text.slice(start, end) !== content);
}
