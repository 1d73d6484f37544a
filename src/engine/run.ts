import { realpathSync } from "node:fs";
import path from "node:path";
import type { Applicability, Finding } from "../verify/finding.ts";
import type { Cache } from "./cache.ts";
import { checkAll, pause, type Reading } from "./check-files.ts";
import type { CheckedFile, FileSettings, RepairedFile } from "./checked-file.ts";
import { encodeLike } from "./decode.ts";
import type { Scopes, SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { Inspector } from "./inspector.ts";
import { explainError } from "./io.ts";
import { applyBaseline } from "./known-findings.ts";
import type { BaselineRequest, BaselineResult } from "./known-findings.ts";
import { adjust, repair } from "./repair.ts";
import { diagnose } from "./report.ts";
import type { Diagnostic } from "./report.ts";
import { removeLeftovers } from "./temporaries.ts";
import { lazily, type LazyToolchain, type Toolchain } from "./toolchain.ts";
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
  /** Threads that read Python files side by side; `auto` as many as their number pays for. Default: none beside this one. */
  readonly concurrency?: number | "auto";
  readonly onProgress?: (done: number, total: number) => void;
  /** Outcomes of earlier runs. What is written into a file is always found anew. */
  readonly cache?: Cache;
  /** What is known is neither printed nor fixed. */
  readonly baseline?: BaselineRequest;
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
  /** Null where no baseline was given. */
  readonly baseline: BaselineResult | null;
}

/** Checks files, fixes them where that is asked for, and says what is left. No file ends the run for the others. */
export async function run(request: RunRequest, toolchain: Toolchain | LazyToolchain): Promise<RunResult> {
  const tools = lazily(toolchain);
  const inspector = new Inspector(tools);
  try {
    return await runWith(request, { tools, inspector });
  } finally {
    await inspector.close();
  }
}

async function runWith(request: RunRequest, reading: Reading): Promise<RunResult> {
  const { files, checked: found, inspected } = await checkAll(request, reading);
  const baselined = request.baseline ? applyBaseline(request.baseline, files, found) : null;
  const checked = baselined?.checked ?? found;
  const context = { ...request, allFiles: files, pause };
  const repaired =
    request.fix === "none" ? asRead(adjust(checked, files)) : await repair(checked, context, reading);
  const settled: RepairedFile[] = [];
  if (request.fix === "write")
    for (const folder of new Set(
      files.filter(({ leadsOut }) => !leadsOut).map(({ real }) => path.dirname(real)),
    ))
      removeLeftovers(folder);
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
    baseline: baselined?.result ?? null,
  };
}

function tallyOf(files: readonly CheckedFile[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { findings, settings } of files)
    for (const { rule } of findings)
      if (settings.options.tallied?.includes(rule)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function asRead(files: readonly CheckedFile[]): readonly RepairedFile[] {
  return files.map((file) => ({ ...file, original: file, fixed: [], withheld: null }));
}

/** What was named is written to and nothing else, whatever links lie in it or have come to lie in it since. */
function requireOwn({ real, leadsOut }: SourceFile): void {
  if (leadsOut) throw new WriteError(`it is a link to ${real}, which is not within what was named`);
  if (realpathSync(real) !== real) throw new WriteError("it has become a link since it was read");
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
    requireOwn(file);
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
