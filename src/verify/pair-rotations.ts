import type { AnalysedUnit, Given } from "../analysis/analysed-unit.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import type { Rotation } from "../analysis/matching/rotations.ts";
import type { Root } from "../analysis/rule.ts";
import { replacementsOf } from "../analysis/units/execute-unit.ts";
import { ancestorsOf, type Output } from "../analysis/values/slice.ts";
import type { Node } from "../ir/graph.ts";
import type { Expr } from "../ir/program.ts";
import { compareOutputs, type Comparison } from "./pair-units.ts";
import { rotationPart, type RotationPart } from "./reference.ts";

/** Executions of one definition's rotations that are compared. */
const maximumRotations = 8;

/**
 * A unit before and after a rewrite of its rotations, with a head and tables of the reference kernel for what enters them: the
 * numbers are those of the code itself from there on. What enters stays as it is, or nothing is compared.
 */
export function compareRotations(
  file: FileAnalysis,
  unit: AnalysedUnit,
  roots: readonly Root[],
  substitutions: ReadonlyMap<Expr, Expr>,
): Comparison {
  const rewritten = file.rewritten(unit, substitutions);
  const rotations = roots.flatMap((root) => root.rotations ?? []).slice(0, maximumRotations);
  const entering = enteringOf(rotations);
  const given = new Map<Node, Given>();
  for (const [node, part] of entering) {
    const there = rewritten.byKey.get(unit.keys.get(node.id) ?? "");
    if (there && !followsFromNew(there, rewritten)) given.set(there, numbersOf(part));
  }
  const before = unit.given(new Map([...entering].map(([node, part]) => [node, numbersOf(part)])));
  const after = rewritten.given(given);
  const isKept = given.size === entering.size;
  const outputs = isKept ? rotations.flatMap(({ node }) => outputsAt(node, unit)) : [];
  const inPlaceOf = ({ node }: Output): Node | null =>
    replacementsOf(node, after.unit)[Number(unit.keys.get(node.id)?.split("#")[1] ?? 0)] ?? null;
  return compareOutputs(before, after, outputs, inPlaceOf);
}

/** What enters the rotations, and as which part. */
function enteringOf(rotations: readonly Rotation[]): ReadonlyMap<Node, RotationPart> {
  const parts = new Map<Node, RotationPart>();
  for (const { factors } of rotations) {
    const [own, other] = factors;
    for (const [node, part] of [
      [own.value, "value"],
      [other.value, "turned"],
      [own.table, "cos"],
      [other.table, "sin"],
    ] as const)
      if (!parts.has(node)) parts.set(node, part);
  }
  return parts;
}

function numbersOf(part: RotationPart): Given {
  return (dtype) => rotationPart(part, dtype);
}

/** Whether a value is computed of something that the rewrite put in place of something else. */
function followsFromNew(node: Node, { unit }: AnalysedUnit): boolean {
  const fresh = new Set([...unit.replaced.values()].flat());
  return [...ancestorsOf(node)].some((ancestor) => fresh.has(ancestor));
}

/** The rotated value, once for each place that it goes to. */
function outputsAt(node: Node, { unit, uses, keys }: AnalysedUnit): readonly Output[] {
  const users = (uses.get(node.id) ?? []).map(
    ({ consumer, slot }) => `${keys.get(consumer.id) ?? ""} ${slot}`,
  );
  const sinks = unit.graph.sinks.filter((sink) => sink.node === node).map(({ key }) => key);
  return [...users, ...sinks].map((key) => ({ key, node, readOn: false }));
}
