import type { Node } from "../ir/graph.ts";
import { plainSetting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { ancestorsOf, closureOf, outputsOf, type Output } from "../analysis/values/slice.ts";

/** One way through the undecided branches of a slice, and where the slice ends on it. */
export interface Path {
  readonly choices: ReadonlyMap<number, boolean>;
  readonly outputs: readonly Output[];
}

/** More ways than this are not walked: the first arms, then each branch flipped alone. */
const maximumPaths = 12;
const maximumOutputs = 40;

/** Every rewrite of the same roots is asked on the same ways. */
const walkedBefore = new WeakMap<AnalysedUnit, Map<string, readonly Path[]>>();

/** Ways through the branches that values of the roots pass: both arms of an undecided `if` are judged. */
export function pathsOf(unit: AnalysedUnit, roots: readonly Node[]): readonly Path[] {
  const walked = walkedBefore.get(unit) ?? new Map<string, readonly Path[]>();
  walkedBefore.set(unit, walked);
  const key = roots.map(({ id }) => id).join();
  const paths = walked.get(key) ?? walk(unit, roots);
  walked.set(key, paths);
  return paths;
}

function walk(unit: AnalysedUnit, roots: readonly Node[]): readonly Path[] {
  const relevant = branchesOn(unit, roots);
  const seen = new Map<string, Path>();
  const queue: ReadonlyMap<number, boolean>[] = [new Map()];
  for (const choices of queue) {
    if (seen.size >= maximumPaths) break;
    const evaluator = unit.numbers(plainSetting, choices);
    const outputs = roots.flatMap((root) =>
      outputsOf(unit.unit.graph, root, evaluator, unit.uses, unit.keys).filter(
        ({ node }) => !unit.learned.has(node),
      ),
    );
    const distinct = [...new Map(outputs.map((output) => [output.key, output])).values()].slice(
      0,
      maximumOutputs,
    );
    seen.set(keyOf(choices), { choices, outputs: distinct });
    for (const condition of evaluator.undecided) {
      if (!relevant.has(condition.id) || choices.has(condition.id)) continue;
      const flipped = new Map([...choices, [condition.id, false] as const]);
      if (!seen.has(keyOf(flipped)) && queue.length < 4 * maximumPaths) queue.push(flipped);
    }
  }
  return [...seen.values()].filter((path) => path.outputs.length > 0);
}

function keyOf(choices: ReadonlyMap<number, boolean>): string {
  return [...choices.keys()].sort((a, b) => a - b).join();
}

/** Conditions of the branches that lie between the roots and their outputs, and what those are made of. */
function branchesOn(unit: AnalysedUnit, roots: readonly Node[]): ReadonlySet<number> {
  const conditions = new Set<number>();
  const add = (node: Node | undefined): void => {
    if (!node || conditions.has(node.id)) return;
    conditions.add(node.id);
    const { kind } = node.what;
    if (kind === "logical" || kind === "unary") node.inputs.forEach(add);
  };
  for (const root of roots) {
    for (const node of [...closureOf(root, unit.uses), ...ancestorsOf(root)]) {
      if (node.what.kind === "select") add(node.inputs[0]);
    }
  }
  return conditions;
}
