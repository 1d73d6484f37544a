import type { Expr, Program } from "../ir/program.ts";
import { visitExpressions } from "../ir/walk.ts";

const forms: ReadonlySet<string> = new Set(["dtype", "device", "shape"]);

const knownBefore = new WeakMap<Program, ReadonlySet<string>>();

/** Buffers that the file reads, and only for their dtype, device or shape: what they hold goes nowhere. */
export function formOnlyAttributes(program: Program): ReadonlySet<string> {
  const known = knownBefore.get(program) ?? readFormOnly(program);
  knownBefore.set(program, known);
  return known;
}

function readFormOnly(program: Program): ReadonlySet<string> {
  const asked = new Set<string>();
  const formOnly = new Set<Expr>();
  const other = new Set<string>();
  const kept = new Set<Expr>();
  visitExpressions(program, (expression) => {
    if (expression.kind === "attribute" && forms.has(expression.name)) formOnly.add(expression.object);
    if (isRegistration(expression)) for (const { value } of expression.args) kept.add(value);
    if (expression.kind === "string" && expression.value !== null && !kept.has(expression))
      other.add(expression.value);
    if (expression.kind !== "attribute") return;
    (formOnly.has(expression) ? asked : other).add(expression.name);
  });
  return new Set([...asked].filter((name) => !other.has(name)));
}

function isRegistration(expression: Expr): expression is Extract<Expr, { readonly kind: "call" }> {
  return (
    expression.kind === "call" &&
    expression.callee.kind === "attribute" &&
    expression.callee.name === "register_buffer"
  );
}
