import { largest } from "../../formats/index.ts";
import { formatOf, isFloating, isInteger, storeNumber, type DType, realOf } from "../dtype.ts";
import {
  NotComputed,
  TorchRaise,
  type Attributes,
  type Operand,
  type Operation,
  type Semantics,
} from "../operation.ts";
import { align, makeTensor, type Tensor } from "../tensor.ts";
import { elementwiseRank, inplaceDtype, keepShape, settle } from "./binary.ts";
import * as loops from "./loops.ts";
import {
  castTensor,
  dtypeAt,
  enter,
  floatsOfIntegers,
  operandAt,
  promoteOperands,
  rankAt,
  tensorAt,
} from "./operands.ts";

function map(loop: loops.UnaryLoop, x: Tensor, result: DType): Tensor {
  const data = new Float64Array(x.data.length);
  loop(x.data, data);
  settle(result, data);
  return makeTensor(result, x.shape, data, x.axes, x.uniform);
}

function unary(
  loopOf: (dtype: DType) => loops.UnaryLoop,
  resultOf: (own: DType, semantics: Semantics) => DType,
): Operation {
  const common = (operands: readonly Operand[], semantics: Semantics): DType =>
    resultOf(dtypeAt(operands, 0, semantics), semantics);
  return {
    dtype: (operands, attributes, semantics) =>
      inplaceDtype(common(operands, semantics), operands, attributes, semantics),
    rank: (operands) => rankAt(operands, 0),
    compute: (operands, _attributes, dtype, semantics) => {
      const result = common(operands, semantics);
      const x = enter(operands, 0, result === "bool" ? dtypeAt(operands, 0, semantics) : result, semantics);
      return castTensor(map(loopOf(x.dtype), x, result), dtype);
    },
  };
}

type Numeric = (x: number) => number;

/** Integers and bool become the default dtype; `single` follows steps that torch rounds to fp32 one by one. */
function floating(f: Numeric, single: Numeric = f): Operation {
  const [double, rounded] = [loops.each(f), loops.each(single)];
  return unary(
    (dtype) => (dtype === "float64" ? double : rounded),
    (own, semantics) => {
      if (own !== "bool" && !isInteger(own)) return own;
      if (semantics.promotion?.refusesIntegers === true)
        throw new TorchRaise(`the function takes floats, and not ${own}`);
      return floatsOfIntegers(semantics);
    },
  );
}

/** The dtype stays. */
function same(f: (x: number) => number, refuses?: "bool"): Operation {
  const loop = loops.each(f);
  return unary(
    () => loop,
    (own) => {
      if (own === refuses) throw new TorchRaise("the operation is not supported on a bool tensor");
      return own;
    },
  );
}

function test(f: (x: number) => boolean): Operation {
  const loop = loops.each((x) => Number(f(x)));
  return unary(
    () => loop,
    () => "bool",
  );
}

/** To the nearest integer, ties to even; keeps -0. */
function roundEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const magnitude = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
}

/** Python's `~`: logical on bool, bitwise on integers. @throws {TorchRaise} on floats. */
const not: Operation = {
  dtype: (operands, _attributes, semantics) => {
    const own = dtypeAt(operands, 0, semantics);
    if (isFloating(own)) throw new TorchRaise("bitwise operations take integers or bool");
    return own;
  },
  rank: (operands) => rankAt(operands, 0),
  compute: (operands, _attributes, dtype) =>
    map(
      dtype === "bool" ? loops.each((x) => 1 - x) : loops.each((x) => -x - 1),
      tensorAt(operands, 0),
      dtype,
    ),
};

/** where: condition, then what is taken where it holds, then the rest. */
const where: Operation = {
  dtype: (operands, _attributes, semantics) => promoteOperands(operands.slice(1), semantics),
  rank: elementwiseRank,
  compute: (operands, _attributes, dtype, semantics) =>
    choose(tensorAt(operands, 0), enter(operands, 1, dtype, semantics), enter(operands, 2, dtype, semantics)),
};

/** Whether a number is beyond a dtype's range; floats hold infinities, bool holds everything. */
function overflows(dtype: DType, value: number): boolean {
  if (Number.isNaN(value) || dtype === "bool") return false;
  const format = formatOf(dtype);
  if (format !== null) return Number.isFinite(value) && Math.abs(value) > largest(format);
  return !Number.isFinite(value) || storeNumber(dtype, value) !== Math.trunc(value);
}

/** square is pow(x, 2): bool becomes int64. */
const square: Operation = {
  ...same((x) => x * x),
  dtype: (operands, _attributes, semantics) => {
    const own = dtypeAt(operands, 0, semantics);
    return own === "bool" ? "int64" : own;
  },
};

