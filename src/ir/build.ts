import type { Argument, Attribute, Call, Expr } from "./program.ts";

/** Makers of new expressions for rewrites; what they take keeps its text. */

export function attributeOf(object: Expr, name: string): Attribute {
  return { kind: "attribute", object, name, span: null };
}

/** `object.name(...args)` */
export function methodCall(object: Expr, name: string, args: readonly Expr[] = []): Call {
  return callOf(attributeOf(object, name), args);
}

/** `callee(...args)` */
export function callOf(callee: Expr, args: readonly Expr[] = []): Call {
  return { kind: "call", callee, args: args.map(positional), span: null };
}

function positional(value: Expr): Argument {
  return { name: null, spread: "", value, span: null };
}

/** The call with one keyword argument replaced, or added at the end. */
export function withKeyword(call: Call, name: string, value: Expr): Call {
  const position = call.args.findIndex((arg) => arg.name === name);
  const args = [...call.args];
  const old = args[position];
  if (old) args[position] = { ...old, value };
  else args.push({ name, spread: "", value, span: null });
  return { ...call, args };
}

/** The call with one positional argument replaced. */
export function withPositional(call: Call, place: number, value: Expr): Call {
  const args = call.args.map((arg, i) => (i === place ? { ...arg, value } : arg));
  return { ...call, args };
}

export function keywordOf(call: Call, name: string): Expr | null {
  return call.args.find((arg) => arg.name === name)?.value ?? null;
}

/**
 * An operand of an operation as it is written: a side of an operator, the object of a method, an argument of a function.
 * `count` operands tell `x.mul(y)` from `torch.mul(x, y)`.
 */
export function operandAt(expression: Expr, side: number, count: number): Expr | null {
  if (expression.kind === "binary") return side === 0 ? expression.left : expression.right;
  if (expression.kind !== "call") return null;
  const { args, callee } = expression;
  if (args.length >= count) return args[side]?.value ?? null;
  if (callee.kind !== "attribute") return null;
  return side === 0 ? callee.object : (args[side - 1]?.value ?? null);
}
