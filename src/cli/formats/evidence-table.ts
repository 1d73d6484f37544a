import type { Evidence, Metrics } from "../../verify/finding.ts";
import { describeProblem, formatNumber } from "../../verify/describe.ts";
import { escapeText } from "./display.ts";
import { shortDType } from "./figures.ts";
import { formatTable } from "./table.ts";

const head = [
  "environment",
  "dtype",
  "outcome",
  "",
  "distinct",
  "collision",
  "phase error",
  "cos error",
  "sin error",
  "value error",
  "moved",
  "at",
  "result",
  "non-finite",
  "as plain",
];

/** What is always shown: where, and how it ends. */
const fixedColumns = 4;

/** All of the evidence: every environment in every dtype, before and after the rewrite, and what the figures rest on. */
export function formatEvidence(evidence: Evidence): string {
  const rows = evidence.runs.flatMap((run) => {
    const before = [
      run.environment,
      shortDType(run.dtype),
      run.outcome ?? "-",
      "before",
      ...cells(run.before),
    ];
    return run.after === null ? [before] : [before, ["", "", "", "after", ...cells(run.after)]];
  });
  const isFilled = (column: number): boolean =>
    column < fixedColumns || rows.some((row) => (row[column] ?? "-") !== "-");
  const filled = (row: readonly string[]): readonly string[] => row.filter((_, column) => isFilled(column));
  const notes = [
    `verdict: ${evidence.verdict ?? "none"}${evidence.reason === null ? "" : ` (${evidence.reason})`}`,
    `figures: ${evidence.sampled ? "a sample of the positions" : "all positions"}${
      evidence.through === "reference" ? ", through the reference kernel" : ""
    }`,
    "before, after: all that is low there, not this place alone; errors against float64, moved against plain",
    ...evidence.inputs.map(({ name, value, source }) => `input: ${name} = ${value} (${source})`),
    ...evidence.assumptions.map((assumption) => `assumes: ${assumption}`),
    ...assumedBehaviour(evidence),
    ...evidence.remaining.map(
      ({ environment, covered_by: rule }) =>
        `remaining: ${environment}${rule === null ? "" : ` (see ${rule})`}`,
    ),
  ];
  return `${formatTable(filled(head), rows.map(filled))}${notes.map((note) => `${escapeText(note)}\n`).join("")}`;
}

function assumedBehaviour({ runs }: Evidence): readonly string[] {
  const known = new Map<string, string>();
  for (const { environment, assumes } of runs) if (assumes !== null) known.set(environment, assumes);
  return [...known].map(([environment, assumes]) => `${environment} assumes: ${assumes}`);
}

function cells(metrics: Metrics): readonly string[] {
  if (metrics.raises !== null) return [describeProblem(metrics.raises)];
  const identical = { true: "yes", false: "no", null: "-" } as const;
  return [
    figure(metrics.distinct),
    figure(metrics.first_collision),
    error(metrics.max_abs_phase_error),
    error(metrics.max_abs_cos_error),
    error(metrics.max_abs_sin_error),
    error(metrics.max_abs_value_error),
    error(metrics.moved),
    metrics.worst_index === null ? "-" : `[${metrics.worst_index.join(", ")}]`,
    metrics.result_dtype === null ? "-" : shortDType(metrics.result_dtype),
    figure(metrics.nonfinite),
    identical[`${metrics.bit_identical_to_plain}`],
  ];
}

function figure(value: number | null): string {
  return value === null ? "-" : String(value);
}

function error(value: number | null): string {
  return value === null ? "-" : formatNumber(value);
}
