import { bf16, fp16, fp32, fp64, round, roundThroughSingle, type Format } from "../formats/index.ts";

export const dtypes = [
  "bool",
  "uint8",
  "int8",
  "int16",
  "int32",
  "int64",
  "bfloat16",
  "float16",
  "float32",
  "float64",
  "complex64",
  "complex128",
] as const;

/** torch's dtypes by torch's names (`half`, `long` and the like are aliases that frontends resolve). */
export type DType = (typeof dtypes)[number];

interface Row {
  readonly kind: "bool" | "int" | "float" | "complex";
  readonly format: Format | null;
  readonly bits: number;
}

const rows: Readonly<Record<DType, Row>> = {
  bool: { kind: "bool", format: null, bits: 1 },
  uint8: { kind: "int", format: null, bits: 8 },
  int8: { kind: "int", format: null, bits: 8 },
  int16: { kind: "int", format: null, bits: 16 },
  int32: { kind: "int", format: null, bits: 32 },
  int64: { kind: "int", format: null, bits: 64 },
  bfloat16: { kind: "float", format: bf16, bits: 16 },
  float16: { kind: "float", format: fp16, bits: 16 },
  float32: { kind: "float", format: fp32, bits: 32 },
  float64: { kind: "float", format: fp64, bits: 64 },
  complex64: { kind: "complex", format: fp32, bits: 64 },
  complex128: { kind: "complex", format: fp64, bits: 128 },
};

/** A real floating dtype. */
export function isFloating(dtype: DType): boolean {
  return rows[dtype].kind === "float";
}

export function bitsOf(dtype: DType): number {
  return rows[dtype].bits;
}

/** A 16-bit floating dtype. */
export function isLow(dtype: DType): boolean {
  return isFloating(dtype) && rows[dtype].bits === 16;
}

/** An integer dtype; bool is none. */
export function isInteger(dtype: DType): boolean {
  return rows[dtype].kind === "int";
}

export function isComplex(dtype: DType): boolean {
  return rows[dtype].kind === "complex";
}

/** The floating format of a real floating dtype, or of a complex dtype's parts; null for integers and bool. */
export function formatOf(dtype: DType): Format | null {
  return rows[dtype].format;
}

/** What arithmetic is done in: 16-bit formats in fp32, everything else in itself. */
export function computeFormat(dtype: DType): Format {
  const format = rows[dtype].format;
  return format === null || format.precision === 53 ? fp64 : fp32;
}

/** Order in which floating dtypes swallow each other; bf16 and fp16 meet in fp32 (c10/core/ScalarType.h, promoteTypes). */
function promoteFloats(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === "float64" || b === "float64") return "float64";
  return isLow(a) && isLow(b) ? "float32" : isLow(a) ? b : a;
}

function promoteIntegers(a: DType, b: DType): DType {
  if (a === b) return a;
  if (rows[a].bits === rows[b].bits) return "int16";
  return rows[a].bits > rows[b].bits ? a : b;
}

/** The complex dtype whose parts have the given floating dtype (16-bit parts are held as fp32 here). */
export function complexOf(dtype: DType): DType {
  return dtype === "float64" || dtype === "complex128" ? "complex128" : "complex64";
}

/** The dtype of a complex dtype's parts; a real dtype is its own. */
export function realOf(dtype: DType): DType {
  return dtype === "complex128" ? "float64" : dtype === "complex64" ? "float32" : dtype;
}

/** torch.promote_types: the dtype two dtypes meet in, both taken as dimensioned tensors. */
export function promoteTypes(a: DType, b: DType): DType {
  if (isComplex(a) || isComplex(b)) {
    return complexOf(a) === "complex128" || complexOf(b) === "complex128" ? "complex128" : "complex64";
  }
  if (isFloating(a)) return isFloating(b) ? promoteFloats(a, b) : a;
  if (isFloating(b) || a === "bool") return b;
  return b === "bool" ? a : promoteIntegers(a, b);
}

