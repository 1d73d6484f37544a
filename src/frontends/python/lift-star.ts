import type { Expr } from "../../ir/program.ts";

/**
 * tree-sitter-python reads `[*a.b]` as `(*a).b`. A star binds looser than any operator but `,`, so it is moved outside
 * again, one step at each node on the way up.
 */
export function hoistStar(expr: Expr): Expr {
  const first = leftmost(expr);
  if (first?.kind !== "starred" || first.outer || !expr.span) return expr;
  const start = first.value.outer?.start ?? first.value.span?.start ?? expr.span.start;
  const value = withLeftmost({ ...expr, span: { start, end: expr.span.end } }, first.value);
  return { kind: "starred", span: expr.span, value };
}

function leftmost(expr: Expr): Expr | undefined {
  switch (expr.kind) {
    case "attribute":
    case "index":
      return expr.object;
    case "call":
      return expr.callee;
    case "binary":
      return expr.left;
    case "compare":
      return expr.operands[0];
    default:
      return undefined;
  }
}

function withLeftmost(expr: Expr, first: Expr): Expr {
  switch (expr.kind) {
    case "attribute":
    case "index":
      return { ...expr, object: first };
    case "call":
      return { ...expr, callee: first };
    case "binary":
      return { ...expr, left: first };
    case "compare":
      return { ...expr, operands: [first, ...expr.operands.slice(1)] };
    default:
      return expr;
  }
}
