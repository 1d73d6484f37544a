import type { Graph, Node } from "../../ir/graph.ts";
import type { Role } from "./roles.ts";
import { closureOf, isTrigonometric, type Use } from "./slice.ts";

/** What makes an embedding of a trained parameter: angles of positions are taken of it, or it is a table itself. */
const embedding: ReadonlySet<Role> = new Set(["phase", "bias", "table"]);
/** What angles may be made of where nobody in sight reads it. */
const unread: ReadonlySet<Role> = new Set(["frequency", "slope"]);

/**
 * What follows from parameters that are trained and never become angles. A range that they are filled with (the decay rates of
 * a state-space layer, `nn.Parameter(torch.log(torch.arange(1, n + 1)))`) is where training begins, and no position.
 */
export function learnedValues(
  graph: Graph,
  roles: ReadonlyMap<number, Role>,
  uses: ReadonlyMap<number, readonly Use[]>,
): ReadonlySet<Node> {
  const roleOf = (node: Node): Role => roles.get(node.id) ?? "none";
  const learned = new Set<Node>();
  for (const parameter of graph.nodes) {
    if (parameter.what.kind !== "stored" || parameter.attributes.trained === undefined) continue;
    const following = closureOf(parameter, uses);
    if ([...following].some((node) => isTrigonometric(node) || embedding.has(roleOf(node)))) continue;
    const isRead = [...following].some(({ phase }) => phase === "forward");
    if (unread.has(roleOf(parameter)) && !isRead) continue;
    for (const node of following) learned.add(node);
  }
  return learned;
}
