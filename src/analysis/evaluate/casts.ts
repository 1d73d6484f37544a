import { isFloating, isLow, type DType } from "../../tensors/dtype.ts";
import { isNode, type Node } from "../../ir/graph.ts";
import { dialectOf } from "../../frontends/dialects/dialects.ts";
import { opaque, type Evaluated, type NumberResult, type TensorResult } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import { moduleDevice, movedOn, movedTo, targetDtype } from "./results.ts";
import { attributeOf, castTo, compute, deviceKey } from "./compute.ts";

/** `.to(...)` and its kin: the target decides what kind of conversion it is. */
export function castNode(x: Evaluation, node: Node, operand: Evaluated): Evaluated {
  const { dtype, like, target, device } = node.attributes;
  const resolved = {
    dtype: attributeOf(x, dtype),
    like: attributeOf(x, like),
    target: attributeOf(x, target),
  };
  if (resolved.like?.kind === "dtype") {
    return { kind: "raises", message: "type_as(): argument must be a Tensor" };
  }
  const source = resolved.dtype ?? resolved.like ?? resolved.target;
  if (operand.kind !== "tensor")
    return operand.kind === "number"
      ? castNumber(x, node, operand, targetDtype(source))
      : operand.kind === "raises"
        ? operand
        : opaque(targetDtype(source));
  const moved =
    device !== undefined && isNode(device)
      ? deviceKey(x, device)
      : movedTo(resolved.target ?? likeOf(resolved.like, operand), operand.device);
  const wanted = lifted(x, node, operand.dtype, targetDtype(source));
  const result = wanted === null ? operand : castTo(x, operand, wanted);
  return { ...result, device: movedOn(operand.device, moved) };
}

/** The dtype of a cast; a written low one that is read as float32 leaves what is floating as it is. */
function lifted(x: Evaluation, node: Node, from: DType | null, wanted: DType | null): DType | null {
  if (wanted === null || !isLow(wanted) || !x.options.lifted.has(node.id)) return wanted;
  return from !== null && isFloating(from) ? null : x.met.single();
}

/** `jnp.float32(10000)` is an array of its dtype in most libraries, no Python number. */
function castNumber(x: Evaluation, node: Node, operand: NumberResult, dtype: DType | null): Evaluated {
  if (!dialectOf(x.met.libraryOf(node)) || dtype === null) return operand;
  if (!isFloating(dtype)) return { ...operand, type: "int" };
  const scalar = { kind: "scalar", type: operand.type, value: operand.value } as const;
  return compute(x, node, "tensor", "tensor", [scalar], { dtype, shape: [] }, true);
}

/** `type_as` moves to the other tensor's device; where the operand's own is named, the text takes the two for one. */
function likeOf(like: Evaluated | null, operand: TensorResult): Evaluated | null {
  return operand.device === "default" || operand.device === moduleDevice ? like : null;
}
