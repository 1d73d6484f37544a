import { Cache } from "../engine/cache.ts";
import { encodeLike } from "../engine/decode.ts";
import { MissingPathError } from "../engine/discover.ts";
import { run } from "../engine/run.ts";
import type { RunRequest, RunResult } from "../engine/run.ts";
import type { LazyToolchain } from "../engine/toolchain.ts";
import type { Applicability } from "../verify/finding.ts";
import { total } from "../engine/baseline.ts";
import type { Memory } from "../engine/memory.ts";
import { UsageError } from "../engine/usage-error.ts";
import { BaselineFile, placeOfBaseline } from "./baseline-file.ts";
import { configurationsFor } from "./configuration.ts";
import type { ConfigurationFlags } from "./configuration.ts";
import type { Configurations } from "../engine/configuration/configurations.ts";
import { shownPath } from "../engine/configuration/read.ts";
import { missingPath, readStdin, wantsStdin } from "./input.ts";
import { openReport } from "./output-file.ts";
import { choosePaint } from "./palette.ts";
import type { ColorChoice } from "./palette.ts";
import { Progress } from "./progress.ts";
import { exitStatus, writeReport } from "./report-writer.ts";
import type { Services, Streams } from "./services.ts";
import { show } from "./show.ts";
import type { OutputFormat } from "./formats/formats.ts";
import { plural } from "./formats/summary.ts";

/** What a run is made of. */
export interface RequestFlags extends ConfigurationFlags {
  readonly fix?: true;
  readonly unsafeFixes?: true;
  readonly diff?: true;
  readonly addIgnores?: true;
  readonly reason?: string;
  readonly stdinFilename?: string;
  readonly cache: boolean;
  readonly concurrency: number | "auto";
}

export interface CheckFlags extends RequestFlags {
  readonly outputFormat: OutputFormat;
  readonly outputFile?: string;
  readonly statistics?: true;
  readonly watch?: true;
  readonly exitZero?: true;
  readonly exitNonZeroOnFix?: true;
  /** A file; false for none. */
  readonly baseline?: string | false;
  /** A commit. */
  readonly changedSince?: string;
  readonly color: ColorChoice;
  readonly verbose?: true;
  readonly showFiles?: true;
  readonly showSettings?: true;
}

/** `ropelint check`: the exit status. Who runs it again and again gives it a memory. */
export async function check(
  paths: readonly string[],
  flags: CheckFlags,
  services: Services,
  streams: Streams,
  memory?: Memory,
): Promise<number> {
  const started = Date.now();
  const progress = new Progress(streams);
  const configurations = configurationsFor(flags, services, streams, { exhaustive: false });
  if (flags.showFiles || flags.showSettings) return show(paths, flags, configurations, streams);
  const report = flags.outputFile === undefined ? null : openReport(flags.outputFile, streams.cwd);
  const baseline = openBaseline(flags, configurations, streams.cwd);
  const asked = await buildRequest(paths, flags, configurations, services, streams, progress);
  const request = {
    ...asked,
    ...ignoringFor(flags, asked),
    ...(memory && { cache: memory }),
    ...(baseline && { baseline: baseline.requestFor(asked.input) }),
    ...(await changesFor(flags, asked, streams.cwd)),
  };
  const result = await runOrExplain(request, services, progress);
  const unsaved = request.cache?.save() ?? null;
  if (flags.verbose && unsaved !== null) streams.error(`ropelint: no cache is kept: ${unsaved}\n`);
  if (flags.verbose) explainRun(result, configurations, Date.now() - started, streams);
  if (flags.verbose) explainFallback(services, streams);
  if (result.counts.files === 0 && result.diagnostics.length === 0)
    streams.error(
      `ropelint: warning: no Python, notebook, JavaScript or TypeScript files found under ${paths.join(", ") || "."}\n`,
    );
  const isText = printFixedText(request, flags, result, streams);
  writeReport(result, {
    flags,
    rules: services.rules,
    version: services.version,
    baseline: baseline?.shown ?? null,
    write: report?.write ?? (isText ? streams.error : streams.out),
    writeAside: streams.error,
    // A file is no terminal, whatever the environment says of the terminal.
    paint: choosePaint(report === null || flags.color === "always" ? flags.color : "never", streams),
    isTerminal: report === null && streams.outIsTerminal,
  });
  explainVanished(result, flags, baseline, streams);
  streams.undisturbed(() => report?.close());
  return exitStatus(result, flags);
}

/** The baseline that the findings are held against; null where there is none. */
function openBaseline(
  { baseline }: CheckFlags,
  configurations: Configurations,
  cwd: string,
): BaselineFile | null {
  if (baseline === false) return null;
  const file = new BaselineFile(placeOfBaseline(baseline, configurations, cwd), cwd);
  if (file.bytes !== null) return file;
  if (baseline === undefined) return null;
  throw new UsageError(
    `--baseline ${baseline}: no such file`,
    `to write it: ropelint baseline --baseline ${baseline}`,
  );
}

/** `--add-ignores`: what the comments say is checked before the work begins. */
function ignoringFor({ addIgnores, diff, reason }: CheckFlags, { input }: RunRequest): Partial<RunRequest> {
  if (!addIgnores) {
    if (reason === undefined) return {};
    throw new UsageError("--reason says why findings are ignored", "use it with --add-ignores");
  }
  if ("bytes" in input) throw new UsageError("--add-ignores writes into files, and standard input is none");
  return { ignoring: { reason: readReason(reason) }, fix: diff ? "compute" : "write" };
}

