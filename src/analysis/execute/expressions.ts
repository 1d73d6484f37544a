import type { BinaryOperator, Compare, Comprehension, Expr, Logical } from "../../ir/program.ts";
import type { Node } from "../../ir/graph.ts";
import { attribute } from "./attributes.ts";
import { call } from "./calls.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { getItem } from "./indexing.ts";
import { assign, iterate } from "./statements.ts";
import { isGraphNode, Scope, type Value } from "./values.ts";

/** The value of an expression at this point of the execution. */
export function evaluate(x: Execution, expression: Expr): Value {
  const replacement = x.substitutions.get(expression);
  if (replacement && !x.replacing.has(expression)) {
    x.replacing.add(expression);
    const value = evaluate(x, replacement);
    x.replacing.delete(expression);
    if (isGraphNode(value)) x.replaced.set(expression, [...(x.replaced.get(expression) ?? []), value]);
    return value;
  }
  const value = evaluateForm(x, expression);
  return value;
}

function evaluateForm(x: Execution, expression: Expr): Value {
  switch (expression.kind) {
    case "number":
      return x.number(expression.value, expression.integer);
    case "string":
      return expression.value === null
        ? x.unknown("string")
        : x.node({ kind: "constant", value: expression.value });
    case "constant":
      return x.node({ kind: "constant", value: expression.value });
    case "ellipsis":
      return x.node({ kind: "constant", value: "..." });
    case "name":
      return (
        x.frame.scope.lookup(expression.name) ?? { kind: "library", path: `builtins.${expression.name}` }
      );
    case "attribute": {
      const object = evaluate(x, expression.object);
      x.span = expression.span;
      return attribute(x, object, expression.name);
    }
    case "call":
      return call(x, expression);
    case "binary": {
      const left = evaluate(x, expression.left);
      const right = evaluate(x, expression.right);
      x.span = expression.span;
      return binary(x, expression.operator, left, right, false);
    }
    case "unary": {
      const operand = evaluate(x, expression.operand);
      x.span = expression.span;
      if (expression.operator === "not") return negate(x, truth(x, operand));
      return x.node({ kind: "unary", operator: expression.operator }, [x.asNode(operand)]);
    }
    case "compare":
      return compare(x, expression);
    case "logical":
      return logical(x, expression);
    case "conditional": {
      const condition = truth(x, evaluate(x, expression.test));
      const decided = decide(condition);
      if (decided !== null) return evaluate(x, decided ? expression.body : expression.orelse);
      const [body, orelse] = [evaluate(x, expression.body), evaluate(x, expression.orelse)];
      x.span = expression.span;
      return x.select(condition, body, orelse);
    }
    case "index": {
      const object = evaluate(x, expression.object);
      return getItem(x, object, expression.items, expression.span);
    }
    case "sequence":
      return sequence(x, expression.items, expression.form);
    case "starred":
      return evaluate(x, expression.value);
    case "dict":
      return {
        kind: "dict",
        entries: new Map(
          expression.entries.map(({ key, value }, i) => [
            key?.kind === "string" && key.value !== null ? key.value : `#${String(i)}`,
            evaluate(x, value),
          ]),
        ),
      };
    case "comprehension":
      return comprehension(x, expression);
    case "lambda":
      return {
        kind: "function",
        definition: expression,
        name: `${x.frame.definition}.lambda`,
        scope: x.frame.scope,
        self: null,
        owner: null,
      };
    case "unknown":
      if (expression.type === "yield") {
        x.frame.yields.push(x.autocast);
        x.yielded = { defaultDtype: x.defaultDtype };
      }
      if (expression.type === "imaginary")
        return x.node({ kind: "operation", operation: "imaginary", api: "imaginary", inplace: false });
      return x.unknown(
        expression.type,
        expression.parts.map((part) => evaluate(x, part)),
      );
  }
}

function sequence(x: Execution, items: readonly Expr[], form: "tuple" | "list" | "set"): Value {
  const values = items.flatMap((item): readonly Value[] => {
    const value = evaluate(x, item);
    if (item.kind !== "starred") return [value];
    return !isGraphNode(value) && value.kind === "tuple" ? value.items : [x.unknown("items", [value])];
  });
  return { kind: "tuple", form: form === "tuple" ? "tuple" : "list", items: values };
}

/** Arithmetic; sequences are concatenated and repeated, numbers and tensors meet in evaluation. */
export function binary(
  x: Execution,
  operator: BinaryOperator,
  left: Value,
  right: Value,
  inplace: boolean,
): Value {
  if (
    !isGraphNode(left) &&
    !isGraphNode(right) &&
    left.kind === "tuple" &&
    right.kind === "tuple" &&
    operator === "+"
  ) {
    return { ...left, items: [...left.items, ...right.items] };
  }
  if (!isGraphNode(left) && left.kind === "tuple" && operator === "*") {
    const count = literal(right);
    if (count !== null && count * left.items.length <= 64) {
      return { ...left, items: Array.from({ length: Math.max(0, count) }, () => left.items).flat() };
    }
    return x.unknown("repeated", [left, right]);
  }
  const operands = [x.asNode(left), x.asNode(right)];
  if (operator === "@")
    return x.node({ kind: "operation", operation: "matmul", api: "matmul", inplace }, operands);
  return x.node({ kind: "binary", operator, inplace }, operands);
}

function compare(x: Execution, expression: Compare): Value {
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

function logical(x: Execution, expression: Logical): Value {
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

function negate(x: Execution, condition: Node): Node {
  const decided = decide(condition);
  if (decided !== null) return x.node({ kind: "constant", value: !decided });
  return x.node({ kind: "unary", operator: "not" }, [condition]);
}

/** Lists longer than this are not followed item by item. */
const maximumItems = 64;

function comprehension(x: Execution, expression: Comprehension): Value {
  const outer = x.frame;
  x.frame = { ...outer, scope: new Scope(outer.scope) };
  const { items, complete } = runClauses(x, expression, 0);
  x.frame = outer;
  x.span = expression.span;
  if (expression.form === "dict") return x.unknown("dict", items);
  if (complete && items.length <= maximumItems) return { kind: "tuple", form: "list", items };
  const unknown = x.unknown("comprehension", items);
  x.members.set(unknown, items);
  return unknown;
}

/** Items of a comprehension from one clause on; incomplete where an iterable or a condition is not known. */
function runClauses(
  x: Execution,
  expression: Comprehension,
  depth: number,
): { items: readonly Value[]; complete: boolean } {
  const clause = expression.clauses[depth];
  if (!clause) return { items: [evaluate(x, expression.element)], complete: true };
  const iterable = evaluate(x, clause.iterable);
  const values = iterate(x, iterable, maximumItems);
  let complete = clause.conditions.length === 0 && hasLength(iterable, values.length);
  const items: Value[] = [];
  for (const value of values) {
    assign(x, clause.target, value);
    for (const condition of clause.conditions) evaluate(x, condition);
    const inner = runClauses(x, expression, depth + 1);
    items.push(...inner.items);
    complete &&= inner.complete;
  }
  return { items, complete };
}

/** Whether an iterable certainly has this many items. */
function hasLength(iterable: Value, length: number): boolean {
  if (isGraphNode(iterable)) return false;
  if (iterable.kind === "tuple") return iterable.items.length === length;
  if (iterable.kind !== "count") return false;
  const [start, stop, step] = [literal(iterable.start), literal(iterable.stop), literal(iterable.step)];
  return (
    start !== null &&
    stop !== null &&
    step !== null &&
    Math.max(0, Math.ceil((stop - start) / step)) === length
  );
}
