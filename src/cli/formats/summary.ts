import type { Diagnostic } from "../../engine/report.ts";
import type { Finding, Severity } from "../../verify/finding.ts";

/** `Found 12 findings (8 errors, 4 warnings); 10 fixable with --fix` */
export function summarise(
  diagnostics: readonly Diagnostic[],
  fixed: readonly Finding[],
  unsafeAreApplied: boolean,
  done: "fixed" | "ignored" = "fixed",
): string {
  const found = `Found ${plural(diagnostics.length + fixed.length, "finding")}`;
  const severities: readonly Severity[] = ["error", "warning", "note"];
  const kinds = severities
    .map(
      (severity) =>
        [severity, diagnostics.filter((each) => each.finding.severity === severity).length] as const,
    )
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => plural(number, severity))
    .join(", ");
  const head =
    fixed.length === 0
      ? `${found}${kinds === "" ? "" : ` (${kinds})`}`
      : `${found} (${fixed.length} ${done}, ${diagnostics.length} remaining${kinds === "" ? "" : `: ${kinds}`})`;
  return [head, ...fixableNotes(diagnostics, unsafeAreApplied)].join("; ");
}

function fixableNotes(diagnostics: readonly Diagnostic[], unsafeAreApplied: boolean): readonly string[] {
  const safe = diagnostics.filter(({ fix }) => fix?.applicability === "safe").length;
  const unsafe = diagnostics.filter(({ fix }) => fix?.applicability === "unsafe").length;
  if (unsafeAreApplied)
    return safe + unsafe > 0 ? [`${safe + unsafe} fixable with --fix --unsafe-fixes`] : [];
  const notes: string[] = [];
  if (safe > 0) notes.push(`${safe} fixable with --fix`);
  if (unsafe > 0) notes.push(`${unsafe}${safe > 0 ? " more" : ""} with --fix --unsafe-fixes`);
  return notes;
}

export function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
