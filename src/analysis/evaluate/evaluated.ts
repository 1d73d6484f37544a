import type { DType } from "../../tensors/dtype.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** What a node is worth in one setting. In the dtype domain `data` and `value` stay null. */
export type Evaluated =
  | TensorResult
  | NumberResult
  | { readonly kind: "dtype"; readonly dtype: DType | null }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "device"; readonly key: string }
  | { readonly kind: "none" }
  | { readonly kind: "unknown" }
  | { readonly kind: "raises"; readonly message: string };

export interface TensorResult {
  readonly kind: "tensor";
  /** Null where nothing is known of it. */
  readonly dtype: DType | null;
  readonly rank: number | null;
  /** Values, or null where they do not follow from positions alone. */
  readonly data: Tensor | null;
  /** Where it lives, as an expression: 'default', or the text of the device argument. */
  readonly device: string;
}

export interface NumberResult {
  readonly kind: "number";
  readonly type: "bool" | "int" | "float";
  readonly value: number | null;
  /** True where the value is a probe and not fixed by the text: it decides no condition. */
  readonly probe: boolean;
  /** A scalar of numpy, which some libraries promote like an array. */
  readonly numpy?: boolean;
}

export const unknownResult: Evaluated = { kind: "unknown" };

export function opaque(dtype: DType | null, device = "unknown", rank: number | null = null): TensorResult {
  return { kind: "tensor", dtype, rank, data: null, device };
}

export function numberResult(type: NumberResult["type"], value: number | null, probe: boolean): NumberResult {
  return { kind: "number", type, value, probe };
}
