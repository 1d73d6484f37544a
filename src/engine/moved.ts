import type { Span } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import { withLineEndsOf } from "./apply-fixes.ts";

/** Where places of a text are once edits are made that do not overlap. */
export function movedBy(text: string, edits: readonly Edit[]): (span: Span) => Span {
  const moves = edits.map(({ start, end, content }) => ({
    start,
    end,
    length: withLineEndsOf(text, content).length,
  }));
  const at = (offset: number, isEnd: boolean): number => {
    let moved = offset;
    for (const { start, end, length } of moves) {
      if (end <= offset) moved += length - (end - start);
      // Within what was replaced: all of the new text counts.
      else if (start < offset) moved += isEnd ? start + length - offset : start - offset;
    }
    return moved;
  };
  return ({ start, end }) => ({ start: at(start, false), end: at(end, true) });
}
