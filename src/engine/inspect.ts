import type { Finding } from "../verify/finding.ts";

export interface InspectOptions {
  /** Rule ids to run. */
  readonly rules: readonly string[];
  /** Environment names to evaluate. */
  readonly environments: readonly string[];
  /** `prove`: all positions instead of the stated sample. */
  readonly exhaustive: boolean;
}

/** Findings of one Python source text, verified. A pure function of its arguments. */
export function inspect(_text: string, _options: InspectOptions): readonly Finding[] {
  return [];
}
