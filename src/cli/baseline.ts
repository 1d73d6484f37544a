import { total } from "../engine/baseline.ts";
import type { BaselineEntry } from "../engine/baseline.ts";
import { isEngineCode } from "../engine/engine-findings.ts";
import type { RunResult } from "../engine/run.ts";
import { UsageError } from "../engine/usage-error.ts";
import { BaselineFile, placeOfBaseline } from "./baseline-file.ts";
import { buildRequest, runOrExplain } from "./check.ts";
import type { RequestFlags } from "./check.ts";
import { configurationsFor } from "./configuration.ts";
import { formatConcise } from "./formats/concise.ts";
import { plural } from "./formats/summary.ts";
import { Progress } from "./progress.ts";
import type { Services, Streams } from "./services.ts";

export interface BaselineFlags extends RequestFlags {
  readonly prune?: true;
  readonly baseline?: string;
}

/** `ropelint baseline`: the exit status. */
export async function baseline(
  paths: readonly string[],
  flags: BaselineFlags,
  services: Services,
  streams: Streams,
): Promise<number> {
  const progress = new Progress(streams);
  const configurations = configurationsFor(flags, services, streams, { exhaustive: false });
  const file = new BaselineFile(placeOfBaseline(flags.baseline, configurations, streams.cwd), streams.cwd);
  if (flags.prune && file.bytes === null)
    throw new UsageError(`there is no ${file.shown} to prune`, "to write it: ropelint baseline");
  const request = await buildRequest(paths, flags, configurations, services, streams, progress);
  if ("bytes" in request.input)
    throw new UsageError("a baseline is written for files, not for standard input");
  const heeded = { ...request, baseline: file.requestFor(request.input) };
  const result = await runOrExplain(heeded, services, progress);
  request.cache?.save();
  const match = result.baseline;
  if (match === null) return 2;
  const entries = flags.prune ? match.pruned : match.current;
  const isNew = streams.undisturbed(() => file.write(entries));
  streams.error(`ropelint: ${describe(file, entries, isNew)}\n`);
  return explainFailures(result, streams);
}

function describe(
  { shown, entries: old }: BaselineFile,
  now: readonly BaselineEntry[],
  isNew: boolean,
): string {
  const files = new Set(now.map(({ path }) => path)).size;
  const what = `${plural(total(now), "finding")} in ${plural(files, "file")}`;
  const before = total(old) === 0 ? "" : `, ${String(total(old))} before`;
  return isNew ? `${shown} knows ${what} now${before}` : `${shown} knows ${what} already`;
}

/** A file that can't be checked is not what a baseline is for. */
function explainFailures({ diagnostics }: RunResult, streams: Streams): number {
  const failures = diagnostics.filter(({ finding }) => isEngineCode(finding.rule));
  for (const diagnostic of failures) streams.error(formatConcise(diagnostic, (_, text) => text));
  if (failures.some(({ finding }) => finding.rule === "internal-error")) return 2;
  return failures.length > 0 ? 1 : 0;
}
