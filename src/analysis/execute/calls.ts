import type { Argument, Call, Expr, Parameter } from "../../ir/program.ts";
import { identityLayers, inplaceFunctions, linearLayers } from "../../frontends/dialects/torch.ts";
import { attribute } from "./attributes.ts";
import { enterDecorators, yieldedRegion } from "./autocast.ts";
import {
  boundMember,
  decoratorNames,
  dialectOfClass,
  dottedName,
  findMember,
  isModule,
  lineage,
  takesFields,
} from "./classes.ts";
import { limits, copyHeap, type Execution, type Frame } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { callLibrary } from "./library.ts";
import { callMethod } from "./methods.ts";
import { assign, executeBlock, nameValue } from "./statements.ts";
import {
  isGraphNode,
  nodesIn,
  Scope,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Value,
} from "./values.ts";

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

function superValue(x: Execution): Value {
  const { owner, self } = x.frame;
  return owner && self ? { kind: "super", self, after: owner } : x.unknown("super");
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
      return listMethod(x, object.items, name, args);
    case "shape":
      if (name === "as_list") return { value: object };
      return { value: x.unknown(name, [object, ...args.map((arg) => arg.value)]) };
    case "dict":
    case "sizes":
    case "count":
    case "function":
    case "region":
      return { value: x.unknown(name, [object, ...args.map((arg) => arg.value)]) };
  }
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

function callOnInstance(
  x: Execution,
  object: InstanceValue,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const values = args.map((arg) => arg.value);
  if (name === "register_buffer" || name === "register_parameter") {
    return register(x, object, name === "register_buffer" ? "buffer" : "parameter", args);
  }
  const target = attribute(x, object, name);
  if (isGraphNode(target) && target.what.kind === "attribute") {
    if (identityMethod(name)) return object;
    return x.unknown(`self.${name}`, values);
  }
  return callValue(x, target, args, `self.${name}`);
}

function identityMethod(name: string): boolean {
  return (
    name === "to" ||
    name === "float" ||
    name === "half" ||
    name === "eval" ||
    name === "cuda" ||
    name === "train"
  );
}

/** `self.register_buffer("name", tensor)`: kept in the module, so a cast of the module rounds it. */
function register(
  x: Execution,
  object: InstanceValue,
  form: "buffer" | "parameter",
  args: readonly PassedArgument[],
): Value {
  const named = (name: string, position: number): Value | undefined =>
    args.find((arg) => arg.name === name)?.value ?? args.filter((arg) => arg.name === null)[position]?.value;
  const key = named("name", 0);
  const value = named(form === "buffer" ? "tensor" : "param", 1);
  const name = key && isGraphNode(key) && key.what.kind === "constant" ? key.what.value : null;
  if (typeof name !== "string" || !value) return x.none();
  nameValue(value, name);
  const attributes = x.heap.get(object.id) ?? new Map<string, Value>();
  attributes.set(name, x.node({ kind: "stored", form, name }, [x.asNode(value)]));
  x.heap.set(object.id, attributes);
  return x.none();
}

function callSuper(
  x: Execution,
  self: Value,
  after: ClassValue,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const member =
    !isGraphNode(self) && self.kind === "instance"
      ? memberAfter(self.of, after, name)
      : findInBases(after, name);
  if (!member)
    return name === "__init__"
      ? x.none()
      : x.unknown(
          `super().${name}`,
          args.map((arg) => arg.value),
        );
  const bound = boundMember(x, member, after, !isGraphNode(self) && self.kind === "instance" ? self : null);
  return callValue(x, bound, args, name);
}

function memberAfter(of: ClassValue, after: ClassValue, name: string): Value | null {
  const order = lineage(of);
  const position = order.indexOf(after);
  for (const candidate of order.slice(position + 1)) {
    const member = candidate.members.get(name);
    if (member) return member;
  }
  return null;
}

