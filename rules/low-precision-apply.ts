import type { Node } from "../src/ir/graph.ts";
import { isLow } from "../src/tensors/dtype.ts";
import type { Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { isSingleInPlain } from "../src/analysis/matching/lowering.ts";
import { rotationOf, type Rotation } from "../src/analysis/matching/rotations.ts";
import { rotateInSingle } from "../src/analysis/rewriting/single-rotation.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";

/** Rotary embeddings applied in the dtype of queries and keys: products and their sum round, each once. */
export const lowPrecisionApply: Rule = {
  id: "low-precision-apply",
  summary: "rotary embedding applied in the ambient dtype",
  strict: false,
  most: "note",
  literals: ["rotate", "rotary"],
  match,
  rewrites,
  suggests: true,
  message: () =>
    "the rotation is applied in the dtype of queries and keys; float32 tables, and a cast of the sum, cost one rounding",
};

/** One root a definition: queries and keys are rotated alike. */
function match(unit: AnalysedUnit, settings: readonly Setting[], file: FileAnalysis): readonly Root[] {
  const byDefinition = new Map<string, Rotation[]>();
  for (const node of unit.unit.graph.nodes) {
    const rotation = rotationOf(unit, node);
    if (!rotation || !node.span) continue;
    const home = file.expressionOf(node)?.definition ?? "";
    byDefinition.set(home, [...(byDefinition.get(home) ?? []), rotation]);
  }
  return [...byDefinition.values()].flatMap((rotations) => {
    const known = rotations.map((rotation) => rotation.node).filter((sum) => isSingleInPlain(unit, sum));
    const [node, ...alike] = distinct(known);
    const low = settings.filter((setting) => node && isTensorOf(unit.dtypes(setting).value(node), isLow));
    if (!node || low.length === 0) return [];
    const integrality = { degree: "proved", evidence: [] } as const;
    const root = { node, settings: low, subject: "rotations", integrality, writtenLow: null, raises: null };
    const related = alike.map((other) => ({ node: other, message: "the same here" }));
    return [{ ...root, cap: "note", rotations, related } as const];
  });
}

/** One node a place: a helper is executed for queries and for keys. */
function distinct(nodes: readonly Node[]): readonly Node[] {
  return nodes.filter((node, i) => nodes.findIndex((other) => other.span?.start === node.span?.start) === i);
}

function rewrites(
  { rotations = [] }: Root,
  unit: AnalysedUnit,
  file: FileAnalysis,
): readonly Candidate[] | null {
  const substitutions = rotateInSingle(rotations, unit, file);
  return substitutions && [{ form: "rotate in float32, and cast the sum", substitutions, boundary: null }];
}
