import { isNode, type Graph, type Node } from "../../ir/graph.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";

/** Who uses a node, and in which place. */
export interface Use {
  readonly consumer: Node;
  readonly slot: string;
}

/** Uses of every node as a value; shapes, dtypes and devices taken from a node are no use of its value. */
export function usesOf(graph: Graph): ReadonlyMap<number, readonly Use[]> {
  const uses = new Map<number, Use[]>();
  const add = (node: Node, consumer: Node, slot: string): void => {
    const list = uses.get(node.id) ?? [];
    list.push({ consumer, slot });
    uses.set(node.id, list);
  };
  for (const consumer of graph.nodes) {
    if (asksOnly(consumer)) continue;
    consumer.inputs.forEach((input, i) => {
      if (consumer.what.kind !== "select" || i > 0) add(input, consumer, String(i));
    });
    const items = consumer.attributes.items;
    if (items && typeof items === "object" && !isNode(items) && "subscripts" in items) {
      items.subscripts.forEach((item, i) => {
        if (item.kind === "item") add(item.value, consumer, `item ${String(i)}`);
      });
    }
  }
  return uses;
}

const shapeOnly: ReadonlySet<string> = new Set([
  "zeros_like",
  "ones_like",
  "empty_like",
  "full_like",
  "new_zeros",
  "new_ones",
  "new_empty",
  "new_full",
]);
const comparisons: ReadonlySet<string> = new Set([
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "not",
  "isnan",
  "isinf",
]);

/** Whether a consumer takes only the form of a value, or makes a mask of it: nothing of its precision goes on. */
function asksOnly(consumer: Node): boolean {
  switch (consumer.what.kind) {
    case "shape-of":
    case "dtype-of":
    case "device-of":
    case "rank-of":
    case "compare":
    case "logical":
    case "layer":
      return true;
    case "operation":
      return shapeOnly.has(consumer.what.operation) || comparisons.has(consumer.what.operation);
    default:
      return false;
  }
}

/** A sine or a cosine: its operand is a phase, its result a table. */
export function isTrigonometric({ what }: Node): boolean {
  return what.kind === "operation" && (what.operation === "sin" || what.operation === "cos");
}

export function isQuotient({ what }: Node): boolean {
  return (
    (what.kind === "binary" && what.operator === "/") ||
    (what.kind === "operation" && what.operation === "div")
  );
}

/** Operations that hand on all values they take, in another shape or order. */
export const rearranging: readonly string[] = [
  "reshape",
  "flatten",
  "permute",
  "transpose",
  "t",
  "unsqueeze",
  "squeeze",
  "expand",
  "repeat",
];

/** Operations that hand on the values they take, in another form or dtype. */
const views: ReadonlySet<string> = new Set(["cast", "index", ...rearranging, "repeat_interleave"]);

export function isView({ what }: Node): boolean {
  return what.kind === "operation" && views.has(what.operation);
}

/** Everything that follows from a node. */
export function closureOf(root: Node, uses: ReadonlyMap<number, readonly Use[]>): ReadonlySet<Node> {
  const seen = new Set<Node>([root]);
  for (const node of seen) for (const use of uses.get(node.id) ?? []) seen.add(use.consumer);
  return seen;
}

/** Everything a node follows from. */
export function ancestorsOf(node: Node): ReadonlySet<Node> {
  const seen = new Set<Node>([node]);
  for (const next of seen) for (const reference of next.references) seen.add(reference);
  return seen;
}

/** A place where a slice ends: its value is judged there. */
export interface Output {
  /** Stable under rewrites of what comes before it. */
  readonly key: string;
  readonly node: Node;
  /** An attribute that the slice itself reads again: its dtype matters where it is used, not where it is kept. */
  readonly readOn: boolean;
}

/**
 * The outputs of a root's slice under one evaluation: values that follow from positions alone and are
 * stored, returned, or taken by something that does not.
 */
export function outputsOf(
  graph: Graph,
  root: Node,
  evaluator: Evaluator,
  uses: ReadonlyMap<number, readonly Use[]>,
  keys: ReadonlyMap<number, string>,
): readonly Output[] {
  const closure = closureOf(root, uses);
  const isKnown = (node: Node): boolean => {
    const value = evaluator.value(node);
    return value.kind === "tensor" && value.data !== null && value.dtype !== "bool";
  };
  const known = new Set([...closure].filter(isKnown));
  const outputs: Output[] = [];
  for (const node of known) {
    for (const { consumer, slot } of uses.get(node.id) ?? []) {
      if (known.has(consumer) || consumer.what.kind === "select" || consumer.what.kind === "stored") continue;
      if (isMask(evaluator, consumer)) continue;
      outputs.push({ key: `${keys.get(consumer.id) ?? ""} ${slot}`, node, readOn: false });
    }
  }
  for (const { kind, key, node, isElsewhere } of graph.sinks) {
    const readOn = isElsewhere === true || (kind === "attribute" && isReadOn(node, uses));
    if (known.has(node)) outputs.push({ key, node, readOn });
  }
  return outputs;
}

/** Whether forward reads what construction kept. */
function isReadOn(node: Node, uses: ReadonlyMap<number, readonly Use[]>): boolean {
  return (uses.get(node.id) ?? []).some(({ consumer }) =>
    consumer.what.kind === "stored" ? isReadOn(consumer, uses) : consumer.phase === "forward",
  );
}

function isMask(evaluator: Evaluator, node: Node): boolean {
  const value = evaluator.value(node);
  return value.kind === "tensor" && value.dtype === "bool";
}

/** A name for every node that survives rewrites elsewhere: its kind, its place in the text, and which of its kind there. */
export function nodeKeys(graph: Graph): ReadonlyMap<number, string> {
  const counts = new Map<string, number>();
  const keys = new Map<number, string>();
  for (const node of graph.nodes) {
    const base = baseOf(node);
    if (base === null) continue;
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    keys.set(node.id, `${base}#${String(count)}`);
  }
  return keys;
}

/** What conditions consist of; none of it is made by a rewrite. */
const conditional: ReadonlySet<string> = new Set([
  "input",
  "attribute",
  "compare",
  "logical",
  "unary",
  "call",
]);

/** What a caller in another file passes has no place in the text: its kind and name tell it. */
function baseOf({ what, span }: Node): string | null {
  const kind = what.kind === "operation" ? what.operation : what.kind;
  if (span) return `${kind}@${String(span.start)}-${String(span.end)}`;
  if (!conditional.has(what.kind)) return null;
  const name = "name" in what ? what.name : what.kind === "call" ? what.callee : "";
  return `${kind}@${name}`;
}
