import type { Span } from "../../ir/program.ts";
import { HostedLines } from "./hosted-lines.ts";
import { openHosted } from "./hosts.ts";

/**
 * What has changed of the Python in a file of another kind, from what has changed of that file: lines of a notebook are strings on
 * lines of its JSON. What has changed around the code, as outputs do with every run, has not changed the code.
 */
export function changedSpansIn(
  bytes: Uint8Array,
  path: string,
  spansOf: (file: string) => readonly Span[],
): readonly Span[] {
  const hosted = openHosted(bytes, path);
  if (hosted === null) return [];
  const lines = new HostedLines(hosted);
  const changed = spansOf(hosted.file);
  return Array.from({ length: lines.rowCount }, (_, index) => index + 1).flatMap((row) => {
    const span = { start: lines.start(row), end: lines.start(row + 1) };
    const from = lines.offsetInFile(span.start);
    const to = lines.offsetInFile(Math.max(span.start, span.end - 1)) + 1;
    if (changed.some(({ start, end }) => start < to && from < end)) return [span];
    // Where text was taken out: between the line before and this one.
    const before = row === 1 ? 0 : lines.offsetInFile(lines.start(row) - 1);
    const isBehindGap = changed.some(({ start, end }) => start === end && before < start && start <= from);
    return isBehindGap ? [{ start: span.start, end: span.start }] : [];
  });
}
