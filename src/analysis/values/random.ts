import type { Node } from "../../ir/graph.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import { ancestorsOf, isTrigonometric } from "./slice.ts";

/** Functions whose results are numbers of chance. */
const drawing = /(^|\.)(rand|randn|normal|uniform|random_normal|random_uniform)(_like|_)?$/;

/**
 * Whether all that a value becomes are frequencies that are multiplied by random numbers: which ones come out is chance, and how the value
 * is rounded makes no difference. Positions that meet random frequencies are another matter.
 */
export function becomesRandom(unit: AnalysedUnit, root: Node): boolean {
  const seen = new Set<Node>([root]);
  let isMet = false;
  for (const node of seen) {
    const own = unit.uses.get(node.id) ?? [];
    if (own.length === 0 || isTrigonometric(node)) return false;
    for (const { consumer } of own) {
      const isChance = consumer.inputs.some((input) => !seen.has(input) && isDrawn(input));
      if (isChance && unit.roleOf(node) !== "frequency") return false;
      if (isChance) isMet = true;
      else seen.add(consumer);
    }
  }
  return isMet;
}

function isDrawn(node: Node): boolean {
  return [...ancestorsOf(node)].some(({ what }) => what.kind === "call" && drawing.test(what.callee));
}