/** A reason that stays one: within its line, and within its comment. */
function readReason(reason = ""): string {
  const text = reason.trim();
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw new UsageError("--reason: it has to stand on one line");
  if (/(?:^|\s)#+\s*[A-Za-z]|\*\//.test(text))
    throw new UsageError('--reason: what follows "# " would be another comment, and "*/" would end this one');
  if (/ropelint\s*:/i.test(text)) throw new UsageError('--reason: "ropelint:" would begin another comment');
  return text;
}

async function changesFor(
  { changedSince }: CheckFlags,
  { input }: RunRequest,
  cwd: string,
): Promise<Pick<RunRequest, "changes">> {
  if (changedSince === undefined) return {};
  if ("bytes" in input)
    throw new UsageError("--changed-since asks git about files, and standard input is none");
  const { changesSince } = await import("../engine/git-changes.ts");
  return { changes: changesSince(changedSince, cwd) };
}

/** Flags that leave findings out make nothing vanish. */
function explainVanished(
  { baseline }: RunResult,
  flags: CheckFlags,
  file: BaselineFile | null,
  streams: Streams,
): void {
  const { select, extendSelect, ignore, environment, severity, exclude, extendExclude } = flags;
  const narrowing = [select, extendSelect, ignore, environment, severity, exclude, extendExclude];
  if (narrowing.some((flag) => flag !== undefined) || flags.config !== undefined || flags.isolated) return;
  const gone = total(baseline?.vanished ?? []);
  if (file === null || gone === 0) return;
  const isOne = gone === 1;
  streams.error(
    `ropelint: ${plural(gone, "finding")} of ${file.shown} ${isOne ? "is" : "are"} gone; ` +
      `ropelint baseline --prune takes ${isOne ? "it" : "them"} out\n`,
  );
}

export async function buildRequest(
  paths: readonly string[],
  flags: RequestFlags,
  configurations: Configurations,
  { build }: Services,
  streams: Streams,
  progress: Progress,
): Promise<RunRequest> {
  const isStdin = wantsStdin(paths, flags.stdinFilename);
  if (isStdin && paths.some((path) => path !== "-"))
    streams.error(`ropelint: warning: ${paths.join(", ")} ignored in favour of standard input\n`);
  const places = paths.length === 0 ? ["."] : paths;
  // An editor's buffer is another text at every stroke.
  const isCached = flags.cache && !isStdin && build !== null;
  return {
    ...(isCached ? { cache: new Cache(configurations.here.merged.cacheDir, build) } : {}),
    cwd: streams.cwd,
    concurrency: flags.concurrency,
    input: isStdin ? await readStdin(flags.stdinFilename, streams) : places,
    settingsFor: ({ real }) => configurations.settingsFor(real),
    scopes: configurations,
    fix: fixMode(flags, isStdin),
    accepted: new Set<Applicability>(flags.unsafeFixes ? ["safe", "unsafe"] : ["safe"]),
    undisturbed: streams.undisturbed,
    onProgress: (done, total) => {
      progress.update(done, total);
    },
  };
}

function fixMode(flags: RequestFlags, isStdin: boolean): RunRequest["fix"] {
  if (flags.diff) return "compute";
  if (!flags.fix) return "none";
  return isStdin ? "compute" : "write";
}

export async function runOrExplain(
  request: RunRequest,
  toolchain: LazyToolchain,
  progress: Progress,
): Promise<RunResult> {
  try {
    return await run(request, toolchain);
  } catch (error) {
    if (error instanceof MissingPathError) throw missingPath(error, request.cwd);
    throw error;
  } finally {
    progress.clear();
  }
}

/**
 * With --fix on standard input, as ruff does: the whole text, changed or not, so that an editor can take the output for its
 * buffer. The report must not be mixed in.
 */
function printFixedText(
  { input }: RunRequest,
  flags: CheckFlags,
  { changes }: RunResult,
  streams: Streams,
): boolean {
  if (!("bytes" in input) || !flags.fix || flags.diff) return false;
  const [change] = changes;
  streams.out(change === undefined ? input.bytes : encodeLike(input.bytes, change.text, input.path));
  return true;
}

function explainFallback({ parserFallback }: Services, streams: Streams): void {
  const reason = parserFallback?.() ?? null;
  if (reason === null) return;
  streams.error(
    `ropelint: Python is read by tree-sitter's wasm; its native binding does not load: ${reason}\n`,
  );
}

function explainRun(
  { counts }: RunResult,
  configurations: Configurations,
  milliseconds: number,
  streams: Streams,
): void {
  const seconds = (milliseconds / 1000).toFixed(2);
  const { options } = configurations.settingsFor("-");
  const files = configurations.files.map((file) => shownPath(file, streams.cwd));
  streams.error(
    `ropelint: ${plural(counts.files, "file")}, ${counts.inspected} of them with code of interest, ${seconds} s\n` +
      (files.length === 0 ? "" : `ropelint: configuration ${files.join(", ")}\n`) +
      `ropelint: rules ${options.rules.join(", ") || "none"}\n` +
      `ropelint: environments ${options.environments.join(", ")}\n`,
  );
}
