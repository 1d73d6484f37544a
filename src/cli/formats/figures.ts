import type { Evidence, Finding, Metrics, Run } from "../../verify/finding.ts";

/** A figure with three digits, as a person would write it. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : String(value).toLowerCase();
  const size = Math.abs(value);
  if (size >= 1000) return size < 1e9 ? String(Math.round(value)) : value.toExponential(2);
  return size < 1e-5 ? value.toExponential(1) : value.toPrecision(3);
}

const shortNames: Readonly<Record<string, string>> = {
  bfloat16: "bf16",
  float16: "fp16",
  float32: "fp32",
  float64: "fp64",
};

export function shortDType(name: string): string {
  return shortNames[name] ?? name;
}

/** What breaks, one line for each named environment, or for each of its dtypes where they differ much. */
export function breakageLines(finding: Finding): readonly string[] {
  const { evidence, environments } = finding;
  if (evidence === null) return environments.length === 0 ? [] : [environments.join(", ")];
  const total = positionCount(evidence);
  return environments.flatMap((environment) => {
    const runs = evidence.runs.filter((run) => run.environment === environment && isBroken(run.before));
    if (runs.length === 0) return [environment];
    return environmentLines(
      environment,
      runs.map((run) => ({ dtype: shortDType(run.dtype), ...describe(run.before, total) })),
    );
  });
}

/** What is still off after the fix, where something is. */
export function residueLines(finding: Finding): readonly string[] {
  const { evidence, environments } = finding;
  if (evidence === null) return [];
  const total = positionCount(evidence);
  return environments.flatMap((environment) => {
    const rest = evidence.runs
      .filter((run) => run.environment === environment && run.after !== null && isBroken(run.after))
      .map((run) => ({ dtype: shortDType(run.dtype), ...describe(run.after ?? run.before, total) }))
      .filter(({ text }) => text !== "");
    return rest.length === 0 ? [] : environmentLines(environment, rest);
  });
}

interface Description {
  readonly text: string;
  readonly hasCollisions: boolean;
}

function environmentLines(
  environment: string,
  parts: readonly (Description & { readonly dtype: string })[],
): readonly string[] {
  const [first] = parts;
  if (first !== undefined && parts.every((part) => part.text === first.text)) {
    const dtypes = parts.map((part) => part.dtype).join(", ");
    return [`${environment} ${dtypes}${first.text === "" ? "" : `: ${first.text}`}`];
  }
  if (parts.some((part) => part.hasCollisions))
    return parts.map((part) => `${environment} ${part.dtype}: ${part.text}`);
  return [parts.map((part) => `${environment} ${part.dtype}: ${part.text}`).join("; ")];
}

/** Another dtype with the same values breaks nothing; where nothing is known, the finding's word counts. */
function isBroken(metrics: Metrics): boolean {
  const { moved, raises, nonfinite, first_collision: collision, bit_identical_to_plain: isPlain } = metrics;
  if (raises !== null || collision !== null || (nonfinite ?? 0) > 0) return true;
  return moved === null ? isPlain !== true : moved > 0;
}

/** How many positions there are: as many as stay distinct where nothing is low. */
function positionCount({ runs }: Evidence): number | null {
  const plain = runs.find((run: Run) => run.environment === "plain")?.before.distinct ?? null;
  if (plain !== null) return plain;
  const counts = runs.flatMap((run) => [run.before.distinct, run.after?.distinct ?? null]);
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function describe(metrics: Metrics, total: number | null): Description {
  if (metrics.raises !== null) return { text: `raises ${metrics.raises}`, hasCollisions: false };
  const { distinct, first_collision: collision, nonfinite } = metrics;
  const hasCollisions = distinct !== null && collision !== null;
  const parts: string[] = [];
  if (hasCollisions) {
    const of = total === null || total <= distinct ? "" : ` of ${total}`;
    parts.push(`${distinct}${of} positions left, ${collision} equals ${collision - 1}`);
  }
  if (nonfinite !== null && nonfinite > 0) parts.push(`${nonfinite} values are not finite`);
  const off = offBy(metrics);
  if (off !== null) parts.push(off);
  if (parts.length === 0 && metrics.result_dtype !== null)
    parts.push(`the result is ${shortDType(metrics.result_dtype)}`);
  return { text: parts.join("; "), hasCollisions };
}

function offBy(metrics: Metrics): string | null {
  const { max_abs_cos_error: cos, max_abs_sin_error: sin, max_abs_phase_error: phase } = metrics;
  const candidates: readonly (readonly [string, number | null])[] = [
    ["cos off by", cos],
    ["sin off by", sin],
    ["phase off by", phase],
    ["values off by", metrics.max_abs_value_error],
    ["moved by", metrics.moved],
  ];
  for (const [label, value] of candidates) if (value !== null) return `${label} ${formatNumber(value)}`;
  return null;
}
