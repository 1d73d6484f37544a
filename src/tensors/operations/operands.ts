import {
  formatOf,
  isFloating,
  promote,
  refusesMixed,
  torchPromotion,
  storeAs,
  storeNumber,
  isLow,
  isComplex,
  type DType,
} from "../dtype.ts";
import { NotComputed, TorchRaise, type Attributes, type Operand, type Semantics } from "../operation.ts";
import { isWhole, makeTensor, scalarTensor, type Tensor } from "../tensor.ts";

/** The operand at a position. @throws {TorchRaise} if the call has too few. */
export function operandAt(operands: readonly Operand[], index: number): Operand {
  const operand = operands[index];
  if (operand === undefined) throw new TorchRaise(`missing operand ${index}`);
  return operand;
}

/** The tensor held by an operand; a Python number becomes a zero-dimensional tensor. @throws {NotComputed} if unknown. */
export function tensorAt(operands: readonly Operand[], index: number): Tensor {
  const operand = operandAt(operands, index);
  if (operand.kind === "scalar") {
    const dtype = operand.type === "float" ? "float64" : operand.type === "int" ? "int64" : "bool";
    return scalarTensor(dtype, numberAt(operands, index));
  }
  if (operand.data === null) throw new NotComputed("the value of an operand is unknown");
  return operand.data;
}

/** A Python number, or the only element of a tensor as `.item()` gives it. */
export function numberAt(operands: readonly Operand[], index: number): number {
  const operand = operandAt(operands, index);
  const value = operand.kind === "scalar" ? operand.value : onlyElement(operand.data);
  if (value === null) throw new NotComputed("the value of a number is unknown");
  return value;
}

function onlyElement(tensor: Tensor | null): number | null {
  if (tensor === null) return null;
  const value = isWhole(tensor) && tensor.data.length === 1 ? tensor.data[0] : undefined;
  if (value === undefined)
    throw new TorchRaise("only one element tensors can be converted to Python scalars");
  return value;
}

/** The dtype that operands meet in, torch.result_type in torch. @throws {TorchRaise} where the library takes one dtype only. */
export function promoteOperands(operands: readonly Operand[], semantics: Semantics): DType {
  const promotion = semantics.promotion ?? torchPromotion;
  const met = operands.flatMap((operand) => (operand.kind === "tensor" ? [operand.dtype] : []));
  if (refusesMixed(met, promotion)) throw new TorchRaise(`${met.join(" and ")} do not meet in one operation`);
  return promote(operands, semantics.defaultDtype, promotion);
}

/** What arithmetic makes of integers where it needs floats. */
export function floatsOfIntegers({ promotion, defaultDtype }: Semantics): DType {
  return promotion?.floatsOfIntegers ?? defaultDtype;
}

/** The dtype of a tensor operand; a Python number counts by its category. */
export function dtypeAt(operands: readonly Operand[], index: number, semantics: Semantics): DType {
  return promoteOperands([operandAt(operands, index)], semantics);
}

/** The rank of an operand; 0 for a Python number. */
export function rankAt(operands: readonly Operand[], index: number): number | null {
  const operand = operandAt(operands, index);
  return operand.kind === "scalar" ? 0 : operand.rank;
}

/** The rank operands broadcast to; null where one is unknown. */
export function broadcastRank(operands: readonly Operand[]): number | null {
  let rank = 0;
  for (const operand of operands) {
    if (operand.kind === "scalar") continue;
    if (operand.rank === null) return null;
    rank = Math.max(rank, operand.rank);
  }
  return rank;
}

/** An attribute that the operation cannot do without. */
export function required<K extends keyof Attributes>(
  attributes: Attributes,
  key: K,
): NonNullable<Attributes[K]> {
  const value = attributes[key] ?? undefined;
  if (value === undefined) throw new TorchRaise(`missing argument ${key}`);
  return value;
}

/** An axis counted from the end where negative. @throws {TorchRaise} if there is no such axis. */
export function axisOf(dim: number, rank: number): number {
  const axis = dim < 0 ? dim + Math.max(rank, 1) : dim;
  if (axis < 0 || axis >= Math.max(rank, 1)) {
    throw new TorchRaise(
      `Dimension out of range (expected to be in range of [${-rank}, ${rank - 1}], but got ${dim})`,
    );
  }
  return axis;
}

/** The tensor in another dtype; shares storage where every value stays the same. */
export function castTensor(tensor: Tensor, dtype: DType): Tensor {
  if (tensor.dtype === dtype) return tensor;
  if (isComplex(dtype)) throw new NotComputed("complex values are not computed");
  if (widens(tensor.dtype, dtype))
    return makeTensor(dtype, tensor.shape, tensor.data, tensor.axes, tensor.uniform);
  const data = tensor.data.slice();
  storeAs(dtype, data);
  return makeTensor(dtype, tensor.shape, data, tensor.axes, tensor.uniform);
}

/** Bits of magnitude of an integer dtype: what it needs, and what it offers to a dtype without sign. */
const magnitudeBits: Partial<Record<DType, number>> = { uint8: 8, int8: 7, int16: 15, int32: 31, int64: 63 };

/** Whether every value of `from` is a value of `to`. */
function widens(from: DType, to: DType): boolean {
  if (from === "bool") return true;
  if (isFloating(from)) return to === "float64" || (to === "float32" && isLow(from));
  const needed = magnitudeBits[from] ?? Infinity;
  if (isFloating(to)) return needed <= (formatOf(to)?.precision ?? 0);
  return to !== "uint8" && needed < (magnitudeBits[to] ?? 0);
}

/**
 * Operand as it enters arithmetic in `common`: tensors are cast; a Python number is stored in `common` first,
 * or kept in fp32 where the semantics say so.
 */
export function enter(
  operands: readonly Operand[],
  index: number,
  common: DType,
  semantics: Semantics,
): Tensor {
  const operand = operandAt(operands, index);
  if (operand.kind === "tensor") return castTensor(tensorAt(operands, index), common);
  const value = numberAt(operands, index);
  const kept = isLow(common) && semantics.scalars === "fp32";
  return scalarTensor(common, kept ? Math.fround(value) : storeNumber(common, value));
}
