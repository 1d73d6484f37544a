import type { Node } from "../../ir/graph.ts";
import { isFloating, isLow } from "../../tensors/dtype.ts";
import { plainSetting, type Setting } from "../environments.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { isTrigonometric } from "../values/slice.ts";

/**
 * Settings in which a node itself lowers: its result is low there, and no tensor it is computed from is
 * ("root" in docs/architecture.md). Branches that the node depends on are looked at both ways.
 */
export function loweringSettings(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
): readonly Setting[] {
  return settings.filter((setting) =>
    unit.dtypeVariants(setting, node).some((evaluator) => lowersHere(node, evaluator)),
  );
}

function lowersHere(node: Node, evaluator: Evaluator): boolean {
  return (
    isTensorOf(evaluator.value(node), isLow) &&
    !node.inputs.some((input) => isTensorOf(evaluator.value(input), isLow))
  );
}

/**
 * Settings in which a node is the first to round what low arguments hold: its operands are worth what they are in plain,
 * low only because an argument is, and its own result is not.
 */
export function roundingSettings(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
): readonly Setting[] {
  return settings.filter((setting) => {
    const [dtypes, low] = [unit.dtypes(setting), isTensorOf(unit.dtypes(setting).value(node), isLow)];
    if (!low || !node.inputs.some((input) => isTensorOf(dtypes.value(input), isLow))) return false;
    if (!node.inputs.every((input) => isLowByArgument(input, dtypes))) return false;
    return (
      node.inputs.every((input) => isWorthPlain(unit, input, setting)) && !isWorthPlain(unit, node, setting)
    );
  });
}

/** Whether a value that is low is low because an argument is, and not by a cast, a constructor or module state. */
function isLowByArgument(node: Node, dtypes: Evaluator): boolean {
  const seen = new Set<Node>([node]);
  for (const next of seen) {
    if (!isTensorOf(dtypes.value(next), isLow)) continue;
    const low = next.inputs.filter((input) => isTensorOf(dtypes.value(input), isLow));
    if (low.length === 0 && next.what.kind !== "input") return false;
    for (const input of low) seen.add(input);
  }
  return true;
}

/** Whether a value is known and has the numbers it has in plain, whatever its dtype. */
function isWorthPlain(unit: AnalysedUnit, node: Node, setting: Setting): boolean {
  const [here, plain] = [unit.numbers(setting).value(node), unit.numbers(plainSetting).value(node)];
  if (here.kind !== "tensor" || plain.kind !== "tensor") return here.kind === plain.kind;
  if (here.data === null || plain.data === null) return false;
  const [a, b] = [here.data.data, plain.data.data];
  return a === b || (a.length === b.length && a.every((x, i) => Object.is(x, b[i]) || x === b[i]));
}

/** Whether a value is a floating tensor that no text lowers. */
export function isSingleInPlain(unit: AnalysedUnit, node: Node): boolean {
  return isTensorOf(unit.dtypes(plainSetting).value(node), (dtype) => isFloating(dtype) && !isLow(dtype));
}

/** Whether something after a node makes angles of it: a sine, a cosine, or a product that is a phase or a bias. */
export function feedsAngle(unit: AnalysedUnit, node: Node): boolean {
  const known = leading.get(unit) ?? leadingToAngles(unit);
  leading.set(unit, known);
  return known.has(node.id);
}

const leading = new WeakMap<AnalysedUnit, ReadonlySet<number>>();

/** Values that angles are made of. Consumers come after what they consume: one pass from the end. */
function leadingToAngles(unit: AnalysedUnit): ReadonlySet<number> {
  const leads = new Set<number>();
  for (const node of [...unit.unit.graph.nodes].reverse()) {
    const uses = unit.uses.get(node.id) ?? [];
    if (uses.some(({ consumer }) => leads.has(consumer.id) || makesAngles(unit, consumer)))
      leads.add(node.id);
  }
  return leads;
}

/** The first value after a node, among those that follow from it, that is an angle or the sine or cosine of one. */
export function firstAngle(unit: AnalysedUnit, node: Node, following: ReadonlySet<Node>): Node | null {
  for (const after of following) if (after !== node && makesAngles(unit, after)) return after;
  return null;
}

function makesAngles(unit: AnalysedUnit, node: Node): boolean {
  const role = unit.roleOf(node);
  return isTrigonometric(node) || ((role === "phase" || role === "bias") && isNew(unit, node, role));
}

/** A product, where none of its operands already is what it makes. */
function isNew(unit: AnalysedUnit, node: Node, role: string): boolean {
  return node.inputs.every((input) => unit.roleOf(input) !== role);
}
