import { canCast, computeFormat, isFloating, isInteger, storeAs, type DType } from "../dtype.ts";
import { roundThroughSingle } from "../../formats/index.ts";
import { TorchRaise, type Attributes, type Operand, type Operation, type Semantics } from "../operation.ts";
import { align, makeTensor, type Tensor } from "../tensor.ts";
import {
  broadcastRank,
  castTensor,
  dtypeAt,
  enter,
  floatsOfIntegers,
  operandAt,
  promoteOperands,
  rankAt,
} from "./operands.ts";
import * as loops from "./loops.ts";

/** The dtype of an in-place result: the first operand's. @throws {TorchRaise} where torch cannot store the result. */
export function inplaceDtype(
  result: DType,
  operands: readonly Operand[],
  attributes: Attributes,
  semantics: Semantics,
): DType {
  if (attributes.inplace !== true) return result;
  const own = dtypeAt(operands, 0, semantics);
  if (!canCast(result, own)) {
    throw new TorchRaise(`result type ${result} can't be cast to the desired output type ${own}`);
  }
  return own;
}

/** The rank of a broadcast result, of the first operand in place. */
export function elementwiseRank(operands: readonly Operand[], attributes: Attributes): number | null {
  return attributes.inplace === true ? rankAt(operands, 0) : broadcastRank(operands);
}

/** Rounds what was computed in double to what the library computes in, then stores it as `common`. */
export function settle(common: DType, data: Float64Array): void {
  roundThroughSingle(computeFormat(common), data);
  storeAs(common, data);
}

/** Runs a loop over two operands already in `common` and stores the result in `result`. */
export function combine(loop: loops.BinaryLoop, x: Tensor, y: Tensor, common: DType, result: DType): Tensor {
  const { shape, axes, data, uniform } = align([x, y]);
  const [left = new Float64Array(), right = new Float64Array()] = data;
  const out = new Float64Array(left.length);
  loop(left, right, out);
  const stored = result === "bool" ? "bool" : common;
  settle(stored, out);
  return castTensor(makeTensor(stored, shape, out, axes, uniform), result);
}

/** In place, a result that needs more room than the first operand has is an error. */
export function keepShape(result: Tensor, x: Tensor, attributes: Attributes): Tensor {
  if (attributes.inplace === true && result.shape.join() !== x.shape.join()) {
    throw new TorchRaise(
      `output with shape [${x.shape.join(", ")}] doesn't match the broadcast shape [${result.shape.join(", ")}]`,
    );
  }
  return result;
}

interface Rule {
  /** The dtype the work is done in, from torch.result_type of the operands. @throws {TorchRaise} */
  readonly common?: (promoted: DType, semantics: Semantics, operands: readonly Operand[]) => DType;
  readonly boolean?: true;
  readonly loop: (common: DType, attributes: Attributes, operands: readonly Operand[]) => loops.BinaryLoop;
}

function binary(rule: Rule): Operation {
  const commonOf = (operands: readonly Operand[], semantics: Semantics): DType => {
    operandAt(operands, 1);
    const promoted = promoteOperands(operands, semantics);
    return rule.common?.(promoted, semantics, operands) ?? promoted;
  };
  return {
    dtype: (operands, attributes, semantics) => {
      const common = commonOf(operands, semantics);
      return inplaceDtype(rule.boolean === true ? "bool" : common, operands, attributes, semantics);
    },
    rank: elementwiseRank,
    compute: (operands, attributes, dtype, semantics) => {
      const common = commonOf(operands, semantics);
      const x = enter(operands, 0, common, semantics);
      const y = enter(operands, 1, common, semantics);
      const loop = rule.loop(common, attributes, operands);
      const result = combine(loop, x, y, common, rule.boolean === true ? "bool" : common);
      return castTensor(keepShape(result, x, attributes), dtype);
    },
  };
}

function arithmetic(loop: loops.BinaryLoop): Operation {
  return binary({ loop: () => loop });
}

function comparison(loop: loops.BinaryLoop): Operation {
  return binary({ loop: () => loop, boolean: true });
}

function notBool(what: string): (promoted: DType) => DType {
  return (promoted) => {
    if (promoted === "bool") throw new TorchRaise(`"${what}" is not supported for bool tensors`);
    return promoted;
  };
}

/** @throws {TorchRaise} if any operand of a subtraction is bool, as torch's sub_check. */
function withoutBool(promoted: DType, semantics: Semantics, operands: readonly Operand[]): DType {
  if (operands.some((_, i) => dtypeAt(operands, i, semantics) === "bool")) {
    throw new TorchRaise("Subtraction, the `-` operator, with a bool tensor is not supported");
  }
  return promoted;
}

