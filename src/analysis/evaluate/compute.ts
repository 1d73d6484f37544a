import { isComplex, isFloating, isLow, type DType } from "../../tensors/dtype.ts";
import {
  NotComputed,
  NotSampled,
  TorchRaise,
  type Operand,
  type Semantics,
} from "../../tensors/operation.ts";
import { isElementwise, readEquation } from "../../tensors/operations/equation.ts";
import { operations, type OperationName } from "../../tensors/operations.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { thinned } from "../../tensors/thin.ts";
import { isNode, type Node } from "../../ir/graph.ts";
import { autocastClass, patchedConstructors, tf32Products } from "../environments.ts";
import { opaque, type Evaluated, type TensorResult } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import { isTensorOf, meetingPlace, nullSemantics, roundToTf32, toOperand } from "./results.ts";
import { describeDevice } from "./device.ts";

/** Elements of a sampled tensor that are still evaluated: a grid of two long axes and its channels. */
const maximumSampled = 2 ** 20;

export function compute(
  x: Evaluation,
  node: Node,
  operation: OperationName,
  api: string,
  operands: readonly Operand[],
  attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
  complete: boolean,
  device = "default",
): Evaluated {
  const row = operations[operation];
  const semantics = x.met.semanticsOf(node);
  let dtype: DType;
  let rank: number | null;
  try {
    dtype = row.dtype(operands, attributes, semantics);
    rank = row.rank(operands, attributes);
  } catch (error) {
    if (error instanceof TorchRaise) return { kind: "raises", message: error.message };
    if (error instanceof NotComputed) return opaque(null, device);
    throw error;
  }
  const data = dataOf(x, node, operation, dtype, operands, attributes, complete, semantics);
  const result: TensorResult = {
    kind: "tensor",
    dtype,
    rank: data ? data.shape.length : rank,
    data,
    device,
  };
  return constructed(x, node, api, result);
}

/** What zero.Init makes of a constructor's floating result. */
export function constructed(x: Evaluation, node: Node, api: string, result: TensorResult): TensorResult {
  const { low, exact } = x.setting;
  const environment = x.met.environmentOf(node);
  const patched =
    environment.patchedConstructors && node.phase === "construction" && patchedConstructors.has(api);
  const lowers = patched && !exact && result.dtype !== null && isFloating(result.dtype);
  return lowers ? castTo(x, result, low) : result;
}

function dataOf(
  x: Evaluation,
  node: Node,
  operation: OperationName,
  dtype: DType,
  operands: readonly Operand[],
  attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
  complete: boolean,
  semantics: Semantics,
): Tensor | null {
  if (!x.options.numeric || !complete || isComplex(dtype)) return null;
  if (
    operands.some((operand) => (operand.kind === "tensor" ? operand.data === null : operand.value === null))
  )
    return null;
  try {
    const tensor = cached(x, operation, dtype, operands, attributes, semantics);
    if (x.options.sampling !== null && tensor.data.length > maximumSampled)
      throw new RangeError(`a sample of ${String(tensor.data.length)} elements is too large`);
    return tensor;
  } catch (error) {
    if (!(
      error instanceof TorchRaise ||
      error instanceof NotSampled ||
      error instanceof NotComputed ||
      error instanceof RangeError
    ))
      throw error;
    x.failures.set(node, `${operation}: ${error.message}`);
    return null;
  }
}

function cached(
  x: Evaluation,
  operation: OperationName,
  dtype: DType,
  operands: readonly Operand[],
  attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
  semantics: Semantics,
): Tensor {
  const withDtype = operation === "cast" ? { ...attributes, dtype } : attributes;
  return x.options.cache.get(operation, dtype, operands, withDtype, semantics, () => {
    const tensor = operations[operation].compute(operands, withDtype, dtype, semantics);
    return x.options.sampling === null ? tensor : thinned(tensor);
  });
}

export function castTo(x: Evaluation, value: TensorResult, dtype: DType): TensorResult {
  if (value.dtype === dtype) return value;
  const operand = toOperand(value);
  const known = value.data && !isComplex(dtype) && operand !== null && operand !== "absent";
  const data = known ? cached(x, "cast", dtype, [operand], {}, nullSemantics) : null;
  return { ...value, dtype, data };
}

/** Operands as autocast and TF32 hand them to the operation. */
export function lowered(
  x: Evaluation,
  node: Node,
  operation: OperationName,
  inputs: readonly Evaluated[],
): readonly Evaluated[] {
  if (x.met.environmentOf(node).tf32 && usesTf32(node)) return inputs.map((input) => roundToTf32(input));
  if (!x.met.autocasts(node)) return inputs;
  const lowers = autocastClass[operation];
  if (lowers === "low")
    return inputs.map((input) =>
      isTensorOf(input, (d) => d === "float32" || isLow(d))
        ? castTo(x, input, x.met.autocastDtype(node))
        : input,
    );
  if (lowers === "float32")
    return inputs.map((input) => (isTensorOf(input, isLow) ? castTo(x, input, "float32") : input));
  return inputs;
}

export function deviceOf(x: Evaluation, node: Node, inputs: readonly Evaluated[]): string {
  const { device } = node.attributes;
  if (device !== undefined && isNode(device)) return deviceKey(x, device);
  const tensors = inputs.filter((input) => input.kind === "tensor");
  const dimensioned = tensors.filter((input) => input.rank !== 0);
  return meetingPlace(dimensioned.length > 0 ? dimensioned : tensors.slice(0, 1), node);
}

export function deviceKey(x: Evaluation, device: Node): string {
  const value = x.value(device);
  return value.kind === "device" ? value.key : value.kind === "text" ? value.value : describeDevice(device);
}

export function attributeOf(x: Evaluation, value: Node["attributes"][string] | undefined): Evaluated | null {
  return value !== undefined && isNode(value) ? x.value(value) : null;
}

/** An einsum that contracts nothing is an elementwise product in torch, on no matrix unit (measured: it calls aten::mul). */
export function usesTf32({ what, attributes }: Node): boolean {
  const equation = typeof attributes.equation === "string" ? readEquation(attributes.equation) : null;
  return (
    what.kind === "operation" &&
    tf32Products.has(what.operation) &&
    (equation === null || !isElementwise(equation))
  );
}
