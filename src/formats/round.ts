import { exponent, type Format } from "./formats.ts";

/** Adding and subtracting 2^52 rounds a smaller non-negative double to an integer, ties to even. */
const integerStep = 2 ** 52;

/**
 * Rounds an exact double to the format once, to nearest, ties to even. Keeps NaN, infinities and -0;
 * goes through subnormals and overflows to infinity as IEEE 754 does.
 */
export function round(format: Format, x: number): number {
  if (format.precision === 53 || x === 0 || !Number.isFinite(x)) return x;
  if (format.precision === 24 && format.emax === 127) return Math.fround(x);
  const magnitude = Math.abs(x);
  const quantum = 2 ** (Math.max(exponent(magnitude), format.emin) - format.precision + 1);
  const rounded = (magnitude / quantum + integerStep - integerStep) * quantum;
  const result = rounded >= 2 ** (format.emax + 1) ? Infinity : rounded;
  return x < 0 ? -result : result;
}

/**
 * Rounds every element in place through fp32, as libraries convert to a 16-bit format
 * (a double is rounded twice on its way; fp32 values are rounded once). fp64 leaves the data alone.
 */
export function roundThroughSingle(format: Format, data: Float64Array): void {
  if (format.precision === 53) return;
  const single = new Float32Array(data);
  const words = new Uint32Array(single.buffer);
  if (format.name === "bf16") dropLowBits(words, 16);
  else if (format.name === "tf32") dropLowBits(words, 13);
  else if (format.name === "fp16") narrowToHalf(single, words);
  data.set(single);
}

/** Rounds binary32 patterns to nearest even at the given bit; infinities stay, NaNs stay quiet NaNs. */
function dropLowBits(words: Uint32Array, count: number): void {
  const half = 2 ** (count - 1) - 1;
  const mask = ~(2 ** count - 1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    if ((word & 0x7fffffff) > 0x7f800000) words[i] = 0x7fc00000;
    else words[i] = (word + half + ((word >>> count) & 1)) & mask;
  }
}

/** 2^-14, binary16's smallest normal number, as a binary32 pattern. */
const smallestNormalHalf = 0x38800000;
/** 65520, as a binary32 pattern: half way between the largest binary16 number and 2^16, which ties to even, that is overflows. */
const halfOverflow = 0x477ff000;

function narrowToHalf(single: Float32Array, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    const magnitude = word & 0x7fffffff;
    const sign = word & 0x80000000;
    if (magnitude > 0x7f800000) words[i] = 0x7fc00000;
    else if (magnitude >= halfOverflow) words[i] = sign | 0x7f800000;
    else if (magnitude >= smallestNormalHalf) words[i] = (word + 0xfff + ((word >>> 13) & 1)) & ~0x1fff;
    else {
      // In [0.5, 1) the step of binary32 is binary16's smallest subnormal, 2^-24.
      single[i] = Math.fround(Math.abs(single[i] ?? 0) + 0.5) - 0.5;
      words[i] = (words[i] ?? 0) | sign;
    }
  }
}