function floatOrDefault(promoted: DType, semantics: Semantics): DType {
  return promoted === "bool" || isInteger(promoted) ? floatsOfIntegers(semantics) : promoted;
}

function bitwise(word: loops.BinaryLoop): Operation {
  return binary({
    common: (promoted) => {
      if (isFloating(promoted)) throw new TorchRaise("bitwise operations take integers or bool");
      return promoted;
    },
    loop: () => word,
  });
}

/** `number / tensor` is `tensor.reciprocal() * number` (torch/_tensor.py, __rdiv__): two roundings in 16 bits. */
function divideNumber(common: DType, y: Tensor, number: Tensor): Tensor {
  const one = makeTensor(common, [], Float64Array.of(1));
  return combine(loops.multiply, combine(loops.divide, one, y, common, common), number, common, common);
}

/** int / int is float64 where the library says so. */
function quotientDtype(promoted: DType, semantics: Semantics): DType {
  const own = semantics.promotion?.integerQuotient ?? null;
  return own !== null && isInteger(promoted) ? own : floatOrDefault(promoted, semantics);
}

const trueDivision = binary({
  common: quotientDtype,
  loop: () => loops.divide,
});

const roundedDivision = binary({
  common: notBool("div"),
  loop: (common, attributes) =>
    attributes.rounding === "trunc" ? loops.divideTruncated(common) : loops.divideFloor(common),
});

/** Division; attributes.rounding 'floor' or 'trunc' keeps integers. A number on the left is a reciprocal and a product. */
const div: Operation = {
  dtype: (operands, attributes, semantics) =>
    (attributes.rounding ? roundedDivision : trueDivision).dtype(operands, attributes, semantics),
  rank: elementwiseRank,
  compute: (operands, attributes, dtype, semantics) => {
    if (attributes.rounding) return roundedDivision.compute(operands, attributes, dtype, semantics);
    const [left, right] = [operandAt(operands, 0), operandAt(operands, 1)];
    if (left.kind === "tensor" || right.kind === "scalar")
      return trueDivision.compute(operands, attributes, dtype, semantics);
    const common = quotientDtype(promoteOperands(operands, semantics), semantics);
    const number = enter(operands, 0, common, semantics);
    return castTensor(divideNumber(common, enter(operands, 1, common, semantics), number), dtype);
  },
};

function powLoop(common: DType, operands: readonly Operand[]): loops.BinaryLoop {
  const exponent = operandAt(operands, 1);
  if (!isFloating(common)) {
    if (exponent.kind === "scalar" && (exponent.value ?? 0) < 0) {
      throw new TorchRaise("Integers to negative integer powers are not allowed.");
    }
    return loops.integerPower(common);
  }
  return exponent.kind === "scalar" ? loops.powerByNumber(exponent.value, common) : loops.power;
}

export const binaryOperations = {
  add: arithmetic(loops.add),
  sub: binary({ common: withoutBool, loop: () => loops.subtract }),
  mul: binary({ loop: (common) => (isFloating(common) ? loops.multiply : loops.integerProduct(common)) }),
  div,
  floordiv: binary({
    common: notBool("floor_divide"),
    loop: (common) => loops.divideFloor(common),
  }),
  mod: binary({
    common: notBool("remainder"),
    loop: (common) => loops.remainder(isFloating(common)),
  }),
  fmod: binary({
    common: notBool("fmod"),
    loop: (common) => loops.truncatedRemainder(isFloating(common)),
  }),
  pow: binary({ common: notBool("pow"), loop: (common, _attributes, operands) => powLoop(common, operands) }),
  maximum: arithmetic(loops.maximum),
  minimum: arithmetic(loops.minimum),
  atan2: binary({
    common: floatOrDefault,
    loop: () => loops.atan2,
  }),
  eq: comparison(loops.equal),
  ne: comparison(loops.notEqual),
  lt: comparison(loops.less),
  le: comparison(loops.lessEqual),
  gt: comparison(loops.greater),
  ge: comparison(loops.greaterEqual),
  /** Bitwise on integers, logical on bool: Python's & | ^. */
  and: bitwise(loops.bitAnd),
  or: bitwise(loops.bitOr),
  xor: bitwise(loops.bitXor),
  /** Truth of the values, whatever their dtype. */
  logical_and: comparison(loops.logicalAnd),
  logical_or: comparison(loops.logicalOr),
  logical_xor: comparison(loops.logicalXor),
} as const satisfies Readonly<Record<string, Operation>>;
