import type { SyntaxTree } from "../../frontends/python/syntax-tree.ts";
import type { PythonDocument, PythonNode } from "./node.ts";

/** Text in a string is one token, although the grammar finds escapes in it. */
const whole: ReadonlySet<string> = new Set(["string_content", "line_continuation"]);

/** The leaves of a tree, but for comments and for what is not in the text. */
export function tokensOf(tree: SyntaxTree, document: PythonDocument): readonly PythonNode[] {
  const tokens: PythonNode[] = [];
  for (let id = 1; id < tree.nodeCount; id++) {
    const after = tree.after[id] ?? tree.nodeCount;
    const { type, startIndex, endIndex } = tree.node(id);
    if (after > id + 1 && !whole.has(type)) continue;
    if (type !== "comment" && type !== "line_continuation" && startIndex < endIndex)
      tokens.push(document.node(id));
    id = after - 1;
  }
  return tokens;
}
