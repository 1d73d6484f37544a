import type { Attributes, IndexItem, Operand } from "../../tensors/operation.ts";
import { isNode, type AttributeValue, type Node, type SubscriptValue } from "../../ir/graph.ts";
import type { DType } from "../../tensors/dtype.ts";
import type { Evaluated } from "./evaluated.ts";

/** An attribute's value is not known: the operation's dtype may be, its numbers are not. */
class UnknownAttribute extends Error {}

/** One for all: it is thrown so often that its stack would cost more than what it ends. */
const unknownAttribute = new UnknownAttribute();

type Lookup = (node: Node) => Evaluated;

/** Attributes of an operation as the op table takes them. `complete` is false where some of them are not known. */
export function resolveAttributes(
  node: Node,
  lookup: Lookup,
  dtype: DType | null,
  operands: Operand[],
): { attributes: Attributes; complete: boolean } {
  const out: Record<string, unknown> = { dtype };
  let complete = true;
  for (const [name, value] of Object.entries(node.attributes)) {
    if (name === "dtype" || name === "device" || name === "like" || name === "target" || name === "raises")
      continue;
    try {
      Object.assign(out, resolveOne(name, value, lookup, operands));
    } catch (error) {
      if (!(error instanceof UnknownAttribute)) throw error;
      complete = false;
    }
  }
  if (node.what.kind === "operation" && node.what.inplace) out.inplace = true;
  return { attributes: combine(out), complete };
}

/** Arguments that PyTorch takes apart and the op table together. */
function combine(out: Record<string, unknown>): Attributes {
  const { dim0, dim1, rows, columns, length, ...rest } = out;
  if (typeof dim0 === "number" && typeof dim1 === "number") return { ...rest, dims: [dim0, dim1] };
  if (typeof rows === "number")
    return { ...rest, shape: typeof columns === "number" ? [rows, columns] : [rows] };
  if (typeof length === "number" && typeof rest.start === "number")
    return { ...rest, end: rest.start + length };
  return rest;
}

function resolveOne(
  name: string,
  value: AttributeValue,
  lookup: Lookup,
  operands: Operand[],
): Record<string, unknown> {
  switch (name) {
    case "shape":
    case "dims":
    case "repeats":
      return { [name]: numberList(value, lookup) };
    case "dim":
      return Array.isArray(value) ? { dims: numberList(value, lookup) } : { dim: numberOf(value, lookup) };
    case "sizes":
      return { sizes: Array.isArray(value) ? numberList(value, lookup) : numberOf(value, lookup) };
    case "keepdim":
      return { keepdim: numberOf(value, lookup) === 1 };
    case "indexing":
    case "equation":
      return { [name]: value };
    case "rounding": {
      const text = isNode(value) ? lookup(value) : null;
      return { rounding: text?.kind === "text" ? text.value : null };
    }
    case "items":
      return { items: indexItems(value, lookup, operands) };
    default:
      return { [name]: numberOf(value, lookup) };
  }
}

function numberOf(value: AttributeValue, lookup: Lookup): number {
  const evaluated = isNode(value) ? lookup(value) : null;
  if (evaluated?.kind === "number" && evaluated.value !== null) return evaluated.value;
  throw unknownAttribute;
}

function numberList(value: AttributeValue, lookup: Lookup): number[] {
  return Array.isArray(value)
    ? value.map((item: AttributeValue) => numberOf(item, lookup))
    : [numberOf(value, lookup)];
}

function indexItems(value: AttributeValue, lookup: Lookup, operands: Operand[]): IndexItem[] {
  if (value === null || typeof value === "string" || !("subscripts" in value)) throw unknownAttribute;
  return value.subscripts.map((subscript) => indexItem(subscript, lookup, operands));
}

function indexItem(subscript: SubscriptValue, lookup: Lookup, operands: Operand[]): IndexItem {
  switch (subscript.kind) {
    case "ellipsis":
    case "newaxis":
      return { kind: subscript.kind };
    case "slice": {
      const bound = (node: Node | null): number | null =>
        node && lookup(node).kind !== "none" ? numberOf(node, lookup) : null;
      return {
        kind: "slice",
        start: bound(subscript.start),
        stop: bound(subscript.stop),
        step: bound(subscript.step),
      };
    }
    case "item": {
      const evaluated = lookup(subscript.value);
      if (evaluated.kind === "none") return { kind: "newaxis" };
      if (evaluated.kind === "number" && evaluated.value !== null)
        return { kind: "integer", value: evaluated.value };
      if (evaluated.kind === "tensor" && evaluated.dtype !== null) {
        operands.push({ kind: "tensor", dtype: evaluated.dtype, rank: evaluated.rank, data: evaluated.data });
        return { kind: "tensor", operand: operands.length - 1 };
      }
      throw unknownAttribute;
    }
  }
}
