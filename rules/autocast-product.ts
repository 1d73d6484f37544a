import type { Node } from "../src/ir/graph.ts";
import { isLow } from "../src/tensors/dtype.ts";
import { apiReference } from "../src/frontends/python/references.ts";
import { isAngleProduct, subjectOfProduct } from "../src/analysis/matching/angle-products.ts";
import { isAudio } from "../src/analysis/values/audio.ts";
import { elementwiseForms } from "../src/analysis/rewriting/elementwise.ts";
import { lowDTypes, plainSetting, type LowDType, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { loweringSettings } from "../src/analysis/matching/lowering.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";

/** Positions times frequencies by an operation that autocast computes in the low dtype. */
export const autocastProduct: Rule = {
  id: "autocast-product",
  summary: "positions meet frequencies in a product that autocast lowers",
  strict: false,
  literals: ["arange", "sin(", "cos("],
  match: (unit, settings, file) =>
    unit.unit.graph.nodes.flatMap((node) => matchProduct(unit, node, settings, file)),
  rewrites,
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
  const writtenLow = writtenLowOf(unit, node);
  const lowered =
    writtenLow === null
      ? loweringSettings(
          unit,
          node,
          settings.filter(({ environment }) => environment.autocast),
        )
      : [{ ...plainSetting, low: writtenLow }];
  if (lowered.length === 0) return [];
  const isElementwise = elementwiseForms(unit, node, file) !== null;
  return [
    {
      node,
      settings: lowered,
      subject: subjectOfProduct(unit, node),
      integrality: { degree: "proved", evidence: [] },
      writtenLow,
      raises: null,
      ...(isElementwise ? {} : { advice: ", a sum of several terms: compute it where autocast is disabled" }),
    },
  ];
}

/** An elementwise product; where the text itself asks for a low one, also with its dtype again at the end. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] | null {
  const forms = elementwiseForms(unit, root.node, file);
  const low = root.writtenLow && apiReference(file.program, `torch.${root.writtenLow}`, file.text);
  if (!forms || !low) return forms;
  return [
    ...forms,
    ...forms.map((form) => ({ ...form, form: `${form.form}, and cast the result last`, boundary: low })),
  ];
}

/** The dtype of a region that the text itself switches on: there the product is low wherever the code runs. */
function writtenLowOf(unit: AnalysedUnit, { autocastTo, inputs }: Node): LowDType | null {
  const low = lowDTypes.find((dtype) => dtype === autocastTo) ?? null;
  const plain = unit.dtypes(plainSetting);
  return inputs.every((input) => isTensorOf(plain.value(input), (dtype) => !isLow(dtype))) ? low : null;
}
