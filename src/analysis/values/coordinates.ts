import type { Node } from "../../ir/graph.ts";
import { plainSetting } from "../environments.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { coordinateNames } from "../probes.ts";
import { isProduct } from "../matching/products.ts";
import { ancestorsOf, isQuotient, isTrigonometric, isView } from "./slice.ts";

/**
 * Whether frequencies that leave a slice meet nothing but bounded values (boxes, coordinates between -1 and 1) where they meet
 * something: then no position in the thousands multiplies what they have lost.
 */
export function multipliesCoordinates(unit: AnalysedUnit, frequencies: Node): boolean {
  const meetings = meetingsOf(unit, frequencies);
  return (
    meetings.length > 0 &&
    meetings.every(
      ({ product, other }) =>
        (unit.roleOf(other) === "none" &&
          (isNamedCoordinate(other) || (isProduct(product) && exceedsSampling(unit, frequencies)))) ||
        (isNamedCoordinate(other) && isDivided(unit, other)),
    )
  );
}

interface Meeting {
  readonly product: Node;
  readonly other: Node;
}

/** Products and quotients of frequencies with another tensor whose sines or cosines are taken as they are. */
function meetingsOf(unit: AnalysedUnit, frequencies: Node): readonly Meeting[] {
  const seen = new Set<Node>([frequencies, ...namesakesOf(unit, frequencies)]);
  const meetings: Meeting[] = [];
  for (const node of seen) {
    for (const { consumer, slot } of unit.uses.get(node.id) ?? []) {
      const other = isProduct(consumer) || isQuotient(consumer) ? consumer.inputs[1 - Number(slot)] : null;
      const isTensor = other && !seen.has(other) && unit.dtypes(plainSetting).value(other).kind !== "number";
      if (isTensor && isPhase(unit, consumer)) meetings.push({ product: consumer, other });
      else if (!isTensor && hands(consumer)) seen.add(consumer);
    }
  }
  return meetings;
}

/** A buffer as other methods keep or read it: what one of them stores meets what another multiplies it with. */
function namesakesOf(unit: AnalysedUnit, node: Node): readonly Node[] {
  const { what } = targetOf(node);
  if (what.kind !== "stored" || what.form !== "buffer") return [];
  return unit.unit.graph.nodes.filter(
    (other) => other.what.kind === "stored" && other.what.name === what.name,
  );
}

/** What `self.table.copy_(value)` writes into, and what a branch may leave as it is. */
function targetOf(node: Node): Node {
  const { what, inputs } = node;
  const isAssigned = what.kind === "operation" && what.operation === "assign";
  const target = isAssigned ? inputs[0] : what.kind === "select" ? inputs[1] : undefined;
  return target ? targetOf(target) : node;
}

/** Whether a product is an angle as it is: through views, the other parts of a sum and factors that are numbers. */
function isPhase(unit: AnalysedUnit, product: Node): boolean {
  const seen = new Set<Node>([product]);
  for (const node of seen) {
    for (const { consumer } of unit.uses.get(node.id) ?? []) {
      if (isTrigonometric(consumer)) return true;
      if (hands(consumer)) seen.add(consumer);
    }
  }
  return false;
}

const kept: ReadonlySet<string> = new Set(["+", "-", "*"]);
const joining: ReadonlySet<string> = new Set(["add", "sub", "mul", "cat", "stack", "assign", "chunk", "neg"]);

/** Whether what an angle is made of goes on through a node. */
function hands(node: Node): boolean {
  const { what } = node;
  if (what.kind === "binary") return kept.has(what.operator);
  if (what.kind === "operation") return isView(node) || joining.has(what.operation);
  return what.kind === "stored" || what.kind === "unary" || what.kind === "select";
}

/** Whether positions are divided by something before they are coordinates: by the size of the picture. */
function isDivided(unit: AnalysedUnit, other: Node): boolean {
  return [...ancestorsOf(other)].some((node) => {
    const isPart = isQuotient(node) && unit.roleOf(node) === "position";
    return isPart && node.inputs.at(1)?.what.kind !== "number";
  });
}

/** Half a turn a step: whole positions can't tell such a frequency from a lower one, so it is made for fractions. */
function exceedsSampling(unit: AnalysedUnit, frequencies: Node): boolean {
  const value = unit.numbers(plainSetting).value(frequencies);
  return value.kind === "tensor" && value.data?.data.some((x) => Math.abs(x) > Math.PI) === true;
}

/** Whether a value, or the argument that it is a view or a multiple of, is called a coordinate or a box. */
function isNamedCoordinate(other: Node): boolean {
  return [...ancestorsOf(other)].some(({ what, names }) => {
    const own = what.kind === "input" || what.kind === "attribute" ? [what.name] : [];
    return [...own, ...names].some((name) => coordinateNames.test(name));
  });
}
