import { plain, type Setting } from "../analysis/environments.ts";
import type { Evaluated } from "../analysis/evaluate/evaluated.ts";
import { isLow } from "../tensors/dtype.ts";
import { isCastBeyond, raisesBeyond } from "./beyond.ts";
import type { Outcome } from "./finding.ts";
import { isBad, levelOf, oneRounding, type Movement } from "./levels.ts";
import { movementOf, unmoved } from "./outputs.ts";
import { isOutputAsInPlain, type Comparison, type PairedPath } from "./pair-units.ts";

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
    if (comparison.writtenLow.size === 0 && isOutputAsInPlain(comparison, path, output, setting)) {
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

function widens(before: Evaluated, after: Evaluated): boolean {
  return (
    before.kind === "tensor" &&
    after.kind === "tensor" &&
    before.dtype !== null &&
    isLow(before.dtype) &&
    after.dtype === "float32"
  );
}

/** Twice what one ulp in each fp32 transcendental can cause in an angle of some thousand radians (docs/verdicts.md, "Verdict"). */
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
