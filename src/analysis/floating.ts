import { isNode, type Node } from "../ir/graph.ts";
import type { AnalysedUnit } from "./file.ts";
import { conventionalFloating } from "./probes.ts";
import { ancestorsOf, closureOf, isTrigonometric } from "./slice.ts";

/** The tensor of `dtype=x.dtype`, `.to(x)` or `.type_as(x)`, or null. */
export function ambientSource({ attributes }: Node): Node | null {
  const from = attributes.dtype ?? attributes.like ?? attributes.target;
  if (from === undefined || from === null || !isNode(from)) return null;
  if (from.what.kind === "dtype-of") return from.inputs[0] ?? null;
  return from === attributes.dtype ? null : from;
}

/**
 * Whether the tensor that a dtype is taken from is floating for sure (DESIGN.md 2.1, "Floating arguments"): annotated
 * or named so, met by a layer or a parameter, or its dtype ends in a sine or cosine.
 */
export function isCertainlyFloating(unit: AnalysedUnit, typed: Node, source: Node): boolean {
  const inputs = [...ancestorsOf(source)].filter(({ what }) => what.kind === "input" && what.name !== "self");
  const undecided = inputs.filter((input) => {
    const kind = unit.inputs.kindOf(input);
    return kind.kind === "tensor" && kind.floats === "undecided";
  });
  if (undecided.length === 0 || undecided.some((input) => isNamedFloating(input) || meetsLayer(unit, input)))
    return true;
  return [...closureOf(typed, unit.uses)].some(isTrigonometric);
}

function isNamedFloating({ what, names }: Node): boolean {
  return what.kind === "input" && [what.name, ...names].some((name) => conventionalFloating.test(name));
}

function meetsLayer(unit: AnalysedUnit, input: Node): boolean {
  return (unit.uses.get(input.id) ?? []).some(
    ({ consumer: { what, inputs } }) =>
      (what.kind === "call" && (what.result === "layer" || what.result === "linear")) ||
      inputs.some((other) => other.what.kind === "stored" && other.what.form === "parameter"),
  );
}
