import type { Node } from "../ir/graph.ts";
import { isLow } from "../tensors/dtype.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { isTensorOf } from "../analysis/evaluate/results.ts";
import type { Comparison } from "./pair-units.ts";
import type { Occurrence } from "./judge.ts";

/**
 * Whether a rewrite puts a cast in the root's place that is low in one of the given settings: the hazard would stay there under
 * another rule's name, and a fix never adds a finding.
 */
export function leavesCast(
  comparisons: readonly Comparison[],
  occurrences: readonly Occurrence[],
  left: readonly Setting[],
): Setting | null {
  for (const { before, after } of comparisons) {
    for (const { unit, root } of occurrences) {
      if (unit !== before) continue;
      const casts = inPlaceOf(root.node, after).filter(isCast);
      const low = left.find((setting) => casts.some((cast) => isLoweredIn(after, cast, setting)));
      if (low) return low;
    }
  }
  return null;
}

/** What took a node's place in the text. */
function inPlaceOf({ span }: Node, { unit }: AnalysedUnit): readonly Node[] {
  return [...unit.replaced].flatMap(([expression, nodes]) =>
    span !== null && expression.span?.start === span.start && expression.span.end === span.end ? nodes : [],
  );
}

function isCast({ what }: Node): boolean {
  return what.kind === "operation" && what.operation === "cast";
}

function isLoweredIn(unit: AnalysedUnit, node: Node, setting: Setting): boolean {
  return (
    isTensorOf(unit.dtypes(setting).value(node), isLow) &&
    !isTensorOf(unit.dtypes(plainSetting).value(node), isLow)
  );
}
