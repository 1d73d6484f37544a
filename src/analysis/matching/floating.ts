import { isNode, type Node } from "../../ir/graph.ts";
import { isKnownFunction } from "../../frontends/dialects/dialects.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { conventionalFloating } from "../probes.ts";
import type { Root } from "../rule.ts";
import { ancestorsOf, closureOf, isTrigonometric, isView } from "../values/slice.ts";

/** The tensor of `dtype=x.dtype`, `.to(x)` or `.type_as(x)`, or null. */
export function ambientSource({ attributes }: Node): Node | null {
  const from = attributes.dtype ?? attributes.like ?? attributes.target;
  if (from === undefined || from === null || !isNode(from)) return null;
  if (from.what.kind === "dtype-of") return from.inputs[0] ?? null;
  return from === attributes.dtype ? null : from;
}

/** How far a root may rise whose dtype is taken from a tensor that may not be floating. */
export function capByDtype(unit: AnalysedUnit, typed: Node): Pick<Root, "cap"> {
  const source = ambientSource(typed);
  if (source === null || isCertainlyFloating(unit, typed, source)) return {};
  return { cap: isOfUnknownOperation(originOf(source)) ? "note" : "warning" };
}

/**
 * Whether the tensor that a dtype is taken from is floating for sure: annotated
 * or named so, met by a layer or a parameter, or its dtype ends in a sine or cosine.
 */
export function isCertainlyFloating(unit: AnalysedUnit, typed: Node, source: Node): boolean {
  const inputs = [...ancestorsOf(source)].filter(({ what }) => what.kind === "input" && what.name !== "self");
  const undecided = inputs.filter((input) => {
    const kind = unit.inputs.kindOf(input);
    return kind.kind === "tensor" && kind.floats === "undecided";
  });
  const origin = originOf(source);
  const doubtful = isOfUnknownOperation(origin) ? [...undecided, origin] : undecided;
  if (doubtful.length === 0 || doubtful.some((value) => isNamedFloating(value) || meetsLayer(unit, value)))
    return true;
  return [...closureOf(typed, unit.uses)].some(isTrigonometric);
}

/** What a dtype comes from: the tensor that was viewed, unpacked or taken out of a list. */
function originOf(node: Node): Node {
  const [first] = node.inputs;
  const { what } = node;
  const isItem = what.kind === "call" && what.callee.startsWith("item");
  const keepsDtype = isView(node) && !(what.kind === "operation" && what.operation === "cast");
  return (isItem || keepsDtype) && first ? originOf(first) : node;
}

/** The result of a library's function or of a method of which nothing is known: it may count, compare or look up. */
function isOfUnknownOperation({ what, library }: Node): boolean {
  if (what.kind !== "call") return false;
  const { result, callee } = what;
  const isMethod = result === "unknown" && !callee.includes(".");
  return (isMethod || result === "ambient") && !isKnownFunction(library ?? "torch", callee);
}

function isNamedFloating({ what, names }: Node): boolean {
  const own = what.kind === "input" ? [what.name] : [];
  return [...own, ...names].some((name) => conventionalFloating.test(name));
}

function meetsLayer(unit: AnalysedUnit, input: Node): boolean {
  return (unit.uses.get(input.id) ?? []).some(
    ({ consumer: { what, inputs } }) =>
      (what.kind === "call" && (what.result === "layer" || what.result === "linear")) ||
      inputs.some((other) => other.what.kind === "stored" && other.what.form === "parameter"),
  );
}
