import type { Expr, FunctionDefinition, Parameter, Stmt } from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import type { Lifter } from "./lift-statements.ts";
import { assignTo } from "./lift-patterns.ts";
import { annotationOf } from "./lift-types.ts";

/** The object that a method belongs to. */
export const selfName = "this";

/** A function of any form; `before` are parameters that the text does not write. */
export function liftFunction(
  node: EstreeNode,
  name: string,
  lifter: Lifter,
  before: readonly Parameter[] = [],
): FunctionDefinition {
  const inner = nodeAt(node, "body");
  let parameters: readonly Parameter[] = [];
  const body = lifter.withDefinitions(() => {
    const lifted = nodesAt(node, "params").map((one) => liftParameter(one, lifter));
    parameters = lifted.flatMap((one) => one.parameters);
    return [...lifted.flatMap((one) => one.first), ...bodyOf(inner, lifter)];
  });
  return {
    kind: "function",
    name,
    parameters: [...before, ...parameters],
    returns: null,
    decorators: [],
    body,
    span: spanOf(node),
  };
}

function bodyOf(inner: EstreeNode | null, lifter: Lifter): readonly Stmt[] {
  if (inner === null) return [];
  if (inner.type === "BlockStatement") return lifter.body(nodesAt(inner, "body"));
  return lifter.withDefinitions(() => [
    { kind: "return", value: lifter.expression(inner), span: spanOf(inner) },
  ]);
}

interface Lifted {
  readonly parameters: readonly Parameter[];
  /** What the body begins with: patterns are taken apart. */
  readonly first: readonly Stmt[];
}

function liftParameter(node: EstreeNode, lifter: Lifter): Lifted {
  const written = node.type === "TSParameterProperty" ? (nodeAt(node, "parameter") ?? node) : node;
  const hasDefault = written.type === "AssignmentPattern";
  const inner = hasDefault ? nodeAt(written, "left") : written;
  if (inner?.type === "ObjectPattern") return options(inner, lifter);
  const initial = hasDefault ? nodeAt(written, "right") : null;
  const rest = inner?.type === "RestElement" ? nodeAt(inner, "argument") : inner;
  const name = rest?.type === "Identifier" ? textAt(rest, "name") : lifter.newName("parameter");
  const parameter: Parameter = {
    name,
    form: inner?.type === "RestElement" ? "*" : "plain",
    annotation: inner && annotationOf(inner),
    initial: initial && lifter.expression(initial),
    span: spanOf(node),
  };
  if (rest?.type === "Identifier")
    return { parameters: [parameter], first: written === node ? [] : [keepIn(name)] };
  return { parameters: [parameter], first: assignTo(rest, { kind: "name", name, span: null }, null, lifter) };
}

/** `constructor(private dims)` keeps what it is given. */
function keepIn(name: string): Stmt {
  const object: Expr = { kind: "name", name: selfName, span: null };
  const target: Expr = { kind: "attribute", object, name, span: null };
  const value: Expr = { kind: "name", name, span: null };
  return { kind: "assign", targets: [target], annotation: null, value, span: null };
}

/** `({ dtype = float32, axis: dim })`: what is passed by these names, or as one object. */
function options(pattern: EstreeNode, lifter: Lifter): Lifted {
  const whole: Parameter = {
    name: lifter.newName("parameter"),
    form: "plain",
    annotation: null,
    initial: null,
    span: spanOf(pattern),
    isPattern: true,
  };
  const lifted = nodesAt(pattern, "properties").map((property): Lifted => {
    const key = property.type === "Property" ? nameOfKey(property) : null;
    const value = nodeAt(property, "value") ?? nodeAt(property, "argument");
    const hasDefault = value?.type === "AssignmentPattern";
    const target = hasDefault ? nodeAt(value, "left") : value;
    const initial = hasDefault ? nodeAt(value, "right") : null;
    const name = key ?? lifter.newName("rest");
    const parameter: Parameter = {
      name,
      form: property.type === "Property" ? "keyword-only" : "**",
      annotation: null,
      initial: initial && lifter.expression(initial),
      span: spanOf(property),
      propertyOf: whole.name,
    };
    const isItself = target?.type === "Identifier" && textAt(target, "name") === name;
    const first = isItself ? [] : assignTo(target, { kind: "name", name, span: null }, null, lifter);
    return { parameters: [parameter], first };
  });
  return {
    parameters: [whole, ...lifted.flatMap((one) => one.parameters)],
    first: lifted.flatMap((one) => one.first),
  };
}
