import type { Diagnostic } from "../../engine/report.ts";
import type { Severity } from "../../verify/finding.ts";

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Errors, warnings, notes; otherwise as they come. For hosts that take only so many. */
export function worstFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => order[a.finding.severity] - order[b.finding.severity]);
}
