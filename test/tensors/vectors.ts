import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { formatOf, isFloating, type DType } from "../../src/tensors/dtype.ts";
import type { Attributes, Operand, Semantics } from "../../src/tensors/operation.ts";
import { isOperationName, operations } from "../../src/tensors/operations.ts";
import { makeTensor, sizeOf, type Tensor } from "../../src/tensors/tensor.ts";
import { ulp } from "../../src/formats/index.ts";

/** A tensor as generate.py stores it: base64 of little-endian bytes, or a hash of them. */
export interface Stored {
  readonly dtype: DType;
  readonly shape: number[];
  readonly data?: string;
  readonly sha256?: string;
}

export type StoredOperand =
  { tensor: string } | { pattern: string } | { bool: boolean } | { int: number } | { float: number | string };

export interface Case {
  readonly op: string;
  readonly operands: StoredOperand[];
  readonly attributes?: Attributes;
  readonly default?: DType;
  readonly tolerance?: "ulp" | "sum";
  readonly result?: Stored;
  readonly raises?: string;
}

export interface Section {
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly cases: Case[];
}

export function readSection(name: string): Section {
  const text = readFileSync(new URL(`../golden/vectors/${name}.json`, import.meta.url), "utf8");
  return JSON.parse(text) as Section;
}

const views = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The double a binary16 pattern stands for. */
function halfValue(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const biased = (pattern >> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (biased === 31) return fraction ? NaN : sign * Infinity;
  if (biased === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (biased - 15);
}

/** The double a bfloat16 pattern stands for. */
function bfloatValue(pattern: number): number {
  const word = Uint32Array.of(pattern << 16);
  return new Float32Array(word.buffer)[0]!;
}

function decode(stored: Stored): Tensor {
  const bytes = Buffer.from(stored.data!, "base64");
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  let data: Float64Array;
  if (stored.dtype === "bfloat16") data = Float64Array.from(new Uint16Array(buffer), bfloatValue);
  else if (stored.dtype === "float16") data = Float64Array.from(new Uint16Array(buffer), halfValue);
  else
    data = Float64Array.from(
      new views[stored.dtype as keyof typeof views](buffer) as Iterable<number>,
      Number,
    );
  return makeTensor(stored.dtype, stored.shape, data);
}

function halfPattern(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (magnitude === Infinity) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  return sign | ((exponent + 15) << 10) | ((magnitude / 2 ** exponent - 1) * 1024);
}

/** The bytes generate.py hashes: little-endian, every NaN canonical. */
function encode(tensor: Tensor): Uint8Array {
  const { data } = tensor;
  let view: ArrayBufferView;
  if (tensor.dtype === "bfloat16") {
    view = Uint16Array.from(
      new Uint32Array(Float32Array.from(data, canonical).buffer),
      (word) => word >>> 16,
    );
  } else if (tensor.dtype === "float16") view = Uint16Array.from(data, halfPattern);
  else if (tensor.dtype === "int64") view = BigInt64Array.from(data as unknown as Iterable<bigint>, BigInt);
  else if (isFloating(tensor.dtype)) {
    view =
      tensor.dtype === "float32" ? Float32Array.from(data, canonical) : Float64Array.from(data, canonical);
  } else view = new views[tensor.dtype as "int32"](data);
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function canonical(x: number): number {
  return Number.isNaN(x) ? NaN : x;
}

export const plain: Semantics = { defaultDtype: "float32", scalars: "rounded", ranges: "blocks" };

function asOperand(tensor: Tensor): Operand {
  return { kind: "tensor", dtype: tensor.dtype, rank: tensor.shape.length, data: tensor };
}

/** All 65,536 patterns of a 16-bit dtype, rolled, or the first 60,000 of those below 1e38. */
function patterns(description: string): Tensor {
  const dtype: DType = description.startsWith("bfloat16") ? "bfloat16" : "float16";
  const value = dtype === "bfloat16" ? bfloatValue : halfValue;
  const all = Float64Array.from({ length: 65536 }, (_, i) => value(i));
  if (description.includes("rolled")) {
    return makeTensor(
      dtype,
      [65536],
      all.map((_, i) => all[(i + 65536 - 12345) % 65536]!),
    );
  }
  const wanted = description.includes("below") ? all.filter((x) => Math.abs(x) < 1e38).slice(0, 60000) : all;
  return makeTensor(dtype, [wanted.length], wanted);
}

export function operandOf(stored: StoredOperand, section: Section): Operand {
  if ("tensor" in stored) return asOperand(decode(section.inputs[stored.tensor]!));
  if ("pattern" in stored) return asOperand(patterns(stored.pattern));
  if ("bool" in stored) return { kind: "scalar", type: "bool", value: Number(stored.bool) };
  if ("int" in stored) return { kind: "scalar", type: "int", value: stored.int };
  const value = { inf: Infinity, "-inf": -Infinity, nan: NaN }[stored.float] ?? Number(stored.float);
  return { kind: "scalar", type: "float", value };
}

/** Runs one operation of the table and checks that dtype and rank were foretold. */
export function perform(
  op: string,
  operands: readonly Operand[],
  attributes: Attributes,
  semantics: Semantics,
): Tensor {
  if (!isOperationName(op)) throw new RangeError(`no operation ${op}`);
  const row = operations[op];
  const dtype = row.dtype(operands, attributes, semantics);
  const rank = row.rank(operands, attributes);
  const result = row.compute(operands, attributes, dtype, semantics);
  if (result.dtype !== dtype) throw new RangeError(`${op} foretold ${dtype}, gave ${result.dtype}`);
  if (rank !== null && rank !== result.shape.length) {
    throw new RangeError(`${op} foretold rank ${rank}, gave [${result.shape.join()}]`);
  }
  return result;
}

/** What differs between a result and what torch gave, or null. */
export function difference(result: Tensor, stored: Stored, tolerance: Case["tolerance"]): string | null {
  if (result.dtype !== stored.dtype) return `dtype ${result.dtype} for ${stored.dtype}`;
  if (result.shape.join() !== stored.shape.join())
    return `shape [${result.shape.join()}] for [${stored.shape.join()}]`;
  if (sizeOf(result.shape) !== result.data.length) return "a sample";
  if (stored.sha256 !== undefined) {
    const hash = createHash("sha256").update(encode(result)).digest("hex").slice(0, 32);
    return hash === stored.sha256 ? null : `hash ${hash} for ${stored.sha256}`;
  }
  const expected = decode(stored).data;
  const scale = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  const format = formatOf(result.dtype);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [result.data[i]!, expected[i]!];
    if (Object.is(a, b)) continue;
    const reach =
      tolerance === undefined || format === null
        ? -1
        : ulp(format, tolerance === "ulp" ? b : scale) * (tolerance === "sum" ? 8 : 1);
    if (Math.abs(a - b) <= reach) continue;
    return `element ${i} is ${a} for ${b}`;
  }
  return null;
}
