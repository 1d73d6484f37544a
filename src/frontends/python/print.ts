import type { Expr, Program, Span } from "../../ir/program.ts";
import type { Edit, Rewrite } from "../../ir/rewrite.ts";
import type { Notation } from "../notation.ts";
import { pythonNotation } from "./notation.ts";
import { Differ } from "./print-differ.ts";
import { UnprintableError } from "./print-expressions.ts";
import { layOut } from "./print-layout.ts";
import { placeOf } from "./print-slot.ts";

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
  for (const { original, replacement } of rewrite.replacements) {
    const other = replaced.get(original);
    if ((other && other !== replacement) || !original.span) return null;
    if (original !== replacement) replaced.set(original, replacement);
  }
  try {
    const edits = editsOf(new Differ(text, replaced, notation), replaced, program);
    if (edits === null) return null;
    const joined = joinTouching(edits, text);
    return notation.splitsLines ? layOut(joined, text) : joined;
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
