import { createHash } from "node:crypto";
import type { Diagnostic } from "../../engine/report.ts";
import type { Severity } from "../../verify/finding.ts";
import { escapeText } from "./display.ts";
import { escapeCommandProperty, escapeCommandText } from "./escape.ts";

// Formats of hosts that show a finding beside its line.

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/** One workflow command a finding, which GitHub Actions shows as an annotation. */
export function formatGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ path, location, end, finding }) => {
      // GitHub takes columns only where the annotation is of one line.
      const isOneLine = location.row === end.row;
      const properties = [
        ["title", `ropelint (${finding.rule})`],
        ["file", path],
        ["line", String(location.row)],
        ...(isOneLine ? [["col", String(location.column)]] : []),
        ["endLine", String(end.row)],
        ...(isOneLine ? [["endColumn", String(end.column)]] : []),
      ].map(([name = "", value = ""]) => `${name}=${escapeCommandProperty(value)}`);
      const text = `${path}:${location.row}:${location.column}: ${finding.rule} ${finding.message}`;
      return `::${commands[finding.severity]} ${properties.join(",")}::${escapeCommandText(text)}\n`;
    })
    .join("");
}

const gitlabSeverities: Readonly<Record<Severity, string>> = {
  error: "major",
  warning: "minor",
  note: "info",
};

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function formatGitlab(diagnostics: readonly Diagnostic[]): string {
  const issues = diagnostics.map(({ path, location, end, finding, fingerprint }) => ({
    check_name: finding.rule,
    description: `${finding.rule}: ${finding.message}`,
    severity: gitlabSeverities[finding.severity],
    // Unique in the report: the finding's own is so in its file alone.
    fingerprint: createHash("sha256").update(`${path}\0${fingerprint}`).digest("hex").slice(0, 32),
    location: {
      path,
      positions: {
        begin: { line: location.row, column: location.column },
        end: { line: end.row, column: end.column },
      },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** `path:row: [code] message`, which many hosts read. */
export function formatPylint(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(
      ({ path, location, finding }) =>
        `${escapeText(path)}:${location.row}: [${finding.rule}] ${escapeText(finding.message)}\n`,
    )
    .join("");
}
