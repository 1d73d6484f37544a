import type { Span } from "../../ir/program.ts";

/**
 * A node of an ESTree, whichever parser made it: nothing is certain but its type. Parsers add nodes of their own (types, JSX,
 * templates), and what is not known is walked all the same.
 */
export interface EstreeNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Keys that lead out of the tree below a node, or to what is no code. */
const aside: ReadonlySet<string> = new Set(["parent", "loc", "range", "tokens", "comments", "scope"]);

export function isNode(value: unknown): value is EstreeNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

export function nodeAt(node: EstreeNode, key: string): EstreeNode | null {
  const value = node[key];
  return isNode(value) ? value : null;
}

/** Nodes of a list; holes in it (`[, a]`) are left out. */
export function nodesAt(node: EstreeNode, key: string): readonly EstreeNode[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textAt(node: EstreeNode, key: string): string {
  const value = node[key];
  return typeof value === "string" ? value : "";
}

/** Everything right below a node, in no certain order. */
export function nodesBelow(node: EstreeNode): readonly EstreeNode[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (aside.has(key)) return [];
    if (Array.isArray(value)) return value.filter(isNode);
    return isNode(value) ? [value] : [];
  });
}

export function spanOf({ range }: EstreeNode): Span | null {
  if (!Array.isArray(range)) return null;
  const [start, end] = range as readonly unknown[];
  return typeof start === "number" && typeof end === "number" ? { start, end } : null;
}

/** The name of a property that is written as it is: `{ a: ... }`, `{ "a": ... }`, `x.a`, `x.#a`. */
export function nameOfKey(node: EstreeNode): string | null {
  const key = nodeAt(node, "key") ?? nodeAt(node, "property");
  if (key === null) return null;
  if (key.type === "Identifier" && node.computed !== true) return textAt(key, "name");
  if (key.type === "PrivateIdentifier") return `#${textAt(key, "name")}`;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}
