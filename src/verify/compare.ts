import type { Expr } from "../ir/program.ts";
import type { Node } from "../ir/graph.ts";
import { isLow } from "../tensors/dtype.ts";
import { plain, plainSetting, type Setting } from "../analysis/environments.ts";
import type { AnalysedUnit, FileAnalysis } from "../analysis/file.ts";
import type { Root } from "../analysis/rule.ts";
import { closureOf, isView } from "../analysis/slice.ts";
import { pathsOf, type Path } from "./choices.ts";
import type { Outcome } from "./finding.ts";
import { isBad, isIdentical, levelOf, movementOf, oneRounding, unmoved, type Movement } from "./outputs.ts";

/** A unit before and after a rewrite, with the outputs that correspond. */
export interface Comparison {
  readonly before: AnalysedUnit;
  readonly after: AnalysedUnit;
  readonly paths: readonly PairedPath[];
  /** Roots whose low dtype is written in plain itself: the reference reads it as float32. */
  readonly writtenLow: ReadonlySet<number>;
}

export interface PairedPath {
  readonly before: Path;
  readonly choicesAfter: ReadonlyMap<number, boolean>;
  readonly outputs: readonly PairedOutput[];
  /** Keys of the outputs and of all that uses them. */
  readonly beyond: ReadonlySet<string>;
}

interface PairedOutput {
  readonly key: string;
  readonly before: Node;
  /** Null where the rewrite made the output disappear. */
  readonly after: Node | null;
  readonly readOn: boolean;
}

export interface PlainDifference {
  readonly identical: boolean;
  readonly reason: string | null;
}

