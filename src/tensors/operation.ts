import type { DType, Promotion } from "./dtype.ts";
import type { Sampling } from "./sample.ts";
import type { Tensor } from "./tensor.ts";

/**
 * What an operation depends on besides its operands. The default record is PyTorch on a CPU;
 * CUDA's known differences are another record of the same shape.
 */
export interface Semantics {
  /** torch.get_default_dtype() at this moment. */
  readonly defaultDtype: DType;
  /** Python scalar meets a 16-bit tensor: 'rounded' to its dtype first (CPU, measured on 1.13) or kept in 'fp32' (CUDA). */
  readonly scalars: "rounded" | "fp32";
  /** arange in a 16-bit dtype: vector 'blocks' with a rounded base (CPU, AVX2) or each 'element' rounded once (CUDA). */
  readonly ranges: "blocks" | "elements";
  /** How the library that made the operation lets dtypes meet; absent is PyTorch's way. */
  readonly promotion?: Promotion;
  /** Which indices of a long new axis are held; null or absent holds all of them. */
  readonly sampling?: Sampling | null;
}

/** An operand: in the dtype domain `data` and `value` are null, in the numeric domain they are known. */
export type Operand = TensorOperand | ScalarOperand;

export interface TensorOperand {
  readonly kind: "tensor";
  readonly dtype: DType;
  /** Number of dimensions, null where unknown (then promotion takes the tensor as dimensioned). */
  readonly rank: number | null;
  readonly data: Tensor | null;
}

/** A Python number. It promotes by its category only. */
export interface ScalarOperand {
  readonly kind: "scalar";
  readonly type: "bool" | "int" | "float";
  readonly value: number | null;
  /** A scalar of numpy (`np.log(10000.0)`): some libraries take it for a full member of the promotion. */
  readonly numpy?: boolean;
}

/** One item between the brackets of x[...]; `operand` points into the operation's operand list. */
export type IndexItem =
  | {
      readonly kind: "slice";
      readonly start: number | null;
      readonly stop: number | null;
      readonly step: number | null;
    }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "newaxis" }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "tensor"; readonly operand: number };

/** Everything an operation takes that is neither a tensor nor a number entering arithmetic. All optional. */
export interface Attributes {
  readonly dtype?: DType | null;
  readonly shape?: readonly number[];
  readonly dim?: number | null;
  readonly dims?: readonly number[];
  readonly keepdim?: boolean;
  readonly start?: number;
  readonly end?: number;
  readonly diagonal?: number;
  readonly repeats?: readonly number[];
  readonly items?: readonly IndexItem[];
  readonly equation?: string;
  readonly indexing?: "ij" | "xy";
  /** Which of several results (meshgrid, chunk, split, unbind). */
  readonly piece?: number;
  readonly sizes?: readonly number[] | number;
  readonly rounding?: "floor" | "trunc" | null;
  /** In-place form: the result keeps the first operand's dtype, or raises where torch raises. */
  readonly inplace?: boolean;
}

/** One row of the op table: promotion is stated here once and read by both domains. */
export interface Operation {
  /** Result dtype by torch's rules. @throws {TorchRaise} where torch raises. */
  readonly dtype: (operands: readonly Operand[], attributes: Attributes, semantics: Semantics) => DType;
  /** Result rank, null where unknown. */
  readonly rank: (operands: readonly Operand[], attributes: Attributes) => number | null;
  /** Numeric result in `dtype`. @throws {TorchRaise} where torch raises; @throws {NotSampled} where an axis would be needed whole. */
  readonly compute: (
    operands: readonly Operand[],
    attributes: Attributes,
    dtype: DType,
    semantics: Semantics,
  ) => Tensor;
}

/** The operation is an error in torch: mixed dtypes, shapes that do not broadcast, float result into an integer tensor. */
export class TorchRaise extends Error {}

/** The operation needs an axis of which only a sample is held. */
export class NotSampled extends Error {}

/** The kernel does not hold such values: complex numbers, an operand without data. */
export class NotComputed extends Error {}
