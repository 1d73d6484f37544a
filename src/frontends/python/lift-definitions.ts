import type { Expr, Span, Stmt } from "../../ir/program.ts";
import { liftArguments } from "./lift-arguments.ts";
import { liftParameters } from "./lift-parameters.ts";
import type { NodeId } from "./lift-reader.ts";
import type { StatementLifter } from "./lift-statements.ts";

export function liftFunction(
  lifter: StatementLifter,
  node: NodeId,
  span: Span,
  decorators: readonly Expr[],
): Stmt {
  const returns = lifter.find(node, "type");
  const body = lifter.lazyBody(lifter.find(node, "block"));
  return {
    kind: "function",
    span,
    name: lifter.text(lifter.named(node)[0]),
    parameters: liftParameters(lifter, lifter.find(node, "parameters")),
    returns: returns === null ? null : lifter.lift(returns),
    decorators,
    get body() {
      return body();
    },
  };
}

export function liftClass(
  lifter: StatementLifter,
  node: NodeId,
  span: Span,
  decorators: readonly Expr[],
): Stmt {
  const bases = liftArguments(lifter, lifter.find(node, "argument_list") ?? undefined);
  return {
    kind: "class",
    span,
    name: lifter.text(lifter.named(node)[0]),
    bases: bases.filter((base) => base.name === null && base.spread === "").map((base) => base.value),
    decorators,
    body: lifter.body(lifter.find(node, "block")),
  };
}

/** Null where the definition itself is damaged. */
export function liftDecorated(lifter: StatementLifter, node: NodeId, span: Span): Stmt | null {
  const children = lifter.named(node);
  const decorators = children
    .filter((child) => lifter.type(child) === "decorator")
    .map((child) => lifter.lift(lifter.named(child)[0]));
  const definition = children.at(-1);
  if (definition === undefined) return null;
  switch (lifter.type(definition)) {
    case "function_definition":
      return liftFunction(lifter, definition, span, decorators);
    case "class_definition":
      return liftClass(lifter, definition, span, decorators);
    default:
      return null;
  }
}
