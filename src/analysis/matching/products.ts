import type { Node } from "../../ir/graph.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { ancestorsOf, closureOf, isTrigonometric } from "../values/slice.ts";

const products: ReadonlySet<string> = new Set(["mul", "outer", "ger", "einsum", "matmul", "mm", "mv", "bmm"]);

export function isProduct(node: Node): boolean {
  const { what } = node;
  return (
    (what.kind === "binary" && what.operator === "*") ||
    (what.kind === "operation" && products.has(what.operation))
  );
}

/** The tensor itself, whatever module state or branch it is read through. */
function origin(node: Node): Node {
  let at = node;
  while (at.what.kind === "stored" && at.inputs[0]) at = at.inputs[0];
  return at;
}

/** Whether two values meet as the two sides of one product, before sines and cosines are taken. */
export function sharesProduct(unit: AnalysedUnit, first: Node, second: Node): boolean {
  const closure = closureOf(first, unit.uses);
  const target = origin(second);
  for (const node of closure) {
    if (!isProduct(node)) continue;
    const [own] = node.inputs.filter((input) => closure.has(input));
    if (own && unit.roleOf(own) === "table") continue;
    const others = node.inputs.filter((input) => !closure.has(input));
    if (others.some((other) => isView(other, target))) return true;
  }
  return false;
}

/** Whether one value is another, through views, casts, module state and arms of a branch. */
function isView(node: Node, target: Node): boolean {
  const seen = new Set<Node>([node]);
  for (const next of seen) {
    if (next === target) return true;
    const { what } = next;
    const through =
      what.kind === "stored" ||
      (what.kind === "operation" &&
        (what.operation === "index" ||
          what.operation === "cast" ||
          what.operation === "unsqueeze" ||
          what.operation === "reshape" ||
          what.operation === "expand"));
    const [first] = next.inputs;
    if (what.kind === "select") for (const arm of next.inputs.slice(1)) seen.add(arm);
    else if (through && first) seen.add(first);
  }
  return false;
}

/** The product in which a range's values meet frequencies, and the side they come from. */
export interface Meeting {
  readonly product: Node;
  readonly side: Node;
}

/** The first product of positions and frequencies that follows from a range. */
export function meetingOf(unit: AnalysedUnit, range: Node): Meeting | null {
  for (const node of [...closureOf(range, unit.uses)].sort((a, b) => a.id - b.id)) {
    const role = unit.roleOf(node);
    if (role !== "phase" && role !== "bias") continue;
    const side = node.inputs.find(
      (input) => unit.roleOf(input) === "position" && ancestorsOf(input).has(range),
    );
    if (side && node.inputs.length >= 2) return { product: node, side };
  }
  return null;
}

/** Whether a range's values become frequencies or slopes before they meet positions: it counts channels or heads. */
export function feedsFrequency(unit: AnalysedUnit, range: Node): boolean {
  const seen = new Set<Node>([range]);
  for (const next of seen) {
    for (const { consumer } of unit.uses.get(next.id) ?? []) {
      const role = unit.roleOf(consumer);
      if (role === "frequency" || role === "slope") return true;
      if (role === "position" || role === "value") seen.add(consumer);
    }
  }
  return false;
}

/**
 * Whether a value that no range is, is made into frequencies: of a linspace by a power or an exponential, of listed numbers as
 * they are; then positions are multiplied by it and a sine or cosine follows.
 */
export function makesFrequencies(unit: AnalysedUnit, node: Node): boolean {
  const closure = closureOf(node, unit.uses);
  const isListed = node.what.kind === "operation" && node.what.operation === "tensor";
  const made = isListed ? [node] : [...closure].filter((next) => isExponential(next, closure));
  return made.some((frequencies) => {
    const following = closureOf(frequencies, unit.uses);
    return [...following].some(
      (product) =>
        meetsPositions(unit, product, closure) && [...closureOf(product, unit.uses)].some(isTrigonometric),
    );
  });
}

function isExponential({ what, inputs: [base, exponent] }: Node, closure: ReadonlySet<Node>): boolean {
  const isPower =
    (what.kind === "binary" && what.operator === "**") ||
    (what.kind === "operation" && what.operation === "pow");
  if (isPower) return exponent !== undefined && closure.has(exponent);
  return what.kind === "operation" && what.operation === "exp" && base !== undefined && closure.has(base);
}

/** A product, or a quotient, of positions with values that follow from a node. */
function meetsPositions(unit: AnalysedUnit, node: Node, closure: ReadonlySet<Node>): boolean {
  const { what, inputs } = node;
  const isQuotient =
    (what.kind === "binary" && what.operator === "/") ||
    (what.kind === "operation" && what.operation === "div");
  if (!isProduct(node) && !isQuotient) return false;
  return inputs.some((input) => !closure.has(input) && unit.roleOf(input) === "position");
}
