import type { Edit } from "../ir/rewrite.ts";
import type { Span } from "../ir/program.ts";
import type { Finding } from "../verify/finding.ts";
import type { CheckedFile, FileSettings } from "./checked-file.ts";
import type { SourceFile } from "./discover.ts";
import { isEngineCode } from "./engine-findings.ts";
import { changedSpansIn } from "./hosts/changed-spans.ts";
import { isJoined } from "./hosts/hosted-text.ts";
import { hostOf } from "./hosts/hosts.ts";
import { movedBy } from "./moved.ts";

/** So many rows from this one on, counted from 1; none where rows were taken out behind it. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

/** What has changed in a file; `all` where nothing of it was there before. */
export type ChangedRows = "all" | readonly RowRange[];

export type ChangesRequest = (file: SourceFile) => ChangedRows;

/** What has changed in a text, and how its findings would be printed otherwise. */
export interface ChangedText {
  /** Where text was taken out, a span without length. */
  readonly spans: readonly Span[];
  readonly settings: FileSettings;
}

/** The file with what has changed in it. Its settings are as before: see `focus`. */
export function withChanges(file: CheckedFile, request: ChangesRequest): CheckedFile {
  return { ...file, changed: { spans: changedSpans(file, request(file.file)), settings: file.settings } };
}

function changedSpans({ file, bytes, text }: CheckedFile, rows: ChangedRows): readonly Span[] {
  if (rows === "all" || hostOf(file.path) === null) return spansOf(rows, text);
  // What can't be taken apart has changed as a whole.
  if (bytes === null || !isJoined(text)) return spansOf(rows.length > 0 ? "all" : rows, text);
  return changedSpansIn(bytes, file.path, (host) => spansOf(rows, host));
}

/** The file with settings that print what is found on changed lines only. What a baseline knows has to be heeded before. */
export function focus<File extends CheckedFile>(file: File): File {
  if (file.changed === undefined) return file;
  const { spans } = file.changed;
  const settings = file.known === undefined ? file.changed.settings : file.settings;
  const isPrinted = (finding: Finding): boolean => settings.isPrinted(finding) && isAbout(finding, spans);
  return { ...file, changed: { spans, settings }, settings: { ...settings, isPrinted } };
}

/** How many findings are not printed because their lines have not changed. */
export function countUnchanged(files: readonly CheckedFile[]): number {
  return files.reduce(
    (sum, { findings, settings, changed }) =>
      sum +
      findings.filter((finding) => changed?.settings.isPrinted(finding) && !settings.isPrinted(finding))
        .length,
    0,
  );
}

/** The changed spans of a text after further edits of it. */
export function moveChanges(
  changed: ChangedText | undefined,
  text: string,
  edits: readonly Edit[],
): ChangedText | undefined {
  return changed && { ...changed, spans: changed.spans.map(movedBy(text, edits)) };
}

/** What goes wrong with a file is always said; a mistake in its syntax may stand far from the change that made it. */
export function isAbout({ rule, span }: Finding, spans: readonly Span[]): boolean {
  if (isEngineCode(rule)) return rule !== "syntax-error" || spans.length > 0;
  const end = Math.max(span.end, span.start + 1);
  return spans.some((changed) => changed.start < end && span.start < changed.end);
}

/** Rows as git counts them, which end at a line feed alone. */
function spansOf(rows: ChangedRows, text: string): readonly Span[] {
  if (rows === "all") return [{ start: 0, end: text.length + 1 }];
  if (rows.length === 0) return [];
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const startOf = (row: number): number => starts[row - 1] ?? text.length;
  return rows.map(({ start, count }) => {
    const from = count === 0 ? start + 1 : start;
    return { start: startOf(from), end: startOf(from + count) };
  });
}
