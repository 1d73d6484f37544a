import type { Argument, Expr } from "../../ir/program.ts";
import { childrenOf, mapChildren } from "../../ir/walk.ts";
import { pinnedName, unknownType } from "../units/outside-calls.ts";
import type { Caller, Outline } from "./definitions.ts";

/** Locals are followed this far, and arguments grow to this many expressions. */
const limits = { depth: 4, size: 60 };

export const unknown: Expr = { kind: "unknown", type: unknownType, parts: [], span: null };
const pinned: Expr = { kind: "name", name: pinnedName, span: null };

/** Casts and names by which a value may have become float32. */
const pins = /^(float|double|float32|float64|fp32|upcast\w*|half|bfloat16|float16)$/;

/** Arguments as a function's parameters and the file's imports tell them: locals are followed, what is left is unknown. */
export function inParameters(
  args: readonly Argument[],
  caller: Caller,
  outline: Outline,
): readonly Argument[] {
  return args.map((arg) => ({ ...arg, span: null, value: bounded(follow(arg.value, caller, outline, 0)) }));
}

/** Arguments with names replaced: the parameters of a function by what a call of it passes. */
export function replaceNames(
  args: readonly Argument[],
  values: ReadonlyMap<string, Expr>,
): readonly Argument[] {
  const replace = (expression: Expr): Expr =>
    expression.kind === "name"
      ? (values.get(expression.name) ?? expression)
      : mapChildren(expression, replace);
  return args.map((arg) => ({ ...arg, value: bounded(replace(arg.value)) }));
}

function follow(expression: Expr, caller: Caller, outline: Outline, depth: number): Expr {
  // What comprehensions and lambdas bind would have to be told apart from the names around them.
  if (expression.kind === "comprehension" || expression.kind === "lambda" || depth > limits.depth)
    return unknown;
  if (expression.kind === "name") return followName(expression, caller, outline, depth);
  const bare = { ...expression, span: null };
  if (bare.kind === "call") {
    const args = bare.args.map((arg) => ({ ...arg, span: null }));
    return mapChildren({ ...bare, args }, (child) => follow(child, caller, outline, depth));
  }
  return mapChildren(bare, (child) => follow(child, caller, outline, depth));
}

function followName(
  expression: Expr & { readonly kind: "name" },
  caller: Caller,
  outline: Outline,
  depth: number,
): Expr {
  const { name } = expression;
  const kept: Expr = { kind: "name", name, span: null };
  const values = caller.assigned.get(name);
  const isParameter = caller.definition.parameters.some((parameter) => parameter.name === name);
  if (values === undefined && isParameter) return kept;
  if (values !== undefined) {
    if (values.some((value) => value !== null && mentionsPin(value))) {
      const [only] = values;
      return values.length === 1 && only && !isParameter ? follow(only, caller, outline, depth + 1) : pinned;
    }
    if (isParameter) return kept;
    const [only] = values;
    return values.length === 1 && only ? follow(only, caller, outline, depth + 1) : unknown;
  }
  const globals = outline.globals.get(name);
  if (globals !== undefined) {
    const [only] = globals;
    return globals.length === 1 && (only?.kind === "number" || only?.kind === "attribute")
      ? { ...only, span: null }
      : unknown;
  }
  return kept;
}

function mentionsPin(expression: Expr): boolean {
  if ((expression.kind === "attribute" || expression.kind === "name") && pins.test(expression.name))
    return true;
  return childrenOf(expression).some(mentionsPin);
}

function bounded(expression: Expr): Expr {
  let size = 0;
  const count = (next: Expr): void => {
    size += 1;
    if (size <= limits.size) for (const child of childrenOf(next)) count(child);
  };
  count(expression);
  return size > limits.size ? unknown : expression;
}
