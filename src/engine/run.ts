import { realpathSync } from "node:fs";
import path from "node:path";
import type { Applicability, Finding } from "../verify/finding.ts";
import { addIgnores } from "./add-ignores.ts";
import type { Outcomes } from "./cache.ts";
import { countUnchanged, focus, withChanges } from "./changed-lines.ts";
import type { ChangesRequest } from "./changed-lines.ts";
import { checkAll, type Reading } from "./check-files.ts";
import type { CheckedFile, FileSettings, RepairedFile } from "./checked-file.ts";
import { encodeLike, wholeText } from "./decode.ts";
import type { Scopes, SourceFile } from "./discover.ts";
import { forDefinitions, withDefiningFiles } from "./definitions.ts";
import { Inspector } from "./inspector.ts";
import { explainError } from "./io.ts";
import { applyBaseline } from "./known-findings.ts";
import type { BaselineRequest, BaselineResult } from "./known-findings.ts";
import { pause } from "./pause.ts";
import { adjust, repair, unrepaired, withhold } from "./repair.ts";
import type { RepairRequest } from "./repair.ts";
import { diagnose } from "./report.ts";
import type { Diagnostic } from "./report.ts";
import { removeLeftovers } from "./temporaries.ts";
import { lazily, type LazyToolchain, type Toolchain } from "./toolchain.ts";
import { replaceFiles, WriteError } from "./write-file.ts";

export interface RunRequest {
  readonly cwd: string;
  /** Files and folders, or one text under the name it is to have. */
  readonly input: readonly string[] | { readonly path: string; readonly bytes: Uint8Array };
  readonly settingsFor: (file: SourceFile) => FileSettings;
  /** What is left out; without it, what nobody calls their own. */
  readonly scopes?: Scopes;
  /** `compute` works the fixes out and writes nothing. */
  readonly fix: "none" | "compute" | "write";
  /** Instead of fixes: comments, with this reason, that silence what is printed. */
  readonly ignoring?: { readonly reason: string };
  /** Fixes of these kinds are applied. */
  readonly accepted: ReadonlySet<Applicability>;
  /** Threads that read Python files side by side; `auto` as many as their number pays for. Default: none beside this one. */
  readonly concurrency?: number | "auto";
  readonly onProgress?: (done: number, total: number) => void;
  /** Outcomes of earlier runs. What is written into a file is always found anew. */
  readonly cache?: Outcomes;
  /** What is known is neither printed nor fixed. */
  readonly baseline?: BaselineRequest;
  /** What is found on other lines is neither printed nor fixed, but counted. */
  readonly changes?: ChangesRequest;
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
  /** Findings on lines that have not changed; null where that was not asked. */
  readonly unchanged: number | null;
}

/** Checks files, fixes them where that is asked for, and says what is left. No file ends the run for the others. */
export async function run(request: RunRequest, toolchain: Toolchain | LazyToolchain): Promise<RunResult> {
  const tools = lazily(toolchain);
  tools.scripts?.forget?.();
  const inspector = new Inspector(tools);
  try {
    return await runWith(request, { tools, inspector });
  } finally {
    await inspector.close();
  }
}

async function runWith(request: RunRequest, reading: Reading): Promise<RunResult> {
  const { files, checked: read, inspected } = await checkAll(request, reading);
  const all = withDefiningFiles(read, files, request.settingsFor);
  const { changes } = request;
  const found = changes ? all.map((file) => withChanges(file, changes)) : all;
  const baselined = request.baseline ? applyBaseline(request.baseline, files, found) : null;
  const checked = (baselined?.checked ?? found).map(focus);
  const context = { ...request, allFiles: files, pause };
  const repaired = await settle(checked, context, reading);
  if (request.fix === "write") tidy(files);
  const settled = request.fix === "none" && !request.ignoring ? repaired : await writeAll(repaired, request);
  const changed = settled.filter((file) => file.text !== file.original.text);
  return {
    diagnostics: diagnose(settled),
    fixed: settled.flatMap((file) => file.fixed),
    changes: changed.map(changeOf),
    counts: { files: files.length, inspected },
    tallies: tallyOf(settled),
    baseline: baselined?.result ?? null,
    unchanged: request.changes ? countUnchanged(settled) : null,
  };
}

/** The files after what is to be done to them; nothing is written yet. */
async function settle(
  checked: readonly CheckedFile[],
  request: RunRequest & RepairRequest,
  reading: Reading,
): Promise<readonly RepairedFile[]> {
  const { fix, ignoring, allFiles, pause } = request;
  if (ignoring) {
    const ignored = await addIgnores(checked, { ...ignoring, pause }, reading);
    return adjust(ignored, allFiles);
  }
  if (fix !== "none") return repair(checked, request, reading);
  return adjust(checked, allFiles, await forDefinitions(checked, reading.tools)).map(unrepaired);
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

/** Files that are repaired together are written together. */
async function writeAll(
  files: readonly RepairedFile[],
  request: RunRequest,
): Promise<readonly RepairedFile[]> {
  const written = new Map<RepairedFile, RepairedFile>();
  for (const file of files) {
    if (written.has(file) || file.text === file.original.text) continue;
    const together = companyOf(file, files);
    for (const [index, one] of write(together, request).entries()) written.set(together[index] ?? one, one);
    await pause();
  }
  return files.map((file) => written.get(file) ?? file);
}

/** The file and all that it is repaired with, by however many repairs. */
function companyOf(file: RepairedFile, files: readonly RepairedFile[]): readonly RepairedFile[] {
  const company = [file];
  // The list grows while it is walked.
  for (const { partners } of company)
    for (const other of files)
      if (partners.has(other.file.real) && !company.includes(other)) company.push(other);
  return company;
}

/** What killed runs have left behind. */
function tidy(files: readonly SourceFile[]): void {
  const own = files.filter(({ leadsOut }) => !leadsOut);
  for (const folder of new Set(own.map(({ real }) => path.dirname(real)))) removeLeftovers(folder);
}

/** What was named is written to and nothing else, whatever links lie in it or have come to lie in it since. */
function requireOwn({ real, leadsOut }: SourceFile): void {
  if (leadsOut) throw new WriteError(`it is a link to ${real}, which is not within what was named`);
  if (realpathSync(real) !== real) throw new WriteError("it has become a link since it was read");
}

/** Writes repaired files, or makes sure that they could be written; where that fails, they are reported as they were, and why they were not written. */
function write(
  files: readonly RepairedFile[],
  {
    fix,
    undisturbed = (work) => {
      work();
    },
    ignoring,
  }: RunRequest,
): readonly RepairedFile[] {
  try {
    const replacements = files.flatMap(({ file, original: { bytes, text: before }, text }) =>
      bytes === null || text === before
        ? []
        : [{ path: file.real, expected: bytes, content: encodeLike(bytes, text, file.path) }],
    );
    if (fix === "write") {
      for (const { file, original, text } of files) if (text !== original.text) requireOwn(file);
      undisturbed(() => {
        replaceFiles(replacements);
      });
    }
    return files;
  } catch (error) {
    const reason = error instanceof WriteError ? error.message : explainError(error);
    const undone = ignoring ? "not ignored" : "not fixed";
    return files.map((file) => withhold(file, reason, "io-error", undone));
  }
}
