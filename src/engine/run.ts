import { readFileSync } from "node:fs";
import path from "node:path";
import type { Surroundings } from "../analysis/units/outside-calls.ts";
import type { Applicability, Finding } from "../verify/finding.ts";
import { findCallers } from "./callers.ts";
import type { CheckedFile, RepairedFile } from "./checked-file.ts";
import { encodeLike } from "./decode.ts";
import { discover } from "./discover.ts";
import type { SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { surroundingsOf } from "./surroundings.ts";
import { inspectBytes } from "./inspect-file.ts";
import type { InspectOptions } from "./inspect.ts";
import { explainError } from "./io.ts";
import { isScript } from "./languages.ts";
import { adjust, repair } from "./repair.ts";
import { diagnose } from "./report.ts";
import type { Diagnostic } from "./report.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";
import { replaceFile, WriteError } from "./write-file.ts";

export interface RunRequest {
  readonly cwd: string;
  /** Files and folders, or one text under the name it is to have. */
  readonly input: readonly string[] | { readonly path: string; readonly bytes: Uint8Array };
  readonly options: InspectOptions;
  /** `compute` works the fixes out and writes nothing. */
  readonly fix: "none" | "compute" | "write";
  /** Fixes of these kinds are applied. */
  readonly accepted: ReadonlySet<Applicability>;
  /** What counts: only what is printed is fixed, too. */
  readonly isPrinted: (finding: Finding) => boolean;
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
  const { isPrinted } = request;
  const context = { ...request, allFiles: files, pause };
  const repaired =
    request.fix === "none" ? asRead(adjust(checked, context)) : await repair(checked, context, toolchain);
  const settled: RepairedFile[] = [];
  for (const file of repaired) {
    settled.push(request.fix === "write" ? write(file, request) : file);
    if (file.text !== file.original.text) await pause();
  }
  const changed = settled.filter((file) => file.text !== file.original.text);
  return {
    diagnostics: diagnose(settled, isPrinted),
    fixed: settled.flatMap((file) => file.fixed),
    changes: changed.map(({ file, original, text }) => ({
      path: file.path,
      before: original.text,
      after: text,
    })),
    counts: { files: files.length, inspected },
    tallies: tallyOf(settled, request.options),
  };
}

function tallyOf(
  files: readonly CheckedFile[],
  { tallied = [] }: InspectOptions,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of files.flatMap(({ findings }) => findings))
    if (tallied.includes(rule)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
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
    const surroundings = surroundingsOf(path.resolve(request.cwd, input.path));
    const { checked, isInspected } = check(file, () => input.bytes, surroundings, request, toolchain);
    return { files: [file], checked: [checked], inspected: Number(isInspected) };
  }
  const { files, unreadable } = discover(input, request.cwd);
  const python = files.filter(({ path }) => !isScript(path));
  const callers = await findCallers(python, toolchain, pause);
  const all: CheckedFile[] = unreadable.map(({ path, reason }) => unread({ path, real: path }, reason));
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
  { options }: RunRequest,
  toolchain: Toolchain,
): { readonly checked: CheckedFile; readonly isInspected: boolean } {
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    return { checked: unread(file, explainError(error)), isInspected: false };
  }
  const { text, findings } = inspectBytes(
    bytes,
    { ...options, ...surroundings },
    toolchainFor(file.path, toolchain),
  );
  // Most files have no findings: their bytes need not be kept.
  const kept = findings.length > 0 ? bytes : null;
  const checked = { file, bytes: kept, text: text ?? "", findings, surroundings };
  return { checked, isInspected: text !== null };
}

function unread(file: SourceFile, reason: string): CheckedFile {
  return { file, bytes: null, text: "", findings: [engineFinding("io-error", reason)] };
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
