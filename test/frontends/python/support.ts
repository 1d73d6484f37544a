import type { Expr, Program } from "../../../src/ir/program.ts";
import type { Edit } from "../../../src/ir/rewrite.ts";
import { visitExpressions } from "../../../src/ir/walk.ts";
import { liftPython } from "../../../src/frontends/python/lift.ts";
import { loadPythonParser } from "../../../src/frontends/python/parser.ts";

const parser = await loadPythonParser();

export function lift(text: string): Program {
  return liftPython(parser.parse(text));
}

/** The only expression of a text. */
export function liftExpr(text: string): Expr {
  const [statement] = lift(text).body;
  if (statement?.kind !== "evaluate") throw new Error(`no expression: ${text}`);
  return statement.value;
}

export function expressionsOf(program: Program): Expr[] {
  const found: Expr[] = [];
  visitExpressions(program, (expr) => found.push(expr));
  return found;
}

/** The first expression, in source order and outermost first, whose text is exactly this. */
export function at(program: Program, text: string, part: string): Expr {
  const matches = expressionsOf(program).filter(
    ({ span }) => span && text.slice(span.start, span.end) === part,
  );
  const first = matches.sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))[0];
  if (!first) throw new Error(`no expression ${part}`);
  return first;
}

/** Applies edits; fails where they overlap or are out of order. */
export function apply(text: string, edits: readonly Edit[]): string {
  let result = "";
  let offset = 0;
  for (const { start, end, content } of edits) {
    if (start < offset || end < start) throw new Error("edits overlap");
    result += text.slice(offset, start) + content;
    offset = end;
  }
  return result + text.slice(offset);
}
