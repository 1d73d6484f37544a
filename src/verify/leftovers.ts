import type { Node } from "../ir/graph.ts";
import { isLow } from "../tensors/dtype.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { replacementsOf } from "../analysis/units/execute-unit.ts";
import type { Role } from "../analysis/values/roles.ts";
import { isTensorOf } from "../analysis/evaluate/results.ts";
import type { Comparison } from "./pair-units.ts";
import type { Occurrence } from "./judge.ts";

/**
 * Whether a rewrite that repairs no environment casts phases or positions at the end of the slice, where they are low in one
 * of the given settings: what follows may well take their sine, and that cast would be the next finding.
 */
export function castsAngles(comparisons: readonly Comparison[], left: readonly Setting[]): Setting | null {
  for (const { after } of comparisons) {
    const casts = [...after.unit.replaced.values()]
      .flat()
      .filter((node) => isCast(node) && angles.has(after.roleOf(node)));
    const low = loweringOne(after, casts, left);
    if (low) return low;
  }
  return null;
}

const angles: ReadonlySet<Role> = new Set(["position", "frequency", "phase"]);

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
      const casts = replacementsOf(root.node, after.unit).filter(isCast);
      const low = loweringOne(after, casts, left);
      if (low) return low;
    }
  }
  return null;
}

function isCast({ what }: Node): boolean {
  return what.kind === "operation" && what.operation === "cast";
}

/** The first setting in which one of the casts is low. */
function loweringOne(
  unit: AnalysedUnit,
  casts: readonly Node[],
  settings: readonly Setting[],
): Setting | undefined {
  return settings.find((setting) => casts.some((cast) => isLoweredIn(unit, cast, setting)));
}

function isLoweredIn(unit: AnalysedUnit, node: Node, setting: Setting): boolean {
  return (
    isTensorOf(unit.dtypes(setting).value(node), isLow) &&
    !isTensorOf(unit.dtypes(plainSetting).value(node), isLow)
  );
}
