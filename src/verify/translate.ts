import type { Expr, Program, Stmt } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import { mapChildren, partsOf } from "../ir/walk.ts";
import { notationOf } from "../frontends/notations.ts";
import { printRewrite, sameExpr } from "../frontends/python/print.ts";

/** Parses and lifts a text again. */
export type Lift = (text: string) => Program;

/**
 * Translation validation: prints a rewrite, parses and lifts the new text and compares it with the rewritten program.
 * Null where the text does not come back as what was verified.
 */
export function printValidated(
  substitutions: ReadonlyMap<Expr, Expr>,
  program: Program,
  text: string,
  lift: Lift,
): readonly Edit[] | null {
  const replacements = [...substitutions].map(([original, replacement]) => ({ original, replacement }));
  const edits = printRewrite({ replacements }, program, text, notationOf(program, text));
  if (edits === null || edits.length === 0) return null;
  const rewritten = lift(applyEdits(text, edits));
  if (rewritten.errors.length > program.errors.length || rewritten.body.length !== program.body.length)
    return null;
  const same = program.body.every((statement, i) => {
    const other = rewritten.body[i];
    if (!other) return false;
    return !touches(statement, edits) || sameStatement(statement, other, substitutions);
  });
  return same ? edits : null;
}

/** The program after an edit of its comments; null where the text does not come back as the same code. */
export function rereadSame(edit: Edit, program: Program, text: string, lift: Lift): Program | null {
  const changed = lift(applyEdits(text, [edit]));
  const isSame =
    changed.errors.length === program.errors.length && sameBody(program.body, changed.body, new Map());
  return isSame ? changed : null;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let [result, at] = ["", 0];
  for (const { start, end, content } of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + content;
    at = end;
  }
  return result + text.slice(at);
}

function touches({ span }: Stmt, edits: readonly Edit[]): boolean {
  return span === null || edits.some((edit) => edit.start <= span.end && edit.end >= span.start);
}

function sameStatement(original: Stmt, other: Stmt, substitutions: ReadonlyMap<Expr, Expr>): boolean {
  const [a, b] = [partsOf(original), partsOf(other)];
  return (
    original.kind === other.kind &&
    a.expressions.length === b.expressions.length &&
    a.bodies.length === b.bodies.length &&
    a.expressions.every((expression, i) => sameRewritten(expression, b.expressions[i], substitutions)) &&
    a.bodies.every((body, i) => sameBody(body, b.bodies[i] ?? [], substitutions))
  );
}

function sameBody(
  original: readonly Stmt[],
  other: readonly Stmt[],
  substitutions: ReadonlyMap<Expr, Expr>,
): boolean {
  const expected = original.flatMap((statement) => [statement, ...behind(statement, substitutions)]);
  return (
    expected.length === other.length &&
    expected.every((statement, i) => sameStatement(statement, other[i] ?? statement, substitutions))
  );
}

/** The assignment that a rewrite puts behind an expression statement. */
function behind(statement: Stmt, substitutions: ReadonlyMap<Expr, Expr>): readonly Stmt[] {
  const whole = statement.kind === "evaluate" ? substitutions.get(statement.value) : undefined;
  if (whole?.kind !== "followed") return [];
  return [{ kind: "assign", targets: [whole.target], annotation: null, value: whole.value, span: null }];
}

function sameRewritten(
  original: Expr,
  other: Expr | undefined,
  substitutions: ReadonlyMap<Expr, Expr>,
): boolean {
  return other !== undefined && sameExpr(rewrite(original, substitutions, new Set()), other);
}

/** The expression with every replacement in it; a replacement that keeps its original inside keeps it as it is. */
function rewrite(expression: Expr, substitutions: ReadonlyMap<Expr, Expr>, inside: ReadonlySet<Expr>): Expr {
  const replacement = inside.has(expression) ? undefined : substitutions.get(expression);
  if (replacement?.kind === "followed")
    return rewrite(replacement.first, substitutions, new Set([...inside, expression]));
  if (replacement) return rewrite(replacement, substitutions, new Set([...inside, expression]));
  return mapChildren(expression, (child) => rewrite(child, substitutions, inside));
}
