import { round } from "../../formats/index.ts";
import { computeFormat, isFloating, storeNumber, type DType } from "../dtype.ts";
import { TorchRaise } from "../operation.ts";
import { powersOf } from "../power.ts";

/** Fills `out` from two arrays of its length, in double; the caller rounds. */
export type BinaryLoop = (x: Float64Array, y: Float64Array, out: Float64Array) => void;
/** Fills `out` from an array of its length, in double; the caller rounds. */
export type UnaryLoop = (x: Float64Array, out: Float64Array) => void;

// The four operations that whole tables go through are spelt out, so that each loop stays monomorphic.

export const add: BinaryLoop = (x, y, out) => {
  for (let i = 0; i < out.length; i++) out[i] = (x[i] ?? 0) + (y[i] ?? 0);
};

export const subtract: BinaryLoop = (x, y, out) => {
  for (let i = 0; i < out.length; i++) out[i] = (x[i] ?? 0) - (y[i] ?? 0);
};

export const multiply: BinaryLoop = (x, y, out) => {
  for (let i = 0; i < out.length; i++) out[i] = (x[i] ?? 0) * (y[i] ?? 0);
};

export const divide: BinaryLoop = (x, y, out) => {
  for (let i = 0; i < out.length; i++) out[i] = (x[i] ?? 0) / (y[i] ?? 0);
};

/** A loop over a function of two numbers. */
function pairs(f: (x: number, y: number) => number): BinaryLoop {
  return (x, y, out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i] ?? 0, y[i] ?? 0);
  };
}

/** A loop over a function of one number. */
export function each(f: (x: number) => number): UnaryLoop {
  return (x, out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i] ?? 0);
  };
}

/** Most powers are of one base, and what it costs is its logarithm. */
export const power: BinaryLoop = (x, y, out) => {
  let base = 1;
  let raise = powersOf(base);
  for (let i = 0; i < out.length; i++) {
    const next = x[i] ?? 0;
    if (!Object.is(next, base)) [base, raise] = [next, powersOf(next)];
    out[i] = raise(y[i] ?? 0);
  }
};
export const maximum = pairs(Math.max);
export const minimum = pairs(Math.min);
/** The larger, the first of two zeros; NaN wins. */
export const atLeast = pairs((x, y) => (x < y || Number.isNaN(y) ? y : x));
/** The smaller, the first of two zeros; NaN wins. */
export const atMost = pairs((x, y) => (x > y || Number.isNaN(y) ? y : x));
export const atan2 = pairs(Math.atan2);
export const equal = pairs((x, y) => Number(x === y));
export const notEqual = pairs((x, y) => Number(x !== y));
export const less = pairs((x, y) => Number(x < y));
export const lessEqual = pairs((x, y) => Number(x <= y));
export const greater = pairs((x, y) => Number(x > y));
export const greaterEqual = pairs((x, y) => Number(x >= y));
export const logicalAnd = pairs((x, y) => Number(x !== 0 && y !== 0));
export const logicalOr = pairs((x, y) => Number(x !== 0 || y !== 0));
export const logicalXor = pairs((x, y) => Number((x !== 0) !== (y !== 0)));
export const bitAnd = pairs((x, y) => Number(BigInt(x) & BigInt(y)));
export const bitOr = pairs((x, y) => Number(BigInt(x) | BigInt(y)));
export const bitXor = pairs((x, y) => Number(BigInt(x) ^ BigInt(y)));

/**
 * Exponents that torch spells out (aten/src/ATen/native/cpu/PowKernel.cpp, 1.13). Every step is stored in the dtype,
 * so that 16-bit cubes round twice, as torch's vector loop does.
 */
export function powerByNumber(exponent: number | null, dtype: DType): BinaryLoop {
  // float16 has no vector loop there: every exponent goes through one power.
  if (dtype === "float16") return power;
  const step = (x: number): number => storeNumber(dtype, x);
  switch (exponent) {
    case 0.5:
      return pairs((x) => Math.sqrt(x));
    case 2:
      return pairs((x) => x * x);
    case 3:
      return pairs((x) => step(x * x) * x);
    case -0.5:
      return pairs((x) => 1 / round(computeFormat(dtype), Math.sqrt(x)));
    case -1:
      return pairs((x) => 1 / x);
    case -2:
      return pairs((x) => 1 / step(x * x));
    default:
      return power;
  }
}

/** Up to here a double holds every integer. */
const exactInteger = 2 ** 53;

/** Integer products, exact modulo the dtype's width. */
export function integerProduct(dtype: DType): BinaryLoop {
  return pairs((x, y) => {
    const product = x * y;
    return Math.abs(product) <= exactInteger ? product : wrapBig(dtype, BigInt(x) * BigInt(y));
  });
}

/** Integer powers, exact modulo the dtype's width; negative exponents truncate to 0 except for bases 1 and -1. */
export function integerPower(dtype: DType): BinaryLoop {
  return pairs((x, y) => {
    if (y < 0) return x === 1 ? 1 : x === -1 ? (y % 2 === 0 ? 1 : -1) : 0;
    const result = powersOf(x)(y);
    return Math.abs(result) <= exactInteger ? result : wrapBig(dtype, BigInt(x) ** BigInt(y));
  });
}

function wrapBig(dtype: DType, x: bigint): number {
  if (dtype === "int64") return Number(BigInt.asIntN(64, x));
  return Number(BigInt.asIntN(32, x));
}

function requireDivisor(y: number): void {
  if (y === 0) throw new TorchRaise("ZeroDivisionError");
}

/** Division rounded towards zero; the quotient of floats is stored in the dtype first. */
export function divideTruncated(dtype: DType): BinaryLoop {
  if (isFloating(dtype)) return pairs((x, y) => Math.trunc(storeNumber(dtype, x / y)));
  return pairs((x, y) => {
    requireDivisor(y);
    return Math.trunc(x / y);
  });
}

/** Floor division; for floats c10::div_floor_floating (c10/util/generic_math.h), every step stored in the dtype. */
export function divideFloor(dtype: DType): BinaryLoop {
  if (isFloating(dtype)) return pairs((x, y) => floorQuotient(dtype, x, y));
  return pairs((x, y) => {
    requireDivisor(y);
    return Math.floor(x / y);
  });
}

function floorQuotient(dtype: DType, x: number, y: number): number {
  if (y === 0) return x / y;
  const remainder = x % y;
  let quotient = storeNumber(dtype, storeNumber(dtype, x - remainder) / y);
  if (remainder !== 0 && y < 0 !== remainder < 0) quotient = storeNumber(dtype, quotient - 1);
  if (quotient === 0) return Object.is(Math.sign(x) * Math.sign(y), -0) || x / y < 0 ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** C's remainder, with the dividend's sign. */
export function truncatedRemainder(floating: boolean): BinaryLoop {
  return pairs((x, y) => {
    if (!floating) requireDivisor(y);
    return x % y;
  });
}

/** The remainder with the divisor's sign, as Python's. */
export function remainder(floating: boolean): BinaryLoop {
  return pairs((x, y) => {
    if (!floating) requireDivisor(y);
    const rest = x % y;
    return rest !== 0 && y < 0 !== rest < 0 ? rest + y : rest;
  });
}
