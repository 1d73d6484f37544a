import { allocate } from "../tensor.ts";
import { formatOf, isFloating, isLow, storeAs, storeNumber, type DType } from "../dtype.ts";
import { TorchRaise, type Semantics } from "../operation.ts";
import { heldLength, type Held } from "../sample.ts";

export interface Bounds {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** What arange computes in before it stores: double for float32 and float64, fp32 for 16-bit, int64 for integers. */
function accumulate(dtype: DType, x: number): number {
  if (!isFloating(dtype)) return Math.trunc(x);
  return isLow(dtype) ? Math.fround(x) : x;
}

/**
 * The length of arange (aten/src/ATen/native/RangeFactories.cpp, 1.13): integers for int64, doubles otherwise.
 * @throws {TorchRaise} for a zero step (also one that truncates to zero) or bounds against the step's sign.
 */
export function rangeLength(bounds: Bounds, dtype: DType): number {
  const [start, stop, step] = [bounds.start, bounds.stop, bounds.step].map((x) => accumulate(dtype, x)) as [
    number,
    number,
    number,
  ];
  if (!(step > 0 || step < 0)) throw new TorchRaise("step must be nonzero");
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new TorchRaise(`unsupported range: ${start} -> ${stop}`);
  }
  if (step > 0 ? stop < start : stop > start) {
    throw new TorchRaise("upper bound and larger bound inconsistent with step sign");
  }
  if (dtype === "int64") return Math.trunc((stop - start + step - Math.sign(step)) / step);
  return Math.max(0, Math.ceil((bounds.stop - bounds.start) / bounds.step));
}

/** Elements in a 256-bit register. */
function lanes(dtype: DType): number {
  return isLow(dtype) ? 16 : dtype === "float32" ? 8 : 4;
}

/** a * b + c rounded once, as the compiler fuses it: Dekker's product and Knuth's sum carry the errors along. */
function fused(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!Number.isFinite(sum) || (Number.isInteger(product) && Number.isInteger(c))) return sum;
  const [high, low] = halves(a);
  const [otherHigh, otherLow] = halves(b);
  const productError = low * otherLow - (product - high * otherHigh - low * otherHigh - high * otherLow);
  const back = sum - product;
  return sum + (product - (sum - back) + (c - back) + productError);
}

/** Veltkamp's split of a double into 26 and 27 bits. */
function halves(x: number): [number, number] {
  const scaled = x * (2 ** 27 + 1);
  const high = scaled - (scaled - x);
  return [high, x - high];
}

/** from + count * step in what arange computes in. */
function advance(from: number, count: number, step: number, dtype: DType): number {
  // The product of two fp32 numbers is exact in double.
  return isLow(dtype) ? Math.fround(from + count * step) : fused(count, step, from);
}

/**
 * The held elements of arange. Where the CPU's vector loop runs (RangeFactoriesKernel.cpp, 1.13) every register
 * starts at a base rounded to the dtype, two registers a step; the rest goes one by one. 'elements' drops the
 * registers of 16-bit dtypes.
 */
export function rangeValues(
  bounds: Bounds,
  dtype: DType,
  length: number,
  held: Held,
  semantics: Pick<Semantics, "ranges">,
): Float64Array {
  const start = accumulate(dtype, bounds.start);
  const step = accumulate(dtype, bounds.step);
  const values = allocate(heldLength(length, held));
  const width = lanes(dtype);
  const inBlocks = isFloating(dtype) && (semantics.ranges === "blocks" || !isLow(dtype));
  const vectorised = inBlocks ? length - (length % (2 * width)) : 0;
  let block = -1;
  let base = start;
  for (let i = 0; i < values.length; i++) {
    const index = held === null ? i : (held[i] ?? 0);
    const lane = index % width;
    if (index >= vectorised) values[i] = advance(start, index, step, dtype);
    else {
      if (index - lane !== block) {
        block = index - lane;
        base = storeNumber(dtype, advance(start, block, step, dtype));
      }
      values[i] = advance(base, lane, step, dtype);
    }
  }
  storeAs(dtype, values);
  return values;
}

/**
 * The held elements of linspace (RangeFactoriesKernel.cpp, 1.13): counted from both ends towards the middle, in
 * the dtype's own arithmetic (double for integers). Within one ulp of torch's vector loop.
 */
export function linspaceValues(
  start: number,
  stop: number,
  dtype: DType,
  length: number,
  held: Held,
): Float64Array {
  const format = formatOf(dtype);
  const single = format !== null && format.precision < 53;
  const keep = (x: number): number => (single ? Math.fround(x) : x);
  const first = keep(start);
  const last = keep(stop);
  const step = keep(keep(last - first) / Math.max(1, length - 1));
  const halfway = Math.floor(length / 2);
  const values = allocate(heldLength(length, held));
  for (let i = 0; i < values.length; i++) {
    const index = held === null ? i : (held[i] ?? 0);
    values[i] = index < halfway ? first + keep(step * index) : last - keep(step * (length - index - 1));
  }
  if (length === 1) values.fill(first);
  storeAs(dtype, values);
  return values;
}
