import { isNode, type Node } from "../../ir/graph.ts";
import { isFloating, isLow } from "../../tensors/dtype.ts";
import { isAudio } from "../values/audio.ts";
import { lowDTypes, plainSetting, type LowDType, type Setting } from "../environments.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { FileAnalysis } from "../file.ts";
import { ambientSource, capByDtype } from "./floating.ts";
import { feedsAngle, loweringSettings } from "./lowering.ts";
import { feedsFrequency, sharesProduct } from "./products.ts";
import type { Root } from "../rule.ts";
import { isView } from "../values/slice.ts";

/** Operations that take a dtype to compute in: a count of a mask, `cumsum(1, dtype=x.dtype)`. */
const computesIn: ReadonlySet<string> = new Set(["cumsum", "sum"]);

/** A cast of a position value to a low dtype before it has done its work. */
export interface LoweringCast {
  readonly root: Root;
  /** Whether everything that takes the value casts it up again. */
  readonly isRoundTrip: boolean;
}

/** The casts of a unit that lower positions, frequencies or phases; a table, where angles are done, only if it is cast up again. */
export function loweringCasts(
  unit: AnalysedUnit,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly LoweringCast[] {
  return unit.unit.graph.nodes.flatMap((node) => {
    const { what, inputs, attributes } = node;
    if (what.kind !== "operation" || !node.span || !inputs[0]) return [];
    if (what.operation !== "cast" && !(computesIn.has(what.operation) && attributes.dtype)) return [];
    return unit.roleOf(node) === "none" ? [] : lowers(unit, node, settings, file);
  });
}

function lowers(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly LoweringCast[] {
  const writtenLow = writtenLowOf(unit, node);
  const lowered =
    writtenLow === null
      ? loweringSettings(unit, node, settings).filter((setting) => !isPartnerLow(unit, node, setting))
      : [{ ...plainSetting, low: writtenLow }];
  if (lowered.length === 0) return [];
  const isRoundTrip = lowered.every((setting) => isCastUp(unit, node, unit.dtypes(setting)));
  if (!matters(unit, node, isRoundTrip) || isAudio(unit, node, file)) return [];
  const capped = capByDtype(unit, node);
  const root: Root = {
    node,
    settings: lowered,
    subject: feedsFrequency(unit, node) ? "channel indices" : (subjects[unit.roleOf(node)] ?? "positions"),
    // In an integer dtype the cast would truncate: what does not, is no repair.
    integrality: { degree: capped.cap ? "unknown" : "proved", evidence: [] },
    writtenLow,
    ...capped,
    raises: null,
  };
  return [{ root, isRoundTrip }];
}

const subjects: Readonly<Record<string, string>> = {
  frequency: "frequencies",
  slope: "slopes",
  phase: "phases",
  bias: "biases",
  table: "sines and cosines",
};

/** The low dtype that the text itself casts to. */
function writtenLowOf(unit: AnalysedUnit, node: Node): LowDType | null {
  const plain = unit.dtypes(plainSetting);
  const [value, operand] = [plain.value(node), node.inputs[0] ? plain.value(node.inputs[0]) : null];
  if (!isTensorOf(value, isLow) || !operand || !isTensorOf(operand, (dtype) => !isLow(dtype))) return null;
  return lowDTypes.find((low) => low === value.dtype) ?? null;
}

/** Where the tensor that the dtype is taken from enters the same product and is low, that tensor is the root. */
function isPartnerLow(unit: AnalysedUnit, node: Node, setting: Setting): boolean {
  const source = ambientSource(node);
  return (
    source !== null &&
    isTensorOf(unit.dtypes(setting).value(source), isLow) &&
    sharesProduct(unit, node, source)
  );
}

/** A table is at its end, and a bias too: what is cast after the sine or the product is cast last. */
function matters(unit: AnalysedUnit, node: Node, isRoundTrip: boolean): boolean {
  const role = unit.roleOf(node);
  if (role === "table" || role === "bias") return isRoundTrip;
  return feedsAngle(unit, node) || (isRoundTrip && role === "phase");
}

/** Whether all that takes a value, through views and arms of branches, is a cast to something that is not low. */
function isCastUp(unit: AnalysedUnit, node: Node, evaluator: Evaluator): boolean {
  const seen = new Set<Node>([node]);
  let casts = 0;
  for (const next of seen) {
    if (unit.unit.graph.sinks.some((sink) => sink.node === next)) return false;
    for (const { consumer } of unit.uses.get(next.id) ?? []) {
      const isCast = consumer.what.kind === "operation" && consumer.what.operation === "cast";
      if (isCast && isWide(evaluator, consumer)) casts += 1;
      else if (consumer.what.kind === "select" || (isView(consumer) && isFirst(consumer, next)))
        seen.add(consumer);
      else return false;
    }
  }
  return casts > 0;
}

function isFirst(consumer: Node, node: Node): boolean {
  const items = consumer.attributes.items;
  const isItem =
    items !== undefined &&
    items !== null &&
    typeof items === "object" &&
    !isNode(items) &&
    "subscripts" in items &&
    items.subscripts.some((item) => item.kind === "item" && item.value === node);
  return consumer.inputs[0] === node && !isItem;
}

function isWide(evaluator: Evaluator, node: Node): boolean {
  return isTensorOf(evaluator.value(node), (dtype) => isFloating(dtype) && !isLow(dtype));
}
