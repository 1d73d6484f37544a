import { InvalidArgumentError } from "commander";
import { pause } from "../engine/pause.ts";
import { checkRecord, recordProblem } from "../engine/check-record.ts";
import type { Settings } from "../engine/configuration/settings.ts";
import { explainError } from "../engine/io.ts";
import { readRecord, type RecordName } from "../engine/read-record.ts";
import { LineSplitter, type RecordLine } from "../engine/record-lines.ts";
import type { Diagnostic } from "../engine/report.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { UsageError } from "../engine/usage-error.ts";
import type { CheckFlags } from "./check.ts";
import { configurationsFor } from "./configuration.ts";
import { formatJsonLine } from "./formats/json.ts";
import { plural } from "./formats/summary.ts";
import type { Services, Streams } from "./services.ts";

export interface RecordFlags {
  readonly stdinRecords?: true;
  readonly acknowledge?: true;
  readonly maxRecordSize?: number;
}

const mebibyte = 2 ** 20;
const usualSize = 32;
/** What becomes one string has to be far from the longest that there can be. */
const largestSize = 256;

export function mebibytes(value: string): number {
  const size = Number(value);
  if (!Number.isInteger(size) || size < 1 || size > largestSize)
    throw new InvalidArgumentError(`It must be a whole number of MiB from 1 to ${largestSize}.`);
  return size;
}

/** Flags that mean nothing without records. */
export function requireRecords({ stdinRecords, acknowledge, maxRecordSize }: RecordFlags): void {
  if (stdinRecords || (acknowledge === undefined && maxRecordSize === undefined)) return;
  const flag = acknowledge ? "--acknowledge" : "--max-record-size";
  throw new UsageError(`${flag} is about records`, `to read records: ropelint check --stdin-records ${flag}`);
}

/**
 * `ropelint check --stdin-records`: findings of a stream of texts, each one by itself, in the order of the stream. Holds one record at a
 * time and reads no faster than its output is taken. No record ends the run for the others.
 */
export async function checkRecords(
  paths: readonly string[],
  flags: CheckFlags & RecordFlags,
  services: Services,
  streams: Streams,
): Promise<number> {
  requireNothingElse(paths, flags);
  const { here } = configurationsFor(flags, services, streams, { exhaustive: false });
  const run = new RecordRun(flags, here, await services.loadToolchain(), services, streams);
  try {
    await run.readAll();
  } finally {
    streams.error(run.summary);
  }
  return run.status;
}

/** A stream has no end at which files could be written, counted or compared. */
const others = {
  fix: ["--fix", "apply the edits that the findings hold"],
  diff: ["--diff", "the findings hold their edits"],
  unsafeFixes: ["--unsafe-fixes", "each finding says whether its fix is safe"],
  stdinFilename: ["--stdin-filename", 'each record has its own "path"'],
  outputFile: ["--output-file", "redirect standard output"],
  statistics: ["--statistics", "count the findings that are printed"],
  showFiles: ["--show-files", "a stream has no files"],
  showSettings: ["--show-settings", "ask without --stdin-records: records have the settings of this folder"],
  exitNonZeroOnFix: ["--exit-non-zero-on-fix", "nothing is fixed in a stream"],
} as const;

function requireNothingElse(paths: readonly string[], flags: CheckFlags): void {
  const refuse = (what: string, remedy: string): never => {
    throw new UsageError(`${what} can't be had with --stdin-records`, remedy);
  };
  const [path] = paths.filter((each) => each !== "-");
  if (path !== undefined)
    refuse(`the path ${path}`, "records come from standard input, and hold their texts");
  for (const [name, [flag, remedy]] of Object.entries(others))
    if (flags[name as keyof typeof others] !== undefined) refuse(flag, remedy);
  if (typeof flags.baseline === "string") refuse("--baseline", "compare the fingerprints that are printed");
  if (flags.outputFormat !== "json-lines" && flags.outputFormat !== "text")
    refuse(`--output-format ${flags.outputFormat}`, "records are answered in json-lines");
}

