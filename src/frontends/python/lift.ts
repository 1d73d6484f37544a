import type { Comment, Program, Span } from "../../ir/program.ts";
import { readIgnores } from "./ignore-comments.ts";
import { StatementLifter } from "./lift-statements.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

/** Lifts a parsed file. Damaged code gives the spans of its errors and whatever around them is well-formed. */
export function liftPython(tree: SyntaxTree): Program {
  const { comments, errors } = scan(tree);
  const ignores = readIgnores(tree, comments);
  return { language: "python", body: new StatementLifter(tree).body(0), comments, ignores, errors };
}

/** Comments and errors stand anywhere in the tree; nodes lie in source order. */
function scan(tree: SyntaxTree): Pick<Program, "comments" | "errors"> {
  const comments: Comment[] = [];
  const errors: Span[] = [];
  const lifter = new StatementLifter(tree);
  const damaged = tree.rootNode.hasError;
  for (let node = 0; node < tree.nodeCount; node++) {
    const { type, isNamed } = tree.symbols.symbol(tree.symbol[node] ?? 0);
    if (type === "comment" && isNamed) {
      // With CRLF the parser counts the carriage return to the comment.
      const text = lifter.text(node).replace(/\r$/, "");
      const start = lifter.start(node);
      comments.push({ text, span: { start, end: start + text.length } });
    } else if (damaged && (type === "ERROR" || tree.node(node).isMissing)) {
      errors.push(lifter.span(node));
    }
  }
  return { comments, errors };
}
