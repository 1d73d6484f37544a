import { isLow, type DType } from "../../tensors/dtype.ts";
import type { Operand } from "../../tensors/operation.ts";
import { isOperationName, type OperationName } from "../../tensors/operations.ts";
import type { Node } from "../../ir/graph.ts";
import { resolveAttributes } from "./arguments.ts";
import { opaque, unknownResult, type Evaluated } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import { targetDtype, toOperand } from "./results.ts";
import { castNode } from "./casts.ts";
import { attributeOf, compute, constructed, deviceOf, lowered } from "./compute.ts";
import { outside } from "./outside.ts";

export function operation(x: Evaluation, node: Node, operation: string, api: string): Evaluated {
  if (!isOperationName(operation)) return opaque(null);
  const raises = node.attributes.raises;
  if (typeof raises === "string") return { kind: "raises", message: raises };
  const inputs = x.inputsOf(node);
  const raised = inputs.find((input) => input.kind === "raises");
  if (raised) return raised;
  if (operation === "cast") return castNode(x, node, inputs[0] ?? unknownResult);
  // An item of a list from outside is what the list's name says.
  if (operation === "index" && inputs[0]?.kind === "number") return inputs[0];
  if (operation === "index" && inputs[0]?.kind === "unknown") return outside(x, node, x.inputs.kindOf(node));
  return apply(x, node, operation, api, inputs, node.what.kind === "operation" && node.what.inplace);
}

export function apply(
  x: Evaluation,
  node: Node,
  operation: OperationName,
  api: string,
  inputs: readonly Evaluated[],
  inplace: boolean,
): Evaluated {
  const operands: Operand[] = [];
  for (const input of lowered(x, node, operation, inputs)) {
    const operand = toOperand(input);
    if (operand === null) return unknownOperand(x, node, operation, inputs);
    if (operand !== "absent") operands.push(operand);
  }
  const dtype = attributeOf(x, node.attributes.dtype);
  const requested = dtype ? requestedDtype(x, node, dtype) : null;
  if (dtype && requested === null && dtype.kind !== "none") return opaque(null);
  const { attributes, complete } = resolveAttributes(node, (n) => x.value(n), requested, operands);
  return compute(
    x,
    node,
    operation,
    api,
    operands,
    inplace ? { ...attributes, inplace } : attributes,
    complete,
    deviceOf(x, node, inputs),
  );
}

function requestedDtype(x: Evaluation, node: Node, dtype: Evaluated): DType | null {
  const requested = targetDtype(dtype);
  return requested !== null && isLow(requested) && x.options.lifted.has(node.id) ? "float32" : requested;
}

function unknownOperand(
  x: Evaluation,
  node: Node,
  operation: OperationName,
  inputs: readonly Evaluated[],
): Evaluated {
  // A range is a tensor of the dtype it names, whatever its bounds are.
  const dtype = operation === "range" ? attributeOf(x, node.attributes.dtype) : null;
  if (dtype) {
    return constructed(x, node, "arange", opaque(requestedDtype(x, node, dtype), deviceOf(x, node, [])));
  }
  const keepsFirst = operation === "index" || operation === "assign";
  return unknownOf(...(keepsFirst ? inputs.slice(0, 1) : inputs));
}

export function unknownOf(...operands: readonly Evaluated[]): Evaluated {
  const tensor = operands.find((operand) => operand.kind === "tensor");
  return tensor ? opaque(tensor.dtype, tensor.device) : unknownResult;
}
