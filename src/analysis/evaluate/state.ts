import { isComplex, isFloating, isLow, type DType } from "../../tensors/dtype.ts";
import type { Node } from "../../ir/graph.ts";
import { dialectOf } from "../../frontends/dialects/dialects.ts";
import { opaque, unknownResult, type Evaluated } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import { isTensorOf, moduleDevice } from "./results.ts";
import { castTo } from "./compute.ts";
import { outside } from "./outside.ts";

type CallResult = Extract<Node["what"], { kind: "call" }>["result"];

export function stored(x: Evaluation, node: Node): Evaluated {
  const { low } = x.setting;
  const environment = x.met.environmentOf(node);
  const content = x.at(node, 0);
  const isKept = node.phase === "forward" && node.inputs[0]?.what.kind === "stored";
  const value =
    content.kind === "tensor"
      ? isKept && content.device === "default"
        ? { ...content, device: moduleDevice }
        : content
      : content.kind === "none" || content.kind === "raises"
        ? content
        : opaque(ownParameter(x, node));
  const casts = environment.castsModules && isKept;
  const layerParameter = environment.castsModules && node.phase === "forward" && content.kind !== "tensor";
  if (
    !(casts || layerParameter) ||
    value.kind !== "tensor" ||
    value.dtype === null ||
    !isFloating(value.dtype)
  )
    return value;
  return castTo(x, value, low);
}

/** The dtype of parameters that a library layer made for itself. */
function ownParameter(x: Evaluation, node: Node): DType {
  const { low, exact } = x.setting;
  const environment = x.met.environmentOf(node);
  if (exact) return "float64";
  const made = node.inputs[0]?.inputs[0]?.phase ?? node.phase;
  const lowered =
    made === "construction" &&
    (environment.patchedConstructors || environment.defaultDtype.includes("construction"));
  return lowered ? low : "float32";
}

export function callResult(x: Evaluation, node: Node, result: CallResult): Evaluated {
  const kind = result === "unknown" ? x.inputs.kindOf(node) : null;
  if (kind?.kind === "dtype") return givenDtype(x, node) ?? outside(x, node, kind);
  if (kind && kind.kind !== "unknown") return outside(x, node, kind);
  if (result === "unknown" || result === "foreign")
    return result === "foreign" ? opaque(null) : unknownResult;
  if (result === "bool") return opaque("bool");
  if (result === "integer") return opaque(dialectOf(x.met.libraryOf(node))?.promotion.integers ?? "int64");
  const dtype = resultDtype(x, node, result);
  const lowered = result === "linear" && x.met.autocasts(node) && dtype !== "float64";
  return opaque(lowered ? x.met.autocastDtype(node) : dtype);
}

/** A function out of sight that takes one written dtype, and no other, hands on that one or one that the device has instead. */
function givenDtype(x: Evaluation, node: Node): Evaluated | null {
  const taken = x.inputsOf(node);
  if (taken.some(({ kind }) => kind === "tensor")) return null;
  const [written, ...others] = node.inputs.filter((_, i) => taken[i]?.kind === "dtype");
  if (written?.what.kind !== "dtype" || others.length > 0) return null;
  const dtype = x.met.literal(written.what.dtype);
  return dtype === null || isLow(dtype) ? null : { kind: "dtype", dtype };
}

/** The dtype of the first floating operand; an embedding of ids has that of its own parameters. */
function resultDtype(x: Evaluation, node: Node, result: CallResult): DType | null {
  const { low } = x.setting;
  const environment = x.met.environmentOf(node);
  const tensors = x.inputsOf(node).filter((input) => input.kind === "tensor" && input.dtype !== null);
  const floating = tensors.find((input) => isTensorOf(input, isFloating));
  const [first] = tensors;
  if (floating?.kind === "tensor") return floating.dtype;
  // Many functions of complex numbers give real ones: norms, inverse transforms.
  if (result !== "layer" && isTensorOf(first ?? unknownResult, isComplex)) return null;
  if (result !== "layer") return first?.kind === "tensor" ? first.dtype : x.met.ambientOf(node);
  const constructed = environment.patchedConstructors || environment.defaultDtype.includes("construction");
  return constructed || environment.castsModules
    ? x.setting.exact
      ? "float64"
      : low
    : x.met.ambientOf(node);
}
