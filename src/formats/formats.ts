/**
 * A binary floating format: `precision` counts the significand bits with the implicit one,
 * `emin` and `emax` are the exponents of the smallest and largest normal numbers.
 */
export interface Format {
  readonly name: "bf16" | "fp16" | "tf32" | "fp32" | "fp64";
  readonly precision: number;
  readonly emin: number;
  readonly emax: number;
}

/** bfloat16: the upper half of a binary32 (Intel, "BFLOAT16 - Hardware Numerics Definition", 2018). */
export const bf16: Format = { name: "bf16", precision: 8, emin: -126, emax: 127 };
/** IEEE 754-2019 binary16. */
export const fp16: Format = { name: "fp16", precision: 11, emin: -14, emax: 15 };
/** TensorFloat-32: 10 stored significand bits and binary32's exponents (NVIDIA A100 whitepaper, 2020). */
export const tf32: Format = { name: "tf32", precision: 11, emin: -126, emax: 127 };
/** IEEE 754-2019 binary32. */
export const fp32: Format = { name: "fp32", precision: 24, emin: -126, emax: 127 };
/** IEEE 754-2019 binary64. */
export const fp64: Format = { name: "fp64", precision: 53, emin: -1022, emax: 1023 };

export const formats: readonly Format[] = [bf16, fp16, tf32, fp32, fp64];

/** The largest n such that every integer of magnitude up to n is exact: 256 for bf16, 2048 for fp16. */
export function exactLimit(format: Format): number {
  return 2 ** format.precision;
}

/** The largest finite value. */
export function largest(format: Format): number {
  return (2 - 2 ** (1 - format.precision)) * 2 ** format.emax;
}

const bits = new DataView(new ArrayBuffer(8));

/** floor(log2 |x|) without rounding error; -Infinity for 0, Infinity for infinities, NaN for NaN. */
export function exponent(x: number): number {
  if (x === 0) return -Infinity;
  if (!Number.isFinite(x)) return Math.abs(x);
  bits.setFloat64(0, x);
  const biased = (bits.getUint32(0) >>> 20) & 0x7ff;
  if (biased > 0) return biased - 1023;
  return exponent(x * 2 ** 64) - 64;
}

/** The distance between neighbouring values of the format at magnitude |x| (the subnormal step near 0). */
export function ulp(format: Format, x: number): number {
  if (!Number.isFinite(x)) return NaN;
  return 2 ** (Math.max(exponent(x), format.emin) - format.precision + 1);
}

/** One rounding, the unit of severities (docs/verdicts.md): half an ulp at magnitude m, 2^(floor(log2 m) - precision); 0 at m = 0. */
export function rounding(format: Format, magnitude: number): number {
  if (magnitude === 0) return 0;
  return 2 ** (exponent(magnitude) - format.precision);
}
