import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { Evaluator } from "../analysis/evaluate/evaluator.ts";
import { isView } from "../analysis/values/slice.ts";
import type { Node } from "../ir/graph.ts";
import { isOutputAsInPlain, type Comparison, type PairedPath } from "./pair-units.ts";

interface RaiseBeyond {
  /** What torch would say where the outputs are used, after the rewrite; null where nothing raises. */
  readonly message: string | null;
  /** It did not raise before the rewrite. */
  readonly isNew: boolean;
}

/** Uses of the outputs that raise in a setting and not in plain: mixed dtypes, say. */
export function raisesBeyond(comparison: Comparison, setting: Setting): RaiseBeyond {
  for (const path of comparison.paths) {
    // Where the outputs are those of plain before and after, what uses them runs as it did.
    if (path.outputs.every((output) => isOutputAsInPlain(comparison, path, output, setting))) continue;
    const before = raisingKeys(comparison.before, setting, path.before.choices, path.beyond);
    const after = isAsBefore(comparison, path, setting)
      ? before
      : raisingKeys(comparison.after, setting, path.choicesAfter, path.beyond);
    for (const [key, message] of after) return { message, isNew: !before.has(key) };
  }
  return { message: null, isNew: false };
}

/** Where the rewrite changes no dtype of an output, what uses them raises as it did. */
function isAsBefore({ before, after }: Comparison, path: PairedPath, setting: Setting): boolean {
  const [here, there] = [
    before.dtypes(setting, path.before.choices),
    after.dtypes(setting, path.choicesAfter),
  ];
  return path.outputs.every(
    (output) => output.after !== null && here.value(output.before) === there.value(output.after),
  );
}

function raisingKeys(
  unit: AnalysedUnit,
  setting: Setting,
  choices: ReadonlyMap<number, boolean>,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const [here, inPlain] = [unit.dtypes(setting, choices), unit.dtypes(plainSetting, choices)];
  const raising = new Map<string, string>();
  for (const key of keys) {
    const node = unit.byKey.get(key);
    if (!node) continue;
    const value = here.value(node);
    if (value.kind !== "raises") continue;
    const first = !node.inputs.some((input) => here.value(input).kind === "raises");
    if (first && inPlain.value(node).kind !== "raises") raising.set(key, value.message);
  }
  return raising;
}

/**
 * Whether an output only ends where it does because its numbers are not known further on, and what follows of it ends in a
 * cast that gives the same dtype before and after.
 */
export function isCastBeyond(
  comparison: Comparison,
  path: PairedPath,
  key: string,
  setting: Setting,
): boolean {
  const { before, after } = comparison;
  const [here, there] = [
    before.dtypes(setting, path.before.choices),
    after.dtypes(setting, path.choicesAfter),
  ];
  const first = before.byKey.get(key.slice(0, key.indexOf(" ")));
  const seen = new Set(first ? [first] : []);
  for (const node of seen) {
    const counterpart = after.byKey.get(before.keys.get(node.id) ?? "");
    const [a, b] = [here.value(node), counterpart && there.value(counterpart)];
    // `float(t)` is a number of Python: no dtype goes beyond it.
    if (a.kind === "number" && b?.kind === "number") continue;
    if (a.kind !== "tensor" || b?.kind !== "tensor" || a.dtype === null) return false;
    // Where coordinates have the wider dtype already, whether they have it in a model is not known.
    const isPart = isView(node) || isOfPositionsAlone(before, node, here);
    if (!isPart && (a.dtype === b.dtype || !meetsCoordinates(before, node))) return false;
    if (a.dtype === b.dtype) continue;
    if (before.unit.graph.sinks.some((sink) => sink.node === node)) return false;
    for (const { consumer } of before.uses.get(node.id) ?? []) seen.add(consumer);
  }
  return first !== undefined;
}

/** Whether all tensors that a value is computed of are position values: it is still part of the slice. */
function isOfPositionsAlone(unit: AnalysedUnit, node: Node, evaluator: Evaluator): boolean {
  return (
    unit.roleOf(node) !== "none" &&
    node.inputs.every((input) => evaluator.value(input).kind !== "tensor" || unit.roleOf(input) !== "none")
  );
}

/** The angle that frequencies make with coordinates: part of the slice too, whatever tensor they come in by. */
function meetsCoordinates(unit: AnalysedUnit, node: Node): boolean {
  return (
    unit.roleOf(node) !== "none" && node.inputs.some((input) => typeof unit.endingOf(input) === "object")
  );
}
