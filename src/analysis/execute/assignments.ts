import type { Node, NodeKind } from "../../ir/graph.ts";
import type { Assign, Augment, Expr } from "../../ir/program.ts";
import { plainName } from "../names.ts";
import { isNone, type Execution } from "./execution.ts";
import { binary, evaluate } from "./expressions.ts";
import { setItem } from "./indexing.ts";
import { isGraphNode, nodesIn, staticsOf, type ClassValue, type SizesValue, type Value } from "./values.ts";

export function assignAll(x: Execution, statement: Assign): void {
  if (!statement.value) return;
  const value = evaluate(x, statement.value);
  for (const target of statement.targets) assign(x, target, value);
}

/** Binds a target: a name, an attribute of self, an item of a tensor, or several of them. */
export function assign(x: Execution, target: Expr, value: Value): void {
  switch (target.kind) {
    case "name":
      nameValue(x, value, target.name);
      x.frame.scope.variables.set(target.name, value);
      return;
    case "attribute":
      assignAttribute(x, evaluate(x, target.object), target.name, value);
      return;
    case "index":
      assign(x, target.object, setItem(x, evaluate(x, target.object), target.items, value, target.span));
      return;
    case "sequence":
      unpack(x, target.items, value);
      return;
    case "starred":
      assign(x, target.value, value);
      return;
    default:
      evaluate(x, target);
  }
}

function assignAttribute(x: Execution, object: Value, name: string, value: Value): void {
  if (isGraphNode(object)) {
    // An object from outside keeps what it is given: the value leaves the slice here.
    x.graph.sinks.push(
      ...(isGraphNode(value)
        ? [{ kind: "attribute" as const, key: `${x.frame.definition}:${name}`, node: value }]
        : []),
    );
    return;
  }
  if (object.kind === "class") {
    setStatic(x, object, name, value);
    return;
  }
  if (object.kind !== "instance") return;
  nameValue(x, value, name);
  const attributes = new Map(x.heap.get(object.id));
  const old = attributes.get(name);
  attributes.set(
    name,
    isBuffer(value) ? x.node({ ...value.what, name }, value.inputs) : keepsBuffer(x, old, value),
  );
  x.heap.set(object.id, attributes);
}

/** `Alibi.mask = mask`: whoever has the class may read it, and so may its own methods. */
function setStatic(x: Execution, of: ClassValue, name: string, value: Value): void {
  nameValue(x, value, name);
  const id = staticsOf(of);
  x.heap.set(id, new Map([...(x.heap.get(id) ?? []), [name, value]]));
  const key = `${of.definition.name}.${name}`;
  for (const [i, node] of nodesIn(value).entries())
    x.graph.sinks.push({ kind: "attribute", key: `${key} ${String(i)} of the class`, node });
}

/** `nn.Buffer(data)`, which is called what it is assigned to. */
function isBuffer(value: Value): value is Node & { what: Extract<NodeKind, { kind: "stored" }> } {
  return isGraphNode(value) && value.what.kind === "stored" && value.what.name === "Buffer";
}

/** Assigning a tensor to the name of a registered buffer keeps it a buffer, until the next module cast at least. */
function keepsBuffer(x: Execution, old: Value | undefined, value: Value): Value {
  if (x.phase !== "construction" || !old || !isGraphNode(old) || old.what.kind !== "stored" || isNone(value))
    return value;
  if (isGraphNode(value) && value.what.kind === "stored") return value;
  return x.node(old.what, [x.asNode(value)]);
}

/** Names are kept for probe values and ties only, and only where a value is not shared by everything. */
export function nameValue(x: Execution, value: Value, name: string): void {
  if (!isGraphNode(value)) return;
  if (value.what.kind === "number" || value.what.kind === "constant" || value.what.kind === "dtype") return;
  value.names.add(plainName(name, x.graph.language));
}

function unpack(x: Execution, targets: readonly Expr[], value: Value): void {
  const starred = targets.findIndex((target) => target.kind === "starred");
  if (!isGraphNode(value) && value.kind === "tuple" && starred < 0 && value.items.length === targets.length) {
    value.items.forEach((item, i) => {
      const target = targets[i];
      if (target) assign(x, target, item);
    });
    return;
  }
  const sizes = sizesOf(value);
  targets.forEach((target, i) => {
    const isFromEnd = starred >= 0 && i > starred;
    const item =
      sizes && target.kind !== "starred"
        ? x.node(
            { kind: "shape-of", dim: isFromEnd ? i - targets.length - sizes.dropped : i + sizes.start },
            [sizes.of],
          )
        : itemOf(x, value, i);
    assign(x, target, item);
  });
  if (sizes && starred < 0)
    sizes.of.names.add(`rank:${String(sizes.start + targets.length + sizes.dropped)}`);
}

/** An item of a list from outside: the same one each time the list is gone through. */
export function itemOf(x: Execution, value: Value, i: number): Node {
  if (!isGraphNode(value)) return newItem(x, value, i);
  const key = itemKey(x, value, i);
  const known = x.items.get(key) ?? newItem(x, value, i);
  x.items.set(key, known);
  return known;
}

export function itemKey(x: Execution, list: Node, i: number): string {
  return `${String(list.id)} ${String(i)} ${x.phase}`;
}

/** An item of a value whose items are not known: indices and answers stay such. */
function newItem(x: Execution, value: Value, i: number): Node {
  const result = isGraphNode(value) && value.what.kind === "call" ? value.what.result : "unknown";
  const isPlain = result === "integer" || result === "bool";
  return x.unknown(`item ${String(i)}`, [value], isPlain ? result : "unknown");
}

/** The dimensions that a shape, or a part of one, stands for. */
function sizesOf(value: Value): Omit<SizesValue, "kind"> | null {
  if (isGraphNode(value)) return null;
  if (value.kind === "sizes") return value;
  return value.kind === "shape" ? { of: value.of, start: 0, dropped: 0 } : null;
}

export function augment(x: Execution, statement: Augment): void {
  const old = evaluate(x, statement.target);
  const value = evaluate(x, statement.value);
  x.span = statement.span;
  assign(x, statement.target, binary(x, statement.operator, old, value, true));
}