/** What enters a promotion: a dimensioned tensor, a zero-dimensional one, or a Python number of a category. */
export type Promoted =
  | { readonly kind: "tensor"; readonly dtype: DType; readonly rank: number | null }
  | { readonly kind: "scalar"; readonly type: "bool" | "int" | "float"; readonly numpy?: boolean };

/** What differs between libraries in how dtypes meet (docs/dialects.md says what was measured on which version). */
export interface Promotion {
  readonly name: string;
  /** The dtype of a range of integers. */
  readonly integers: DType;
  /** Whether a zero-dimensional tensor promotes like any other; else by its category only. */
  readonly zeroDimCounts: boolean;
  /** Whether a scalar of numpy does, as float32; else it counts as a Python number. */
  readonly numpyCounts: boolean;
  /** What becomes of tensors of two dtypes in arithmetic. */
  readonly mixed: "promote" | "raise" | "raise unless floating";
  /** Whether matrix products promote as arithmetic does; else they take one dtype only. */
  readonly productsPromote: boolean;
  /** What arithmetic makes of integers where it needs floats (int * 0.5, sin(int)); null is the default dtype. */
  readonly floatsOfIntegers: DType | null;
  /** What int / int gives, where that is another one. */
  readonly integerQuotient: DType | null;
  /** How a number meets a tensor: by its category (Python), always as a float, or without any say in the dtype. */
  readonly numbers: "by category" | "floats" | "weak";
  /** What integers become where they meet floats: the floating dtype as it is, or one that is as wide as they are. */
  readonly integersMeetFloats: "as they are" | "by width";
  /** Whether sin, exp and the like take floats only. */
  readonly refusesIntegers: boolean;
  /** The dtype of a range that names none, whatever its bounds are; null: integers, or the default dtype. */
  readonly ranges: DType | null;
  /** The dtype of other constructors that name none; null is the default dtype. */
  readonly floats: DType | null;
  /** Whether constructors make floats of whole numbers: a language without integers knows none. */
  readonly wholeAreFloats: boolean;
}

export const torchPromotion: Promotion = {
  name: "torch",
  integers: "int64",
  zeroDimCounts: false,
  numpyCounts: false,
  mixed: "promote",
  productsPromote: false,
  floatsOfIntegers: null,
  integerQuotient: null,
  numbers: "by category",
  integersMeetFloats: "as they are",
  refusesIntegers: false,
  ranges: null,
  floats: null,
  wholeAreFloats: false,
};

function combine(higher: DType | null, lower: DType | null): DType | null {
  if (higher === null || lower === null) return higher ?? lower;
  if (isComplex(higher)) return higher;
  if (isFloating(higher)) return isComplex(lower) ? complexOf(higher) : higher;
  if (higher === "bool" || isFloating(lower) || isComplex(lower)) return promoteTypes(higher, lower);
  return higher;
}

/** The dtype of a Python number alone: float follows the default dtype. */
export function scalarDtype(type: "bool" | "int" | "float", defaultDtype: DType): DType {
  if (type === "float") return defaultDtype;
  return type === "int" ? "int64" : "bool";
}

/**
 * torch.result_type: three priorities (dimensioned tensors, zero-dimensional tensors, Python numbers); a lower one
 * decides only where its category (bool, int, float, complex) is higher. Unknown rank counts as dimensioned.
 */
export function promote(
  operands: readonly Promoted[],
  defaultDtype: DType,
  promotion: Promotion = torchPromotion,
): DType {
  const { zeroDimCounts, numpyCounts, floatsOfIntegers, integersMeetFloats } = promotion;
  const numbers = floatsOfIntegers ?? defaultDtype;
  let dimensioned: DType | null = null;
  let zeroDim: DType | null = null;
  let number: DType | null = null;
  for (const operand of withNumbers(operands, promotion)) {
    if (operand.kind === "scalar") {
      const dtype = scalarDtype(operand.type, numbers);
      if (numpyCounts && operand.numpy === true)
        dimensioned = dimensioned === null ? dtype : promoteTypes(dimensioned, dtype);
      else number = number === null ? dtype : promoteTypes(number, dtype);
    } else if (operand.rank === 0 && !zeroDimCounts) {
      zeroDim = zeroDim === null ? operand.dtype : promoteTypes(zeroDim, operand.dtype);
    } else {
      dimensioned =
        dimensioned === null ? operand.dtype : meet(dimensioned, operand.dtype, integersMeetFloats);
    }
  }
  return combine(dimensioned, combine(zeroDim, number)) ?? defaultDtype;
}