export function compareUnits(
  file: FileAnalysis,
  unit: AnalysedUnit,
  roots: readonly Root[],
  substitutions: ReadonlyMap<Expr, Expr>,
): Comparison {
  const after = file.rewritten(unit, substitutions);
  const edges = edgesOf(after);
  const byKey = new Map([...after.keys].map(([id, key]) => [key, id]));
  const nodes = roots.map((root) => root.node);
  const paths = pathsOf(unit, nodes).map((before) => ({
    before,
    choicesAfter: translate(before.choices, unit, byKey),
    outputs: before.outputs.map(({ key, node, readOn }) => ({
      key,
      before: node,
      after: edges.get(key) ?? null,
      readOn,
    })),
    beyond: beyondOf(unit, before),
  }));
  const writtenLow = new Set(roots.flatMap((root) => (root.writtenLow === null ? [] : [root.node.id])));
  return { before: unit, after, paths, writtenLow };
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

function edgesOf(unit: AnalysedUnit): ReadonlyMap<string, Node> {
  const edges = new Map<string, Node>();
  for (const node of unit.unit.graph.nodes) {
    for (const { consumer, slot } of unit.uses.get(node.id) ?? [])
      edges.set(`${unit.keys.get(consumer.id) ?? ""} ${slot}`, node);
  }
  for (const sink of unit.unit.graph.sinks) edges.set(sink.key, sink.node);
  return edges;
}

/** Whether plain stays bit for bit what it is: values, dtype, shape and device. Where it has to change, the device stays. */
export function comparePlain(
  comparison: Comparison,
  { changesPlain, movesDevice }: { readonly changesPlain: boolean; readonly movesDevice: boolean },
): PlainDifference {
  for (const { before, choicesAfter, outputs } of comparison.paths) {
    const original = comparison.before.numbers(plainSetting, before.choices);
    const rewritten = comparison.after.numbers(plainSetting, choicesAfter);
    for (const output of outputs) {
      const a = original.value(output.before);
      if (output.after === null && changesPlain) continue;
      if (output.after === null)
        return { identical: false, reason: `the value at ${output.key} is not computed any more` };
      const b = rewritten.value(output.after);
      if (b.kind === "raises") return { identical: false, reason: `plain raises: ${b.message}` };
      if (
        changesPlain && !movesDevice
          ? !isOnSameDevice(a, b)
          : !isIdentical(a, movesDevice ? onDeviceOf(a, b) : b)
      )
        return { identical: false, reason: difference(a, b) };
    }
  }
  return { identical: true, reason: null };
}

function isOnSameDevice(a: Value, b: Value): boolean {
  return a.kind !== "tensor" || b.kind !== "tensor" || a.device === b.device;
}

/** A repair that is a device changes nothing else. */
function onDeviceOf(a: Value, b: Value): Value {
  return a.kind === "tensor" && b.kind === "tensor" ? { ...b, device: a.device } : b;
}

function difference(a: ReturnType<Evaluation["value"]>, b: ReturnType<Evaluation["value"]>): string {
  if (a.kind !== "tensor" || b.kind !== "tensor") return "plain gives another kind of value";
  if (a.device !== b.device) return `plain is on another device: ${b.device} instead of ${a.device}`;
  if (a.dtype !== b.dtype) return `plain gives ${String(b.dtype)} instead of ${String(a.dtype)}`;
  if (a.data && b.data && a.data.shape.join() !== b.data.shape.join())
    return `plain has shape [${b.data.shape.join(", ")}] instead of [${a.data.shape.join(", ")}]`;
  return "plain gives other values";
}

type Evaluation = ReturnType<AnalysedUnit["numbers"]>;

export interface SettingResult {
  readonly setting: Setting;
  readonly outcome: Outcome;
  /** Worst movement before and after. */
  readonly before: Movement | null;
  readonly after: Movement | null;
  readonly bad: boolean;
  /** Of each comparison, the path on which the original moves most. */
  readonly furthest: readonly Furthest[];
  /** A dtype that reaches a use outside the slice as float32 where it was low. */
  readonly leak: string | null;
  readonly reason: string | null;
}

export interface Furthest {
  readonly comparison: Comparison;
  readonly path: PairedPath;
  readonly moved: number;
}

/** Before and after a rewrite in one setting, over all paths and outputs. */
export function compareSetting(comparisons: readonly Comparison[], setting: Setting): SettingResult {
  const ways = comparisons.map((comparison) =>
    comparison.paths.map((path) => ({ comparison, path, pairs: comparePath(comparison, path, setting) })),
  );
  const pairs = ways.flatMap((paths) => paths.flatMap((way) => way.pairs));
  const { environment, low } = setting;
  const beyond = comparisons.map((comparison) => raisesBeyond(comparison, setting));
  const raised = beyond.find((raise) => raise.isNew) ?? beyond.find((raise) => raise.message !== null);
  const worse = pairs.find(({ before, after }) => isWorse(before, after, low));
  const bad = pairs.some(({ before }) => isBad(levelOf(before, low)));
  const leaking =
    environment.name === plain.name ||
    environment.lowInputs ||
    environment.castsModules ||
    environment.defaultDtype.length > 0
      ? pairs.find((pair) => pair.leaks)
      : undefined;
  return {
    setting,
    outcome:
      raised && !worse
        ? raised.isNew
          ? "worse"
          : "raises"
        : outcomeOf(pairs, bad, worse !== undefined, setting),
    before: worstOf(pairs.map((pair) => pair.before)),
    after: worstOf(pairs.map((pair) => pair.after)),
    bad,
    furthest: ways.flatMap(furthestOf),
    leak: leaking ? leaking.key : null,
    reason: worse
      ? (worse.after.problem ??
        `moves by ${String(worse.after.moved)} instead of ${String(worse.before.moved)}`)
      : (raised?.message ?? null),
  };
}

interface RaiseBeyond {
  /** What torch would say where the outputs are used, after the rewrite; null where nothing raises. */
  readonly message: string | null;
  /** It did not raise before the rewrite. */
  readonly isNew: boolean;
}

/** Uses of the outputs that raise in a setting and not in plain: mixed dtypes, say. */
function raisesBeyond(comparison: Comparison, setting: Setting): RaiseBeyond {
  for (const path of comparison.paths) {
    if (isAsInPlain(comparison, path, setting)) continue;
    const before = raisingKeys(comparison.before, setting, path.before.choices, path.beyond);
    const after = isAsBefore(comparison, path, setting)
      ? before
      : raisingKeys(comparison.after, setting, path.choicesAfter, path.beyond);
    for (const [key, message] of after) return { message, isNew: !before.has(key) };
  }
  return { message: null, isNew: false };
}

/** Where the rewrite changes no dtype of an output, what uses them raises as it did. */
function isAsBefore({ before, after }: Comparison, path: PairedPath, setting: Setting): boolean {
  const [here, there] = [
    before.dtypes(setting, path.before.choices),
    after.dtypes(setting, path.choicesAfter),
  ];
  return path.outputs.every(
    (output) => output.after !== null && here.value(output.before) === there.value(output.after),
  );
}

/** Where the outputs are those of plain before and after, what uses them runs as it did. */
function isAsInPlain({ before, after }: Comparison, path: PairedPath, setting: Setting): boolean {
  return path.outputs.every(
    (output) =>
      output.after !== null &&
      before.isAsInPlain(output.before, setting, path.before.choices) &&
      after.isAsInPlain(output.after, setting, path.choicesAfter),
  );
}

function raisingKeys(
  unit: AnalysedUnit,
  setting: Setting,
  choices: ReadonlyMap<number, boolean>,
  keys: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const [here, inPlain] = [unit.dtypes(setting, choices), unit.dtypes(plainSetting, choices)];
  const raising = new Map<string, string>();
  for (const key of keys) {
    const node = unit.byKey.get(key);
    if (!node) continue;
    const value = here.value(node);
    if (value.kind !== "raises") continue;
    const first = !node.inputs.some((input) => here.value(input).kind === "raises");
    if (first && inPlain.value(node).kind !== "raises") raising.set(key, value.message);
  }
  return raising;
}

function furthestOf(
  ways: readonly (Omit<Furthest, "moved"> & { readonly pairs: readonly Pair[] })[],
): readonly Furthest[] {
  return ways
    .map(({ comparison, path, pairs }) => ({
      comparison,
      path,
      moved: Math.max(0, ...pairs.map((pair) => pair.before.moved)),
    }))
    .sort((a, b) => b.moved - a.moved)
    .slice(0, 1);
}

interface Pair {
  readonly key: string;
  readonly before: Movement;
  readonly after: Movement;
  readonly leaks: boolean;
}

function comparePath(comparison: Comparison, path: PairedPath, setting: Setting): readonly Pair[] {
  const plain = comparison.before.reference(comparison.writtenLow, path.before.choices);
  const before = comparison.before.numbers(setting, path.before.choices);
  const after = comparison.after.numbers(setting, path.choicesAfter);
  return path.outputs.map((output) => {
    const reference = plain.value(output.before);
    // Where the dtypes of a slice are those of plain, nothing needs evaluating (DESIGN.md section 6).
    if (
      comparison.writtenLow.size === 0 &&
      output.after !== null &&
      comparison.before.isAsInPlain(output.before, setting, path.before.choices) &&
      comparison.after.isAsInPlain(output.after, setting, path.choicesAfter)
    ) {
      return { key: output.key, before: unmoved, after: unmoved, leaks: false };
    }
    const role = comparison.before.endingOf(output.before);
    const [a, b] = [
      before.value(output.before),
      output.after === null ? ({ kind: "unknown" } as const) : after.value(output.after),
    ];
    const leaks = !output.readOn && widens(a, b) && !isCastBeyond(comparison, path, output.key, setting);
    return {
      key: output.key,
      before: movementOf(reference, a, role),
      after: movementOf(reference, b, role),
      leaks,
    };
  });
}

type Value = ReturnType<Evaluation["value"]>;

function widens(before: Value, after: Value): boolean {
  return (
    before.kind === "tensor" &&
    after.kind === "tensor" &&
    before.dtype !== null &&
    isLow(before.dtype) &&
    after.dtype === "float32"
  );
}

/**
 * Whether an output only ends where it does because its numbers are not known further on, and what follows of it ends in a
 * cast that gives the same dtype before and after.
 */
function isCastBeyond(comparison: Comparison, path: PairedPath, key: string, setting: Setting): boolean {
  const { before, after } = comparison;
  const [here, there] = [
    before.dtypes(setting, path.before.choices),
    after.dtypes(setting, path.choicesAfter),
  ];
  const first = before.byKey.get(key.slice(0, key.indexOf(" ")));
  const seen = new Set(first ? [first] : []);
  for (const node of seen) {
    const counterpart = after.byKey.get(before.keys.get(node.id) ?? "");
    const [a, b] = [here.value(node), counterpart && there.value(counterpart)];
    // `float(t)` is a number of Python: no dtype goes beyond it.
    if (a.kind === "number" && b?.kind === "number") continue;
    if (a.kind !== "tensor" || b?.kind !== "tensor" || a.dtype === null) return false;
    if (!isView(node) && !isOfPositionsAlone(before, node, here)) return false;
    if (a.dtype === b.dtype) continue;
    if (before.unit.graph.sinks.some((sink) => sink.node === node)) return false;
    for (const { consumer } of before.uses.get(node.id) ?? []) seen.add(consumer);
  }
  return first !== undefined;
}

/** Whether all tensors that a value is computed of are position values: it is still part of the slice. */
function isOfPositionsAlone(unit: AnalysedUnit, node: Node, evaluator: Evaluation): boolean {
  return (
    unit.roleOf(node) !== "none" &&
    node.inputs.every((input) => evaluator.value(input).kind !== "tensor" || unit.roleOf(input) !== "none")
  );
}

/** Twice what one ulp in each fp32 transcendental can cause in an angle of some thousand radians (FACTS.md). */
const transcendentalSpread = 1e-3;

function isWorse(before: Movement, after: Movement, low: Setting["low"]): boolean {
  if (after.moved === Infinity) return before.moved !== Infinity;
  if (after.nonfinite > before.nonfinite) return true;
  const spread = after.kind === "angle" ? transcendentalSpread : 2 ** -22 * after.magnitude;
  return after.moved > before.moved + Math.max(oneRounding(low, after.magnitude), spread);
}

function outcomeOf(pairs: readonly Pair[], bad: boolean, worse: boolean, { low }: Setting): Outcome {
  if (worse) return "worse";
  if (
    pairs.some(
      ({ before, after }) =>
        before.problem !== null &&
        after.problem !== null &&
        before.moved === Infinity &&
        after.moved === Infinity,
    )
  )
    return "raises";
  if (bad && pairs.every(({ after }) => !isBad(levelOf(after, low)))) return "repaired";
  if (
    bad &&
    pairs.some(({ before, after }) => isBad(levelOf(before, low)) && after.moved <= before.moved / 2)
  )
    return "improved";
  return "unchanged";
}

function worstOf(movements: readonly Movement[]): Movement | null {
  return movements.reduce<Movement | null>(
    (worst, movement) => (worst === null || movement.moved > worst.moved ? movement : worst),
    null,
  );
}
