import type { Argument, Expr } from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, spanOf } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import { constructorName } from "./lift-classes.ts";
import type { Lifter } from "./lift-statements.ts";

/** `f(a, { b })`: what an object at the end holds is passed by name. `new C(x)` is a call of C. */
export function liftCall(node: EstreeNode, lifter: Lifter): Expr {
  const callee = nodeAt(node, "callee");
  const lifted = lifter.expression(callee);
  return {
    kind: "call",
    callee:
      callee?.type === "Super"
        ? { kind: "attribute", object: lifted, name: constructorName, span: spanOf(callee) }
        : lifted,
    args: nodesAt(node, "arguments").flatMap((argument, place, all) =>
      place === all.length - 1 && isOptions(argument)
        ? nodesAt(argument, "properties").map((property) => liftOption(property, lifter))
        : [liftArgument(argument, lifter)],
    ),
    span: spanOf(node),
  };
}

function liftArgument(node: EstreeNode, lifter: Lifter): Argument {
  const isSpread = node.type === "SpreadElement";
  const value = lifter.expression(isSpread ? nodeAt(node, "argument") : node);
  return { name: null, spread: isSpread ? "*" : "", value, span: spanOf(node) };
}

/** An object whose properties have names of their own. */
function isOptions(node: EstreeNode): boolean {
  const properties = node.type === "ObjectExpression" ? nodesAt(node, "properties") : [];
  return (
    properties.length > 0 &&
    properties.every(
      (one) => one.type === "SpreadElement" || (one.type === "Property" && nameOfKey(one) !== null),
    )
  );
}

function liftOption(node: EstreeNode, lifter: Lifter): Argument {
  const span = spanOf(node);
  if (node.type === "SpreadElement")
    return { name: null, spread: "**", value: lifter.expression(nodeAt(node, "argument")), span };
  return { name: nameOfKey(node), spread: "", value: lifter.expression(nodeAt(node, "value")), span };
}
