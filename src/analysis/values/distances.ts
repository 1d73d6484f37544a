import type { Node } from "../../ir/graph.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { ancestorsOf } from "./slice.ts";

/** Operations after which a bias is no multiple of a distance any more: decays. */
const bending: ReadonlySet<string> = new Set(["exp", "pow", "reciprocal"]);

/** Whether a bias is a multiple of distances: of positions less other positions, where the large part of both goes away. */
export function isOfDistances(unit: AnalysedUnit, bias: Node): boolean {
  const seen = new Set<Node>([bias]);
  for (const node of seen) {
    if (isDifference(node) && node.inputs.length === 2 && node.inputs.every((side) => isPosition(unit, side)))
      return true;
    if (node.what.kind === "operation" && bending.has(node.what.operation)) continue;
    for (const next of node.references) {
      const role = unit.roleOf(next);
      if (role === "position" || role === "bias") seen.add(next);
    }
  }
  return false;
}

function isDifference({ what }: Node): boolean {
  return what.kind === "binary"
    ? what.operator === "-"
    : what.kind === "operation" && what.operation === "sub";
}

/** Positions themselves, as a range or an argument has them, and no number. */
function isPosition(unit: AnalysedUnit, side: Node): boolean {
  return (
    unit.roleOf(side) === "position" &&
    [...ancestorsOf(side)].some(
      ({ what }) => (what.kind === "operation" && what.operation === "range") || what.kind === "input",
    )
  );
}
