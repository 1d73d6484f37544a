import type { Applicability, Finding } from "../verify/finding.ts";
import type { Outcomes } from "./cache.ts";
import { checkAll, pause } from "./check-files.ts";
import type { CheckedFile, FileSettings, RepairedFile } from "./checked-file.ts";
import { encodeLike, wholeText } from "./decode.ts";
import type { Scopes, SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { explainError } from "./io.ts";
import { applyBaseline } from "./known-findings.ts";
import type { BaselineRequest, BaselineResult } from "./known-findings.ts";
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
  /** Outcomes of earlier runs. What is written into a file is always found anew. */
  readonly cache?: Outcomes;
  /** What is known is neither printed nor fixed. */
  readonly baseline?: BaselineRequest;
  /** Does what a signal must not interrupt; without it, signals are nothing to this run. */
  readonly undisturbed?: (work: () => void) => void;
}

export interface Change {
  readonly path: string;
  /** Whole files, whatever of them is checked. */
  readonly before: string;
  readonly after: string;
  /** What is checked of the file, after its fixes. */
  readonly text: string;
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
export async function run(request: RunRequest, toolchain: Toolchain): Promise<RunResult> {
  const { files, checked: found, inspected } = await checkAll(request, toolchain);
  const baselined = request.baseline ? applyBaseline(request.baseline, files, found) : null;
  const checked = baselined?.checked ?? found;
  const context = { ...request, allFiles: files, pause };
  const repaired =
    request.fix === "none" ? asRead(adjust(checked, files)) : await repair(checked, context, toolchain);
  const settled: RepairedFile[] = [];
  for (const file of repaired) {
    settled.push(settle(file, request));
    if (file.text !== file.original.text) await pause();
  }
  const changed = settled.filter((file) => file.text !== file.original.text);
  return {
    diagnostics: diagnose(settled),
    fixed: settled.flatMap((file) => file.fixed),
    changes: changed.map(changeOf),
    counts: { files: files.length, inspected },
    tallies: tallyOf(settled),
    baseline: baselined?.result ?? null,
  };
}

function changeOf({ file, original, text }: RepairedFile): Change {
  const whole = (part: string): string =>
    original.bytes === null ? part : wholeText(original.bytes, part, file.path);
  return { path: file.path, before: whole(original.text), after: whole(text), text };
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

/**
 * Writes a repaired file, or makes sure that it could be written; where that fails, the file is reported as it was, and why it was not
 * written.
 */
function settle(
  repaired: RepairedFile,
  {
    fix,
    undisturbed = (work) => {
      work();
    },
  }: RunRequest,
): RepairedFile {
  const { file, original, text } = repaired;
  const expected = original.bytes;
  if (text === original.text || expected === null) return repaired;
  try {
    const content = encodeLike(expected, text, file.path);
    if (fix === "write")
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
