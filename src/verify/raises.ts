import { isNode, type Node } from "../ir/graph.ts";
import type { DType } from "../tensors/dtype.ts";
import { castTensor } from "../tensors/operations/operands.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { replacementsOf } from "../analysis/units/execute-unit.ts";
import type { Comparison } from "./pair-units.ts";
import type { GroupResult } from "./group.ts";
import type { Occurrence } from "./judge.ts";
import { isIdentical } from "./outputs.ts";

/** Code that raises has no values to compare: its repair raises no more, and gives what the code names. */
export function judgeRaises(
  comparisons: readonly Comparison[],
  occurrences: readonly Occurrence[],
  settings: readonly Setting[],
): Pick<GroupResult, "verdict" | "reason"> {
  const better = comparisons.every(({ before, after }) => raising(after) < raising(before));
  if (!better) return { verdict: "ineffective", reason: "it still raises" };
  for (const comparison of comparisons) {
    const own = occurrences.filter(({ unit, root }) => unit === comparison.before && root.raises !== null);
    for (const setting of [plainSetting, ...settings]) {
      if (own.every(({ root }) => givesMeant(comparison, root.node, setting))) continue;
      const reason = `${setting.environment.name}: gives another value or dtype than the one that is named`;
      return { verdict: "regresses", reason };
    }
  }
  return { verdict: "confirmed-change", reason: null };
}

function raising(unit: AnalysedUnit): number {
  const plain = unit.dtypes(plainSetting);
  return unit.unit.graph.nodes.filter((node) => plain.value(node).kind === "raises").length;
}

/** Whether what stands in a cast's place is its operand, bit for bit, in the dtype that the cast names. */
function givesMeant({ before, after }: Comparison, cast: Node, setting: Setting): boolean {
  const dtype = meantBy(before, cast, setting);
  const [operand] = cast.inputs;
  const now = inPlaceOf(cast, before, after);
  if (dtype === null || !operand || !now) return false;
  const [given, value] = [before.numbers(setting).value(operand), after.numbers(setting).value(now)];
  if (given.kind !== "tensor") return value.kind !== "tensor" || value.dtype === dtype;
  const data = given.data && castTensor(given.data, dtype);
  if (data === null) return value.kind === "tensor" && value.dtype === dtype && value.device === given.device;
  return isIdentical({ ...given, dtype, data }, value);
}

/** The dtype that is passed where a tensor has to be. */
function meantBy(unit: AnalysedUnit, { attributes }: Node, setting: Setting): DType | null {
  const named = attributes.like ?? attributes.meant;
  if (named === undefined || !isNode(named)) return null;
  const value = unit.dtypes(setting).value(named);
  return value.kind === "dtype" ? value.dtype : null;
}

/** What took a node's place, at the same execution of the text. */
function inPlaceOf(node: Node, before: AnalysedUnit, after: AnalysedUnit): Node | null {
  const ordinal = Number(before.keys.get(node.id)?.split("#")[1] ?? 0);
  return replacementsOf(node, after.unit)[ordinal] ?? null;
}
