import type { Expr, Span, Subscript } from "../../ir/program.ts";
import type { Node, SubscriptValue, Subscripts } from "../../ir/graph.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { isGraphNode, type SizesValue, type Value } from "./values.ts";

/** `object[items]` */
export function getItem(x: Execution, object: Value, items: readonly Subscript[], span: Span | null): Value {
  if (!isGraphNode(object)) return structureItem(x, object, items, span);
  const subscripts = lower(x, items);
  x.span = span;
  return x.node({ kind: "operation", operation: "index", api: "index", inplace: false }, [object], {
    items: subscripts,
  });
}

/** The object after `object[items] = value`. */
export function setItem(
  x: Execution,
  object: Value,
  items: readonly Subscript[],
  value: Value,
  span: Span | null,
): Value {
  if (!isGraphNode(object)) return setStructureItem(x, object, items, value);
  const subscripts = lower(x, items);
  x.span = span;
  const operands = [object, x.asNode(value)];
  return x.node({ kind: "operation", operation: "assign", api: "assign", inplace: false }, operands, {
    items: subscripts,
  });
}

function lower(x: Execution, items: readonly Subscript[]): Subscripts {
  return { subscripts: items.flatMap((item) => lowerItem(x, item)) };
}

function lowerItem(x: Execution, item: Subscript): readonly SubscriptValue[] {
  const bound = (expression: Expr | null): Node | null => {
    const value = expression && evaluate(x, expression);
    return value === null || isNone(value) ? null : x.asNode(value);
  };
  if (item.kind === "slice")
    return [{ kind: "slice", start: bound(item.start), stop: bound(item.stop), step: bound(item.step) }];
  if (item.value.kind === "ellipsis") return [{ kind: "ellipsis" }];
  const value = evaluate(x, item.value);
  if (isNone(value)) return [{ kind: "newaxis" }];
  if (!isGraphNode(value) && value.kind === "tuple" && value.form === "tuple")
    return value.items.map((part) => ({ kind: "item", value: x.asNode(part) }));
  return [{ kind: "item", value: x.asNode(value) }];
}

function structureItem(
  x: Execution,
  object: Exclude<Value, Node>,
  items: readonly Subscript[],
  span: Span | null,
): Value {
  const [item] = items;
  x.span = span;
  if (items.length === 1 && item) {
    if (object.kind === "shape") return shapeItem(x, object.of, item);
    if (object.kind === "sizes") return sizesItem(x, object, item);
    if (object.kind === "tuple") return tupleItem(x, object.items, item) ?? x.unknown("item", [object]);
    if (object.kind === "dict" && item.kind === "item") {
      const key = evaluate(x, item.value);
      const text = isGraphNode(key) && key.what.kind === "constant" ? key.what.value : null;
      return (typeof text === "string" ? object.entries.get(text) : undefined) ?? x.unknown("item", [object]);
    }
  }
  return x.unknown("item", [object]);
}

function shapeItem(x: Execution, of: Node, item: Subscript): Value {
  if (item.kind === "item") {
    const value = evaluate(x, item.value);
    const dim = literal(value) ?? fromEnd(value, of);
    return dim === null ? x.unknown("size") : x.node({ kind: "shape-of", dim }, [of]);
  }
  const dims = item.step ? null : dimensions(x, of, item);
  if (dims === null) return x.unknown("sizes");
  if ("kind" in dims) return dims;
  return { kind: "tuple", form: "tuple", items: dims.map((dim) => x.node({ kind: "shape-of", dim }, [of])) };
}

/** `shape[shape.length - 1]` */
function fromEnd(value: Value, of: Node): number | null {
  if (!isGraphNode(value) || value.what.kind !== "binary" || value.what.operator !== "-") return null;
  const [length, back] = value.inputs;
  const count = literal(back);
  const isLength = length?.what.kind === "rank-of" && length.inputs[0] === of;
  return isLength && count !== null && count > 0 ? -count : null;
}

/** `list.at(i)` */
export function itemAt(x: Execution, object: Exclude<Value, Node>, index: Value | undefined): Value {
  const at = literal(index);
  if (at === null) return x.unknown("item", [object]);
  if (object.kind === "shape") return x.node({ kind: "shape-of", dim: at }, [object.of]);
  return (object.kind === "tuple" ? object.items.at(at) : undefined) ?? x.unknown("item", [object]);
}

/** The dimensions a slice takes, from the end as negative ones; the rank is not known. */
function dimensions(
  x: Execution,
  of: Node,
  { start: first, stop: last }: Extract<Subscript, { kind: "slice" }>,
): readonly number[] | SizesValue | null {
  const bound = (expression: Expr | null): number | null | undefined =>
    expression ? literal(evaluate(x, expression)) : undefined;
  const [start, stop] = [first ? bound(first) : 0, bound(last)];
  if (start === null || start === undefined || stop === null) return null;
  if (start < 0) return stop === undefined ? range(start, 0) : stop < 0 ? range(start, stop) : null;
  if (stop !== undefined && stop >= 0) return range(start, stop);
  return { kind: "sizes", of, start, dropped: Math.abs(stop ?? 0) };
}

function sizesItem(x: Execution, { of, start, dropped }: SizesValue, item: Subscript): Value {
  const at = item.kind === "item" ? literal(evaluate(x, item.value)) : null;
  return at === null
    ? x.unknown("sizes")
    : x.node({ kind: "shape-of", dim: at < 0 ? at - dropped : at + start }, [of]);
}

function range(start: number, stop: number): number[] {
  return Array.from({ length: Math.max(0, stop - start) }, (_, i) => start + i);
}

function tupleItem(x: Execution, items: readonly Value[], item: Subscript): Value | null {
  if (item.kind === "item") {
    const index = literal(evaluate(x, item.value));
    return index === null ? null : (items.at(index) ?? null);
  }
  const [start, stop] = [item.start, item.stop].map((bound) =>
    bound ? literal(evaluate(x, bound)) : undefined,
  );
  if (start === null || stop === null || item.step) return null;
  return { kind: "tuple", form: "tuple", items: items.slice(start, stop) };
}

function setStructureItem(
  x: Execution,
  object: Exclude<Value, Node>,
  items: readonly Subscript[],
  value: Value,
): Value {
  const [item] = items;
  if (
    object.kind === "dict" &&
    item?.kind === "item" &&
    item.value.kind === "string" &&
    item.value.value !== null
  ) {
    return { ...object, entries: new Map([...object.entries, [item.value.value, value]]) };
  }
  const index = item?.kind === "item" ? literal(evaluate(x, item.value)) : null;
  if (object.kind === "tuple" && index !== null) {
    const at = index < 0 ? index + object.items.length : index;
    return { ...object, items: object.items.map((old, i) => (i === at ? value : old)) };
  }
  return x.unknown("items", [object, value]);
}
