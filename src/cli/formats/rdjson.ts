import type { LineIndex } from "../../engine/position.ts";
import type { Diagnostic } from "../../engine/report.ts";
import type { RuleInfo } from "../../engine/rule-info.ts";
import type { Severity } from "../../verify/finding.ts";

const severities: Readonly<Record<Severity, string>> = { error: "ERROR", warning: "WARNING", note: "INFO" };

/** Reviewdog's diagnostics: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf */
export function formatRdjson(diagnostics: readonly Diagnostic[], rules: readonly RuleInfo[]): string {
  const repaired = new Set<string>();
  const found = diagnostics.map((diagnostic) => {
    const { path, finding, lines, changes } = diagnostic;
    const url = rules.find(({ id }) => id === finding.rule)?.url ?? null;
    // A repair of several findings is suggested once, with the first: taken twice, it would be wrong.
    const key = finding.fix === null ? null : `${path}\0${finding.fix.group}`;
    // This format knows no other file.
    const isFirst = key !== null && !repaired.has(key) && changes.length < 2;
    if (key !== null) repaired.add(key);
    return {
      message: finding.message,
      location: {
        path,
        range: range(
          lines.file,
          lines.offsetInFile(finding.span.start),
          lines.offsetInFile(finding.span.end),
        ),
      },
      severity: severities[finding.severity],
      code: { value: finding.rule, ...(url === null ? {} : { url }) },
      ...(isFirst ? { suggestions: [suggestion(diagnostic)] } : {}),
    };
  });
  const report = { source: { name: "ropelint" }, severity: "WARNING", diagnostics: found };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The whole repair as one replacement: half of it must not be taken. */
function suggestion({ finding, lines }: Diagnostic): object {
  const edits = [...lines.editsInFile(finding.fix?.edits ?? [])].sort(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  const start = edits[0]?.start ?? 0;
  let end = start;
  let text = "";
  for (const edit of edits) {
    text += lines.file.text.slice(end, edit.start) + edit.content;
    end = edit.end;
  }
  return { range: range(lines.file, start, end), text };
}

function range(lines: LineIndex, start: number, end: number): object {
  return { start: position(lines, start), end: position(lines, end) };
}

/** Columns of this format are bytes of UTF-8. */
function position(lines: LineIndex, offset: number): object {
  const line = lines.row(Math.min(offset, lines.text.length));
  const before = lines.text.slice(lines.start(line), offset).replace(/^\ufeff/, "");
  return { line, column: Buffer.byteLength(before) + 1 };
}
