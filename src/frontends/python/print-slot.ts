import type { Expr, Program, Span, Stmt } from "../../ir/program.ts";
import { childrenOf, partsOf } from "../../ir/walk.ts";
import { Precedence, slotPrecedence } from "./print-precedence.ts";

/** What the place of an expression in its program asks of what is written there; null where it is not in the program. */
export function slotOf(expr: Expr, program: Program): number | null {
  let statements: readonly Stmt[] = program.body;
  for (;;) {
    const statement = statements.find((candidate) => holds(candidate.span, expr.span));
    if (!statement) return null;
    const { expressions, bodies } = partsOf(statement);
    const root = expressions.find((candidate) => holds(candidate.outer ?? candidate.span, expr.span));
    if (root) return slotIn(root, expr, Precedence.test);
    const inside = bodies.find((body) => body.some((candidate) => holds(candidate.span, expr.span)));
    if (!inside) return null;
    statements = inside;
  }
}

function slotIn(root: Expr, expr: Expr, slot: number): number | null {
  if (root === expr) return slot;
  const children = childrenOf(root);
  for (const [place, child] of children.entries()) {
    if (!holds(child.outer ?? child.span, expr.span)) continue;
    const found = slotIn(child, expr, slotPrecedence(root, place));
    if (found !== null) return found;
  }
  return null;
}

function holds(outer: Span | null, inner: Span | null): boolean {
  return outer !== null && inner !== null && outer.start <= inner.start && inner.end <= outer.end;
}
