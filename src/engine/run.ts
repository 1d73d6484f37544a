import { readFileSync } from "node:fs";
import path from "node:path";
import type { Surroundings } from "../analysis/units/outside-calls.ts";
import type { Applicability, Finding } from "../verify/finding.ts";
import { findCallers } from "./callers.ts";
import type { CheckedFile, FileSettings, RepairedFile } from "./checked-file.ts";
import { encodeLike } from "./decode.ts";
import { discover } from "./discover.ts";
import type { Scopes, SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { surroundingsOf } from "./surroundings.ts";
import { inspectBytes } from "./inspect-file.ts";
import { explainError } from "./io.ts";
import { adjust, repair } from "./repair.ts";
import { diagnose } from "./report.ts";
import type { Diagnostic } from "./report.ts";
import type { Toolchain } from "./toolchain.ts";
import { replaceFile, WriteError } from "./write-file.ts";

export interface RunRequest {
  readonly cwd: string;
  /** Files and folders, or one text under the name it is to have. */
  readonly input: readonly string[] | { readonly path: string; readonly bytes: Uint8Array };
  readonly settingsFor: (file: SourceFile) => FileSettings;
  /** What is left out; without it, what nobody calls their own. */
  readonly scopes?: Scopes;
  /** `compute` works the fixes out and writes nothing. */
  readonly fix: "none" | "compute" | "write";
  /** Fixes of these kinds are applied. */
  readonly accepted: ReadonlySet<Applicability>;
  readonly onProgress?: (done: number, total: number) => void;
  /** Does what a signal must not interrupt; without it, signals are nothing to this run. */
  readonly undisturbed?: (work: () => void) => void;
}

export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface RunResult {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that fixes took away, of files that were written or, without writing, would be. */
  readonly fixed: readonly Finding[];
  readonly changes: readonly Change[];
  /** Files looked at, and those among them that were read further than the prefilter. */
  readonly counts: { readonly files: number; readonly inspected: number };
  /** How often each rule matched that is only counted. */
  readonly tallies: ReadonlyMap<string, number>;
}

/** Checks files, fixes them where that is asked for, and says what is left. No file ends the run for the others. */
export async function run(request: RunRequest, toolchain: Toolchain): Promise<RunResult> {
  const { files, checked, inspected } = await checkAll(request, toolchain);
  const context = { ...request, allFiles: files, pause };
  const repaired =
    request.fix === "none" ? asRead(adjust(checked, files)) : await repair(checked, context, toolchain);
  const settled: RepairedFile[] = [];
  for (const file of repaired) {
    settled.push(request.fix === "write" ? write(file, request) : file);
    if (file.text !== file.original.text) await pause();
  }
  const changed = settled.filter((file) => file.text !== file.original.text);
  return {
    diagnostics: diagnose(settled),
    fixed: settled.flatMap((file) => file.fixed),
    changes: changed.map(({ file, original, text }) => ({
      path: file.path,
      before: original.text,
      after: text,
    })),
    counts: { files: files.length, inspected },
    tallies: tallyOf(settled),
  };
}

function tallyOf(files: readonly CheckedFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { findings, settings } of files)
    for (const { rule } of findings)
      if (settings.options.tallied?.includes(rule)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

interface Checked {
  readonly files: readonly SourceFile[];
  readonly checked: readonly CheckedFile[];
  readonly inspected: number;
}

async function checkAll(request: RunRequest, toolchain: Toolchain): Promise<Checked> {
  const { input } = request;
  if ("bytes" in input) {
    const file: SourceFile = { path: input.path, real: input.path };
    if (request.scopes?.leavesOut(input.path)) return { files: [], checked: [], inspected: 0 };
    const surroundings = surroundingsOf(path.resolve(request.cwd, input.path));
    const { checked, isInspected } = check(file, () => input.bytes, surroundings, request, toolchain);
    return { files: [file], checked: [checked], inspected: Number(isInspected) };
  }
  const { files, unreadable } = discover(input, request.cwd, request.scopes);
  const callers = await findCallers(files, toolchain, pause);
  const all: CheckedFile[] = unreadable.map(({ path, reason }) =>
    unread({ path, real: path }, reason, request),
  );
  let inspected = 0;
  for (const [index, file] of files.entries()) {
    request.onProgress?.(index, files.length);
    const { checked, isInspected } = check(
      file,
      () => readFileSync(file.real),
      surroundingsOf(file.real, callers.get(file.real)),
      request,
      toolchain,
    );
    if (isInspected) inspected++;
    if (isInspected || checked.findings.length > 0) all.push(checked);
    await pause();
  }
  return { files, checked: all, inspected };
}

function check(
  file: SourceFile,
  read: () => Uint8Array,
  surroundings: Surroundings,
  request: RunRequest,
  toolchain: Toolchain,
): { readonly checked: CheckedFile; readonly isInspected: boolean } {
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    return { checked: unread(file, explainError(error), request), isInspected: false };
  }
  const settings = request.settingsFor(file);
  const { text, findings } = inspectBytes(bytes, { ...settings.options, ...surroundings }, toolchain);
  // Most files have no findings: their bytes need not be kept.
  const kept = findings.length > 0 ? bytes : null;
  const checked = { file, bytes: kept, text: text ?? "", findings, settings, surroundings };
  return { checked, isInspected: text !== null };
}

function unread(file: SourceFile, reason: string, { settingsFor }: RunRequest): CheckedFile {
  const findings = [engineFinding("io-error", reason)];
  return { file, bytes: null, text: "", findings, settings: settingsFor(file) };
}

function asRead(files: readonly CheckedFile[]): readonly RepairedFile[] {
  return files.map((file) => ({ ...file, original: file, fixed: [], withheld: null }));
}

/** Writes a repaired file; where that fails, the file is reported as it was, and why it was not written. */
function write(
  repaired: RepairedFile,
  {
    undisturbed = (work) => {
      work();
    },
  }: RunRequest,
): RepairedFile {
  const { file, original, text } = repaired;
  const expected = original.bytes;
  if (text === original.text || expected === null) return repaired;
  try {
    const content = encodeLike(expected, text);
    undisturbed(() => {
      replaceFile(file.real, expected, content);
    });
    return repaired;
  } catch (error) {
    const reason = error instanceof WriteError ? error.message : explainError(error);
    const findings = [engineFinding("io-error", `not fixed: ${reason}`), ...original.findings];
    return { ...repaired, ...original, findings, fixed: [], withheld: reason };
  }
}

/** Lets signals be told, and progress be seen. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
