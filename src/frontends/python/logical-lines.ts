import type { Span } from "../../ir/program.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * Python's logical lines that take several rows, as spans of whole rows without the last line end: rows joined by brackets, by
 * a string over several rows or by a backslash.
 */
export function joinedRows(tree: SyntaxTree): readonly Span[] {
  const joined: Span[] = [];
  for (const { start, end } of joints(tree)) {
    if (!tree.text.slice(start, end).includes("\n")) continue;
    const rows = { start: rowOf(tree.text, start).start, end: rowOf(tree.text, end).end };
    // Joints come by their ends, so that an outer one takes in those inside it.
    while ((joined.at(-1)?.end ?? -1) >= rows.start)
      rows.start = Math.min(rows.start, joined.pop()?.start ?? 0);
    joined.push(rows);
  }
  return joined;
}

/** The row that an offset lies in, without its line feed. */
export function rowOf(text: string, offset: number): Span {
  const end = text.indexOf("\n", offset);
  return {
    start: offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1,
    end: end < 0 ? text.length : end,
  };
}

/** What holds rows together, in order of its ends: pairs of brackets, strings, backslashes. */
function joints(tree: SyntaxTree): readonly Span[] {
  const open: { readonly type: string; readonly start: number }[] = [];
  const found: Span[] = [];
  for (let node = 0; node < tree.nodeCount; node++) {
    const { type } = tree.symbols.symbol(tree.symbol[node] ?? 0);
    const [start, end] = [tree.start[node] ?? 0, tree.end[node] ?? 0];
    if (type === "string") found.push({ start, end });
    else if (type === "line_continuation") found.push({ start, end });
    else if (type in closing) open.push({ type, start });
    else if (closing[open.at(-1)?.type ?? ""] === type)
      found.push({ start: open.pop()?.start ?? start, end });
  }
  return found.sort((a, b) => a.end - b.end);
}