function findInBases(of: ClassValue, name: string): Value | null {
  for (const base of of.bases) {
    const member = findMember(base, name);
    if (member) return member;
  }
  return null;
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

/** A new object of a class of the module; its `__init__` is executed here and now. */
export function instantiate(x: Execution, of: ClassValue, args: readonly PassedArgument[]): Value {
  // Constructors and `forward` of modules are taken as given (DESIGN.md 2.1): such an object is a layer like a library's.
  if (isLayer(x, of)) return x.node({ kind: "layer", path: of.definition.name });
  if (x.depth >= limits.depth)
    return x.unknown(
      of.definition.name,
      args.map((arg) => arg.value),
      "ambient",
    );
  const instance = createInstance(x, of, args);
  const initialiser = findMember(of, "__init__");
  if (initialiser && !isGraphNode(initialiser) && initialiser.kind === "function")
    invoke(x, { ...initialiser, self: instance }, args);
  return instance;
}

/** A class that the framework calls on data: the method that it calls is there. */
function isLayer(x: Execution, of: ClassValue): boolean {
  const dialect = dialectOfClass(x, of);
  if (!dialect) return findMember(of, "forward") !== null;
  return isModule(of) && dialect.forward.some((name) => findMember(of, name) !== null);
}

export function createInstance(
  x: Execution,
  of: ClassValue,
  args: readonly PassedArgument[] = [],
): InstanceValue {
  x.instances += 1;
  const name = x.instances === 1 ? "self" : `${of.definition.name}#${String(x.instances)}`;
  const node = x.node({ kind: "input", name, annotation: of.definition.name, initial: null });
  x.heap.set(x.instances, fieldsOf(x, of, args));
  return { kind: "instance", id: x.instances, of, node };
}

/** Annotated class attributes that are arguments of the constructor (Flax): what is passed, else a value from outside. */
function fieldsOf(x: Execution, of: ClassValue, args: readonly PassedArgument[]): Map<string, Value> {
  const fields = new Map<string, Value>();
  if (!takesFields(x, of)) return fields;
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  for (const { definition, scope } of [...lineage(of)].reverse()) {
    for (const statement of definition.body) {
      const [target] = statement.kind === "assign" ? statement.targets : [];
      if (statement.kind !== "assign" || !statement.annotation || target?.kind !== "name") continue;
      const { name } = target;
      const passed = args.find((arg) => arg.name === name)?.value ?? positional.shift();
      const parameter: Parameter = {
        name,
        form: "plain",
        annotation: statement.annotation,
        initial: statement.value,
        span: statement.span,
      };
      fields.set(name, passed ?? parameterInput(x, parameter, scope));
    }
  }
  return fields;
}

/** Executes a function of the module where it is called, in the caller's phase and autocast region. */
export function invoke(x: Execution, target: FunctionValue, args: readonly PassedArgument[]): Value {
  const { definition } = target;
  const key = definition.span?.start ?? -1;
  if (x.depth >= limits.depth || x.active.filter((start) => start === key).length >= 2) {
    return x.unknown(
      target.name,
      args.map((arg) => arg.value),
      "ambient",
    );
  }
  const outer = x.frame;
  const { autocast, autocastTo } = x;
  const span = x.span;
  const scope = new Scope(target.scope);
  x.depth += 1;
  x.active.push(key);
  x.executed.add(key);
  if (x.depth > 1) x.called.add(key);
  bind(x, scope, target, args);
  const frame: Frame = {
    scope,
    definition: target.name,
    owner: target.owner,
    self: target.self,
    path: [],
    returns: [],
    yields: [],
  };
  x.frame = frame;
  enterDecorators(x, target);
  const returned =
    definition.kind === "lambda" ? evaluate(x, definition.body) : runBody(x, definition.body, frame);
  const value = isContextManager(target) ? yieldedRegion(autocast, frame.yields) : returned;
  x.frame = outer;
  x.autocast = autocast;
  x.autocastTo = autocastTo;
  x.span = span;
  x.active.pop();
  x.depth -= 1;
  return value;
}

function isContextManager(target: FunctionValue): boolean {
  return decoratorNames(target).some((name) => name.endsWith("contextmanager"));
}

/** The value a body returns: what each path returns, chosen by the conditions that lead there. */
function runBody(x: Execution, body: Parameters<typeof executeBlock>[1], frame: Frame): Value {
  const completion = executeBlock(x, body);
  let value: Value | null = completion === "normal" ? x.none() : null;
  for (const { condition, value: returned, heap } of [...frame.returns].reverse()) {
    if (value === null) {
      value = returned;
      x.heap = copyHeap(heap);
      continue;
    }
    if (heap !== x.heap) x.mergeHeap(condition, heap);
    value = x.select(condition, returned, value);
  }
  for (const node of value ? nodesIn(value) : []) x.graph.returned.add(node);
  return value ?? x.none();
}

function bind(x: Execution, scope: Scope, target: FunctionValue, args: readonly PassedArgument[]): void {
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  if (target.self !== null) positional.unshift(target.self);
  const named = new Map(
    args.flatMap((arg) => (arg.name !== null && arg.name !== "*" ? [[arg.name, arg.value] as const] : [])),
  );
  const open = args.some((arg) => arg.name === "*");
  for (const parameter of target.definition.parameters) {
    const value = bindOne(x, parameter, positional, named, target, open);
    nameValue(value, parameter.name);
    scope.variables.set(parameter.name, value);
  }
}

function bindOne(
  x: Execution,
  parameter: Parameter,
  positional: Value[],
  named: Map<string, Value>,
  target: FunctionValue,
  open: boolean,
): Value {
  if (parameter.form === "*") return { kind: "tuple", form: "tuple", items: positional.splice(0) };
  if (parameter.form === "**") return x.unknown("keywords", [...named.values()]);
  const byName = named.get(parameter.name);
  if (byName) {
    named.delete(parameter.name);
    return byName;
  }
  const next = parameter.form === "keyword-only" ? undefined : positional.shift();
  if (next) return next;
  if (parameter.initial && !open) return evaluateIn(x, target.scope, parameter.initial);
  return parameterInput(x, parameter, target.scope);
}

function evaluateIn(x: Execution, scope: Scope, expression: Expr): Value {
  const outer = x.frame;
  x.frame = { ...outer, scope };
  const value = evaluate(x, expression);
  x.frame = outer;
  return value;
}

/** A parameter that nobody visible passes. */
export function parameterInput(x: Execution, parameter: Parameter, scope: Scope): Value {
  const initial = parameter.initial ? x.asNode(evaluateIn(x, scope, parameter.initial)) : null;
  const annotation = parameter.annotation ? annotationText(parameter.annotation) : null;
  return x.node({ kind: "input", name: parameter.name, annotation, initial });
}

/** `Optional[torch.dtype]` as text, enough to recognise what is annotated. */
export function annotationText(expression: Expr): string {
  switch (expression.kind) {
    case "index":
      return `${annotationText(expression.object)}[${expression.items.map((item) => (item.kind === "item" ? annotationText(item.value) : ":")).join(", ")}]`;
    case "binary":
      return `${annotationText(expression.left)} ${expression.operator} ${annotationText(expression.right)}`;
    case "constant":
      return String(expression.value);
    case "string":
      return expression.value ?? "";
    case "sequence":
      return expression.items.map(annotationText).join(", ");
    default:
      return dottedName(expression) ?? "?";
  }
}