/** masked_fill: x, mask, value (a number or a zero-dimensional tensor). The dtype of x stays. */
const maskedFill: Operation = {
  dtype: (operands, _attributes, semantics) => {
    const own = dtypeAt(operands, 0, semantics);
    const value = operandAt(operands, 2);
    if (value.kind === "scalar" && value.value !== null && overflows(own, value.value)) {
      throw new TorchRaise(`value cannot be converted to type ${own} without overflow`);
    }
    return own;
  },
  rank: elementwiseRank,
  compute: (operands, attributes, dtype, semantics) => {
    const x = tensorAt(operands, 0);
    const value = enter(operands, 2, dtype, { ...semantics, scalars: "rounded" });
    return keepShape(choose(tensorAt(operands, 1), value, x), x, attributes);
  },
};

function choose(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  const { shape, axes, data, uniform } = align([condition, yes, no]);
  const [test = new Float64Array(), left = new Float64Array(), right = new Float64Array()] = data;
  const out = new Float64Array(test.length);
  for (let i = 0; i < out.length; i++) out[i] = (test[i] === 0 ? right[i] : left[i]) ?? 0;
  return makeTensor(yes.dtype, shape, out, axes, uniform);
}

/** Clamping: x, then the bounds of the row. Bounds promote as in any arithmetic. */
function clamp(count: number, bound: (x: Tensor, bounds: readonly Tensor[]) => Tensor): Operation {
  const common = (operands: readonly Operand[], attributes: Attributes, semantics: Semantics): DType => {
    operandAt(operands, 1);
    const promoted = promoteOperands(operands, semantics);
    if (promoted === "bool") throw new TorchRaise("clamp takes no bool");
    return inplaceDtype(promoted, operands, attributes, semantics);
  };
  return {
    dtype: common,
    rank: elementwiseRank,
    compute: (operands, _attributes, dtype, semantics) => {
      const promoted = promoteOperands(operands, semantics);
      if (operands.length !== count) throw new NotComputed(`clamp takes ${count} operands here`);
      const [x, ...bounds] = operands.map((_, i) =>
        enter(operands, i, promoted, { ...semantics, scalars: "rounded" }),
      );
      return x === undefined ? tensorAt(operands, 0) : castTensor(bound(x, bounds), dtype);
    },
  };
}

function limit(loop: loops.BinaryLoop, x: Tensor, bound: Tensor): Tensor {
  const { shape, axes, data, uniform } = align([x, bound]);
  const [left = new Float64Array(), right = new Float64Array()] = data;
  const out = new Float64Array(left.length);
  loop(left, right, out);
  return makeTensor(x.dtype, shape, out, axes, uniform);
}

function limitAll(kinds: readonly loops.BinaryLoop[]): Operation {
  return clamp(kinds.length + 1, (x, bounds) =>
    bounds.reduce((clamped, bound, i) => limit(kinds[i] ?? loops.atMost, clamped, bound), x),
  );
}

/** The magnitude of a complex number is real. */
const magnitude = same(Math.abs, "bool");
const abs: Operation = {
  ...magnitude,
  dtype: (operands, attributes, semantics) => realOf(magnitude.dtype(operands, attributes, semantics)),
};

export const unaryOperations = {
  neg: same((x) => -x, "bool"),
  abs,
  /** NaN has the sign 0. */
  sign: same((x) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
  square,
  relu: same((x) => (x < 0 ? 0 : x), "bool"),
  floor: same(Math.floor, "bool"),
  ceil: same(Math.ceil, "bool"),
  round: same(roundEven, "bool"),
  trunc: same(Math.trunc, "bool"),
  exp: floating(Math.exp),
  log: floating(Math.log),
  log2: floating(Math.log2),
  log10: floating(Math.log10),
  log1p: floating(Math.log1p),
  expm1: floating(Math.expm1),
  sqrt: floating(Math.sqrt),
  rsqrt: floating(
    (x) => 1 / Math.sqrt(x),
    (x) => 1 / Math.fround(Math.sqrt(x)),
  ),
  reciprocal: floating((x) => 1 / x),
  sin: floating(Math.sin),
  cos: floating(Math.cos),
  tan: floating(Math.tan),
  tanh: floating(Math.tanh),
  sigmoid: floating(
    (x) => 1 / (1 + Math.exp(-x)),
    (x) => 1 / Math.fround(1 + Math.fround(Math.exp(-x))),
  ),
  isnan: test(Number.isNaN),
  isinf: test((x) => Math.abs(x) === Infinity),
  not,
  logical_not: test((x) => x === 0),
  where,
  masked_fill: maskedFill,
  /** x, minimum, maximum; with one bound only it is clamp_min or clamp_max. */
  clamp: limitAll([loops.atLeast, loops.atMost]),
  /** x, minimum. */
  clamp_min: limitAll([loops.atLeast]),
  /** x, maximum. */
  clamp_max: limitAll([loops.atMost]),
} as const satisfies Readonly<Record<string, Operation>>;
