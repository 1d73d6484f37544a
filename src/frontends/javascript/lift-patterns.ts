import type { Expr, Span, Stmt } from "../../ir/program.ts";
import { isNode, nameOfKey, nodeAt, nodesAt, spanOf } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import type { Lifter } from "./lift-statements.ts";

/** `target = value`: a pattern is taken apart into one assignment for each name. */
export function assignTo(
  target: EstreeNode | null,
  value: Expr | null,
  span: Span | null,
  lifter: Lifter,
): readonly Stmt[] {
  if (target?.type === "ObjectPattern" && value !== null) {
    // What is taken apart is evaluated once.
    const isName = value.kind === "name";
    const whole: Expr = isName ? value : { kind: "name", name: lifter.newName("value"), span: null };
    const parts = nodesAt(target, "properties").flatMap((property) => propertyOf(property, whole, lifter));
    return isName ? parts : [assignment(whole, value, span), ...parts];
  }
  if (target?.type === "AssignmentPattern" && value !== null)
    return assignTo(nodeAt(target, "left"), withDefault(target, value, lifter), span, lifter);
  return [assignment(targetOf(target, lifter), value, span)];
}

function assignment(target: Expr, value: Expr | null, span: Span | null): Stmt {
  return { kind: "assign", targets: [target], annotation: null, value, span };
}

/** `a`, `a: b`, `a = 1` and `...rest` inside an object pattern. */
function propertyOf(node: EstreeNode, object: Expr, lifter: Lifter): readonly Stmt[] {
  const span = spanOf(node);
  const name = node.type === "Property" ? nameOfKey(node) : null;
  const inner = nodeAt(node, "value") ?? nodeAt(node, "argument");
  const value: Expr =
    name === null
      ? { kind: "unknown", type: node.type, parts: [object], span }
      : { kind: "attribute", object, name, span: null };
  return assignTo(inner, value, span, lifter);
}

/** The value, or what stands for it where it is missing. */
export function withDefault(pattern: EstreeNode, value: Expr, lifter: Lifter): Expr {
  const right = lifter.expression(nodeAt(pattern, "right"));
  return { kind: "logical", operator: "or", left: value, right, span: null };
}

/** What is assigned to; items of an array pattern one by one. */
function targetOf(node: EstreeNode | null, lifter: Lifter): Expr {
  if (node?.type !== "ArrayPattern") return lifter.expression(node);
  const { elements } = node;
  const items = (Array.isArray(elements) ? elements : []).map((element: unknown): Expr => {
    const one = isNode(element) ? element : null;
    if (one === null) return { kind: "name", name: lifter.newName("hole"), span: null };
    if (one.type === "AssignmentPattern") return targetOf(nodeAt(one, "left"), lifter);
    if (one.type === "RestElement")
      return { kind: "starred", value: targetOf(nodeAt(one, "argument"), lifter), span: spanOf(one) };
    return targetOf(one, lifter);
  });
  return { kind: "sequence", form: "list", items, span: spanOf(node) };
}
