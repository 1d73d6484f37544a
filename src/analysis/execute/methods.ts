import { dialectOf } from "../../frontends/dialects/dialects.ts";
import { torchOutcomes } from "../../frontends/dialects/outcomes.ts";
import { castMethods, identityMethods, linearLayers, tensorTypes } from "../../frontends/dialects/torch.ts";
import { torchApi } from "../../frontends/dialects/torch-operations.ts";
import type { AttributeValue, Node } from "../../ir/graph.ts";
import { applyApi } from "./api-calls.ts";
import { enterRegion, regionOf } from "./autocast.ts";
import type { MethodResult, PassedArgument } from "./calls.ts";
import { callDialectMethod } from "./dialect-calls.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { callForOutcome } from "./outcomes.ts";
import { tensor } from "./tensor-constructors.ts";
import { pieces } from "./tensor-lists.ts";
import { isGraphNode, type Value } from "./values.ts";

/** A method of a graph value: of a tensor, or of an object nothing is known of. */
export function callMethod(
  x: Execution,
  object: Node,
  name: string,
  args: readonly PassedArgument[],
): MethodResult {
  const isForeign = object.what.kind === "call" && object.what.result === "foreign";
  const dialect = isForeign ? null : dialectOf(object.library ?? x.graph.library);
  if (dialect) {
    const known = callDialectMethod(x, dialect, object, name, args) ?? describe(x, object, name, args);
    return { value: known ?? x.unknown(name, [object, ...args.map((arg) => arg.value)]) };
  }
  if (identityMethods.has(name)) return { value: object };
  const value = convert(x, object, name, args) ?? describe(x, object, name, args);
  if (value) return { value };
  if (isForeign) return { value: x.unknown(name, [object, ...args.map((arg) => arg.value)], "foreign") };
  if (name.endsWith("_") && !name.endsWith("__")) return inplace(x, object, name.slice(0, -1), args);
  const api = torchApi(name);
  if (api && api.form !== "function")
    return { value: applyApi(x, api, name, [{ name: null, value: object }, ...args], false) };
  const outcome = Object.hasOwn(torchOutcomes, name) ? torchOutcomes[name] : undefined;
  const all = [{ name: null, value: object }, ...args];
  const known = callForOutcome(x, outcome, name, all);
  if (known) return { value: known };
  if (name === "new_tensor") return { value: newTensor(x, object, args) };
  if (name === "chunk" || name === "split" || name === "unbind")
    return { value: pieces(x, name, [{ name: null, value: object }, ...args]) };
  if (name === "enter_context" && args[0]) enterRegion(x, args[0].value);
  return {
    value:
      regionOf(name, args) ??
      x.unknown(name, [object, ...args.map((arg) => arg.value)], resultOfMethod(name)),
  };
}

/** What comes back from a method that has no operation: of a tensor's own methods the dtype is known. */
function resultOfMethod(name: string): "linear" | "ambient" | "unknown" {
  if (linearLayers.has(name)) return "linear";
  return isTensorMethod(name) ? "ambient" : "unknown";
}

/** `x.new_tensor(data)`: data in the dtype and on the device of x. */
function newTensor(x: Execution, object: Node, args: readonly PassedArgument[]): Value {
  const given = args.some((arg) => arg.name === "dtype")
    ? []
    : [{ name: "dtype", value: x.node({ kind: "dtype-of" }, [object]) }];
  const device = args.some((arg) => arg.name === "device")
    ? []
    : [{ name: "device", value: x.node({ kind: "device-of" }, [object]) }];
  return tensor(x, [...args, ...given, ...device], "new_tensor");
}

/** Methods of tensors whose result is a tensor of the same dtype, though nothing else is known of it. */
function isTensorMethod(name: string): boolean {
  return ["softmax", "masked_select", "norm", "var", "std", "unfold", "index_fill", "scatter"].includes(name);
}

/** Casts and moves: `.float()`, `.to(...)`, `.type(...)`, `.type_as(x)`. */
function convert(x: Execution, object: Node, name: string, args: readonly PassedArgument[]): Value | null {
  const cast = Object.hasOwn(castMethods, name) ? castMethods[name] : undefined;
  if (cast !== undefined && args.length === 0)
    return castTo(x, object, name, { dtype: x.node({ kind: "dtype", dtype: cast }) });
  if (name === "to") return to(x, object, args);
  if (name === "cpu" || name === "cuda")
    return castTo(x, object, name, { device: x.node({ kind: "constant", value: name }) });
  const [first] = args;
  if (name === "type" && first) return castTo(x, object, name, { dtype: typeOf(x, first.value) });
  if (name === "type_as") return castTo(x, object, name, typeAs(x, args));
  return null;
}

