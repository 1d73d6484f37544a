import type { Call, Expr } from "../src/ir/program.ts";
import type { Node } from "../src/ir/graph.ts";
import { callOf, keywordOf, methodCall, withKeyword, withPositional } from "../src/ir/build.ts";
import type { Library } from "../src/ir/library.ts";
import { isFloating, isLow } from "../src/tensors/dtype.ts";
import { spellingOf } from "../src/frontends/dialects/dialects.ts";
import { castExpression, castToNamed, dtypeExpression } from "../src/frontends/python/casts.ts";
import { apiReference } from "../src/frontends/python/references.ts";
import { lowDTypes, patchedLibraries, plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import { isAudio } from "../src/analysis/values/audio.ts";
import { dottedName } from "../src/analysis/execute/classes.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { rangeIntegrality } from "../src/analysis/values/integrality.ts";
import { ambientSource, capByDtype } from "../src/analysis/matching/floating.ts";
import { feedsFrequency, sharesProduct } from "../src/analysis/matching/products.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import { ancestorsOf } from "../src/analysis/values/slice.ts";

/** An integral range whose constructor gives a floating dtype, by its text or by the environment. */
export const floatRange: Rule = {
  id: "float-range",
  summary: "integer range built in a floating dtype",
  strict: false,
  languages: ["python", "javascript"],
  convention: "int64 is the convention",
  literals: ["arange", "tf.range("],
  match: (unit, settings, file) =>
    unit.unit.graph.nodes.flatMap((node) => matchRange(unit, node, settings, file)),
  rewrites,
  message: (root) => `${root.subject} are built as a floating range`,
};

function matchRange(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly Root[] {
  if (node.what.kind !== "operation" || node.what.operation !== "range" || !node.span) return [];
  const plain = unit.dtypes(plainSetting).value(node);
  if (!isTensorOf(plain, isFloating)) return [];
  if (node.attributes.dtype === undefined && !node.inputs.some(isWrittenAsFloat)) return [];
  if (isAudio(unit, node, file)) return [];
  const integrality = rangeIntegrality(node, unit.inputs);
  if (integrality.degree === "fractional") return [];
  const lowered = settings.filter((setting) => isLowered(unit, node, setting));
  // A dtype that is float32 wherever the code runs is no hazard. Where constructors may give another dtype than the one
  // that is written, writing it is a breach of convention all the same.
  const unsafe = isWrittenAtCall(node, file) && patchedLibraries.includes(unit.libraryOf(node));
  if (!unsafe && lowered.length === 0 && !isAmbientAnywhere(unit, node, settings)) return [];
  const subject = subjectOf(unit, node);
  const writtenLow = lowDTypes.find((low) => low === plain.dtype) ?? null;
  const roots = writtenLow === null ? lowered : [{ ...plainSetting, low: writtenLow }];
  const capped = capByDtype(unit, node);
  return [{ node, settings: roots, subject, integrality, writtenLow, ...capped, raises: null }];
}

function subjectOf(unit: AnalysedUnit, node: Node): string {
  if (node.inputs.some((bound) => countsHeads(unit, bound))) return "indices";
  return unit.roleOf(node) === "position" && feedsFrequency(unit, node) ? "channel indices" : "positions";
}

/** Heads are neither positions nor channels. A size that is a quotient by the number of heads is no count of them. */
function countsHeads(unit: AnalysedUnit, bound: Node): boolean {
  const roles = [...ancestorsOf(bound)].flatMap((node) => {
    if (node.what.kind !== "input" && node.what.kind !== "attribute") return [];
    const kind = unit.inputs.kindOf(node);
    return kind.kind === "number" ? [kind.role] : [];
  });
  return roles.length > 0 && roles.every((role) => role === "heads");
}

/** The root's own dtype is low while what it is computed from is not. */
function isLowered(unit: AnalysedUnit, node: Node, setting: Setting): boolean {
  const source = ambientSource(node);
  const partner = source !== null && sharesProduct(unit, node, source) ? source : null;
  // Where the tensor that the dtype is taken from enters the same product and is low, that tensor is the root.
  return unit
    .dtypeVariants(setting, node)
    .some(
      (evaluator) =>
        isTensorOf(evaluator.value(node), isLow) && !(partner && isTensorOf(evaluator.value(partner), isLow)),
    );
}

function isWrittenFloat(node: Node): boolean {
  const { dtype } = node.attributes;
  if (dtype === undefined) return true;
  return dtype !== null && typeof dtype !== "string" && "what" in dtype && dtype.what.kind === "dtype";
}

/** Whether the call itself names the dtype (or leaves it to its float literals): a parameter's name does not. */
function isWrittenAtCall(node: Node, file: FileAnalysis): boolean {
  const call = file.callOf(node);
  const written = call && keywordOf(call, "dtype");
  return isWrittenFloat(node) && (!written || /(float|double|half)\d*$/.test(dottedName(written) ?? ""));
}

/** A number whose type is float by the text itself: `2.0`, `float(n)`, arithmetic with one. */
function isWrittenAsFloat(node: Node): boolean {
  const { what, inputs } = node;
  if (what.kind === "number") return !what.integer;
  if (what.kind === "scalar") return what.name === "float";
  return (what.kind === "binary" || what.kind === "unary") && inputs.some(isWrittenAsFloat);
}

function isAmbientAnywhere(unit: AnalysedUnit, node: Node, settings: readonly Setting[]): boolean {
  return settings.some((setting) =>
    unit.dtypeVariants(setting, node).some((evaluator) => isTensorOf(evaluator.value(node), isLow)),
  );
}

/** Keywords from a mapping may hold a dtype; an integer tensor cannot take gradients or fill a floating `out`. */
function isRewritable(call: Call): boolean {
  const gradients = keywordOf(call, "requires_grad");
  const keepsGradients = gradients !== null && !(gradients.kind === "constant" && gradients.value === false);
  return !keepsGradients && keywordOf(call, "out") === null && call.args.every((arg) => arg.spread === "");
}

/** Integers, then the cast that gives back the dtype as written; for ambient dtypes also float32 inside. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const call = file.callOf(root.node);
  const library = unit.libraryOf(root.node);
  const { integer, shorthand } = spellingOf(library);
  const integers = dtypeExpression(file, library, integer);
  if (!call || !integers || !isRewritable(call)) return [];
  const range = withDtype(call, library, integers);
  const inside = castToNamed(file, library, range, "float32");
  if (!inside) return [];
  const single = (form: string, replacement: Expr, boundary: Expr | null): Candidate => ({
    form: `build the range in ${integer}, then ${form}`,
    substitutions: new Map([[call, replacement]]),
    boundary,
  });
  const float = shorthand.float32 === undefined ? "cast it to float32" : `.${shorthand.float32}()`;
  const plain = unit.dtypes(plainSetting).value(root.node);
  const written = dtypeOf(call, library);
  if (!written) {
    const getter = apiReference(file.program, "torch.get_default_dtype", file.text);
    const ambient: readonly Candidate[] = getter
      ? [
          single(`${float}, and cast the result to the default dtype last`, inside, callOf(getter)),
          single("cast to the default dtype", methodCall(range, "to", [callOf(getter)]), null),
        ]
      : [];
    return [single(float, inside, null), ...ambient];
  }
  const last = single(`${float}, and cast the result last`, inside, written);
  if (root.writtenLow !== null) return [single(float, inside, null), last];
  if (isWrittenAtCall(root.node, file)) {
    const method = plain.kind === "tensor" && plain.dtype !== null ? shorthand[plain.dtype] : undefined;
    return method === undefined ? [] : [single(`.${method}()`, methodCall(range, method), null)];
  }
  return [...sameDtype(root, unit, file, range, written, single), single(float, inside, null), last];
}

/** The cast that gives back the range's own dtype, ambient as it is. */
function sameDtype(
  { node }: Root,
  unit: AnalysedUnit,
  file: FileAnalysis,
  range: Call,
  written: Expr,
  single: (form: string, replacement: Expr, boundary: Expr | null) => Candidate,
): readonly Candidate[] {
  const source = ambientSource(node);
  const library = unit.libraryOf(node);
  const typeAs =
    library === "torch" &&
    source !== null &&
    written.kind === "attribute" &&
    written.name === "dtype" &&
    sharesProduct(unit, node, source);
  if (typeAs) return [single(".type_as()", methodCall(range, "type_as", [written.object]), null)];
  const same = castExpression(file, library, range, written);
  return same ? [single("cast to the same dtype", same, null)] : [];
}

/** The dtype argument, by keyword or by position. */
function dtypeOf(call: Call, library: Library): Expr | null {
  const place = positionOfDtype(call, library);
  return keywordOf(call, "dtype") ?? (place === null ? null : (call.args[place]?.value ?? null));
}

function withDtype(call: Call, library: Library, dtype: Expr): Call {
  const place = positionOfDtype(call, library);
  return place === null ? withKeyword(call, "dtype", dtype) : withPositional(call, place, dtype);
}

function positionOfDtype({ args }: Call, library: Library): number | null {
  const { rangeDtype, dtypeAfterStop } = spellingOf(library);
  // A range that names no dtype is not low in a library where the dtype may follow the stop.
  const place = dtypeAfterStop === true && args.length === 2 ? 1 : rangeDtype;
  return place !== null && args[place]?.name === null ? place : null;
}
