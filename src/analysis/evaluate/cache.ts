import type { DType } from "../../tensors/dtype.ts";
import type { Attributes, Operand, Semantics } from "../../tensors/operation.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { EvaluationMemo } from "./memo.ts";

/** Elements kept (128 MiB); beyond, everything is forgotten and made again where it is asked for. */
const maximumKept = 2 ** 24;

/**
 * Results of operations by what went in. Environments agree on most of a slice, and so do the slice before
 * and after a rewrite: each distinct computation is done once.
 */
export class TensorCache {
  /** What whole operations of the graph came to; it holds the same tensors. */
  readonly memo = new EvaluationMemo();
  readonly #results = new Map<string, Tensor>();
  #elements = 0;
  #forgotten = 0;
  readonly #ids = new WeakMap<Tensor, number>();
  #next = 0;

  get(
    operation: string,
    dtype: DType,
    operands: readonly Operand[],
    attributes: Attributes,
    semantics: Semantics,
    compute: () => Tensor,
  ): Tensor {
    const parts = operands.map((operand) => this.#key(operand));
    const key = `${operation} ${dtype} ${semantics.defaultDtype} ${semantics.scalars} ${semantics.ranges} ${semantics.promotion?.name ?? ""} ${parts.join(" ")} ${JSON.stringify(attributes)}`;
    const known = this.#results.get(key);
    if (known) return known;
    const tensor = compute();
    this.#elements += tensor.data.length;
    if (this.#elements > maximumKept) this.clear();
    this.#results.set(key, tensor);
    return tensor;
  }

  #key(operand: Operand): string {
    if (operand.kind === "scalar")
      return `${operand.type}:${String(operand.value)}${operand.numpy === true ? " numpy" : ""}`;
    if (operand.data === null) return "?";
    const known = this.#ids.get(operand.data);
    if (known !== undefined) return `#${String(known)}`;
    this.#ids.set(operand.data, ++this.#next);
    return `#${String(this.#next)}`;
  }

  /** How often everything was forgotten: evaluations from before hold what nobody shares any more. */
  get forgotten(): number {
    return this.#forgotten;
  }

  clear(): void {
    this.#forgotten += 1;
    this.#elements = 0;
    this.#results.clear();
    this.memo.clear();
  }
}
