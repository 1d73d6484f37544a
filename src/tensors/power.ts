import { exponent } from "../formats/index.ts";

// `x ** y` in double, of additions and multiplications alone. Engines work out `Math.pow` each in their own way (V8 changed its own between
// Node 20 and 26, in the last bit), and figures are to be the same on all of them. Logarithms are pairs of doubles, of some 100 bits, and the
// power is rounded once: it is the double that is nearest, but for one in millions.

/** An unevaluated sum whose second part is below half an ulp of the first. */
type Pair = readonly [high: number, low: number];

/** Powers of one base: its logarithm is what costs most. */
export function powersOf(x: number): (y: number) => number {
  // Zeros, infinities and NaN are exact everywhere.
  if (!Number.isFinite(x) || x === 0) return (y) => x ** y;
  const log = logarithm(Math.abs(x));
  return (y) => {
    if (x === 1 || y === 0) return 1;
    if (!Number.isFinite(y)) return x ** y;
    if (x > 0) return raised(log, y);
    if (!Number.isInteger(y)) return NaN;
    return y % 2 === 0 ? raised(log, y) : -raised(log, y);
  };
}

export function power(x: number, y: number): number {
  return powersOf(x)(y);
}

function raised(log: Pair, y: number): number {
  if (log[0] === 0) return 1;
  // Told before a product that overflows is taken apart.
  const rough = log[0] * y;
  if (rough > largestExponent) return Infinity;
  if (rough < smallestExponent) return 0;
  const [high, low] = times(log, [y, 0]);
  return exponential(high, low);
}

/** Beyond these e ** x is no double. */
const largestExponent = 709.79;
const smallestExponent = -745.14;

/** What is added or multiplied, and exactly what rounding it loses (Knuth; Dekker). */
function sum(a: number, b: number): Pair {
  const high = a + b;
  const part = high - a;
  return [high, a - (high - part) + (b - part)];
}

function product(a: number, b: number): Pair {
  const high = a * b;
  return [high, lostOf(a, b, high)];
}

function lostOf(a: number, b: number, high: number): number {
  // Halves of 26 bits, whose products are exact.
  const a1 = half(a);
  const b1 = half(b);
  const a2 = a - a1;
  const b2 = b - b1;
  return a1 * b1 - high + a1 * b2 + a2 * b1 + a2 * b2;
}

function half(a: number): number {
  const scaled = a * 134217729;
  return scaled - (scaled - a);
}

function plus([a, b]: Pair, [c, d]: Pair): Pair {
  const [high, low] = sum(a, c);
  return sum(high, low + (b + d));
}

function times([a, b]: Pair, [c, d]: Pair): Pair {
  const [high, low] = product(a, c);
  return sum(high, low + (a * d + b * c));
}

function over([a, b]: Pair, [c, d]: Pair): Pair {
  const quotient = a / c;
  const [high, low] = product(quotient, c);
  return sum(quotient, (a - high - low + b - quotient * d) / c);
}

function root([a, b]: Pair): Pair {
  const near = Math.sqrt(a);
  const [high, low] = product(near, near);
  return sum(near, (a - high - low + b) / (2 * near));
}

const ln2: Pair = [0.6931471805599453, 2.3190468138462996e-17];

/** ln((1 + s) / (1 - s)) = 2 s + 2/3 s³ + 2/5 s⁵ ..., where s² stays below 0.03. */
const logarithmTerms = Array.from({ length: 20 }, (_, i) => over([2, 0], [2 * i + 1, 0]));

function logarithm(x: number): Pair {
  const floor = exponent(x);
  const significand = x / 2 ** floor;
  const [m, e] = significand > Math.SQRT2 ? [significand / 2, floor + 1] : [significand, floor];
  const s = over(sum(m, -1), sum(m, 1));
  const square = times(s, s);
  const series = logarithmTerms.reduceRight<Pair>((rest, term) => plus(times(rest, square), term), [0, 0]);
  return plus(times(ln2, [e, 0]), times(s, series));
}

/** ln 2 / 64 in parts of so few bits that whole multiples of the first two are exact. */
const step1 = Math.fround(ln2[0] / 64);
const step2 = ln2[0] / 64 - step1;
const step3 = ln2[1] / 64;

/** 2^(j / 64) */
const fractions = Array.from({ length: 6 }).reduce<readonly Pair[]>(
  (powers, _, i) => {
    const next = rootOfTwo(i + 1);
    return powers.flatMap((one) => [one, times(one, next)]);
  },
  [[1, 0]],
);

function rootOfTwo(times: number): Pair {
  return times === 0 ? [2, 0] : root(rootOfTwo(times - 1));
}

/** e^x = 2^e 2^(j/64) e^r. */
function exponential(xHigh: number, xLow: number): number {
  const k = Math.round((xHigh * 64) / ln2[0]);
  const [whole, left] = sum(xHigh - k * step1, -k * step2);
  const [r, rLow] = sum(whole, left + (xLow - k * step3));
  const square = r * r;
  // r is below 0.006: from its cube on a double is enough.
  const cubed = square * r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040))));
  const less = r + square / 2;
  const lessLow = r - less + square / 2 + (rLow + rLow * r + lostOf(r, r, square) / 2 + cubed);
  const [t, tLow] = fractions[k & 63] ?? [1, 0];
  const grown = t * less;
  const about = t + grown;
  const result = about + (t - about + grown + (lostOf(t, less, grown) + tLow + t * lessLow + tLow * less));
  const e = k >> 6;
  return result * 2 ** (e >> 1) * 2 ** (e - (e >> 1));
}
