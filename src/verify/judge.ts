import type { Node } from "../ir/graph.ts";
import { plainSetting, type Setting } from "../analysis/environments.ts";
import type { Evaluator } from "../analysis/evaluate/evaluator.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import type { Root } from "../analysis/rule.ts";
import { isTensorOf } from "../analysis/evaluate/results.ts";
import { isLow } from "../tensors/dtype.ts";
import { closureOf } from "../analysis/values/slice.ts";
import { pathsOf, type Path } from "./choices.ts";
import { appliedIn } from "./reference.ts";
import { isBad, levelOf, worseLevel, type Level, type Movement } from "./levels.ts";
import { isIdentical, movementOf } from "./outputs.ts";

/** A root where it was found: one unit of the file. */
export interface Occurrence {
  readonly unit: AnalysedUnit;
  readonly root: Root;
}

/** How far the outputs move in one setting when this root alone is what it is there. */
export interface Judgement {
  readonly setting: Setting;
  readonly level: Level;
  readonly movement: Movement | null;
  /** The output that moves furthest. */
  readonly at: Node | null;
  /** Whether it moves none because a buffer that is low there gives the same without it. */
  readonly isRoundedAnyway?: true;
}

/** Judgements, and the occurrence with the sizes they were made with. */
export interface Judged {
  readonly occurrence: Occurrence;
  readonly judgements: readonly Judgement[];
}

/**
 * Judges a root by what it alone does: plain is evaluated again with the root's value as it is in each setting,
 * every other root held as in plain (docs/architecture.md, "Judgement").
 */
export function judge(occurrence: Occurrence, peers: readonly Root[]): Judged {
  const { unit, root } = occurrence;
  if (root.settings.length === 0 || root.lost !== undefined) return { occurrence, judgements: [] };
  if (root.rotations)
    return { occurrence, judgements: root.settings.map((setting) => judgeApply(root.node, setting)) };
  const judgements = judgeUnit(unit, root, peers);
  if (judgements.some(({ level }) => isBad(level))) return { occurrence, judgements };
  // A division by a power of two is exact: other sizes show what it hides.
  const second = judgeUnit(unit.resized, root, peers);
  // Where a buffer hides it, sizes of which it leaves a little more than a rounding do not count.
  const isHidden = judgements.some(({ isRoundedAnyway: hides }) => hides === true);
  const bad = second.some(({ level }) => (isHidden ? level === "error" : isBad(level)));
  return bad ? { occurrence: { unit: unit.resized, root }, judgements: second } : { occurrence, judgements };
}

/** What a query is of is not known: the reference kernel rotates one in the low dtype. */
function judgeApply(node: Node, setting: Setting): Judgement {
  const movement = appliedIn(setting.low);
  return { setting, level: levelOf(movement, setting.low), movement, at: node };
}

function judgeUnit(unit: AnalysedUnit, root: Root, peers: readonly Root[]): readonly Judgement[] {
  const paths = pathsOf(unit, [root.node]);
  const writtenLow = new Set(root.writtenLow === null ? [] : [root.node.id]);
  return root.settings.map((setting) => {
    if (isLostAnyway(unit, [root, ...peers], setting, paths))
      return { setting, level: "none", movement: null, at: null };
    const alone = judgeSetting(unit, [root.node], setting, paths, writtenLow);
    if (isBad(alone.level) && isRoundedAnyway(unit, root, setting, paths))
      return { setting, level: "none", movement: null, at: null, isRoundedAnyway: true };
    if ((alone.movement?.problem ?? null) === null) return alone;
    // Alone it does not run, because its peers stay in another dtype: they are what they are together.
    const lowered = peers.filter((peer) => peer.settings.includes(setting)).map((peer) => peer.node);
    const together = judgeSetting(unit, [root.node, ...lowered], setting, paths, writtenLow);
    if ((together.movement?.problem ?? null) === null) return together;
    // What takes the same dtype beside it may be no root at all: then it runs where everything is what it is there.
    const whole = judgeSetting(unit, "all", setting, paths, writtenLow);
    return (whole.movement?.problem ?? null) === null ? whole : together;
  });
}

/**
 * Whether everything that is kept or returned of a root raises in a setting, and would if the rule's roots were there what they
 * are in plain: then nothing is spoilt by them, and no repair of theirs helps.
 */
function isLostAnyway(
  unit: AnalysedUnit,
  roots: readonly [Root, ...Root[]],
  setting: Setting,
  paths: readonly Path[],
): boolean {
  const [root] = roots;
  if (root.raises !== null || paths.length === 0) return false;
  const closure = closureOf(root.node, unit.uses);
  const kept = unit.unit.graph.sinks.filter((sink) => closure.has(sink.node)).map((sink) => sink.node);
  const raises = (evaluator: Evaluator): boolean =>
    kept.length > 0 && kept.every((node) => evaluator.value(node).kind === "raises");
  return paths.every(({ choices }) => {
    const plain = unit.dtypes(plainSetting, choices);
    if (!raises(unit.dtypes(setting, choices)) || raises(plain)) return false;
    const asInPlain = new Map(roots.map(({ node }) => [node.id, plain.value(node)]));
    return raises(unit.dtypesWith(asInPlain, setting, choices));
  });
}

/**
 * Whether a root is copied into buffers that are low there themselves, and every output has the very bits that it would have if the
 * root were what it is in plain. Then the buffer is the cause, and no repair of the root changes anything.
 */
function isRoundedAnyway(
  unit: AnalysedUnit,
  { node, writtenLow }: Root,
  setting: Setting,
  paths: readonly Path[],
): boolean {
  const copies = [...closureOf(node, unit.uses)].filter(
    ({ what }) => what.kind === "operation" && what.api === "copy_",
  );
  if (copies.length === 0 || paths.length === 0 || writtenLow !== null) return false;
  return paths.every(({ choices, outputs }) => {
    const here = unit.numbers(setting, choices);
    if (!copies.every((copy) => isTensorOf(here.value(copy), isLow))) return false;
    const asInPlain = new Map([[node.id, unit.numbers(plainSetting, choices).value(node)]]);
    const exact = unit.numbersWith(asInPlain, setting, choices);
    return outputs.every((output) => isIdentical(here.value(output.node), exact.value(output.node)));
  });
}

function judgeSetting(
  unit: AnalysedUnit,
  nodes: readonly Node[] | "all",
  setting: Setting,
  paths: readonly Path[],
  writtenLow: ReadonlySet<number>,
): Judgement {
  let level: Level = "none";
  let worst: Movement | null = null;
  let at: Node | null = null;
  for (const { choices, outputs } of paths) {
    const plain = unit.reference(writtenLow, choices);
    const here = unit.numbers(setting, choices);
    const moved =
      nodes === "all"
        ? here
        : unit.plainWith(new Map(nodes.map((node) => [node.id, here.value(node)])), choices);
    for (const output of outputs) {
      const movement = movementOf(
        plain.value(output.node),
        moved.value(output.node),
        unit.endingOf(output.node),
      );
      const reached = levelOf(movement, setting.low);
      if (
        worst === null ||
        worseLevel(reached, level) !== level ||
        (reached === level && movement.moved > worst.moved)
      ) {
        worst = movement;
        at = output.node;
      }
      level = worseLevel(level, reached);
    }
  }
  return { setting, level, movement: worst, at };
}
