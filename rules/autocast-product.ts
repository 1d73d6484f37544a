import type { Node } from "../src/ir/graph.ts";
import { isAngleProduct, subjectOfProduct } from "../src/analysis/angle-products.ts";
import { isAudio } from "../src/analysis/audio.ts";
import { elementwiseForms } from "../src/analysis/elementwise.ts";
import type { Setting } from "../src/analysis/environments.ts";
import type { AnalysedUnit, FileAnalysis } from "../src/analysis/file.ts";
import { loweringSettings } from "../src/analysis/lowering.ts";
import type { Root, Rule } from "../src/analysis/rule.ts";

/** Positions times frequencies by an operation that autocast computes in the low dtype. */
export const autocastProduct: Rule = {
  id: "autocast-product",
  summary: "positions meet frequencies in a product that autocast lowers",
  strict: false,
  literals: ["arange", "sin(", "cos("],
  match: (unit, settings, file) =>
    unit.unit.graph.nodes.flatMap((node) => matchProduct(unit, node, settings, file)),
  rewrites: (root, unit, file) => elementwiseForms(unit, root.node, file),
  message: ({ subject, advice }) => `autocast lowers the product that makes ${subject}${advice ?? ""}`,
};

function matchProduct(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly Root[] {
  if (!node.autocast || node.phase !== "forward" || !isAngleProduct(unit, node)) return [];
  if (isAudio(unit, node, file)) return [];
  const lowered = loweringSettings(
    unit,
    node,
    settings.filter(({ environment }) => environment.autocast),
  );
  if (lowered.length === 0) return [];
  const isElementwise = elementwiseForms(unit, node, file) !== null;
  return [
    {
      node,
      settings: lowered,
      subject: subjectOfProduct(unit, node),
      integrality: { degree: "proved", evidence: [] },
      writtenLow: null,
      raises: null,
      ...(isElementwise ? {} : { advice: ", a sum of several terms: compute it where autocast is disabled" }),
    },
  ];
}
