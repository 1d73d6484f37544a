import type { Diagnostic } from "../../engine/report.ts";
import type { Severity } from "../../verify/finding.ts";
import type { Paint } from "../palette.ts";

interface Count {
  readonly code: string;
  readonly severity: Severity;
  count: number;
  fixable: number;
}

/** Findings counted by rule and severity, the most frequent first. */
export function count(diagnostics: readonly Diagnostic[]): readonly Readonly<Count>[] {
  const counts = new Map<string, Count>();
  for (const { finding, fix } of diagnostics) {
    const key = `${finding.rule} ${finding.severity}`;
    const entry = counts.get(key) ?? { code: finding.rule, severity: finding.severity, count: 0, fixable: 0 };
    entry.count++;
    if (fix?.applicability === "safe") entry.fixable++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
}

export function formatStatistics(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const counts = count(diagnostics);
  const width = Math.max(0, ...counts.map((entry) => String(entry.count).length));
  const codeWidth = Math.max(0, ...counts.map((entry) => entry.code.length));
  return counts
    .map((entry) => {
      const label = paint(entry.severity, entry.severity.padEnd("warning".length));
      const fixable = entry.fixable === 0 ? "" : `  [*] ${entry.fixable} fixable`;
      return `${String(entry.count).padStart(width)}  ${entry.code.padEnd(codeWidth)}  ${label}${fixable}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}
