import { round, tf32 } from "../../formats/index.ts";
import type { Node } from "../../ir/graph.ts";
import { dtypes, isFloating, isLow, promoteTypes, type DType } from "../../tensors/dtype.ts";
import type { Operand, Semantics } from "../../tensors/operation.ts";
import { operations } from "../../tensors/operations.ts";
import { inverseFrequencies } from "../../tensors/rope.ts";
import type { Sampling } from "../../tensors/sample.ts";
import { makeTensor, type Tensor } from "../../tensors/tensor.ts";
import { numberResult, type Evaluated, type TensorResult } from "./evaluated.ts";
import { fineness, floatingTimesteps } from "../probes.ts";
import type { TensorProbe } from "./inputs.ts";

/** Casts and probes do not depend on the setting. */
export const nullSemantics: Semantics = { defaultDtype: "float32", scalars: "rounded", ranges: "blocks" };

export function constantResult(value: boolean | string | null): Evaluated {
  if (value === null) return { kind: "none" };
  return typeof value === "boolean" ? boolResult(value, false) : { kind: "text", value };
}

export function boolResult(value: boolean, probe: boolean): Evaluated {
  return numberResult("bool", value ? 1 : 0, probe);
}

export function truthOf(value: Evaluated): boolean | null {
  switch (value.kind) {
    case "number":
      return value.value === null || value.probe ? null : value.value !== 0;
    case "none":
      return false;
    case "text":
      return value.value !== "";
    case "dtype":
    case "device":
      return true;
    case "tensor":
    case "unknown":
    case "raises":
      return null;
  }
}

export function targetDtype(value: Evaluated | null): DType | null {
  if (!value) return null;
  if (value.kind === "dtype") return value.dtype;
  if (value.kind === "tensor") return value.dtype;
  if (value.kind === "text") return textDtype(value.value);
  return null;
}

/** The dtype that others, or tensors of them, promote to. Numbers make floats of integers and lift no floats. */
export function promoted(args: readonly Evaluated[]): Evaluated {
  const known = args.map(targetDtype).filter((dtype) => dtype !== null);
  const [first, ...rest] = known;
  const dtype = first === undefined ? null : rest.reduce(promoteTypes, first);
  const numbers = args.filter((arg) => arg.kind === "number");
  const isComplete = known.length + numbers.length === args.length;
  if (dtype !== null && isFloating(dtype) && (isComplete || !isLow(dtype))) return { kind: "dtype", dtype };
  return { kind: "dtype", dtype: isComplete && numbers.every(({ type }) => type !== "float") ? dtype : null };
}

function textDtype(text: string): DType | null {
  const name = text.replace(/^torch\./, "").replace(/^cuda\./, "");
  return dtypes.find((dtype) => dtype === name) ?? null;
}

/** What a module keeps goes where the module goes, which is not where forward makes a tensor that names no device. */
export const moduleDevice = "module";

/** Where tensors meet: more than one device means that torch refuses unless they are the same at run time. */
export function meetingPlace(tensors: readonly TensorResult[], { what }: Node): string {
  const devices = new Set(tensors.flatMap(({ device }) => device.split(" with ")));
  const [first] = tensors;
  const copies = what.kind === "operation" && (what.operation === "index" || what.operation === "assign");
  if (copies && tensors.every(({ device }) => !device.includes(" with "))) return first?.device ?? "default";
  return devices.size === 0 ? "default" : [...devices].sort().join(" with ");
}

/**
 * Where a tensor is after a move. Tensors that met on two devices may have raised, and moving the result on does not undo
 * that; to one of the two it is no move, as they have met.
 */
export function movedOn(from: string, to: string): string {
  if (!from.includes(" with ")) return to;
  const met = from.split(" with ");
  return to.split(" with ").every((device) => met.includes(device)) ? from : `${from} then ${to}`;
}

/** `.to(target)`: a tensor or a device moves, a dtype does not. */
export function movedTo(target: Evaluated | null, current: string): string {
  switch (target?.kind) {
    case "tensor":
      return target.device;
    case "device":
      return target.key;
    case "text":
      return textDtype(target.value) === null ? target.value : current;
    default:
      return current;
  }
}

export function isTensorOf(value: Evaluated, test: (dtype: DType) => boolean): value is TensorResult {
  return value.kind === "tensor" && value.dtype !== null && test(value.dtype);
}

export function toOperand(value: Evaluated): Operand | "absent" | null {
  if (value.kind === "tensor")
    return value.dtype === null
      ? null
      : { kind: "tensor", dtype: value.dtype, rank: value.rank, data: value.data };
  if (value.kind === "number")
    return {
      kind: "scalar",
      type: value.type,
      value: value.value,
      ...(value.numpy === true ? { numpy: true } : {}),
    };
  return null;
}

export function itemOf(tensor: TensorResult, name: string): Evaluated {
  const value = tensor.data?.data.length === 1 ? (tensor.data.data[0] ?? null) : null;
  const integer = name === "int" || (tensor.dtype !== null && !isFloating(tensor.dtype));
  return numberResult(
    integer ? "int" : "float",
    value === null ? null : name === "int" ? Math.trunc(value) : value,
    true,
  );
}

export function roundToTf32(value: Evaluated): Evaluated {
  if (value.kind !== "tensor" || value.dtype !== "float32" || !value.data) return value;
  const { dtype, shape, axes, data } = value.data;
  return {
    ...value,
    data: makeTensor(
      dtype,
      shape,
      data.map((x) => round(tf32, x)),
      axes,
    ),
  };
}

/** Values of a tensor from outside, in the dtype that it has in a setting. */
export function probeTensor(probe: TensorProbe, dtype: DType, sampling: Sampling | null): Tensor {
  const semantics: Semantics = { ...nullSemantics, sampling };
  const cast = (data: Tensor): Tensor => {
    const operand: Operand = { kind: "tensor", dtype: data.dtype, rank: data.shape.length, data };
    return operations.cast.compute([operand], { dtype }, dtype, semantics);
  };
  if (probe.role === "frequencies")
    return cast(inverseFrequencies({ base: 10000, headSize: 2 * (probe.shape[0] ?? 64) }));
  const length = probe.shape.at(-1) ?? 1;
  if (probe.role === "fractions" || (probe.role === "timesteps" && isFloating(dtype))) {
    const values = Float64Array.from(floatingTimesteps[probe.role], (x) =>
      probe.isFine === true ? Math.fround(x * fineness) : x,
    );
    return makeTensor(dtype, [length], values);
  }
  const flat =
    probe.role === "mask"
      ? operations.ones.compute([], { shape: probe.shape, dtype }, dtype, semantics)
      : operations.range.compute([0, length, 1].map(integer), { dtype: "int64" }, "int64", semantics);
  const operand: Operand = { kind: "tensor", dtype: flat.dtype, rank: flat.shape.length, data: flat };
  return cast(operations.reshape.compute([operand], { shape: probe.shape }, flat.dtype, semantics));
}

function integer(value: number): Operand {
  return { kind: "scalar", type: "int", value };
}
