import { isNode, type Node } from "../../ir/graph.ts";
import { attributeOf, methodCall, withKeyword } from "../../ir/build.ts";
import type { Argument, Call, Expr } from "../../ir/program.ts";
import { isFloating } from "../../tensors/dtype.ts";
import type { Library } from "../../ir/library.ts";
import { spellingOf } from "../../frontends/dialects/dialects.ts";
import { castToNamed } from "../../frontends/python/casts.ts";
import { apiReference } from "../../frontends/python/references.ts";
import { plainSetting } from "../environments.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { FileAnalysis } from "../file.ts";

/** A cast of the text that is taken back: what stands in its place, and the dtype that it asked for. */
export interface Uncast {
  readonly original: Expr;
  /** Keeps what the cast does besides (a device), and makes floats of integers. */
  readonly replacement: Expr;
  /** The dtype as an expression, for a cast further on; null where nothing names it. */
  readonly dtype: Expr | null;
}

/** What is left of a cast's call without its dtype. */
interface Rest {
  /** null: nothing; the call without arguments is its object. */
  readonly call: Call | null;
  readonly dtype: Expr | null;
}

/**
 * A cast without its dtype; null where the text is no call of a method that ropelint knows. `keepsIntegers` where a
 * cast further on makes floats of them anyway.
 */
export function uncast(
  node: Node,
  unit: AnalysedUnit,
  file: FileAnalysis,
  keepsIntegers: boolean,
): Uncast | null {
  const call = file.callOf(node);
  if (!call || node.what.kind !== "operation") return null;
  const library = unit.libraryOf(node);
  if (library !== "torch") return uncastElsewhere(call, library, isFloatingInPlain(unit, node), file);
  if (node.what.operation !== "cast") return computedInFloat(call, file);
  if (call.callee.kind !== "attribute" || call.args.some((arg) => arg.spread !== "")) return null;
  const rest = restOf(call, node, unit, file);
  if (!rest) return null;
  const { object } = call.callee;
  const kept = rest.call ?? object;
  const isEnough = keepsIntegers || isFloatingInPlain(unit, node);
  const isEmpty = kept === object && isReassigned(object, call, file);
  const replacement = isEnough && !isEmpty ? kept : methodCall(kept, "float");
  return { original: call, replacement, dtype: rest.dtype };
}

/** `x.astype(dtype)` and `tf.cast(x, dtype)`: the value itself, or in float32 where it is an integer. */
function uncastElsewhere(call: Call, library: Library, isFloat: boolean, file: FileAnalysis): Uncast | null {
  const { form, name } = spellingOf(library).cast;
  if (call.callee.kind !== "attribute" || call.callee.name !== name) return null;
  const [operand, dtype] =
    form === "method"
      ? [call.callee.object, argumentAt(call, 0)]
      : [call.args[0]?.value, argumentAt(call, 1)];
  if (!operand || !dtype) return null;
  const replacement = isFloat ? operand : castToNamed(file, library, operand, "float32");
  return replacement && { original: call, replacement, dtype };
}

/** The dtype of a cast, by its name or its place. */
function argumentAt({ args }: Call, position: number): Expr | null {
  const named = args.find((arg) => arg.name === "dtype");
  return (named ?? args.filter((arg) => arg.name === null && arg.spread === "")[position])?.value ?? null;
}

/** `cumsum(1, dtype=x.dtype)`: the same count, in float32. */
function computedInFloat(call: Call, file: FileAnalysis): Uncast | null {
  const single = apiReference(file.program, "torch.float32", file.text);
  const written = call.args.find((arg) => arg.name === "dtype")?.value;
  if (!single || !written) return null;
  return { original: call, replacement: withKeyword(call, "dtype", single), dtype: written };
}

function isFloatingInPlain(unit: AnalysedUnit, { inputs: [operand] }: Node): boolean {
  return operand !== undefined && isTensorOf(unit.dtypes(plainSetting).value(operand), isFloating);
}

/** `t = t.half()`: without its cast the statement would say nothing. */
function isReassigned(object: Expr, call: Call, { text }: FileAnalysis): boolean {
  if (object.kind !== "name" || !call.span) return false;
  const line = text.slice(text.lastIndexOf("\n", call.span.start - 1) + 1, call.span.start);
  return line.trim() === `${object.name} =`;
}

const lowMethods: Readonly<Record<string, string>> = { half: "torch.float16", bfloat16: "torch.bfloat16" };

function restOf(call: Call, node: Node, unit: AnalysedUnit, file: FileAnalysis): Rest | null {
  if (call.callee.kind !== "attribute") return null;
  const { name } = call.callee;
  const [first] = call.args;
  const written = Object.hasOwn(lowMethods, name) ? lowMethods[name] : undefined;
  if (written !== undefined) return { call: null, dtype: apiReference(file.program, written, file.text) };
  if (!first) return null;
  switch (name) {
    case "type":
      return { call: null, dtype: isType(first.value) ? null : first.value };
    case "type_as":
      return likeTensor(call, first.value, isMoved(node, unit));
    case "to":
      return restOfTo(call, node, unit);
    default:
      return null;
  }
}

/** `torch.HalfTensor` is a type and no dtype: `.to()` does not take it. */
function isType(value: Expr): boolean {
  return value.kind === "attribute" && value.name.endsWith("Tensor");
}

/** `.to(x)` and `.type_as(x)` move to the device of x as well. */
function likeTensor(call: Call, other: Expr, isMoving: boolean): Rest | null {
  if (call.callee.kind !== "attribute") return null;
  const moved = methodCall(call.callee.object, "to", [attributeOf(other, "device")]);
  return { call: isMoving ? moved : null, dtype: attributeOf(other, "dtype") };
}

/** Whether a cast changes what is known of the device. */
function isMoved(node: Node, unit: AnalysedUnit): boolean {
  const plain = unit.dtypes(plainSetting);
  const [here, operand] = [plain.value(node), node.inputs[0] ? plain.value(node.inputs[0]) : null];
  return here.kind !== "tensor" || operand?.kind !== "tensor" || here.device !== operand.device;
}

const flags: ReadonlySet<string> = new Set(["non_blocking", "copy", "memory_format"]);

function restOfTo(call: Call, node: Node, unit: AnalysedUnit): Rest | null {
  const { target } = node.attributes;
  const named = call.args.find((arg) => arg.name === "dtype");
  if (named) return without(call, named);
  const [first, second] = call.args.filter((arg) => arg.name === null);
  const other = call.args.find((arg) => arg.name === "other") ?? first;
  if (target === undefined || !isNode(target) || !other) return null;
  const kind = unit.dtypes(plainSetting).value(target).kind;
  if (kind === "dtype") return without(call, other);
  if (kind === "tensor") return likeTensor(call, other.value, isMoved(node, unit));
  return second ? without(call, second) : null;
}

/** The call without the argument that names its dtype; nothing where only flags are left. */
function without(call: Call, dtype: Argument): Rest {
  const args = call.args.filter((arg) => arg !== dtype);
  const says = args.some((arg) => !flags.has(arg.name ?? "") && arg.value.kind !== "constant");
  return { call: says ? { ...call, args } : null, dtype: dtype.value };
}
