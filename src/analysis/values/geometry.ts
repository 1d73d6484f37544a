import type { Node } from "../../ir/graph.ts";
import { plainSetting } from "../environments.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { ancestorsOf, isQuotient, isTrigonometric } from "./slice.ts";

/** More corners than this are no figure that somebody draws. */
const maximumCorners = 64;
/** As a part of the step: `pi = 3.1416` divides the circle, too. */
const tolerance = 1e-3;

/**
 * Whether a range numbers the corners of a figure: as many as the text says, at angles that divide a circle or half of one into
 * equal parts (`torch.sin(2 * pi * torch.arange(5) / 5)`). A corner is no position, and its angle never grows.
 */
export function isGeometry(unit: AnalysedUnit, node: Node): boolean {
  const ranges = [...ancestorsOf(node)].filter(isRange);
  if (ranges.length === 0 || !ranges.every(isLiteral)) return false;
  const angles = anglesOf(unit, node);
  return angles.size > 0 && [...angles].every((angle) => dividesCircle(unit, angle));
}

/**
 * Whether a range numbers directions that divide a circle, as many as there are of something: `2 * pi / n * torch.arange(n)`,
 * from which the heads of deformable attention begin to look. They are where training begins, and never grow either; but
 * how many there are is not fixed, so what is lost is still worth a note.
 */
export function numbersDirections(unit: AnalysedUnit, node: Node): boolean {
  const ranges = [...ancestorsOf(node)].filter(isRange);
  const counts = ranges.map(({ inputs: [, stop] }) => stop);
  const [count] = counts;
  if (count === undefined || count.what.kind === "number" || counts.some((other) => other !== count))
    return false;
  const angles = anglesOf(unit, node);
  return (
    angles.size > 0 && [...angles].every((angle) => isPartOf(angle, count) && dividesCircle(unit, angle))
  );
}

function isPartOf(angle: Node, count: Node): boolean {
  return [...ancestorsOf(angle)].some((node) => isQuotient(node) && node.inputs[1] === count);
}

/** What the first sines and cosines after a node are taken of. */
function anglesOf(unit: AnalysedUnit, node: Node): ReadonlySet<Node> {
  const seen = new Set<Node>([node]);
  const angles = new Set<Node>();
  for (const next of seen) {
    for (const { consumer } of unit.uses.get(next.id) ?? []) {
      if (isTrigonometric(consumer)) angles.add(next);
      else seen.add(consumer);
    }
  }
  return angles;
}

function isRange({ what }: Node): boolean {
  return what.kind === "operation" && what.operation === "range";
}

function isLiteral({ inputs }: Node): boolean {
  return inputs.every(
    ({ what, inputs: [inner] }) =>
      what.kind === "number" || (what.kind === "unary" && inner?.what.kind === "number"),
  );
}

/** Angles from zero, one step apart, whose next one would be the end of the circle or its half. */
function dividesCircle(unit: AnalysedUnit, angle: Node): boolean {
  const value = unit.numbers(plainSetting).value(angle);
  if (value.kind !== "tensor" || value.data === null) return false;
  const angles = [...value.data.data].map(Math.abs);
  if (angles.length < 2 || angles.length > maximumCorners) return false;
  return [2 * Math.PI, Math.PI].some((circle) => {
    const step = circle / angles.length;
    return angles.every((x, i) => Math.abs(x - i * step) < tolerance * step);
  });
}