/** `t.type(torch.HalfTensor)` names a dtype by its tensor type. */
function typeOf(x: Execution, value: Value): Node {
  const name = isGraphNode(value) || value.kind !== "library" ? "" : value.path.replace(/^torch\./, "");
  const dtype = Object.hasOwn(tensorTypes, name) ? tensorTypes[name] : undefined;
  return dtype === undefined ? x.asNode(value) : x.node({ kind: "dtype", dtype });
}

/** `t.type_as(x)` takes one tensor; anything else raises, which evaluation finds out. */
function typeAs(x: Execution, args: readonly PassedArgument[]): Record<string, AttributeValue> {
  const [first] = args;
  if (!first || args.length !== 1 || (first.name !== null && first.name !== "other")) {
    const meant = args.find(({ name }) => name === "dtype");
    return { raises: "type_as() takes one tensor", ...(meant ? { meant: x.asNode(meant.value) } : {}) };
  }
  return { like: x.asNode(first.value) };
}

/** `.to(dtype)`, `.to(device)`, `.to(other)`, `.to(device, dtype)`: which one it is may depend on the values. */
function to(x: Execution, object: Node, args: readonly PassedArgument[]): Value {
  const attributes: Record<string, AttributeValue> = {};
  args.forEach(({ name, value }, i) => {
    if (name === "dtype" || name === "device" || name === "other")
      attributes[name === "other" ? "target" : name] = x.asNode(value);
    else if (name === null && i === 0) attributes.target = x.asNode(value);
    else if (name === null && i === 1 && !isFlag(value)) attributes.dtype = x.asNode(value);
  });
  return castTo(x, object, "to", attributes);
}

function isFlag(value: Value): boolean {
  return isGraphNode(value) && value.what.kind === "constant" && typeof value.what.value === "boolean";
}

function castTo(x: Execution, object: Node, api: string, attributes: Record<string, AttributeValue>): Node {
  return x.node({ kind: "operation", operation: "cast", api, inplace: false }, [object], attributes);
}

/** Questions about a tensor whose answers are numbers, shapes or devices. */
function describe(x: Execution, object: Node, name: string, args: readonly PassedArgument[]): Value | null {
  const [first] = args;
  switch (name) {
    case "size": {
      if (!first) return { kind: "shape", of: object };
      const dim = literal(first.value);
      return dim === null ? x.unknown("size") : x.node({ kind: "shape-of", dim }, [object]);
    }
    case "dim":
    case "ndimension":
      return x.node({ kind: "rank-of" }, [object]);
    case "get_device":
      return x.node({ kind: "device-of" }, [object]);
    case "item":
      return x.node({ kind: "scalar", name: "item" }, [object]);
    case "expand_as":
    case "view_as":
    case "reshape_as":
      return first ? x.unknown(name, [object, first.value], "ambient") : null;
    case "view":
      if (first && isDtype(first.value)) return x.unknown("view", [object]);
      return null;
    case "detach":
      return object;
    default:
      return null;
  }
}

function isDtype(value: Value): boolean {
  return isGraphNode(value) && (value.what.kind === "dtype" || value.what.kind === "dtype-of");
}

/** `x.add_(y)`: the operation in place; what the object was bound to becomes the result. */
function inplace(x: Execution, object: Node, name: string, args: readonly PassedArgument[]): MethodResult {
  if (name === "copy" && args[0] && !isNone(args[0].value)) {
    const copied = x.node(
      { kind: "operation", operation: "assign", api: "copy_", inplace: false },
      [object, x.asNode(args[0].value)],
      {
        items: { subscripts: [{ kind: "ellipsis" }] },
      },
    );
    return { value: copied, rebind: copied };
  }
  const api = torchApi(name);
  const result =
    api && api.form !== "function"
      ? applyApi(x, api, name, [{ name: null, value: object }, ...args], true)
      : x.unknown(`${name}_`, [object, ...args.map((arg) => arg.value)], "ambient");
  return { value: result, rebind: result };
}
