import { identityLayers, inplaceFunctions, linearLayers } from "../../frontends/dialects/torch.ts";
import type { Argument, Call, Expr } from "../../ir/program.ts";
import { assign } from "./assignments.ts";
import { attribute } from "./attributes.ts";
import { boundMember, dottedName, findMember } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { itemAt } from "./indexing.ts";
import { callOnInstance, callSuper, superValue } from "./instance-calls.ts";
import { instantiate } from "./instances.ts";
import { invoke } from "./invoke.ts";
import { callLibrary } from "./library.ts";
import { callMethod } from "./methods.ts";
import { isGraphNode, type Value } from "./values.ts";

/** An argument of a call, evaluated. */
export interface PassedArgument {
  readonly name: string | null;
  readonly value: Value;
}

export function call(x: Execution, expression: Call): Value {
  const { callee } = expression;
  if (callee.kind === "name" && callee.name === "super" && !x.frame.scope.lookup("super"))
    return superValue(x);
  const object = callee.kind === "attribute" ? evaluate(x, callee.object) : null;
  const target = object === null ? evaluate(x, callee) : null;
  const args = passArguments(x, expression.args);
  x.span = expression.span;
  const written = object === null ? null : writeInto(x, object, expression, args);
  if (written) return written;
  if (object !== null && callee.kind === "attribute")
    return callAttribute(x, object, callee.name, args, callee.object);
  return target === null ? x.unknown("call") : callValue(x, target, args, dottedName(callee) ?? "call");
}

/** `init.copy_(module.table, values)`: what `module.table.copy_(values)` does. */
function writeInto(
  x: Execution,
  object: Value,
  { callee, args: [first] }: Call,
  [target, ...rest]: readonly PassedArgument[],
): Value | null {
  if (isGraphNode(object) || object.kind !== "library" || callee.kind !== "attribute") return null;
  const path = `${object.path}.${callee.name}`;
  const method = Object.entries(inplaceFunctions).find(([suffix]) => path.endsWith(`.${suffix}`))?.[1];
  if (method === undefined || !first || !target) return null;
  const { value, rebind } = callMethod(x, x.asNode(target.value), method, rest);
  if (rebind) assign(x, first.value, rebind);
  return value;
}

/** Arguments evaluated where the execution stands. */
export function passArguments(x: Execution, args: readonly Argument[]): readonly PassedArgument[] {
  return args.flatMap((arg): readonly PassedArgument[] => {
    const value = evaluate(x, arg.value);
    if (arg.spread === "") return [{ name: arg.name, value }];
    if (!isGraphNode(value) && value.kind === "tuple")
      return value.items.map((item) => ({ name: null, value: item }));
    if (!isGraphNode(value) && value.kind === "dict" && arg.spread === "**")
      return [...value.entries].map(([name, entry]) => ({ name, value: entry }));
    if (!isGraphNode(value) && value.kind === "shape") return [{ name: "*", value: x.asNode(value) }];
    return [{ name: "*", value }];
  });
}

function callAttribute(
  x: Execution,
  object: Value,
  name: string,
  args: readonly PassedArgument[],
  objectExpr: Expr,
): Value {
  const result = dispatchAttribute(x, object, name, args);
  if (result.rebind) assign(x, objectExpr, result.rebind);
  return result.value;
}

/** What a method call yields, and what its object becomes where the method changes it. */
export interface MethodResult {
  readonly value: Value;
  readonly rebind?: Value;
}

function dispatchAttribute(
  x: Execution,
  object: Value,
  name: string,
  args: readonly PassedArgument[],
): MethodResult {
  if (isGraphNode(object)) return callMethod(x, object, name, args);
  switch (object.kind) {
    case "library":
      return { value: callValue(x, attribute(x, object, name), args, `${object.path}.${name}`) };
    case "instance":
      return { value: callOnInstance(x, object, name, args) };
    case "class":
      return { value: callValue(x, attribute(x, object, name), args, name) };
    case "super":
      return { value: callSuper(x, object.self, object.after, name, args) };
    case "tuple":
      if (name === "at") return { value: itemAt(x, object, args[0]?.value) };
      return listMethod(x, object.items, name, args);
    case "shape":
      if (name === "as_list") return { value: object };
      if (name === "at") return { value: itemAt(x, object, args[0]?.value) };
      return { value: unknownMethod(x, object, name, args) };
    case "dict": {
      const member = object.entries.get(name);
      return { value: member ? callValue(x, member, args, name) : unknownMethod(x, object, name, args) };
    }
    case "sizes":
    case "count":
    case "function":
    case "region":
      return { value: unknownMethod(x, object, name, args) };
  }
}

function unknownMethod(x: Execution, object: Value, name: string, args: readonly PassedArgument[]): Value {
  return x.unknown(name, [object, ...args.map((arg) => arg.value)]);
}

function listMethod(
  x: Execution,
  items: readonly Value[],
  name: string,
  args: readonly PassedArgument[],
): MethodResult {
  const [first] = args;
  if (name === "append" && first)
    return { value: x.none(), rebind: { kind: "tuple", form: "list", items: [...items, first.value] } };
  if (name === "extend" && first && !isGraphNode(first.value) && first.value.kind === "tuple") {
    return {
      value: x.none(),
      rebind: { kind: "tuple", form: "list", items: [...items, ...first.value.items] },
    };
  }
  return { value: x.unknown(name, [...items, ...args.map((arg) => arg.value)]) };
}

export function callValue(x: Execution, target: Value, args: readonly PassedArgument[], name: string): Value {
  const values = args.map((arg) => arg.value);
  if (isGraphNode(target)) {
    if (target.what.kind === "layer") return callLayer(x, target.what.path, values);
    const [only] = values;
    // jnp.float32(x)
    if (target.what.kind === "dtype" && only && values.length === 1 && x.graph.library !== "torch")
      return x.node({ kind: "operation", operation: "cast", api: name, inplace: false }, [x.asNode(only)], {
        dtype: target,
      });
    return x.unknown(name, target.what.kind === "call" ? [target, ...values] : values);
  }
  switch (target.kind) {
    case "function":
      return invoke(x, target, args);
    case "class":
      return instantiate(x, target, args);
    case "library":
      return callLibrary(x, target.path, [...(target.bound ?? []), ...args], target.held);
    case "instance": {
      const forward = findMember(target.of, "forward") ?? findMember(target.of, "__call__");
      return forward
        ? callValue(x, boundMember(x, forward, target.of, target), args, name)
        : x.unknown(name, values, "ambient");
    }
    case "tuple":
    case "shape":
    case "sizes":
    case "super":
    case "count":
    case "dict":
    case "region":
      return x.unknown(name, values);
  }
}

function callLayer(x: Execution, path: string, values: readonly Value[]): Value {
  const kind = path.slice(path.lastIndexOf(".") + 1);
  const [first] = values;
  if (identityLayers.has(kind) && first) return first;
  return x.unknown(path, values, linearLayers.has(kind) ? "linear" : "layer");
}
