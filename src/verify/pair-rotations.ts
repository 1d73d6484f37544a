import type { AnalysedUnit, Given } from "../analysis/analysed-unit.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import { castsAfter, type Rotation } from "../analysis/matching/rotations.ts";
import type { Root } from "../analysis/rule.ts";
import { replacementsOf } from "../analysis/units/execute-unit.ts";
import { ancestorsOf, type Output } from "../analysis/values/slice.ts";
import type { Node } from "../ir/graph.ts";
import type { Expr } from "../ir/program.ts";
import type { Path } from "./choices.ts";
import { comparePaths, type Comparison } from "./pair-units.ts";
import { rotationPart, type Digits, type RotationPart } from "./reference.ts";

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
  const after = file.rewritten(unit, substitutions);
  const rotations = roots.flatMap((root) => root.rotations ?? []).slice(0, maximumRotations);
  const entering = enteringOf(rotations);
  const there = new Map(
    [...entering].flatMap(([node, part]) => {
      const same = after.byKey.get(unit.keys.get(node.id) ?? "");
      return same && !followsFromNew(same, after) ? [[same, part] as const] : [];
    }),
  );
  const isKept = there.size === entering.size;
  const paths = isKept ? rotations.flatMap(({ node }) => endsOf(node, unit)) : [];
  const compare = (digits: Digits): Comparison =>
    comparePaths(
      unit.given(numbersOf(entering, digits)),
      after.given(numbersOf(there, digits)),
      paths,
      ({ node }) => inPlaceOf(node, unit, after),
    );
  return { ...compare("low"), fine: compare("fine") };
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

function numbersOf(parts: ReadonlyMap<Node, RotationPart>, digits: Digits): ReadonlyMap<Node, Given> {
  return new Map([...parts].map(([node, part]) => [node, (dtype) => rotationPart(part, digits, dtype)]));
}

/** What took a node's place at the same execution of the text; itself, where only its operands are others. */
function inPlaceOf(node: Node, { keys }: AnalysedUnit, after: AnalysedUnit): Node | null {
  const key = keys.get(node.id) ?? "";
  return replacementsOf(node, after.unit)[Number(key.split("#")[1] ?? 0)] ?? after.byKey.get(key) ?? null;
}

/** Whether a value is computed of something that the rewrite put in place of something else. */
function followsFromNew(node: Node, { unit }: AnalysedUnit): boolean {
  const fresh = new Set([...unit.replaced.values()].flat());
  return [...ancestorsOf(node)].some((ancestor) => fresh.has(ancestor));
}

/** Where a rotated value goes: each place, or the cast that the text makes of it at once. */
function endsOf(sum: Node, analysed: AnalysedUnit): readonly Path[] {
  const casts = castsAfter(analysed, sum);
  if (casts.length === 0) return [{ choices: new Map(), outputs: outputsAt(sum, analysed) }];
  return casts.map(({ cast, choices }) => ({ choices, outputs: outputsAt(cast, analysed) }));
}

function outputsAt(node: Node, { unit, uses, keys }: AnalysedUnit): readonly Output[] {
  const users = (uses.get(node.id) ?? []).map(
    ({ consumer, slot }) => `${keys.get(consumer.id) ?? ""} ${slot}`,
  );
  const sinks = unit.graph.sinks.filter((sink) => sink.node === node).map(({ key }) => key);
  return [...users, ...sinks].map((key) => ({ key, node, readOn: false }));
}
