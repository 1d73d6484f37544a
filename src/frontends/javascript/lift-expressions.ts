import type { Argument, BinaryOperator, CompareOperator, Expr, UnaryOperator } from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, nodesBelow, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import type { Lifter } from "./lift-statements.ts";

const binary: Readonly<Record<string, BinaryOperator>> = {
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  "%": "%",
  "**": "**",
  "&": "&",
  "|": "|",
  "^": "^",
  "<<": "<<",
  ">>": ">>",
};
const compare: Readonly<Record<string, CompareOperator>> = {
  "==": "==",
  "===": "==",
  "!=": "!=",
  "!==": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
const unary: Readonly<Record<string, UnaryOperator>> = { "-": "-", "+": "+", "~": "~", "!": "not" };

/** What adds nothing but a type, or brackets, to the expression inside. */
const transparent: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "ChainExpression",
  "ParenthesizedExpression",
  "AwaitExpression",
]);

/** Lifts an expression; the lifter lifts what is inside it. `new C(x)` is a call of C. */
export function liftExpression(node: EstreeNode, lifter: Lifter): Expr {
  if (transparent.has(node.type))
    return lifter.expression(nodeAt(node, "expression") ?? nodeAt(node, "argument"));
  return (
    liftLeaf(node) ?? liftOperation(node, lifter) ?? liftCompound(node, lifter) ?? liftUnknown(node, lifter)
  );
}

function liftLeaf(node: EstreeNode): Expr | null {
  const span = spanOf(node);
  switch (node.type) {
    case "Identifier":
      return { kind: "name", name: textAt(node, "name"), span };
    case "ThisExpression":
      return { kind: "name", name: "this", span };
    case "Literal":
      return liftLiteral(node);
    case "TemplateLiteral": {
      const [only, ...more] = nodesAt(node, "quasis");
      if (only === undefined || more.length > 0) return null;
      const { value } = only;
      const cooked = typeof value === "object" && value !== null && "cooked" in value ? value.cooked : null;
      return { kind: "string", value: typeof cooked === "string" ? cooked : null, span };
    }
    default:
      return null;
  }
}

function liftLiteral(node: EstreeNode): Expr | null {
  const { value } = node;
  const span = spanOf(node);
  switch (typeof value) {
    case "string":
      return { kind: "string", value, span };
    case "boolean":
      return { kind: "constant", value, span };
    // A number has no type of its own in JavaScript; whether one is whole is all that the text tells.
    case "number":
      return { kind: "number", value, integer: Number.isInteger(value), span };
    default:
      // A regular expression has a null value where the engine doesn't know it, and a big integer may have.
      return value === null && node.raw === "null" ? { kind: "constant", value: null, span } : null;
  }
}

function liftOperation(node: EstreeNode, lifter: Lifter): Expr | null {
  const span = spanOf(node);
  const lift = (key: string): Expr => lifter.expression(nodeAt(node, key));
  const operator = textAt(node, "operator");
  switch (node.type) {
    case "BinaryExpression": {
      const arithmetic = binary[operator];
      if (arithmetic !== undefined)
        return { kind: "binary", operator: arithmetic, left: lift("left"), right: lift("right"), span };
      const comparison = compare[operator];
      if (comparison === undefined) return null;
      return { kind: "compare", operators: [comparison], operands: [lift("left"), lift("right")], span };
    }
    case "LogicalExpression":
      if (operator !== "&&" && operator !== "||") return null;
      return {
        kind: "logical",
        operator: operator === "&&" ? "and" : "or",
        left: lift("left"),
        right: lift("right"),
        span,
      };
    case "UnaryExpression": {
      const known = unary[operator];
      return known === undefined ? null : { kind: "unary", operator: known, operand: lift("argument"), span };
    }
    case "ConditionalExpression":
      return {
        kind: "conditional",
        test: lift("test"),
        body: lift("consequent"),
        orelse: lift("alternate"),
        span,
      };
    default:
      return null;
  }
}

function liftCompound(node: EstreeNode, lifter: Lifter): Expr | null {
  const span = spanOf(node);
  const lift = (key: string): Expr => lifter.expression(nodeAt(node, key));
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
      return {
        kind: "call",
        callee: lift("callee"),
        args: nodesAt(node, "arguments").map((argument) => liftArgument(argument, lifter)),
        span,
      };
    case "MemberExpression": {
      const name = node.computed === true ? null : nameOfKey(node);
      if (name !== null) return { kind: "attribute", object: lift("object"), name, span };
      return {
        kind: "index",
        object: lift("object"),
        items: [{ kind: "item", value: lift("property") }],
        span,
      };
    }
    case "ArrayExpression":
      return {
        kind: "sequence",
        form: "list",
        items: nodesAt(node, "elements").map(lifter.expression),
        span,
      };
    case "SpreadElement":
      return { kind: "starred", value: lift("argument"), span };
    case "ObjectExpression":
      return {
        kind: "dict",
        entries: nodesAt(node, "properties").map((one) => liftEntry(one, lifter)),
        span,
      };
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      lifter.define(node, "");
      return { kind: "unknown", type: "function", parts: [], span };
    case "ClassExpression":
      lifter.defineClass(node);
      return { kind: "unknown", type: "class", parts: [], span };
    default:
      return null;
  }
}

function liftArgument(node: EstreeNode, lifter: Lifter): Argument {
  const isSpread = node.type === "SpreadElement";
  const value = lifter.expression(isSpread ? nodeAt(node, "argument") : node);
  return { name: null, spread: isSpread ? "*" : "", value, span: spanOf(node) };
}

function liftEntry(node: EstreeNode, lifter: Lifter): { readonly key: Expr | null; readonly value: Expr } {
  if (node.type !== "Property") return { key: null, value: lifter.expression(nodeAt(node, "argument")) };
  const key = nodeAt(node, "key");
  const name = nameOfKey(node);
  const span = key && spanOf(key);
  return {
    key: name === null ? lifter.expression(key) : { kind: "string", value: name, span },
    value: lifter.expression(nodeAt(node, "value")),
  };
}

/** Assignments inside expressions, templates, JSX, types, and what is yet to be invented. */
function liftUnknown(node: EstreeNode, lifter: Lifter): Expr {
  const parts = nodesBelow(node).map(lifter.expression);
  return { kind: "unknown", type: node.type, parts, span: spanOf(node) };
}
