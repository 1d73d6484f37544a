import { bitsOf, isFloating, type DType } from "../../tensors/dtype.ts";
import type { Node } from "../../ir/graph.ts";
import { dialectOf } from "../../frontends/dialects/dialects.ts";
import { numberResult, opaque, unknownResult, type Evaluated, type TensorResult } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import type { InputKind, TensorProbe } from "./inputs.ts";
import { nullSemantics, probeTensor } from "./results.ts";
import { describeDevice } from "./device.ts";

export function outside(x: Evaluation, node: Node, kind: InputKind): Evaluated {
  const forward = x.met.ambientOf(node);
  switch (kind.kind) {
    case "number":
      return numberResult(kind.type, kind.value, true);
    case "dtype":
      if (kind.integer !== undefined) return { kind: "dtype", dtype: x.met.literal(kind.integer) };
      return { kind: "dtype", dtype: isStored(x, node) ? x.met.single() : forward };
    case "device":
      return { kind: "device", key: describeDevice(node) };
    case "tensor": {
      const dtype = kind.floats === "integer" ? "int64" : isOwnState(node, kind) ? x.met.single() : forward;
      if (!kind.values || !x.options.numeric)
        return opaque(dtype, describeDevice(node), kind.values?.shape.length ?? null);
      return probe(x, kind.values, dtype, describeDevice(node));
    }
    case "unknown":
      return unknownResult;
  }
}

/** `dtype.is_floating_point` and `torch.finfo(dtype).bits`, by which code keeps frequencies from being low. */
export function propertyOfDtype(x: Evaluation, { what, inputs }: Node): Evaluated | null {
  const [of] = inputs;
  if (what.kind !== "attribute" || !of) return null;
  const isInfo = of.what.kind === "call" && /(^|\.)(finfo|iinfo)$/.test(of.what.callee);
  const [given] = isInfo ? of.inputs : [of];
  const value = given ? x.value(given) : null;
  if (value?.kind !== "dtype" || value.dtype === null) return null;
  // The truth that errors are measured against goes where plain goes.
  const dtype = x.setting.exact && value.dtype === "float64" ? "float32" : value.dtype;
  if (isInfo) return what.name === "bits" ? numberResult("int", bitsOf(dtype), false) : null;
  return what.name === "is_floating_point" ? numberResult("int", Number(isFloating(dtype)), false) : null;
}

/** One tensor for all evaluations, so that they share what follows of it. */
function probe(x: Evaluation, values: TensorProbe, dtype: DType, device: string): TensorResult {
  const { cache, sampling } = x.options;
  const { role, shape, isFine } = values;
  const name = `probe ${role}${isFine === true ? " fine" : ""}`;
  const data = cache.get(name, dtype, [], { shape }, nullSemantics, () =>
    probeTensor(values, dtype, sampling),
  );
  return { kind: "tensor", dtype, rank: data.shape.length, data, device };
}

/** Whether a dtype from outside is that of stored variables, by what the library calls it. */
function isStored(x: Evaluation, { library, what }: Node): boolean {
  const dialect = dialectOf(library ?? x.graph.library);
  const named = what.kind === "attribute" || what.kind === "input" ? what.name : "";
  return dialect?.storedDtypes.has(named) === true;
}

export function dtypeOf(x: Evaluation, node: Node): Evaluated {
  const of = x.at(node, 0);
  if (of.kind === "tensor") return { kind: "dtype", dtype: of.dtype };
  if (of.kind === "number") return { kind: "dtype", dtype: null };
  if (of.kind === "raises") return of;
  return { kind: "dtype", dtype: x.met.ambientOf(node) };
}

export function shapeOf(x: Evaluation, node: Node, dim: number): Evaluated {
  const of = x.at(node, 0);
  if (of.kind === "tensor" && of.data) {
    const { shape } = of.data;
    const size = shape.at(dim);
    return size === undefined ? unknownResult : numberResult("int", size, true);
  }
  const [tensor] = node.inputs;
  return numberResult("int", x.inputs.sizeCalled(node.names, tensor, dim), true);
}

export function rankOf(x: Evaluation, node: Node): Evaluated {
  const of = x.at(node, 0);
  return of.kind === "tensor" && of.rank !== null
    ? numberResult("int", of.rank, false)
    : numberResult("int", null, true);
}

/** Frequencies that a module keeps are no argument: callers do not lower them. */
function isOwnState({ what }: Node, kind: InputKind): boolean {
  return kind.kind === "tensor" && kind.values?.role === "frequencies" && what.kind !== "input";
}
