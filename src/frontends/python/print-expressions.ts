import type { Argument, Comprehension, Expr, Parameter, Subscript } from "../../ir/program.ts";
import type { Notation } from "../notation.ts";
import { Precedence, precedenceOf, slotPrecedence } from "./print-precedence.ts";

/** A new node without a printed form: nothing says how it was written. */
export class UnprintableError extends Error {}

export interface Kept {
  /** A node's text in the source, and how tightly that text binds; null for new nodes, which are printed canonically. */
  readonly textOf: (expr: Expr) => { readonly text: string; readonly precedence: number } | null;
  /** How new nodes are written. */
  readonly notation: Notation;
}

/** Prints an expression for a slot that asks for a precedence. */
export function printExpr(expr: Expr, slot: number, kept: Kept): string {
  const source = kept.textOf(expr);
  const text = source?.text ?? canonical(expr, kept);
  const needsParentheses =
    (source?.precedence ?? precedenceOf(expr)) < slot ||
    (source && kept.notation.endsAtLine && breaksLine(source.text));
  return needsParentheses ? `(${text})` : text;
}

/** Prints an expression between brackets and commas, where lines may break. */
export function printItem(expr: Expr, kept: Kept): string {
  const source = kept.textOf(expr);
  const text = source?.text ?? canonical(expr, kept);
  return (source?.precedence ?? precedenceOf(expr)) < Precedence.test ? `(${text})` : text;
}

export function printArgument(argument: Argument, kept: Kept): string {
  const value = printItem(argument.value, kept);
  return argument.name === null ? `${argument.spread}${value}` : kept.notation.named(argument.name, value);
}

/** All arguments of a call. */
export function printArguments(args: readonly Argument[], kept: Kept): string {
  const printed = (some: readonly Argument[]): readonly string[] =>
    some.map((one) => printArgument(one, kept));
  const first = args.findIndex(({ name }) => name !== null);
  if (first < 0) return printed(args).join(", ");
  return [...printed(args.slice(0, first)), kept.notation.together(printed(args.slice(first)))].join(", ");
}

export function printSubscript(item: Subscript, kept: Kept): string {
  if (item.kind === "item") return printItem(item.value, kept);
  const [start, stop, step] = [item.start, item.stop, item.step].map((bound) =>
    bound === null ? "" : printItem(bound, kept),
  );
  return `${start ?? ""}:${stop ?? ""}${step ? `:${step}` : ""}`;
}

function canonical(expr: Expr, kept: Kept): string {
  const child = (part: Expr, place: number) => printExpr(part, slotPrecedence(expr, place), kept);
  switch (expr.kind) {
    case "number":
      return printNumber(expr.value, expr.integer);
    case "string":
      if (expr.value === null) throw new UnprintableError("a string that is not fixed");
      return kept.notation.string(expr.value);
    case "constant":
      return kept.notation.constant(expr.value);
    case "name":
      return expr.name;
    case "ellipsis":
      return "...";
    case "attribute":
      return `${child(expr.object, 0)}.${expr.name}`;
    case "call":
      return `${child(expr.callee, 0)}(${printArguments(expr.args, kept)})`;
    case "index":
      return `${child(expr.object, 0)}[${expr.items.map((item) => printSubscript(item, kept)).join(", ")}]`;
    case "binary":
    case "logical":
      return `${child(expr.left, 0)} ${expr.operator} ${child(expr.right, 1)}`;
    case "unary":
      return `${expr.operator === "not" ? kept.notation.not : expr.operator}${child(expr.operand, 0)}`;
    case "compare":
      return expr.operands
        .map(
          (operand, place) =>
            `${place > 0 ? ` ${expr.operators[place - 1] ?? ""} ` : ""}${child(operand, place)}`,
        )
        .join("");
    case "conditional":
      return `${child(expr.body, 0)} if ${child(expr.test, 1)} else ${child(expr.orelse, 2)}`;
    default:
      return canonicalDisplay(expr, child, kept);
  }
}

type Display = Extract<
  Expr,
  { kind: "sequence" | "starred" | "dict" | "comprehension" | "lambda" | "followed" | "unknown" }
>;

function canonicalDisplay(expr: Display, child: (part: Expr, place: number) => string, kept: Kept): string {
  switch (expr.kind) {
    case "sequence":
      return printSequence(
        expr.form,
        expr.items.map((item) =>
          item.kind === "starred" ? canonicalStar(item.value, kept) : printItem(item, kept),
        ),
      );
    case "starred":
      return canonicalStar(expr.value, kept);
    case "dict":
      return `{${expr.entries.map(({ key, value }) => `${key ? `${child(key, 0)}: ` : "**"}${child(value, 0)}`).join(", ")}}`;
    case "comprehension":
      return printComprehension(expr, child);
    case "lambda": {
      const parameters = expr.parameters.map((parameter) => printParameter(parameter, kept)).join(", ");
      return `lambda${parameters ? ` ${parameters}` : ""}: ${child(expr.body, 0)}`;
    }
    case "followed":
      throw new UnprintableError("statements in an expression");
    case "unknown":
      throw new UnprintableError(`a new ${expr.type}`);
  }
}

function canonicalStar(value: Expr, kept: Kept): string {
  return `*${printExpr(value, Precedence.bitOr, kept)}`;
}

function printSequence(form: "tuple" | "list" | "set", items: readonly string[]): string {
  const list = items.join(", ");
  switch (form) {
    case "list":
      return `[${list}]`;
    case "set":
      return items.length === 0 ? "set()" : `{${list}}`;
    case "tuple":
      return items.length === 1 ? `(${list},)` : `(${list})`;
  }
}

function printComprehension(expr: Comprehension, child: (part: Expr, place: number) => string): string {
  // The IR keeps no key of a dict comprehension.
  if (expr.form === "dict") throw new UnprintableError("a new dict comprehension");
  const clauses = expr.clauses.map(({ target, iterable, conditions }) =>
    [
      ` for ${child(target, 1)} in ${child(iterable, 1)}`,
      ...conditions.map((test) => ` if ${child(test, 1)}`),
    ].join(""),
  );
  const inner = child(expr.element, 0) + clauses.join("");
  return expr.form === "list" ? `[${inner}]` : expr.form === "set" ? `{${inner}}` : `(${inner})`;
}

function printParameter({ name, form, initial }: Parameter, kept: Kept): string {
  if (form === "keyword-only" || form === "positional-only") throw new UnprintableError("a marked parameter");
  const prefix = form === "plain" ? "" : form;
  return `${prefix}${name}${initial ? `=${printExpr(initial, Precedence.test, kept)}` : ""}`;
}

function printNumber(value: number, integer: boolean): string {
  if (!Number.isFinite(value)) throw new UnprintableError("a number that is not finite");
  if (integer) return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
  const text = String(value);
  return /[.e]/.test(text) ? text : `${Object.is(value, -0) ? "-0" : text}.0`;
}

/** Whether a text holds a line break outside brackets and strings, where only parentheses around it allow one. */
export function breaksLine(text: string): boolean {
  let depth = 0;
  const tokens =
    /(?:'''[^]*?(?<!\\)'''|"""[^]*?(?<!\\)"""|'(?:\\[^]|[^'\\\n])*'|"(?:\\[^]|[^"\\\n])*")|#[^\n]*|[([{]|[)\]}]|\r?\n|\r/g;
  for (const [token] of text.matchAll(tokens)) {
    if (/^[([{]/.test(token)) depth++;
    else if (/^[)\]}]/.test(token)) depth--;
    else if (depth === 0 && /^[\r\n]/.test(token)) return true;
  }
  return false;
}
