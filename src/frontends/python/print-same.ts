import type { Argument, Comprehension, Dict, Expr, Parameter, Subscript } from "../../ir/program.ts";
import { childrenOf } from "../../ir/walk.ts";

/** Whether two expressions mean the same by their form, wherever they stand in the text. */
export function sameExpr(a: Expr, b: Expr): boolean {
  return a === b || sameForm(withSign(a), withSign(b));
}

/** `-1` is a sign and a number in Python; a rewrite may make it one number. */
function withSign(expr: Expr): Expr {
  if (expr.kind !== "number" || (expr.value >= 0 && !Object.is(expr.value, -0))) return expr;
  return { kind: "unary", operator: "-", operand: { ...expr, value: -expr.value }, span: expr.span };
}

function sameForm(a: Expr, b: Expr): boolean {
  switch (a.kind) {
    case "number":
      return b.kind === "number" && Object.is(a.value, b.value) && a.integer === b.integer;
    case "string":
    case "constant":
      return b.kind === a.kind && a.value === b.value;
    case "name":
      return b.kind === "name" && a.name === b.name;
    case "ellipsis":
      return b.kind === "ellipsis";
    case "attribute":
      return b.kind === "attribute" && a.name === b.name && sameExpr(a.object, b.object);
    case "call":
      return b.kind === "call" && sameExpr(a.callee, b.callee) && every(a.args, b.args, sameArgument);
    case "index":
      return b.kind === "index" && sameExpr(a.object, b.object) && every(a.items, b.items, sameSubscript);
    case "sequence":
      return b.kind === "sequence" && a.form === b.form && every(a.items, b.items, sameExpr);
    case "starred":
      return b.kind === "starred" && sameExpr(a.value, b.value);
    default:
      return sameCompound(a, b);
  }
}

type Compound = Exclude<
  Expr,
  | { kind: "number" | "string" | "constant" | "name" | "ellipsis" | "attribute" }
  | { kind: "call" | "index" | "sequence" | "starred" }
>;

function sameCompound(a: Compound, b: Expr): boolean {
  switch (a.kind) {
    case "binary":
    case "logical":
      return (
        b.kind === a.kind &&
        a.operator === b.operator &&
        sameExpr(a.left, b.left) &&
        sameExpr(a.right, b.right)
      );
    case "unary":
      return b.kind === "unary" && a.operator === b.operator && sameExpr(a.operand, b.operand);
    case "compare":
      return (
        b.kind === "compare" &&
        every(a.operators, b.operators, (x, y) => x === y) &&
        every(a.operands, b.operands, sameExpr)
      );
    case "conditional":
      return (
        b.kind === "conditional" &&
        sameExpr(a.test, b.test) &&
        sameExpr(a.body, b.body) &&
        sameExpr(a.orelse, b.orelse)
      );
    case "dict":
      return b.kind === "dict" && every(a.entries, b.entries, sameEntry);
    case "comprehension":
      return (
        b.kind === "comprehension" &&
        a.form === b.form &&
        sameExpr(a.element, b.element) &&
        every(a.clauses, b.clauses, sameClause)
      );
    case "lambda":
      return (
        b.kind === "lambda" && every(a.parameters, b.parameters, sameParameter) && sameExpr(a.body, b.body)
      );
    case "followed":
      return b.kind === "followed" && every(childrenOf(a), childrenOf(b), sameExpr);
    case "unknown":
      return b.kind === "unknown" && a.type === b.type && every(a.parts, b.parts, sameExpr);
  }
}

function every<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a.length === b.length && a.every((x, index) => index in b && same(x, b[index] as T));
}

function sameOptional(a: Expr | null, b: Expr | null): boolean {
  return a === null || b === null ? a === b : sameExpr(a, b);
}

export function sameArgument(a: Argument, b: Argument): boolean {
  return a.name === b.name && a.spread === b.spread && sameExpr(a.value, b.value);
}

export function sameSubscript(a: Subscript, b: Subscript): boolean {
  if (a.kind === "item") return b.kind === "item" && sameExpr(a.value, b.value);
  return (
    b.kind === "slice" &&
    sameOptional(a.start, b.start) &&
    sameOptional(a.stop, b.stop) &&
    sameOptional(a.step, b.step)
  );
}

type Entry = Dict["entries"][number];

function sameEntry(a: Entry, b: Entry): boolean {
  return sameOptional(a.key, b.key) && sameExpr(a.value, b.value);
}

type Clause = Comprehension["clauses"][number];

function sameClause(a: Clause, b: Clause): boolean {
  return (
    sameExpr(a.target, b.target) &&
    sameExpr(a.iterable, b.iterable) &&
    every(a.conditions, b.conditions, sameExpr)
  );
}

function sameParameter(a: Parameter, b: Parameter): boolean {
  return (
    a.name === b.name &&
    a.form === b.form &&
    sameOptional(a.annotation, b.annotation) &&
    sameOptional(a.initial, b.initial)
  );
}
