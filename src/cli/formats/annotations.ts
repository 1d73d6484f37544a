import { createHash } from "node:crypto";
import { inCell, placeName } from "../../engine/report.ts";
import type { Diagnostic } from "../../engine/report.ts";
import type { Severity } from "../../verify/finding.ts";
import { escapeText } from "./display.ts";
import { escapeCommandProperty, escapeCommandText } from "./escape.ts";

// Formats of hosts that show a finding beside its line.

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

/** One workflow command a finding, which GitHub Actions shows as an annotation. */
export function formatGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map((diagnostic) => {
      const { path, finding, inFile } = diagnostic;
      const { location, end } = inFile;
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
      const text = `${placeName(diagnostic)}: ${finding.rule} ${finding.message}`;
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
  const issues = diagnostics.map(({ path, cell, location: own, inFile, finding, fingerprint }) => ({
    check_name: finding.rule,
    description: `${finding.rule}: ${finding.message}${cell === null ? "" : ` (${inCell({ cell, location: own })})`}`,
    severity: gitlabSeverities[finding.severity],
    // Unique in the report: the finding's own is so in its file alone.
    fingerprint: createHash("sha256").update(`${path}\0${fingerprint}`).digest("hex").slice(0, 32),
    location: {
      path,
      positions: {
        begin: { line: inFile.location.row, column: inFile.location.column },
        end: { line: inFile.end.row, column: inFile.end.column },
      },
    },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** `path:row: [code] message`, which many hosts read. */
export function formatPylint(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(
      ({ path, inFile, finding }) =>
        `${escapeText(path)}:${inFile.location.row}: [${finding.rule}] ${escapeText(finding.message)}\n`,
    )
    .join("");
}
