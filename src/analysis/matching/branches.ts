import type { Node } from "../../ir/graph.ts";
import type { Evaluator } from "../evaluate/evaluator.ts";
import { truthOf } from "../evaluate/results.ts";
import type { Use } from "../values/slice.ts";

/** The arms of a branch that may be taken in a setting: one of them where dtypes or constants decide it there. */
export function armsOf({ inputs }: Node, evaluator: Evaluator): readonly Node[] {
  const [condition, then, otherwise] = inputs;
  if (!condition || !then || !otherwise) return [];
  const value = evaluator.value(condition);
  const truth = value.kind === "number" && value.probe ? null : truthOf(value);
  if (truth === null) return [then, otherwise];
  return [truth ? then : otherwise];
}

/** Everything that follows from a node along the arms that may be taken in a setting. */
export function reachedFrom(
  root: Node,
  uses: ReadonlyMap<number, readonly Use[]>,
  evaluator: Evaluator,
): ReadonlySet<Node> {
  const seen = new Set<Node>([root]);
  for (const node of seen) {
    for (const { consumer } of uses.get(node.id) ?? []) {
      if (consumer.what.kind !== "select" || armsOf(consumer, evaluator).includes(node)) seen.add(consumer);
    }
  }
  return seen;
}
