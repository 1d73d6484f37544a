import type { Diagnostic } from "../../engine/report.ts";
import type { RuleInfo } from "../../engine/rule-info.ts";

/** A finding as a superset of ruff's JSON object. */
function toJson(diagnostic: Diagnostic, rules: readonly RuleInfo[]): object {
  const { cell, finding, fix, path, location, end, related, fingerprint } = diagnostic;
  return {
    cell,
    code: finding.rule,
    end_location: end,
    environments: finding.environments,
    evidence: finding.evidence,
    filename: path,
    fingerprint,
    fix,
    location,
    message: finding.message,
    noqa_row: null,
    related: related.map((place) => ({
      filename: place.path,
      location: place.location,
      ...(place.cell === null ? {} : { cell: place.cell }),
      message: place.message,
    })),
    severity: finding.severity,
    url: rules.find((rule) => rule.id === finding.rule)?.url ?? null,
  };
}

export function formatJson(diagnostics: readonly Diagnostic[], rules: readonly RuleInfo[]): string {
  return `${JSON.stringify(
    diagnostics.map((diagnostic) => toJson(diagnostic, rules)),
    nonFinite,
    2,
  )}\n`;
}

export function formatJsonLines(diagnostics: readonly Diagnostic[], rules: readonly RuleInfo[]): string {
  return diagnostics
    .map((diagnostic) => `${JSON.stringify(toJson(diagnostic, rules), nonFinite)}\n`)
    .join("");
}

/** One finding of a stream, with what else its reader has to know of it. */
export function formatJsonLine(diagnostic: Diagnostic, rules: readonly RuleInfo[], extra: object): string {
  return `${JSON.stringify({ ...toJson(diagnostic, rules), ...extra }, nonFinite)}\n`;
}

/** JSON has no infinity, and null would say that a figure does not apply. */
export function nonFinite(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
