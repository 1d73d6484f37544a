import type { Node } from "../src/ir/graph.ts";
import { isAngleProduct, subjectOfProduct } from "../src/analysis/matching/angle-products.ts";
import { isAudio } from "../src/analysis/values/audio.ts";
import { elementwiseForms } from "../src/analysis/rewriting/elementwise.ts";
import { plainSetting, type Setting } from "../src/analysis/environments.ts";
import { usesTf32 } from "../src/analysis/evaluate/compute.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import type { Root, Rule } from "../src/analysis/rule.ts";

/** Positions times frequencies in float32, by an operation that computes in TF32 where that is allowed. */
export const tf32Product: Rule = {
  id: "tf32-product",
  summary: "positions meet frequencies in a product that TF32 rounds",
  strict: true,
  literals: ["arange", "sin(", "cos("],
  environment: "tf32",
  match: (unit, settings, file) =>
    unit.unit.graph.nodes.flatMap((node) => matchProduct(unit, node, settings, file)),
  rewrites: (root, unit, file) => elementwiseForms(unit, root.node, file),
  message: ({ subject, advice }) =>
    `TF32 rounds what enters the product that makes ${subject}${advice ?? ""}`,
};

/** The result's dtype tells nothing here: both operands are float32, and the units round them. */
function matchProduct(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly Root[] {
  const { inputs } = node;
  if (!usesTf32(node) || !isAngleProduct(unit, node)) return [];
  if (isAudio(unit, node, file)) return [];
  const plain = unit.dtypes(plainSetting);
  const rounded = settings.filter(({ environment }) => environment.tf32);
  const isSingle = inputs.every((input) => isTensorOf(plain.value(input), (dtype) => dtype === "float32"));
  if (rounded.length === 0 || !isSingle) return [];
  const isElementwise = elementwiseForms(unit, node, file) !== null;
  return [
    {
      node,
      settings: rounded,
      subject: subjectOfProduct(unit, node),
      integrality: { degree: "proved", evidence: [] },
      writtenLow: null,
      raises: null,
      ...(isElementwise ? {} : { advice: ", a sum of several terms: allow_tf32 must be off" }),
    },
  ];
}
