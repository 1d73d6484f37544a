import type { Finding } from "../verify/finding.ts";
import { matchBaseline, total } from "./baseline.ts";
import type { Allowance, BaselineEntry, Circumstances, FoundFile, Match } from "./baseline.ts";
import { isAbout } from "./changed-lines.ts";
import type { CheckedFile, FileSettings } from "./checked-file.ts";
import type { SourceFile } from "./discover.ts";
import { isEngineCode } from "./engine-findings.ts";
import { sharedFingerprint } from "./fingerprint.ts";

/** A baseline as a run is asked to heed it. */
export interface BaselineRequest extends Circumstances {
  readonly entries: readonly BaselineEntry[];
  /** A file's path as the baseline writes it. */
  readonly placeOf: (file: SourceFile) => string;
}

export interface BaselineResult extends Omit<Match, "known"> {
  /** How many findings were not printed because they are known. */
  readonly known: number;
}

/** What of a file is known, and how it would be printed otherwise. */
export interface Known {
  readonly allowance: Allowance;
  readonly settings: FileSettings;
}

/** Silences what a baseline knows in the files of a run. */
export function applyBaseline(
  request: BaselineRequest,
  files: readonly SourceFile[],
  checked: readonly CheckedFile[],
): { readonly checked: readonly CheckedFile[]; readonly result: BaselineResult } {
  const found = new Map<string, FoundFile>();
  for (const file of files)
    found.set(file.real, { path: request.placeOf(file), findings: [], isPartial: false });
  for (const file of checked) found.set(file.file.real, foundIn(file, request.placeOf(file.file)));
  // What could not be read may be a folder of many files.
  const isRead = !checked.some(({ findings }) => findings.some(({ rule }) => rule === "io-error"));
  const match = matchBaseline(request.entries, [...found.values()], {
    exists: request.exists,
    isComplete: request.isComplete && isRead,
  });
  return {
    checked: checked.map((file) => {
      const allowance = match.allowances.get(request.placeOf(file.file));
      return allowance ? silence({ ...file, known: { allowance, settings: file.settings } }) : file;
    }),
    result: { ...match, known: total(match.known) },
  };
}

function foundIn({ text, findings, settings }: CheckedFile, path: string): FoundFile {
  return {
    path,
    findings: findings
      .filter((finding) => isKnowable(finding) && settings.isPrinted(finding))
      .map((finding) => ({ rule: finding.rule, fingerprint: sharedFingerprint(text, finding) })),
    isPartial: findings.some(({ rule }) => isEngineCode(rule)),
  };
}

/** What went wrong with a file is no finding in its code, and never known. */
function isKnowable({ rule }: Finding): boolean {
  return !isEngineCode(rule);
}

/**
 * The file with settings that print none of its known findings: of equal ones, those are known whose lines have not changed, as far as
 * that was asked, and the first before the last.
 */
export function silence<File extends CheckedFile>(file: File): File {
  if (file.known === undefined) return file;
  const { allowance, settings } = file.known;
  const left = new Map(allowance);
  const silenced = new Set<string>();
  for (const finding of unchangedFirst(file)) {
    if (!isKnowable(finding) || !settings.isPrinted(finding)) continue;
    const fingerprint = sharedFingerprint(file.text, finding);
    const count = left.get(fingerprint) ?? 0;
    if (count === 0) continue;
    left.set(fingerprint, count - 1);
    silenced.add(placeOf(finding));
  }
  const isPrinted = (finding: Finding): boolean =>
    settings.isPrinted(finding) && !silenced.has(placeOf(finding));
  return { ...file, settings: { ...settings, isPrinted } };
}

function unchangedFirst({ findings, changed }: CheckedFile): readonly Finding[] {
  if (changed === undefined) return findings;
  const isNew = (finding: Finding): number => Number(isAbout(finding, changed.spans));
  return [...findings].sort((a, b) => isNew(a) - isNew(b));
}

/** Later steps rewrite findings, but not where they stand. */
function placeOf({ rule, span }: Finding): string {
  return `${rule}:${String(span.start)}-${String(span.end)}`;
}
