import { Tensor } from "onnxruntime-node";
import { POSITION_DTYPE } from "./settings";

export function feedsFor(ids: readonly bigint[]): Record<string, Tensor> {
  const positions = ids.map((_, index) => index);
  return {
    input_ids: new Tensor("int64", BigInt64Array.from(ids), [1, ids.length]),
    position_ids: new Tensor(POSITION_DTYPE, positions, [1, ids.length]),
  };
}
