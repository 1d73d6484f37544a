import type { Expr } from "../ir/program.ts";
import type { Node } from "../ir/graph.ts";
import { castExpression } from "../frontends/python/casts.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import { closureOf, isTrigonometric, rearranging } from "../analysis/values/slice.ts";
import { pathsOf } from "./choices.ts";
import type { Occurrence } from "./judge.ts";

/**
 * Where a group's values are cast back to the ambient dtype: once, where sines and cosines have come together and only been
 * moved; at each sine and cosine; at the outputs.
 */
export const boundaries = ["joined", "tables", "outputs"] as const;
export type Boundary = (typeof boundaries)[number];

/** Casts back to the ambient dtype where the group's values leave; null where there is no such place, or no dtype at hand there. */
export function boundaryCasts(
  file: FileAnalysis,
  occurrences: readonly Occurrence[],
  dtype: Expr,
  where: Boundary,
): ReadonlyMap<Expr, Expr> | null {
  const casts = new Map<Expr, Expr>();
  for (const { unit, root } of occurrences) {
    const home = file.expressionOf(root.node)?.definition;
    const nodes = placesOf(unit, root.node, where, (node) => file.expressionOf(node)?.definition === home);
    // A cast that follows at once is the one that was there.
    if (nodes.includes(root.node)) return null;
    for (const node of nodes) {
      const place = file.expressionOf(node);
      if (!place || place.definition !== home) return null;
      const cast = castExpression(file, unit.libraryOf(root.node), place.expression, dtype);
      if (!cast) return null;
      casts.set(place.expression, cast);
    }
  }
  return casts.size > 0 ? casts : null;
}

function placesOf(
  unit: AnalysedUnit,
  root: Node,
  where: Boundary,
  isAtHome: (node: Node) => boolean,
): readonly Node[] {
  if (where === "outputs")
    return pathsOf(unit, [root]).flatMap((path) => path.outputs.map((output) => output.node));
  const tables = [...closureOf(root, unit.uses)].filter(isTrigonometric);
  return where === "tables" ? tables : joinedOf(unit, tables, isAtHome);
}

/** Operations that put values elsewhere and change none. */
const movements: ReadonlySet<string> = new Set(["stack", "cat", ...rearranging, "tile"]);

/** The last value that is made of all tables by moving them; none if they part. */
function joinedOf(
  unit: AnalysedUnit,
  tables: readonly Node[],
  isAtHome: (node: Node) => boolean,
): readonly Node[] {
  const [first, ...others] = tables.map((table) => movedTo(unit, table, isAtHome));
  if (!first || others.length === 0) return [];
  const common = first.filter((node) => others.every((chain) => chain.includes(node)));
  return common.slice(-1);
}

function movedTo(unit: AnalysedUnit, table: Node, isAtHome: (node: Node) => boolean): readonly Node[] {
  const chain = [table];
  for (const node of chain) {
    const consumers = new Set((unit.uses.get(node.id) ?? []).map(({ consumer }) => consumer));
    const [next] = consumers;
    const moves = next?.what.kind === "operation" && movements.has(next.what.operation);
    if (next && consumers.size === 1 && moves && isAtHome(next)) chain.push(next);
  }
  return chain;
}
