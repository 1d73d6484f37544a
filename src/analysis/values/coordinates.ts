import type { Node } from "../../ir/graph.ts";
import { plainSetting } from "../environments.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { coordinateNames } from "../probes.ts";
import { isProduct } from "../matching/products.ts";
import { ancestorsOf, isQuotient, isTrigonometric, isView } from "./slice.ts";

/** Frequencies or wavelengths that meet coordinates: as a factor or as a divisor of coordinates between 0 and 1 times a scale. */
export interface CoordinateEnding {
  readonly kind: "coordinates";
  readonly meets: "factor" | "divisor";
  readonly scale: number;
}

/**
 * How frequencies that leave a slice are judged where they meet nothing but bounded values (boxes, coordinates between -1 and
 * 1): no position in the thousands multiplies what they have lost. By the angles that fractions of one make with them, where
 * the text shows that they are made for fractions; else by their own roundings. Null where positions may meet them.
 */
export function coordinateEnding(unit: AnalysedUnit, frequencies: Node): CoordinateEnding | "value" | null {
  const meetings = meetingsOf(unit, frequencies);
  const [first] = meetings;
  const isBounded = ({ other, turns }: Meeting): boolean =>
    unit.roleOf(other) === "none"
      ? isNamedCoordinate(other) || turns
      : isDivided(unit, other) && (isNamedCoordinate(other) || turnsAtMost(unit, other) <= 1);
  if (!first || !meetings.every(isBounded)) return null;
  const { meets } = first;
  if (!meetings.every((meeting) => meeting.turns && meeting.meets === meets)) return "value";
  return { kind: "coordinates", meets, scale: Math.max(...meetings.map(({ scale }) => scale)) };
}

interface Meeting {
  readonly other: Node;
  readonly meets: "factor" | "divisor";
  /** What the other side and the product are multiplied by before sines and cosines are taken. */
  readonly scale: number;
  /** More than half a turn a step: whole positions can't tell such a frequency from a lower one, so it is made for fractions. */
  readonly turns: boolean;
}

/** Products and quotients of frequencies with another tensor whose sines or cosines are taken as they are. */
function meetingsOf(unit: AnalysedUnit, frequencies: Node): readonly Meeting[] {
  const seen = new Set<Node>([frequencies, ...namesakesOf(unit, frequencies)]);
  const meetings: Meeting[] = [];
  for (const node of seen) {
    for (const { consumer, slot } of unit.uses.get(node.id) ?? []) {
      const other = isProduct(consumer) || isQuotient(consumer) ? consumer.inputs[1 - Number(slot)] : null;
      const isTensor = other && !seen.has(other) && unit.dtypes(plainSetting).value(other).kind !== "number";
      const after = isTensor ? factorToAngle(unit, consumer) : null;
      if (isTensor && after !== null) {
        const meets = isQuotient(consumer) && slot === "1" ? "divisor" : "factor";
        const scale = after * factorOf(unit, other);
        meetings.push({ other, meets, scale, turns: scale * fastest(unit, frequencies, meets) > Math.PI });
      } else if (!isTensor && hands(consumer)) seen.add(consumer);
    }
  }
  return meetings;
}

/** Turns that the largest value makes, where values are known. */
function turnsAtMost(unit: AnalysedUnit, other: Node): number {
  const value = unit.numbers(plainSetting).value(other);
  if (value.kind !== "tensor" || !value.data) return Infinity;
  return value.data.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0) / (2 * Math.PI);
}

/** The highest frequency of a value: of wavelengths the inverse of the shortest. */
function fastest(unit: AnalysedUnit, frequencies: Node, meets: Meeting["meets"]): number {
  const value = unit.numbers(plainSetting).value(frequencies);
  const sizes = value.kind === "tensor" && value.data ? [...value.data.data].map(Math.abs) : [];
  if (sizes.length === 0) return 0;
  return meets === "factor" ? Math.max(...sizes) : 1 / Math.min(...sizes);
}

/** What numbers have multiplied a tensor by, through views and sums with numbers. */
function factorOf(unit: AnalysedUnit, node: Node): number {
  const [first, second] = node.inputs;
  if (!first) return 1;
  if (isView(node) || node.what.kind === "unary") return factorOf(unit, first);
  const scaled = scaledBy(unit, node);
  if (scaled) return scaled.factor * factorOf(unit, scaled.tensor);
  const isSum = node.what.kind === "binary" && (node.what.operator === "+" || node.what.operator === "-");
  if (!isSum || !second) return 1;
  const isNumber = unit.dtypes(plainSetting).value(first).kind === "number";
  return factorOf(unit, isNumber ? second : first);
}

/** A product or a quotient of a tensor and a number. */
function scaledBy(unit: AnalysedUnit, node: Node): { readonly tensor: Node; readonly factor: number } | null {
  const [left, right] = node.inputs;
  if (!left || !right || (!isProduct(node) && !isQuotient(node))) return null;
  const [a, b] = [left, right].map((side) => unit.dtypes(plainSetting).value(side));
  if (b?.kind === "number") {
    const factor = Math.abs(b.value ?? 1);
    return { tensor: left, factor: isQuotient(node) ? 1 / factor : factor };
  }
  if (a?.kind !== "number" || isQuotient(node)) return null;
  return { tensor: right, factor: Math.abs(a.value ?? 1) };
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

/** What a product is multiplied by until it is an angle: through views and the other parts of a sum; null where it is none. */
function factorToAngle(unit: AnalysedUnit, product: Node): number | null {
  const factors = new Map<Node, number>([[product, 1]]);
  let largest: number | null = null;
  for (const [node, factor] of factors) {
    for (const { consumer } of unit.uses.get(node.id) ?? []) {
      if (isTrigonometric(consumer)) largest = Math.max(largest ?? 0, factor);
      else if (hands(consumer) && !factors.has(consumer))
        factors.set(consumer, factor * (scaledBy(unit, consumer)?.factor ?? 1));
    }
  }
  return largest;
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

/** Whether a value, or the argument that it is a view or a multiple of, is called a coordinate or a box. */
function isNamedCoordinate(other: Node): boolean {
  return [...ancestorsOf(other)].some(({ what, names }) => {
    const own = what.kind === "input" || what.kind === "attribute" ? [what.name] : [];
    return [...own, ...names].some((name) => coordinateNames.test(name));
  });
}
