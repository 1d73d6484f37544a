import type {
  BinaryOperator,
  ClassDefinition,
  CompareOperator,
  Expr,
  FunctionDefinition,
  UnaryOperator,
} from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, nodesBelow, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import { liftCall } from "./lift-calls.ts";
import { liftClass, superOf } from "./lift-classes.ts";
import { liftFunction, selfName } from "./lift-functions.ts";
import type { Lifter } from "./lift-statements.ts";

/** Operators by their text; those of JavaScript alone are not among them. */
export const binary: Readonly<Record<string, BinaryOperator>> = {
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
      if (node.name === "undefined") return { kind: "constant", value: null, span };
      return { kind: "name", name: textAt(node, "name"), span };
    case "ThisExpression":
      return { kind: "name", name: selfName, span };
    case "Super":
      return superOf;
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
      return {
        kind: "logical",
        // Of what is missing, zero and false, the last two only tell `??` from `||`.
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
  const module = lifter.moduleIn(node);
  if (module !== null) return { kind: "name", name: module, span };
  switch (node.type) {
    case "CallExpression":
    case "NewExpression":
      return liftCall(node, lifter);
    case "MemberExpression": {
      const key = nameOfKey(node);
      // `m["default"]`, as older compilers write it.
      const name = node.computed === true && key !== "default" ? null : key;
      if (name !== null) return { kind: "attribute", object: lift("object"), name, span };
      return {
        kind: "index",
        object: lift("object"),
        items: [{ kind: "item", value: lift("property") }],
        span,
      };
    }
    case "TSQualifiedName":
      return {
        kind: "attribute",
        object: lift("left"),
        name: textAt(nodeAt(node, "right") ?? node, "name"),
        span,
      };
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
    case "SequenceExpression":
      // `(0, np.arange)(8)`, as compilers call what they import.
      return nodesAt(node, "expressions")
        .slice(0, -1)
        .every(({ type }) => type === "Literal")
        ? lifter.expression(nodesAt(node, "expressions").at(-1) ?? null)
        : null;
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return named(liftFunction(node, lifter.newName("function"), lifter), lifter);
    case "ClassExpression":
      return named(liftClass(node, lifter.newName("class"), lifter), lifter);
    default:
      return null;
  }
}

/** A definition takes the place of the expression as its name. */
function named(definition: FunctionDefinition | ClassDefinition, lifter: Lifter): Expr {
  lifter.define(definition);
  return { kind: "name", name: definition.name, span: definition.span };
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
  // ESTree has one name for all literals.
  const type = typeof node.bigint === "string" ? "BigIntLiteral" : node.type;
  return { kind: "unknown", type, parts, span: spanOf(node) };
}
