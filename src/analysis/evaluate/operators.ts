import { isOperationName, type OperationName } from "../../tensors/operations.ts";
import type { Node } from "../../ir/graph.ts";
import { numberResult, opaque, unknownResult, type Evaluated, type TensorResult } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import { boolResult, itemOf, promoted, truthOf } from "./results.ts";
import { numberBinary, numberCompare, numberUnary, scalarFunction } from "./scalars.ts";
import { apply, unknownOf } from "./apply.ts";
import { compute } from "./compute.ts";

const binaryOperations: Readonly<Record<string, OperationName>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "&": "and",
  "|": "or",
  "^": "xor",
};

const compareOperations: Readonly<Record<string, OperationName>> = {
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

export function binary(x: Evaluation, node: Node, operator: string, inplace: boolean): Evaluated {
  const [left, right] = [x.at(node, 0), x.at(node, 1)];
  if (left.kind === "raises") return left;
  if (right.kind === "raises") return right;
  if (left.kind === "number" && right.kind === "number") return numberBinary(operator, left, right);
  if (left.kind !== "tensor" && right.kind !== "tensor") return unknownResult;
  const operation = binaryOperations[operator];
  if (!operation) return unknownOf(left, right);
  const { assumes } = x.met.environmentOf(node);
  if (
    operator === "**" &&
    left.kind === "number" &&
    right.kind === "tensor" &&
    assumes.scalarPower === "torch.tensor"
  ) {
    return apply(x, node, operation, "**", [olderBase(x, node, left.value, right), right], inplace);
  }
  return apply(x, node, operation, operation, [left, right], inplace);
}

/** torch 1.13: `base ** t` builds torch.tensor(base) in t's dtype, which zero.Init rounds (docs/environments.md). */
function olderBase(x: Evaluation, node: Node, base: number | null, exponent: TensorResult): Evaluated {
  const dtype = exponent.dtype;
  if (dtype === null || base === null) return opaque(dtype);
  const result = compute(
    x,
    node,
    "tensor",
    "tensor",
    [{ kind: "scalar", type: "float", value: base }],
    { dtype, shape: [] },
    true,
  );
  return result;
}

export function unary(x: Evaluation, node: Node, operator: string): Evaluated {
  const operand = x.at(node, 0);
  if (operand.kind === "raises") return operand;
  if (operator === "not") {
    const truth = truthOf(operand);
    return truth === null ? unknownResult : boolResult(!truth, operand.kind === "number" && operand.probe);
  }
  if (operand.kind === "number") return numberUnary(operator, operand);
  if (operand.kind !== "tensor") return unknownResult;
  if (operator === "+") return operand;
  return apply(x, node, operator === "-" ? "neg" : "not", operator, [operand], false);
}

export function compare(x: Evaluation, node: Node, operator: string): Evaluated {
  const [left, right] = [x.at(node, 0), x.at(node, 1)];
  if (left.kind === "raises") return left;
  if (right.kind === "raises") return right;
  if (node.inputs[0] === node.inputs[1] && left.kind === "number")
    return boolResult(["==", "<=", ">=", "is"].includes(operator), false);
  if (left.kind === "number" && right.kind === "number") {
    const known = numberCompare(operator, left, right);
    return known === null ? unknownResult : boolResult(known, false);
  }
  if (left.kind === "dtype" && right.kind === "dtype" && left.dtype !== null && right.dtype !== null) {
    const same = left.dtype === right.dtype;
    if (operator === "==" || operator === "is") return boolResult(same, false);
    if (operator === "!=" || operator === "is not") return boolResult(!same, false);
  }
  if (left.kind === "none" && right.kind === "none")
    return boolResult(operator === "is" || operator === "==", false);
  if ((left.kind === "none") !== (right.kind === "none")) {
    const other = left.kind === "none" ? right : left;
    if (other.kind === "tensor" && (operator === "is" || operator === "is not"))
      return boolResult(operator === "is not", true);
    return unknownResult;
  }
  const operation = compareOperations[operator];
  if ((left.kind === "tensor" || right.kind === "tensor") && operation)
    return apply(x, node, operation, operation, [left, right], false);
  return unknownResult;
}

export function logical(x: Evaluation, node: Node, operator: "and" | "or"): Evaluated {
  const [a, b] = [truthOf(x.at(node, 0)), truthOf(x.at(node, 1))];
  if (operator === "and")
    return a === false || b === false
      ? boolResult(false, false)
      : a === true && b === true
        ? boolResult(true, false)
        : unknownResult;
  return a === true || b === true
    ? boolResult(true, false)
    : a === false && b === false
      ? boolResult(false, false)
      : unknownResult;
}

export function scalar(x: Evaluation, node: Node, name: string, numpy: boolean): Evaluated {
  const args = x.inputsOf(node);
  const raised = args.find((arg) => arg.kind === "raises");
  if (raised) return raised;
  if (name === "promote_types") return promoted(args);
  if (name === "is_autocast_enabled" || name === "autocast_dtype") return autocastState(x, node, name);
  const numbers = args.flatMap((arg) => (arg.kind === "number" ? [arg] : []));
  if (numbers.length === args.length) {
    const result = scalarFunction(name, numbers);
    return numpy && result.kind === "number" ? { ...result, numpy } : result;
  }
  const [tensor] = args;
  if (tensor?.kind === "tensor" && (name === "item" || name === "int" || name === "float"))
    return itemOf(tensor, name);
  if (tensor?.kind === "tensor" && isOperationName(name)) return apply(x, node, name, name, args, false);
  return numberResult(name === "int" ? "int" : "float", null, true);
}

/** What torch answers about autocast in the region that asks; outside of it the dtype means nothing. */
function autocastState(x: Evaluation, node: Node, name: string): Evaluated {
  const { environment, low } = x.setting;
  const on = environment.autocast && node.phase === "forward" && truthOf(x.at(node, 0)) === true;
  if (name === "is_autocast_enabled") return boolResult(on, false);
  return { kind: "dtype", dtype: on ? low : null };
}
