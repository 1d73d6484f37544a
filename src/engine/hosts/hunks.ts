import { diffArrays } from "diff";
import type { Edit } from "../../ir/rewrite.ts";

/** Lines [from, to) that others take the place of. */
export interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** What has changed between two texts, by lines. */
export function hunksBetween(before: readonly string[], after: readonly string[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let line = 0;
  let open: { from: number; to: number; lines: string[] } | null = null;
  for (const { added, removed, value } of diffArrays([...before], [...after])) {
    if (!added && !removed) {
      open = null;
      line += value.length;
      continue;
    }
    if (open === null) {
      open = { from: line, to: line, lines: [] };
      hunks.push(open);
    }
    if (added) open.lines.push(...value);
    else open.to = line += value.length;
  }
  return hunks;
}

/** The part of a text that another one changes: what both begin and end with stays. */
export function narrowed(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { start, end: before.length - same, content: after.slice(start, after.length - same) };
}