class RecordRun {
  readonly #flags: CheckFlags & RecordFlags;
  readonly #limit: number;
  readonly #here: Settings;
  readonly #toolchain: Toolchain;
  readonly #services: Services;
  readonly #streams: Streams;
  readonly #counts = {
    records: 0,
    inspected: 0,
    withFindings: 0,
    findings: 0,
    printed: 0,
    bad: 0,
    other: 0,
    bytes: 0,
  };
  readonly #started = process.cpuUsage();
  #hasFailed = false;
  #isRead = true;

  constructor(
    flags: CheckFlags & RecordFlags,
    here: Settings,
    toolchain: Toolchain,
    services: Services,
    streams: Streams,
  ) {
    this.#flags = flags;
    this.#limit = (flags.maxRecordSize ?? usualSize) * mebibyte;
    this.#here = here;
    this.#toolchain = toolchain;
    this.#services = services;
    this.#streams = streams;
  }

  async readAll(): Promise<void> {
    const lines = new LineSplitter(this.#limit);
    for await (const chunk of this.#chunks()) {
      this.#counts.bytes += chunk.length;
      for (const line of lines.push(chunk)) {
        await this.#take(line);
        if (!this.#isRead) return;
      }
    }
    const last = lines.end();
    if (last !== null) await this.#take(last);
  }

  /** 2 where ropelint itself failed, 1 where something is printed, else 0. */
  get status(): number {
    if (this.#hasFailed) return 2;
    return this.#counts.printed > 0 && !this.#flags.exitZero ? 1 : 0;
  }

  get summary(): string {
    const { records, inspected, withFindings, findings, bad, other, bytes } = this.#counts;
    const { user } = process.cpuUsage(this.#started);
    const parts = [
      plural(records, "record"),
      `${inspected} with code of interest`,
      `${plural(findings, "finding")} in ${withFindings}`,
      ...(other === 0 ? [] : [`${other} of no language that is read`]),
      ...(bad === 0 ? [] : [`${bad} bad`]),
      `${(bytes / 1e6).toFixed(1)} MB`,
      `${(user / 1e6).toFixed(1)} s of processor`,
    ];
    const end = this.#isRead ? "" : "; nobody reads the findings any longer, so the rest was not read";
    return `ropelint: ${parts.join(", ")}${end}\n`;
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#streams.inputChunks();
    } catch (error) {
      const { records } = this.#counts;
      throw new UsageError(
        `standard input can't be read on: ${explainError(error)}`,
        `${plural(records, "record")} had been checked by then`,
      );
    }
  }

  async #take(line: RecordLine): Promise<void> {
    const read = readRecord(line, this.#limit);
    if (read.kind === "blank") return;
    this.#counts.records++;
    if (read.kind === "bad") {
      this.#counts.bad++;
      const message = `${read.problem}; ${read.remedy}`;
      await this.#print(read.path, read.name, recordProblem(read.path, message, this.#here));
      return;
    }
    const { reach, diagnostics } = checkRecord(read.record, this.#here, this.#toolchain);
    if (reach === "other") this.#counts.other++;
    if (reach === "inspected") this.#counts.inspected++;
    if (diagnostics.some(({ finding }) => finding.rule === "internal-error")) this.#hasFailed = true;
    if (diagnostics.length > 0) this.#counts.withFindings++;
    this.#counts.findings += diagnostics.length;
    await this.#print(read.record.path, read.name, diagnostics);
    // The parser's own trees are freed in between.
    if (reach === "inspected") await pause();
  }

  /** All that is said of a record, at once: whoever waits for it has it before the next one is looked at. */
  async #print(path: string | null, name: RecordName, diagnostics: readonly Diagnostic[]): Promise<void> {
    this.#counts.printed += diagnostics.length;
    const lines = diagnostics.map((diagnostic) => formatJsonLine(diagnostic, this.#services.rules, name));
    if (this.#flags.acknowledge)
      lines.push(
        `${JSON.stringify({ ...name, acknowledged: true, filename: path, findings: lines.length })}\n`,
      );
    if (lines.length === 0) return;
    this.#streams.out(lines.join(""));
    this.#isRead = await this.#streams.outHasRoom();
  }
}
