import type { Call, Expr } from "../src/ir/program.ts";
import type { Node } from "../src/ir/graph.ts";
import { callOf, keywordOf, methodCall, withKeyword } from "../src/ir/build.ts";
import { isFloating, isLow } from "../src/tensors/dtype.ts";
import { apiReference } from "../src/frontends/python/references.ts";
import { lowDTypes, plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import { isAudio } from "../src/analysis/audio.ts";
import { dottedName } from "../src/analysis/execute/classes.ts";
import type { AnalysedUnit, FileAnalysis } from "../src/analysis/file.ts";
import { rangeIntegrality } from "../src/analysis/integrality.ts";
import { ambientSource, isCertainlyFloating } from "../src/analysis/floating.ts";
import { feedsFrequency, sharesProduct } from "../src/analysis/products.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import { ancestorsOf } from "../src/analysis/slice.ts";

/** An integral range whose constructor gives a floating dtype, by its text or by the environment. */
export const floatRange: Rule = {
  id: "float-range",
  summary: "integer range built in a floating dtype",
  strict: false,
  convention: "int64 is the convention",
  literals: ["arange"],
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
  // A dtype that comes from elsewhere and is float32 wherever the code runs is no hazard and no breach of convention.
  if (!isWrittenAtCall(node, file) && lowered.length === 0 && !isAmbientAnywhere(unit, node, settings))
    return [];
  const subject = subjectOf(unit, node);
  const writtenLow = lowDTypes.find((low) => low === plain.dtype) ?? null;
  const roots = writtenLow === null ? lowered : [{ ...plainSetting, low: writtenLow }];
  const source = ambientSource(node);
  const isUndecided = source !== null && !isCertainlyFloating(unit, node, source);
  const cap = isUndecided ? ({ cap: "warning" } as const) : {};
  return [{ node, settings: roots, subject, integrality, writtenLow, ...cap, raises: null }];
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

const castMethods: Readonly<Record<string, string>> = {
  float32: "float",
  float64: "double",
};

/** Keywords from a mapping may hold a dtype; an integer tensor cannot take gradients or fill a floating `out`. */
function isRewritable(call: Call): boolean {
  const gradients = keywordOf(call, "requires_grad");
  const keepsGradients = gradients !== null && !(gradients.kind === "constant" && gradients.value === false);
  return !keepsGradients && keywordOf(call, "out") === null && call.args.every((arg) => arg.spread === "");
}

/** int64, then the cast that gives back the dtype as written; for ambient dtypes also float32 inside. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const call = file.callOf(root.node);
  const int64 = apiReference(file.program, "torch.int64", file.text);
  if (!call || !int64 || !isRewritable(call)) return [];
  const range = withKeyword(call, "dtype", int64);
  const written = keywordOf(call, "dtype");
  const single = (form: string, replacement: Expr, boundary: Expr | null): Candidate => ({
    form: `build the range in int64, then ${form}`,
    substitutions: new Map([[call, replacement]]),
    boundary,
  });
  const plain = unit.dtypes(plainSetting).value(root.node);
  const method = plain.kind === "tensor" && plain.dtype !== null ? castMethods[plain.dtype] : undefined;
  if (!written) {
    const getter = apiReference(file.program, "torch.get_default_dtype", file.text);
    const ambient: readonly Candidate[] = getter
      ? [single("cast to the default dtype", methodCall(range, "to", [callOf(getter)]), null)]
      : [];
    return [single(".float()", methodCall(range, "float"), null), ...ambient];
  }
  const inside = methodCall(range, "float");
  if (root.writtenLow !== null)
    return [single(".float()", inside, null), single(".float(), and cast the result last", inside, written)];
  if (isWrittenAtCall(root.node, file)) {
    return method === undefined ? [] : [single(`.${method}()`, methodCall(range, method), null)];
  }
  const source = ambientSource(root.node);
  const typeAs =
    source !== null &&
    written.kind === "attribute" &&
    written.name === "dtype" &&
    sharesProduct(unit, root.node, source);
  const same = typeAs ? methodCall(range, "type_as", [written.object]) : methodCall(range, "to", [written]);
  return [
    single(typeAs ? ".type_as()" : "cast to the same dtype", same, null),
    single(".float()", inside, null),
    single(".float(), and cast the result last", inside, written),
  ];
}
