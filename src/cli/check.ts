import { Cache } from "../engine/cache.ts";
import { encodeLike } from "../engine/decode.ts";
import { MissingPathError } from "../engine/discover.ts";
import { run } from "../engine/run.ts";
import type { RunRequest, RunResult } from "../engine/run.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import type { Applicability } from "../verify/finding.ts";
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

export interface CheckFlags extends ConfigurationFlags {
  readonly fix?: true;
  readonly unsafeFixes?: true;
  readonly diff?: true;
  readonly outputFormat: OutputFormat;
  readonly outputFile?: string;
  readonly statistics?: true;
  readonly exitZero?: true;
  readonly exitNonZeroOnFix?: true;
  readonly stdinFilename?: string;
  readonly cache: boolean;
  readonly color: ColorChoice;
  readonly verbose?: true;
  readonly showFiles?: true;
  readonly showSettings?: true;
}

/** `ropelint check`: the exit status. */
export async function check(
  paths: readonly string[],
  flags: CheckFlags,
  services: Services,
  streams: Streams,
): Promise<number> {
  const started = Date.now();
  const progress = new Progress(streams);
  const configurations = configurationsFor(flags, services, streams, { exhaustive: false });
  if (flags.showFiles || flags.showSettings) return show(paths, flags, configurations, streams);
  const report = flags.outputFile === undefined ? null : openReport(flags.outputFile, streams.cwd);
  const request = await buildRequest(paths, flags, configurations, services, streams, progress);
  const toolchain = await services.loadToolchain();
  const result = await runOrExplain(request, toolchain, progress);
  const unsaved = request.cache?.save() ?? null;
  if (flags.verbose && unsaved !== null) streams.error(`ropelint: no cache is kept: ${unsaved}\n`);
  if (flags.verbose) explainRun(result, configurations, Date.now() - started, streams);
  if (result.counts.files === 0 && result.diagnostics.length === 0)
    streams.error(
      `ropelint: warning: no Python, JavaScript or TypeScript files found under ${paths.join(", ") || "."}\n`,
    );
  const isText = printFixedText(request, flags, result, streams);
  writeReport(result, {
    flags,
    rules: services.rules,
    version: services.version,
    write: report?.write ?? (isText ? streams.error : streams.out),
    writeAside: streams.error,
    // A file is no terminal, whatever the environment says of the terminal.
    paint: choosePaint(report === null || flags.color === "always" ? flags.color : "never", streams),
    isTerminal: report === null && streams.outIsTerminal,
  });
  streams.undisturbed(() => report?.close());
  return exitStatus(result, flags);
}

async function buildRequest(
  paths: readonly string[],
  flags: CheckFlags,
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

function fixMode(flags: CheckFlags, isStdin: boolean): RunRequest["fix"] {
  if (flags.diff) return "compute";
  if (!flags.fix) return "none";
  return isStdin ? "compute" : "write";
}

async function runOrExplain(
  request: RunRequest,
  toolchain: Toolchain,
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
  streams.out(change === undefined ? input.bytes : encodeLike(input.bytes, change.after));
  return true;
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
