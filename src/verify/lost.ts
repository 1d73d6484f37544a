import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { Evaluated } from "../analysis/evaluate/evaluated.ts";
import { closureOf } from "../analysis/values/slice.ts";
import type { Node } from "../ir/graph.ts";
import type { GroupResult } from "./group.ts";
import type { Occurrence } from "./judge.ts";
import { edgesOf, type Comparison } from "./pair-units.ts";

/**
 * What is lost has no numbers to compare. After its repair nothing is lost any more, what follows has the dtype, the rank and the device
 * that it has in plain, and raises nowhere.
 */
export function judgeLost(
  comparisons: readonly Comparison[],
  occurrences: readonly Occurrence[],
  settings: readonly Setting[],
): Pick<GroupResult, "verdict" | "reason"> {
  for (const { before, after } of comparisons) {
    const own = occurrences.filter(({ unit }) => unit === before).map(({ root }) => root);
    if (own.some(({ lost }) => lost?.remains(after)))
      return { verdict: "ineffective", reason: "as much is lost as before" };
    const lowered = own.find(({ node }) => !isKeptWhole(node, before, after));
    if (lowered) return { verdict: "regresses", reason: "plain keeps parts of another width" };
    for (const { node } of own) {
      const changed = changesIn(node, before, after, settings);
      if (changed !== null) return { verdict: "regresses", reason: changed };
    }
  }
  const isWritten = occurrences.some(({ root }) => root.settings.length === 0);
  return { verdict: isWritten ? "confirmed-change" : "confirmed", reason: null };
}

const partsOf: Readonly<Record<string, string>> = { complex64: "float32", complex128: "float64" };

/** Whether what keeps complex numbers keeps them or their parts in full width. */
function isKeptWhole(root: Node, before: AnalysedUnit, after: AnalysedUnit): boolean {
  const same = after.byKey.get(before.keys.get(root.id) ?? "");
  const [was, is] = [before.dtypes(plainSetting).value(root), same && after.dtypes(plainSetting).value(same)];
  if (root.what.kind !== "stored" || was.kind !== "tensor") return true;
  if (is?.kind !== "tensor" || was.device !== is.device) return false;
  return is.dtype === was.dtype || is.dtype === partsOf[was.dtype ?? ""];
}

/** What is computed of a root, and each place that it or they go to. */
function changesIn(
  root: Node,
  before: AnalysedUnit,
  after: AnalysedUnit,
  settings: readonly Setting[],
): string | null {
  const edges = edgesOf(after);
  const [plain, then] = [before.dtypes(plainSetting), after.dtypes(plainSetting)];
  for (const node of closureOf(root, before.uses)) {
    for (const { consumer, slot } of before.uses.get(node.id) ?? []) {
      const key = before.keys.get(consumer.id) ?? "";
      const edge = edges.get(`${key} ${slot}`);
      // Where it is kept it may be kept otherwise.
      if (consumer.what.kind === "stored" || node === root) continue;
      if (!edge) return "what is made of it is not computed any more";
      const [here, there] = [plain.value(node), then.value(edge)];
      if (!isAlike(here, there)) return `plain gives ${describe(there)} instead of ${describe(here)}`;
      const same = after.byKey.get(key);
      const raising = settings.find(
        (setting) => same && isNewlyRaising(consumer, same, before, after, setting),
      );
      if (raising) return `${raising.environment.name}: it raises`;
    }
  }
  return null;
}

function isNewlyRaising(
  node: Node,
  same: Node,
  before: AnalysedUnit,
  after: AnalysedUnit,
  setting: Setting,
): boolean {
  return (
    after.dtypes(setting).value(same).kind === "raises" &&
    before.dtypes(setting).value(node).kind !== "raises"
  );
}

function isAlike(a: Evaluated, b: Evaluated): boolean {
  if (a.kind !== "tensor" || b.kind !== "tensor") return a.kind === b.kind;
  return a.dtype === b.dtype && a.rank === b.rank && a.device === b.device;
}

function describe(value: Evaluated): string {
  return value.kind === "tensor" ? `${String(value.dtype)} on ${value.device}` : value.kind;
}
