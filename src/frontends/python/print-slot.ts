import type { Expr, Program, Span, Stmt } from "../../ir/program.ts";
import { childrenOf, partsOf } from "../../ir/walk.ts";
import { Precedence, slotPrecedence } from "./print-precedence.ts";

/** Where an expression stands. */
export interface Place {
  /** The precedence that is asked of what is written there. */
  readonly slot: number;
  /** A generator whose parentheses are those of the call: `f(x for x in y)`. */
  readonly sharesParentheses: boolean;
}

/** The place of an expression in its program; null where it is not in the program. */
export function placeOf(expr: Expr, program: Program): Place | null {
  let statements: readonly Stmt[] = program.body;
  for (;;) {
    const statement = statements.find((candidate) => holds(candidate.span, expr.span));
    if (!statement) return null;
    const { expressions, bodies } = partsOf(statement);
    const root = expressions.find((candidate) => holds(candidate.outer ?? candidate.span, expr.span));
    if (root) return placeIn(root, expr, { slot: Precedence.test, sharesParentheses: false });
    const inside = bodies.find((body) => body.some((candidate) => holds(candidate.span, expr.span)));
    if (!inside) return null;
    statements = inside;
  }
}

function placeIn(root: Expr, expr: Expr, place: Place): Place | null {
  if (root === expr) return place;
  for (const [index, child] of childrenOf(root).entries()) {
    if (!holds(child.outer ?? child.span, expr.span)) continue;
    const slot = slotPrecedence(root, index);
    const found = placeIn(child, expr, {
      slot,
      sharesParentheses: index > 0 && sharesParentheses(root, child),
    });
    if (found !== null) return found;
  }
  return null;
}

export function sharesParentheses(parent: Expr, child: Expr): boolean {
  return parent.kind === "call" && child.kind === "comprehension" && child.span?.end === parent.span?.end;
}

function holds(outer: Span | null, inner: Span | null): boolean {
  return outer !== null && inner !== null && outer.start <= inner.start && inner.end <= outer.end;
}