/** Operands as a library takes numbers among them. */
function withNumbers(operands: readonly Promoted[], { numbers }: Promotion): readonly Promoted[] {
  if (numbers === "by category") return operands;
  if (numbers === "weak") {
    const tensors = operands.filter(({ kind }) => kind === "tensor");
    return tensors.length > 0 ? tensors : operands;
  }
  return operands.map((operand) =>
    operand.kind === "scalar" && operand.type === "int" ? { ...operand, type: "float" } : operand,
  );
}

function meet(a: DType, b: DType, integers: Promotion["integersMeetFloats"]): DType {
  if (integers === "as they are" || isInteger(a) === isInteger(b)) return promoteTypes(a, b);
  return isInteger(a) ? promoteTypes(floatFor(a), b) : promoteTypes(a, floatFor(b));
}

/** The floating dtype that numpy lets integers of a width become. */
function floatFor(dtype: DType): DType {
  const { bits } = rows[dtype];
  return bits <= 8 ? "float16" : bits <= 16 ? "float32" : "float64";
}

/** Whether a library refuses to let tensors of these dtypes meet; integers of two widths are not told apart here. */
export function refusesMixed(dtypesMet: readonly DType[], { mixed }: Promotion): boolean {
  if (mixed === "promote") return false;
  const floats = new Set(dtypesMet.filter((dtype) => isFloating(dtype) || isComplex(dtype)));
  const integers = dtypesMet.some((dtype) => isInteger(dtype));
  return (floats.size > 0 && integers) || (mixed === "raise" && floats.size > 1);
}

/** torch.can_cast: whether an in-place operation may store a result of dtype `from` in a tensor of dtype `to`. */
export function canCast(from: DType, to: DType): boolean {
  const order = { bool: 0, int: 1, float: 2, complex: 3 };
  return order[rows[from].kind] <= order[rows[to].kind];
}

/** What x86-64 converts NaN and infinities to (cvttsd2si's "integer indefinite"). */
const intMinimum64 = -(2 ** 63);

/** Wraps an exact integer to the width of an integer dtype, as C's conversions on two's complement do. */
function wrapInteger(dtype: DType, x: number): number {
  if (dtype === "int32") return x | 0;
  if (dtype === "int16") return (x << 16) >> 16;
  if (dtype === "int8") return (x << 24) >> 24;
  if (dtype === "uint8") return x & 0xff;
  if (Math.abs(x) < 2 ** 63) return x + 0;
  return Number.isFinite(x) ? Number(BigInt.asIntN(64, BigInt(x))) : intMinimum64;
}

/**
 * Stores values as `dtype` does, in place: integers truncate and wrap (NaN becomes 0, or the smallest int64, as
 * on x86), bool tests for non-zero, 16-bit floats round through fp32.
 */
export function storeAs(dtype: DType, data: Float64Array): void {
  const row = rows[dtype];
  if (row.format !== null) roundThroughSingle(row.format, data);
  else if (row.kind === "bool") for (let i = 0; i < data.length; i++) data[i] = data[i] === 0 ? 0 : 1;
  else for (let i = 0; i < data.length; i++) data[i] = wrapInteger(dtype, Math.trunc(data[i] ?? 0));
}

/** One number stored as `dtype`. */
export function storeNumber(dtype: DType, x: number): number {
  const row = rows[dtype];
  if (row.format !== null) return row.format.precision === 53 ? x : round(row.format, Math.fround(x));
  return row.kind === "bool" ? Number(x !== 0) : wrapInteger(dtype, Math.trunc(x));
}
