import type { Argument, Attribute, Call, Expr } from "./program.ts";

/** Makers of new expressions for rewrites; what they take keeps its text. */

export function attributeOf(object: Expr, name: string): Attribute {
  return { kind: "attribute", object, name, span: null };
}

/** `object.name(...args)` */
export function methodCall(object: Expr, name: string, args: readonly Expr[] = []): Call {
  return {
    kind: "call",
    callee: attributeOf(object, name),
    args: args.map((value): Argument => ({ name: null, spread: "", value, span: null })),
    span: null,
  };
}

/** `callee()` */
export function callOf(callee: Expr): Call {
  return { kind: "call", callee, args: [], span: null };
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

export function keywordOf(call: Call, name: string): Expr | null {
  return call.args.find((arg) => arg.name === name)?.value ?? null;
}
