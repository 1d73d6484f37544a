import type { Span } from "../ir/program.ts";
import type { Definition, Edit } from "../ir/rewrite.ts";

/** The place in another module that makes what is wrong; the file at hand uses it. */
export interface MadeElsewhere {
  readonly path: string;
  readonly text: string;
  readonly span: Span;
}

export type Severity = "error" | "warning" | "note";
export type Applicability = "safe" | "unsafe" | "display";
export type Verdict =
  "confirmed" | "confirmed-change" | "partial" | "ineffective" | "regresses" | "unsupported";
export type Outcome = "repaired" | "improved" | "unchanged" | "worse" | "raises";

/** Figures of one evaluation; null where a figure does not apply. docs/verdicts.md says what each is. */
export interface Metrics {
  /** Distinct values of the tensor that enters the product with the frequencies. */
  readonly distinct: number | null;
  /** First index whose value equals an earlier one. */
  readonly first_collision: number | null;
  /** Absolute errors against the original slice in float64, phases not reduced mod 2 pi. */
  readonly max_abs_phase_error: number | null;
  readonly max_abs_cos_error: number | null;
  readonly max_abs_sin_error: number | null;
  readonly max_abs_value_error: number | null;
  /** Largest |output - plain|. */
  readonly moved: number | null;
  readonly worst_index: readonly number[] | null;
  readonly result_dtype: string | null;
  readonly nonfinite: number | null;
  readonly bit_identical_to_plain: boolean | null;
  /** What torch would say, where the code raises. */
  readonly raises: string | null;
}

/** One environment, in one low dtype, before and after the rewrite. */
export interface Run {
  readonly environment: string;
  readonly dtype: string;
  /** Library behaviour the environment's record assumes. */
  readonly assumes: string | null;
  readonly outcome: Outcome | null;
  readonly before: Metrics;
  readonly after: Metrics | null;
}

export interface Evidence {
  readonly verdict: Verdict | null;
  /** Why, in one sentence (the operation that is missing, what gets worse where). */
  readonly reason: string | null;
  /** Named environments the group does not repair, each with the rule that covers what is left. */
  readonly remaining: readonly { readonly environment: string; readonly covered_by: string | null }[];
  /** What the integrality of the range, or a choice between arms, rests on. */
  readonly assumptions: readonly string[];
  /** Probe values used where the text fixes none. */
  readonly inputs: readonly {
    readonly name: string;
    readonly value: number | string;
    readonly source: string;
  }[];
  /** 'reference' where the reference kernel completes the slice. */
  readonly through: "reference" | "slice";
  readonly sampled: boolean;
  readonly runs: readonly Run[];
}

export interface Fix {
  readonly applicability: Applicability;
  readonly message: string;
  /** Why it is not safe, where the verdict does not say; JSON has it in the message. */
  readonly reason?: string;
  /** Fixes of one group share this id and hold all edits of the group; it is applied once. */
  readonly group: string;
  readonly edits: readonly Edit[];
  /** The constant that is rewritten instead where the run may do so. */
  readonly definition?: Definition;
}

export interface Related {
  readonly filename: string;
  readonly span: Span;
  readonly message: string;
}

/** How far one root alone, everything else as in plain, moves the outputs in one environment and low dtype. */
export interface Effect {
  readonly environment: string;
  readonly dtype: string;
  /** Largest |output - plain|; Infinity where there is no distance to take. */
  readonly moved: number;
  /** The same in roundings of the low dtype at the output's magnitude; null for angles, whose scale is known. */
  readonly roundings: number | null;
  /** Why there is no distance. */
  readonly problem: string | null;
  /** Whether positions that were not looked at might move further. */
  readonly sampled: boolean;
  /** The output that moves furthest. */
  readonly output: { readonly name: string | null; readonly span: Span } | null;
}

/** One root, as a rule reports it. Offsets are UTF-16 code units of the decoded text. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** Environments in which the root is the cause. */
  readonly environments: readonly string[];
  /** Qualified name of the enclosing definition, for fingerprints and text output. */
  readonly definition: string;
  readonly related: readonly Related[];
  /** What people are told of the root itself; not part of the JSON output. */
  readonly effects?: readonly Effect[];
  readonly madeIn?: MadeElsewhere;
  readonly evidence: Evidence | null;
  readonly fix: Fix | null;
  /** Another run may find otherwise: not to be kept for it. */
  readonly isPassing?: boolean;
  /** Why a rewrite that helps is no fix, as the end of a sentence; not part of the JSON output. */
  readonly withheld?: string;
}

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return rank[severity] >= rank[least];
}

/** The id of a group: the places that its edits take. */
export function groupOf(edits: readonly Edit[]): string {
  return edits
    .map(({ start, end, filename }) => `${filename ? `${filename}:` : ""}${String(start)}-${String(end)}`)
    .join(",");
}

/** A finding that rests on no evaluation. */
export function withoutEvidence(
  found: Pick<Finding, "rule" | "severity" | "message" | "span">,
  some: Partial<Finding> = {},
): Finding {
  return { environments: [], definition: "", related: [], evidence: null, fix: null, ...found, ...some };
}
