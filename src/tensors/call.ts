import type { Attributes, Operand, Semantics } from "./operation.ts";
import { operations, type OperationName } from "./operations.ts";
import type { Tensor } from "./tensor.ts";

/** PyTorch on a CPU with nothing changed. */
export const plainSemantics: Semantics = { defaultDtype: "float32", scalars: "rounded", ranges: "blocks" };

/** A tensor, or a Python number (an integer counts as int), as an operand. */
function operandOf(value: Tensor | number): Operand {
  if (typeof value === "number")
    return { kind: "scalar", type: Number.isInteger(value) ? "int" : "float", value };
  return { kind: "tensor", dtype: value.dtype, rank: value.shape.length, data: value };
}

/** Runs one operation of the table on values. @throws {TorchRaise} @throws {NotSampled} as the operation does. */
export function call(
  name: OperationName,
  values: readonly (Tensor | number)[],
  attributes: Attributes = {},
  semantics: Semantics = plainSemantics,
): Tensor {
  const operands = values.map(operandOf);
  const operation = operations[name];
  return operation.compute(operands, attributes, operation.dtype(operands, attributes, semantics), semantics);
}
