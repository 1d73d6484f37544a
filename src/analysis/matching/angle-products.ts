import type { Node } from "../../ir/graph.ts";
import { isFloating, isLow, type DType } from "../../tensors/dtype.ts";
import { autocastClass, plainSetting } from "../environments.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { Role } from "../values/roles.ts";
import { isTrigonometric } from "../values/slice.ts";

/** A product that matrix units compute and that makes angles or biases of positions. */
export function isAngleProduct(unit: AnalysedUnit, node: Node): boolean {
  const { what, inputs, span } = node;
  if (what.kind !== "operation" || autocastClass[what.operation] !== "low" || inputs.length !== 2 || !span)
    return false;
  // Where the text switches autocast on, plain is low itself.
  const isWanted = (dtype: DType): boolean =>
    isFloating(dtype) && (!isLow(dtype) || dtype === node.autocastTo);
  if (!isTensorOf(unit.dtypes(plainSetting).value(node), isWanted)) return false;
  const roles = inputs.map((input) => unit.roleOf(input));
  if (roles.some((role) => finished.has(role))) return false;
  const own = unit.roleOf(node);
  return (
    own === "phase" || own === "bias" || (roles.some((role) => early.has(role)) && becomesAngle(unit, node))
  );
}

const finished: ReadonlySet<Role> = new Set(["phase", "bias", "table"]);
const early: ReadonlySet<Role> = new Set(["position", "value", "frequency"]);

/** Whether a sine or a cosine is taken of a value before anything but position values meets it. */
function becomesAngle(unit: AnalysedUnit, product: Node): boolean {
  const seen = new Set<Node>([product]);
  for (const node of seen) {
    for (const { consumer } of unit.uses.get(node.id) ?? []) {
      if (isTrigonometric(consumer)) return true;
      if (consumer.what.kind !== "call" && unit.roleOf(consumer) !== "none") seen.add(consumer);
    }
  }
  return false;
}

/** What such a product makes, for messages. */
export function subjectOfProduct(unit: AnalysedUnit, node: Node): string {
  return unit.roleOf(node) === "bias" ? "position biases" : "phases";
}

/** The operand that positions come in by; null where neither side is one. */
export function positionSide(unit: AnalysedUnit, product: Node): Node | null {
  const sides = product.inputs.filter((input) => {
    const role = unit.roleOf(input);
    return role === "position" || role === "value";
  });
  return sides.length === 1 ? (sides[0] ?? null) : null;
}

/**
 * How many terms each element of a product sums, by the sizes it has in plain; null where they are not known. Of one term
 * an elementwise product gives the same.
 */
export function termsOf(unit: AnalysedUnit, { inputs }: Node): number | null {
  const [left] = inputs.map((input) => unit.numbers(plainSetting).value(input));
  return left?.kind === "tensor" && left.data ? (left.data.shape.at(-1) ?? null) : null;
}
