import type { Node } from "../../ir/graph.ts";
import type { InputKinds } from "../evaluate/inputs.ts";
import { integerFunctions } from "../evaluate/scalars.ts";
import { probeFor } from "../probes.ts";

/** Whether a number is an integer: proved by the text, supported by named evidence, unknown, or a fraction. */
export type Degree = "proved" | "supported" | "unknown" | "fractional";

export interface Integrality {
  readonly degree: Degree;
  /** What a supported degree rests on. */
  readonly evidence: readonly string[];
}

const order: readonly Degree[] = ["proved", "supported", "unknown", "fractional"];
const proved: Integrality = { degree: "proved", evidence: [] };
const unknown: Integrality = { degree: "unknown", evidence: [] };
const fractional: Integrality = { degree: "fractional", evidence: [] };

/** Functions whose result is a whole number where their arguments are. */
const keepsWholeNumbers: ReadonlySet<string> = new Set(["max", "min", "abs", "prod", "float"]);

/** Integrality of a range: that of its start, stop and step together. */
export function rangeIntegrality(range: Node, inputs: InputKinds): Integrality {
  return weakest(range.inputs.map((input) => integrality(input, inputs, 0)));
}

function weakest(parts: readonly Integrality[]): Integrality {
  const degree = order[Math.max(0, ...parts.map((part) => order.indexOf(part.degree)))] ?? "unknown";
  return { degree, evidence: [...new Set(parts.flatMap((part) => part.evidence))] };
}

function supported(evidence: string): Integrality {
  return { degree: "supported", evidence: [evidence] };
}

function integrality(node: Node, inputs: InputKinds, depth: number): Integrality {
  if (depth > 40) return unknown;
  const of = (input: Node): Integrality => integrality(input, inputs, depth + 1);
  const { what } = node;
  switch (what.kind) {
    case "number":
      return Number.isInteger(what.value) ? proved : fractional;
    case "shape-of":
    case "rank-of":
      return proved;
    case "input":
    case "attribute":
      return outside(node, what.name, inputs);
    case "call":
      return inputs.isSize(node) ? supported(givesInteger(node, what.callee)) : unknown;
    case "scalar":
      if (integerFunctions.has(what.name))
        return what.name === "round" && node.inputs.length > 1 ? unknown : proved;
      return keepsWholeNumbers.has(what.name) ? weakest(node.inputs.map(of)) : notProved(node, inputs);
    case "unary":
      return node.inputs[0] ? of(node.inputs[0]) : unknown;
    case "binary":
      return binary(node, what.operator, of, inputs);
    case "select":
      return weakest(node.inputs.slice(1).map(of));
    case "stored":
      return node.inputs[0] ? of(node.inputs[0]) : unknown;
    case "operation":
      // Items of a list: sizes elsewhere, or named as sizes.
      if (what.operation !== "index" || inputs.isSize(node)) return notProved(node, inputs);
      return node.inputs[0] ? of(node.inputs[0]) : unknown;
    default:
      return notProved(node, inputs);
  }
}

function notProved(node: Node, inputs: InputKinds): Integrality {
  return inputs.isSize(node) ? supported(`${spelled(node)} is an integer (used as a size)`) : unknown;
}

/** What a call gives is an integer; what has no name of its own is called by what it is bound to, or by where it comes from. */
function givesInteger(node: Node, callee: string): string {
  const [from] = node.inputs;
  if (!unnamed.test(callee)) return `${callee}() gives an integer (used as a size)`;
  const source =
    from?.what.kind === "call" && !unnamed.test(from.what.callee) ? `${from.what.callee}()` : null;
  const [name] = node.names;
  const whole = source ?? (from ? spelled(from) : "a bound");
  return `${name ?? `an item of ${whole}`} is an integer (used as a size)`;
}

/** How execution names calls that the text does not spell: items of what is unpacked or looped over, parts of a shape. */
const unnamed = /^(items?( \d+)?|call|sizes?|shape|tuple|dict|count|exception)$|[^\w.]/;

/** A value as the text spells it, where that is short. */
function spelled(node: Node): string {
  const { what, inputs, names } = node;
  const [first, second] = inputs;
  if (what.kind === "number") return String(what.value);
  if (what.kind === "input") return what.name;
  if (what.kind === "attribute") return first ? `${spelled(first)}.${what.name}` : what.name;
  if (what.kind === "binary" && first && second)
    return `${spelled(first)} ${what.operator} ${spelled(second)}`;
  if (what.kind === "operation" && what.operation === "index" && first)
    return `${spelled(first)}[${itemOf(node)}]`;
  const [name] = names;
  return name ?? "a bound";
}

function itemOf({ attributes: { items } }: Node): string {
  const [item] =
    items && typeof items === "object" && "subscripts" in items && items.subscripts.length === 1
      ? items.subscripts
      : [];
  return item?.kind === "item" && item.value.what.kind === "number" ? String(item.value.what.value) : "…";
}

function binary(
  node: Node,
  operator: string,
  of: (node: Node) => Integrality,
  inputs: InputKinds,
): Integrality {
  const parts = node.inputs.map(of);
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "%":
      return weakest(parts);
    case "//":
      return proved;
    case "**": {
      const [base, exponent] = parts;
      const positive = isNotNegative(node.inputs[1]);
      return base && exponent && positive ? weakest([base, exponent]) : weakest([...parts, unknown]);
    }
    case "/":
      if (inputs.isSize(node)) return supported(`${spelled(node)} is an integer (used as a size)`);
      // JavaScript has no other division.
      return inputs.language === "javascript" ? unknown : fractional;
    default:
      return weakest(parts);
  }
}

/** A literal that is none, or the whole logarithm of a count (`math.floor(math.log2(num_heads))`). */
function isNotNegative(exponent: Node | undefined): boolean {
  const { what, inputs: [argument] = [] } = exponent ?? {};
  if (what?.kind === "number") return what.value >= 0;
  const whole = what?.kind === "scalar" && integerFunctions.has(what.name);
  return whole && argument?.what.kind === "scalar" && argument.what.name === "log2";
}

/** An argument or a field of an object: annotations prove, defaults, sizes and configuration fields support. */
function outside(node: Node, name: string, inputs: InputKinds): Integrality {
  const annotation = node.what.kind === "input" ? (node.what.annotation ?? "") : "";
  if (/\bint\b/.test(annotation) && !/\bfloat\b/.test(annotation)) return proved;
  if (/\bfloat\b/.test(annotation)) return unknown;
  const initial = node.what.kind === "input" ? node.what.initial?.what : undefined;
  if (initial?.kind === "number" && !Number.isInteger(initial.value)) return fractional;
  if (initial?.kind === "number" && initial.integer)
    return supported(`${name} is an integer (its default is ${String(initial.value)})`);
  if (inputs.isSize(node)) return supported(`${spelled(node)} is an integer (used as a size)`);
  if (
    node.what.kind === "attribute" &&
    isConfiguration(node.inputs[0]) &&
    probeFor([name, ...node.names])?.type === "int"
  ) {
    return supported(`${spelled(node)} is an integer (a configuration field)`);
  }
  if (probeFor([name, ...node.names])?.role === "length")
    return supported(`${spelled(node)} is an integer (named as a length)`);
  return unknown;
}

function isConfiguration(object: Node | undefined): boolean {
  if (!object) return false;
  const { what } = object;
  if (what.kind === "input" || what.kind === "attribute") return /config|cfg|args|self/.test(what.name);
  return false;
}
