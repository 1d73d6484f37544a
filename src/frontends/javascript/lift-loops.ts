import type { Expr, Stmt } from "../../ir/program.ts";
import { nodeAt, nodesAt, spanOf } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import type { Lifter } from "./lift-statements.ts";
import { assignTo } from "./lift-patterns.ts";

/** Loops; null for what is none. `for (a; b; c)` is what it says: a, then while b, with c at the end of each round. */
export function liftLoop(node: EstreeNode, lifter: Lifter): readonly Stmt[] | null {
  const span = spanOf(node);
  switch (node.type) {
    case "ForStatement": {
      const test = nodeAt(node, "test");
      const update = nodeAt(node, "update");
      const step = update === null ? [] : lifter.body([asStatement(update)]);
      const before = nodeAt(node, "init");
      const first = before === null ? [] : lifter.body([asStatement(before)]);
      const body = [...lifter.block(node, "body"), ...step];
      const condition: Expr =
        test === null ? { kind: "constant", value: true, span: null } : lifter.expression(test);
      return [...first, { kind: "while", test: condition, body, orelse: [], span }];
    }
    case "WhileStatement":
    case "DoWhileStatement":
      return [
        {
          kind: "while",
          test: lifter.expression(nodeAt(node, "test")),
          body: lifter.block(node, "body"),
          orelse: [],
          span,
        },
      ];
    case "ForOfStatement":
    case "ForInStatement":
      return [overItems(node, lifter)];
    default:
      return null;
  }
}

function asStatement(node: EstreeNode): EstreeNode {
  if (node.type === "VariableDeclaration") return node;
  return { type: "ExpressionStatement", expression: node, range: node.range };
}

/** `for (const [i, x] of xs)`: patterns are taken apart at the start of the body. */
function overItems(node: EstreeNode, lifter: Lifter): Stmt {
  const left = nodeAt(node, "left");
  const pattern =
    left?.type === "VariableDeclaration" ? nodeAt(nodesAt(left, "declarations")[0] ?? left, "id") : left;
  const right = lifter.expression(nodeAt(node, "right"));
  const isName = pattern?.type === "Identifier";
  const target: Expr = isName
    ? lifter.expression(pattern)
    : { kind: "name", name: lifter.newName("item"), span: null };
  const apart = isName ? [] : assignTo(pattern, target, pattern && spanOf(pattern), lifter);
  const iterable: Expr =
    node.type === "ForOfStatement"
      ? right
      : { kind: "unknown", type: node.type, parts: [right], span: right.span };
  return {
    kind: "for",
    target,
    iterable,
    body: [...apart, ...lifter.block(node, "body")],
    orelse: [],
    span: spanOf(node),
  };
}
