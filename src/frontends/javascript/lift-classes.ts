import type { ClassDefinition, Expr, FunctionDefinition, Parameter, Stmt } from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, nodesBelow, spanOf } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import { isFunction } from "./lift-statements.ts";
import type { Lifter } from "./lift-statements.ts";
import { liftFunction, selfName } from "./lift-functions.ts";

/** What the lifted language calls a constructor. */
export const constructorName = "__init__";

const self: Parameter = { name: selfName, form: "plain", annotation: null, initial: null, span: null };

/** A class: fields are set where the constructor begins. */
export function liftClass(node: EstreeNode, name: string, lifter: Lifter): ClassDefinition {
  const base = nodeAt(node, "superClass");
  const bases = base === null ? [] : [lifter.expression(base)];
  const inner = nodeAt(node, "body");
  const members = inner === null ? [] : nodesAt(inner, "body");
  const methods = members.flatMap((member) => methodOf(member, lifter));
  const fields = members.flatMap((member) => fieldOf(member, lifter));
  const other = members.flatMap((member) => otherOf(member, lifter));
  return {
    kind: "class",
    name,
    bases,
    decorators: [],
    body: [...other, ...withFields(methods, fields, node)],
    span: spanOf(node),
  };
}

function withFields(
  methods: readonly FunctionDefinition[],
  fields: readonly Stmt[],
  { superClass, range }: EstreeNode,
): readonly FunctionDefinition[] {
  if (fields.length === 0) return methods;
  const own = methods.find(({ name }) => name === constructorName);
  if (own)
    return methods.map((method) =>
      method === own ? { ...own, body: afterSuper(own.body, fields) } : method,
    );
  // Without a constructor of its own a class hands its arguments on; which ones, nobody knows.
  const body = superClass ? [callOfSuper, ...fields] : fields;
  const span = spanOf({ type: "Class", range });
  const made: FunctionDefinition = {
    kind: "function",
    name: constructorName,
    parameters: [self],
    returns: null,
    decorators: [],
    body,
    span,
  };
  return [made, ...methods];
}

/** Fields are set when the base's constructor is done. */
function afterSuper(body: readonly Stmt[], fields: readonly Stmt[]): readonly Stmt[] {
  const at = body.findIndex(
    ({ kind, ...rest }) => kind === "evaluate" && "value" in rest && isSuperCall(rest.value),
  );
  return [...body.slice(0, at + 1), ...fields, ...body.slice(at + 1)];
}

function isSuperCall(value: unknown): boolean {
  const call = value as Expr | null;
  return (
    call?.kind === "call" &&
    call.callee.kind === "attribute" &&
    call.callee.name === constructorName &&
    call.callee.object.kind === "call"
  );
}

/** `super`, as the lifted language reaches a base. */
export const superOf: Expr = {
  kind: "call",
  callee: { kind: "name", name: "super", span: null },
  args: [],
  span: null,
};

const callOfSuper: Stmt = {
  kind: "evaluate",
  value: {
    kind: "call",
    callee: { kind: "attribute", object: superOf, name: constructorName, span: null },
    args: [],
    span: null,
  },
  span: null,
};

function methodOf(member: EstreeNode, lifter: Lifter): readonly FunctionDefinition[] {
  const value = nodeAt(member, "value");
  if (value === null || member.type !== "MethodDefinition") return [];
  const name = member.kind === "constructor" ? constructorName : nameOfKey(member);
  if (name === null || member.kind === "set") return [];
  const lifted = liftFunction(value, name, lifter, member.static === true ? [] : [self]);
  const decorator = member.static === true ? "staticmethod" : member.kind === "get" ? "property" : null;
  return [
    decorator === null ? lifted : { ...lifted, decorators: [{ kind: "name", name: decorator, span: null }] },
  ];
}

function isField(member: EstreeNode): boolean {
  return /^(?:PropertyDefinition|ClassProperty|ClassPrivateProperty|AccessorProperty)$/.test(member.type);
}

/** `name = value` in the body of a class. Functions there are methods that hold on to their object. */
function fieldOf(member: EstreeNode, lifter: Lifter): readonly Stmt[] {
  const value = nodeAt(member, "value");
  const name = nameOfKey(member);
  if (value === null || name === null || !isField(member) || member.static === true) return [];
  const target: Expr = {
    kind: "attribute",
    object: { kind: "name", name: selfName, span: null },
    name,
    span: null,
  };
  return lifter.withDefinitions(() => [
    {
      kind: "assign",
      targets: [target],
      annotation: null,
      value: lifter.expression(value),
      span: spanOf(member),
    },
  ]);
}

/** Static fields and blocks, setters, and what a parser may add: executed with the class's body. */
function otherOf(member: EstreeNode, lifter: Lifter): readonly Stmt[] {
  const value = nodeAt(member, "value");
  if (member.type === "MethodDefinition")
    return value !== null && (member.kind === "set" || nameOfKey(member) === null)
      ? [liftFunction(value, lifter.newName("method"), lifter, [self])]
      : [];
  const name = nameOfKey(member);
  if (isField(member) && name !== null && member.static !== true) return [];
  if (value !== null && isField(member))
    return lifter.withDefinitions(() => [staticField(member, name, value, lifter)]);
  return lifter.body(
    nodesBelow(member).map((inner) => (isFunction(inner) ? expressionStatement(inner) : inner)),
  );
}

function staticField(member: EstreeNode, name: string | null, value: EstreeNode, lifter: Lifter): Stmt {
  const span = spanOf(member);
  const lifted = lifter.expression(value);
  if (name === null) return { kind: "evaluate", value: lifted, span };
  return {
    kind: "assign",
    targets: [{ kind: "name", name, span: null }],
    annotation: null,
    value: lifted,
    span,
  };
}

function expressionStatement(node: EstreeNode): EstreeNode {
  return { type: "ExpressionStatement", expression: node, range: node.range };
}
