import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import type { Setting } from "../analysis/environments.ts";
import type { FileAnalysis } from "../analysis/file.ts";
import type { Root } from "../analysis/rule.ts";
import { closureOf, type Output } from "../analysis/values/slice.ts";
import type { Node } from "../ir/graph.ts";
import type { Expr } from "../ir/program.ts";
import { pathsOf, type Path } from "./choices.ts";

/** A unit before and after a rewrite, with the outputs that correspond. */
export interface Comparison {
  readonly before: AnalysedUnit;
  readonly after: AnalysedUnit;
  readonly paths: readonly PairedPath[];
  /** Roots whose low dtype is written in plain itself: the reference reads it as float32. */
  readonly writtenLow: ReadonlySet<number>;
  /** The same with values that low formats do not hold: plain stays what it is for those too. */
  readonly fine?: Comparison;
}

export interface PairedPath {
  readonly before: Path;
  readonly choicesAfter: ReadonlyMap<number, boolean>;
  readonly outputs: readonly PairedOutput[];
  /** Keys of the outputs and of all that uses them. */
  readonly beyond: ReadonlySet<string>;
}

export interface PairedOutput {
  readonly key: string;
  readonly before: Node;
  /** Null where the rewrite made the output disappear. */
  readonly after: Node | null;
  readonly readOn: boolean;
}

export function compareUnits(
  file: FileAnalysis,
  unit: AnalysedUnit,
  roots: readonly Root[],
  substitutions: ReadonlyMap<Expr, Expr>,
): Comparison {
  const after = file.rewritten(unit, substitutions);
  const edges = edgesOf(after);
  const paths = pathsOf(
    unit,
    roots.map((root) => root.node),
  );
  const writtenLow = new Set(roots.flatMap((root) => (root.writtenLow === null ? [] : [root.node.id])));
  return { ...comparePaths(unit, after, paths, ({ key }) => edges.get(key) ?? null), writtenLow };
}

/** Outputs on given ways, each with what corresponds to it after the rewrite. */
export function comparePaths(
  before: AnalysedUnit,
  after: AnalysedUnit,
  ways: readonly Path[],
  counterpart: (output: Output) => Node | null,
): Comparison {
  const byKey = new Map([...after.keys].map(([id, key]) => [key, id]));
  const paths = ways.map((way) => ({
    before: way,
    choicesAfter: translate(way.choices, before, byKey),
    outputs: way.outputs.map((output) => ({
      key: output.key,
      before: output.node,
      after: counterpart(output),
      readOn: output.readOn,
    })),
    beyond: beyondOf(before, way),
  }));
  return { before, after, paths, writtenLow: new Set() };
}

/** Whether an output has plain's dtypes all the way, before and after: then it has plain's numbers (docs/architecture.md, "Judgement"). */
export function isOutputAsInPlain(
  { before, after }: Comparison,
  path: PairedPath,
  output: PairedOutput,
  setting: Setting,
): boolean {
  return (
    output.after !== null &&
    before.isAsInPlain(output.before, setting, path.before.choices) &&
    after.isAsInPlain(output.after, setting, path.choicesAfter)
  );
}

const beyondBefore = new WeakMap<Path, ReadonlySet<string>>();

function beyondOf(unit: AnalysedUnit, path: Path): ReadonlySet<string> {
  const known = beyondBefore.get(path);
  if (known) return known;
  const closure = new Set(path.outputs.flatMap((output) => [...closureOf(output.node, unit.uses)]));
  const keys = new Set([...closure].map((node) => unit.keys.get(node.id) ?? ""));
  beyondBefore.set(path, keys);
  return keys;
}

/** Conditions are found again by their place in the text. */
function translate(
  choices: ReadonlyMap<number, boolean>,
  unit: AnalysedUnit,
  byKey: ReadonlyMap<string, number>,
): ReadonlyMap<number, boolean> {
  const translated = new Map<number, boolean>();
  for (const [id, taken] of choices) {
    const there = byKey.get(unit.keys.get(id) ?? "");
    if (there !== undefined) translated.set(there, taken);
  }
  return translated;
}

/** What goes into each place that is found again after a rewrite. */
export function edgesOf(unit: AnalysedUnit): ReadonlyMap<string, Node> {
  const edges = new Map<string, Node>();
  for (const node of unit.unit.graph.nodes) {
    for (const { consumer, slot } of unit.uses.get(node.id) ?? [])
      edges.set(`${unit.keys.get(consumer.id) ?? ""} ${slot}`, node);
  }
  for (const sink of unit.unit.graph.sinks) edges.set(sink.key, sink.node);
  return edges;
}
