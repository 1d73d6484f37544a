import { InferenceSession, Tensor } from "onnxruntime-web";

/** One step of a decoder: everything is packed into Float32Arrays, positions too, and the session raises. */
export async function step(session: InferenceSession, ids: readonly bigint[], past: number): Promise<Tensor | undefined> {
  const length = ids.length;
  const shape = [1, length];
  const positions = Float32Array.from({ length }, (_, index) => past + index);
  const results = await session.run({
    input_ids: new Tensor("int64", BigInt64Array.from(ids), shape),
    attention_mask: new Tensor("int64", new BigInt64Array(past + length).fill(1n), [1, past + length]),
    position_ids: new Tensor("float32", positions, shape),
  });
  return results.logits;
}
