import type { BinaryOperator, Expr } from "../../ir/program.ts";
import { assign } from "./assignments.ts";
import { attribute } from "./attributes.ts";
import { call } from "./calls.ts";
import { comprehension } from "./comprehensions.ts";
import { compare, decide, logical, negate, truth } from "./conditions.ts";
import { literal, type Execution } from "./execution.ts";
import { getItem } from "./indexing.ts";
import { isGraphNode, type Value } from "./values.ts";

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
  return evaluateForm(x, expression);
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
    case "followed": {
      const value = evaluate(x, expression.first);
      assign(x, expression.target, evaluate(x, expression.value));
      return value;
    }
    case "unknown":
      if (expression.type === "yield") {
        x.frame.yields.push(x.autocast);
        x.yielded = { defaultDtype: x.defaultDtype };
      }
      if (expression.type === "AwaitExpression" && expression.parts[0])
        return evaluate(x, expression.parts[0]);
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
