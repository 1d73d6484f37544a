import type { Node } from "../../ir/graph.ts";
import type { Compare, Logical } from "../../ir/program.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { isGraphNode, type Value } from "./values.ts";

export function compare(x: Execution, expression: Compare): Value {
  const operands = expression.operands.map((operand) => evaluate(x, operand));
  x.span = expression.span;
  const results = expression.operators.map((operator, i): Node => {
    const [left, right] = [operands[i], operands[i + 1]];
    if (!left || !right) return x.unknown("compare");
    const member = compareMembers(x, operator, left, right);
    if (member) return member;
    const known = compareStructures(operator, left, right);
    if (known !== null) return x.node({ kind: "constant", value: known });
    return x.node({ kind: "compare", operator }, [x.asNode(left), x.asNode(right)]);
  });
  const [first, ...rest] = results;
  return rest.reduce(
    (all, next) => x.node({ kind: "logical", operator: "and" }, [all, next]),
    first ?? x.unknown("compare"),
  );
}

/** `a in (b, c)` is `a == b or a == c`. */
function compareMembers(x: Execution, operator: string, left: Value, right: Value): Node | null {
  if ((operator !== "in" && operator !== "not in") || isGraphNode(right) || right.kind !== "tuple")
    return null;
  const equal = right.items.map((item) =>
    x.node({ kind: "compare", operator: "==" }, [x.asNode(left), x.asNode(item)]),
  );
  const any = equal.reduce<Node>(
    (all, next) => x.node({ kind: "logical", operator: "or" }, [all, next]),
    x.node({ kind: "constant", value: false }),
  );
  return operator === "in" ? any : negate(x, any);
}

/** Comparisons with None that the values' forms decide. */
function compareStructures(operator: string, left: Value, right: Value): boolean | null {
  const [value, other] = isNone(right) ? [left, right] : [right, left];
  if (!isNone(other)) return null;
  const same = isNone(value) || isEmptyBuffer(value) ? true : isCertainlySomething(value) ? false : null;
  if (same === null) return null;
  if (operator === "is" || operator === "==") return same;
  if (operator === "is not" || operator === "!=") return !same;
  return null;
}

/** `register_buffer("inv_freq", None)`: a buffer that forward is to fill. */
function isEmptyBuffer(value: Value): boolean {
  if (!isGraphNode(value) || value.what.kind !== "stored") return false;
  const [content] = value.inputs;
  return content !== undefined && (isNone(content) || isEmptyBuffer(content));
}

function isCertainlySomething(value: Value): boolean {
  if (!isGraphNode(value)) return value.kind !== "library";
  switch (value.what.kind) {
    case "number":
    case "constant":
    case "dtype":
    case "operation":
    case "binary":
    case "shape-of":
    case "stored":
    case "layer":
    case "dtype-of":
      return true;
    default:
      return false;
  }
}

export function logical(x: Execution, expression: Logical): Value {
  const left = evaluate(x, expression.left);
  const condition = truth(x, left);
  const decided = decide(condition);
  if (decided !== null)
    return decided === (expression.operator === "and") ? evaluate(x, expression.right) : left;
  const right = evaluate(x, expression.right);
  x.span = expression.span;
  if (condition === left && isGraphNode(right) && isBoolean(left) && isBoolean(right)) {
    return x.node({ kind: "logical", operator: expression.operator }, [left, right]);
  }
  return expression.operator === "and" ? x.select(condition, right, left) : x.select(condition, left, right);
}

function isBoolean(node: Node): boolean {
  return (
    node.what.kind === "compare" ||
    node.what.kind === "logical" ||
    (node.what.kind === "unary" && node.what.operator === "not")
  );
}

/** A value as a condition. */
export function truth(x: Execution, value: Value): Node {
  if (isGraphNode(value)) return value;
  if (value.kind === "tuple") return x.node({ kind: "constant", value: value.items.length > 0 });
  if (value.kind === "dict") return x.node({ kind: "constant", value: value.entries.size > 0 });
  if (value.kind === "library") return x.asNode(value);
  return x.node({ kind: "constant", value: true });
}

/** Truth of a condition as far as the text decides it; numbers that are probes decide nothing. */
export function decide(condition: Node): boolean | null {
  const { what, inputs } = condition;
  switch (what.kind) {
    case "constant":
      return Boolean(what.value);
    case "number":
      return what.value !== 0;
    case "unary": {
      const operand = what.operator === "not" && inputs[0] ? decide(inputs[0]) : null;
      return operand === null ? null : !operand;
    }
    case "compare":
      return (
        decideCompare(what.operator, literal(inputs[0]), literal(inputs[1])) ??
        decideText(what.operator, inputs)
      );
    case "logical": {
      const [a, b] = inputs.map(decide);
      if (what.operator === "and")
        return a === false || b === false ? false : a === true && b === true ? true : null;
      return a === true || b === true ? true : a === false && b === false ? false : null;
    }
    default:
      return null;
  }
}

function decideCompare(operator: string, a: number | null, b: number | null): boolean | null {
  if (a === null || b === null) return null;
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return null;
  }
}

function decideText(operator: string, [left, right]: readonly Node[]): boolean | null {
  if (left?.what.kind !== "constant" || right?.what.kind !== "constant") return null;
  const same = left.what.value === right.what.value;
  if (operator === "==" || operator === "is") return same;
  if (operator === "!=" || operator === "is not") return !same;
  return null;
}

export function negate(x: Execution, condition: Node): Node {
  const decided = decide(condition);
  if (decided !== null) return x.node({ kind: "constant", value: !decided });
  return x.node({ kind: "unary", operator: "not" }, [condition]);
}
