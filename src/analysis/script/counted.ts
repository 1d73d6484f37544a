import type { Expr } from "../../ir/program.ts";
import { childrenOf } from "../../ir/walk.ts";
import { plainName } from "../names.ts";
import { probeFor } from "../probes.ts";
import type { Count } from "./loops.ts";
import type { KnownTypes } from "./known-types.ts";
import { valueOf, type Scope } from "./scopes.ts";
import { at, type Values } from "./values.ts";

/** What a number is to a position embedding that is computed for every value of a loop's variable. */
export type Counted = "positions" | "phases" | "frequencies";

/** An element of an array: how it is computed, and from what. */
export interface Element {
  readonly value: Expr;
  readonly counts: readonly Count[];
  readonly scope: Scope;
  readonly values: Values;
}

/** What elements are, and how far they count; null for everything else, sines and cosines among it. */
export interface Meaning {
  readonly kind: Counted;
  /** Bounds of the loops whose variables are multiplied; of frequencies, none. */
  readonly bounds: readonly Expr[];
}

export function meaningOf({ value, counts, scope, values }: Element): Meaning | null {
  const known = new Map(counts.map((count) => [count.name, count]));
  const followed = follow(value, known, { scope, values }, 0);
  if (some(followed, isTrigonometry)) return null;
  const bounds = (names: readonly string[]): readonly Expr[] =>
    names.flatMap((name) => known.get(name)?.bound ?? []);
  const whole = wholeOf(followed, known);
  if (whole !== null) return { kind: "positions", bounds: bounds([whole]) };
  const phase = multiplied(followed, known);
  if (phase.length > 0) return { kind: "phases", bounds: bounds(phase) };
  return isPower(followed, known) ? { kind: "frequencies", bounds: [] } : null;
}

/** Locals that have one value, in place of their names, and what functions of the file give that do nothing else. */
function follow(
  value: Expr,
  known: ReadonlyMap<string, Count>,
  around: Pick<Element, "scope" | "values">,
  depth: number,
): Expr {
  if (depth > 12) return value;
  const deeper = (inner: Expr): Expr => follow(inner, known, around, depth + 1);
  switch (value.kind) {
    case "name": {
      const other = known.has(value.name) ? value : valueOf(value, around.scope);
      return other === value ? value : deeper(other);
    }
    case "call": {
      const result = around.values.inlined(at(value, around.scope));
      return result === null ? value : deeper(result);
    }
    case "binary":
      return { ...value, left: deeper(value.left), right: deeper(value.right) };
    case "unary":
      return { ...value, operand: deeper(value.operand) };
    case "index":
      return { ...value, object: deeper(value.object) };
    default:
      return value;
  }
}

function some(value: Expr, test: (inner: Expr) => boolean): boolean {
  return test(value) || childrenOf(value).some((child) => some(child, test));
}

/** `Math.cos(x)` and the like. */
function isTrigonometry(value: Expr): boolean {
  return (
    value.kind === "call" && value.callee.kind === "attribute" && /^(?:sin|cos|tan)$/.test(value.callee.name)
  );
}

function uses(value: Expr, known: ReadonlyMap<string, Count>): boolean {
  return some(value, (inner) => inner.kind === "name" && known.has(inner.name));
}

/** The loop whose variable a value is, but for whole numbers that are added. */
function wholeOf(value: Expr, known: ReadonlyMap<string, Count>): string | null {
  if (value.kind === "name") return known.has(value.name) ? value.name : null;
  if (value.kind !== "binary" || (value.operator !== "+" && value.operator !== "-")) return null;
  const [left, right] = [wholeOf(value.left, known), wholeOf(value.right, known)];
  const other = left === null ? value.left : value.right;
  if ((left === null) === (right === null) || uses(other, known)) return null;
  return other.kind === "name" || (other.kind === "number" && other.integer) ? (left ?? right) : null;
}

/** The loops whose variables are multiplied by frequencies: by a power, by an item of a table. */
function multiplied(value: Expr, known: ReadonlyMap<string, Count>): readonly string[] {
  if (value.kind !== "binary") return [];
  const { operator, left, right } = value;
  const [a, b] = [wholeOf(left, known), wholeOf(right, known)];
  if (operator === "*" && a !== null && isFrequency(right, known)) return [a];
  if (operator === "*" && b !== null && isFrequency(left, known)) return [b];
  return operator === "/" && a !== null && isPower(right, known) ? [a] : [];
}

/** A power that a loop counts, or an item that it looks up. */
function isFrequency(value: Expr, known: ReadonlyMap<string, Count>): boolean {
  return (
    isPower(value, known) ||
    (value.kind === "index" && value.items.some((item) => item.kind === "item" && uses(item.value, known)))
  );
}

/** `base ** (-2 * i / dim)`, `1 / Math.pow(base, ...)`, `Math.exp(...)` */
function isPower(value: Expr, known: ReadonlyMap<string, Count>): boolean {
  if (value.kind === "binary" && value.operator === "**") return uses(value.right, known);
  if (value.kind === "binary" && value.operator === "/")
    return !uses(value.left, known) && isPower(value.right, known);
  if (value.kind !== "call" || value.callee.kind !== "attribute") return false;
  const { name, object } = value.callee;
  if (object.kind !== "name" || object.name !== "Math") return false;
  const exponent = value.args[name === "pow" ? 1 : 0]?.value;
  return (name === "pow" || name === "exp") && exponent !== undefined && uses(exponent, known);
}

/** Whether a count may go beyond a limit: a number that does, here or in another module, or what a length is called. */
export function exceeds(bound: Expr, limit: number, scope: Scope, types: KnownTypes): boolean {
  const value = valueOf(bound, scope);
  if (value.kind === "number") return value.value > limit;
  const known = value.span && types.constant(value.span)?.value;
  if (known?.kind === "number") return known.number > limit;
  const name =
    value.kind === "name" || value.kind === "attribute" ? plainName(value.name, "javascript") : null;
  return name !== null && probeFor([name])?.role === "length";
}
