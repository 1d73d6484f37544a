import type { Node } from "../ir/graph.ts";
import { lowName, plainSetting } from "../analysis/environments.ts";
import type { AnalysedUnit } from "../analysis/analysed-unit.ts";
import { ancestorsOf } from "../analysis/values/slice.ts";
import type { SettingResult } from "./compare.ts";
import type { Comparison } from "./pair-units.ts";
import type { Evidence, Run } from "./finding.ts";
import type { GroupResult } from "./group.ts";
import type { Hazard } from "./hazards.ts";
import type { Occurrence } from "./judge.ts";
import { metricsOf, type Place } from "./metrics.ts";

/** The rule whose finding covers what a range's repair leaves, by the mechanism of the environment (docs/verdicts.md, "Verdict"). */
const coveringRule: Readonly<Record<string, string>> = {
  "default-dtype": "default-dtype-frequency",
  "module-cast": "castable-buffer",
  autocast: "autocast-product",
  "low-input": "low-precision-trig",
  tf32: "tf32-product",
};

/** The evidence of a verdict: figures before and after in every setting that differs from plain. */
export function evidenceOf(
  { worst, occurrences }: Pick<Hazard, "worst" | "occurrences">,
  result: GroupResult,
  named: readonly string[],
  exhaustive: boolean,
): Evidence {
  const { unit, root } = worst;
  const { outside } = unit.unit.plan;
  const comparison = result.comparisons.find((candidate) => candidate.before === unit);
  const own = [worst, ...occurrences];
  return {
    verdict: result.verdict,
    reason: result.reason,
    remaining:
      result.verdict === "confirmed" || result.verdict === "confirmed-change"
        ? named
            .filter((name) => name !== "plain" && !result.repaired.includes(name))
            .map((environment) => ({ environment, covered_by: coveringRule[environment] ?? null }))
        : [],
    assumptions: [...root.integrality.evidence, ...(outside ? [outside.note] : [])],
    inputs: inputsOf(unit, [root.node, ...(comparison?.paths ?? []).flatMap(outputsBefore)]),
    through: result.results.some(({ before }) => before?.through === "reference") ? "reference" : "slice",
    sampled: !exhaustive,
    runs: result.results.flatMap((entry) => runOf(own, entry)),
  };
}

/** Figures of one setting, where the root is met that moves furthest there: the one that stands for the finding among equals. */
function runOf(own: readonly Occurrence[], { setting, outcome, furthest }: SettingResult): readonly Run[] {
  const [most] = own
    .flatMap(({ unit, root }) =>
      furthest.flatMap((way) => (way.comparison.before === unit ? [{ ...way, range: root.node }] : [])),
    )
    .sort((a, b) => b.moved - a.moved);
  if (!most) return [];
  const { comparison, path, range } = most;
  const outputs = path.outputs.map((output) => ({ original: output.before, node: output.after }));
  const original: Place = {
    unit: comparison.before,
    range,
    choices: path.before.choices,
    writtenLow: comparison.writtenLow,
    outputs: outputs.map(({ original: node }) => ({ original: node, node })),
  };
  const rewritten: Place = {
    unit: comparison.after,
    range: rewrittenRoot(comparison, range),
    choices: path.choicesAfter,
    writtenLow: new Set(),
    outputs,
  };
  const before = metricsOf(original, original, setting);
  const after = metricsOf(rewritten, original, setting);
  if (
    before.bit_identical_to_plain === true &&
    after.bit_identical_to_plain === true &&
    outcome === "unchanged"
  )
    return [];
  const { environment } = setting;
  return [
    {
      environment: environment.name,
      dtype: lowName(setting),
      assumes: `base ** tensor is ${environment.assumes.scalarPower}`,
      outcome,
      before,
      after,
    },
  ];
}

/** The root after the rewrite: the same operation, or what took its place in the text. */
function rewrittenRoot({ before, after }: Comparison, root: Node): Node | null {
  const key = before.keys.get(root.id);
  const [same] = [...after.keys].find(([, candidate]) => candidate === key) ?? [];
  if (same !== undefined) return after.unit.graph.nodes[same] ?? null;
  const place = [...after.unit.replaced].find(
    ([{ span }]) => span !== null && span.start === root.span?.start && span.end === root.span.end,
  );
  return place?.[1][Number(key?.split("#")[1] ?? 0)] ?? null;
}

function outputsBefore({ before }: Comparison["paths"][number]): readonly Node[] {
  return before.outputs.map(({ node }) => node);
}

/** Probe values that the slice uses, with what they stand for. */
function inputsOf(unit: AnalysedUnit, ends: readonly Node[]): Evidence["inputs"] {
  const seen = new Map<string, Evidence["inputs"][number]>();
  const slice = new Set(ends.flatMap((end) => [...ancestorsOf(end)]));
  for (const node of [...slice].sort((a, b) => a.id - b.id)) {
    const input = inputOf(unit, node);
    if (input) seen.set(input.name, input);
  }
  return [...seen.values()];
}

function inputOf(unit: AnalysedUnit, node: Node): Evidence["inputs"][number] | null {
  const { what } = node;
  if (what.kind === "shape-of") return sizeOf(unit, node, what.dim);
  if (what.kind !== "input" && what.kind !== "attribute") return null;
  const kind = unit.inputs.kindOf(node);
  if (kind.kind !== "number" || kind.value === null) return null;
  return { name: what.name, value: kind.value, source: `probe for ${kind.role}` };
}

/** `x.shape[1]` of a tensor from outside. */
function sizeOf(unit: AnalysedUnit, node: Node, dim: number): Evidence["inputs"][number] | null {
  const of = node.inputs[0]?.what;
  const value = unit.numbers(plainSetting).value(node);
  if ((of?.kind !== "input" && of?.kind !== "attribute") || value.kind !== "number") return null;
  if (!value.probe || value.value === null) return null;
  return { name: `${of.name}.shape[${String(dim)}]`, value: value.value, source: "probe for a size" };
}
