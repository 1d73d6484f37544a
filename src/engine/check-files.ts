import { readFileSync } from "node:fs";
import path from "node:path";
import type { OutsideCall, Surroundings } from "../analysis/units/outside-calls.ts";
import { digestOf, keyOf, type Outcomes, type KnownOutcome } from "./cache.ts";
import { findCallers } from "./callers.ts";
import type { CheckedFile } from "./checked-file.ts";
import { decode } from "./decode.ts";
import { discover } from "./discover.ts";
import type { SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { inspectBytes } from "./inspect-file.ts";
import { hostOf } from "./hosts/hosts.ts";
import { explainError } from "./io.ts";
import { isPythonModule, isScript } from "./languages.ts";
import type { RunRequest } from "./run.ts";
import { surroundingsOf } from "./surroundings.ts";
import { toolchainFor, type Toolchain } from "./toolchain.ts";

export interface Checked {
  readonly files: readonly SourceFile[];
  /** Those that were read further than the prefilter, and those with findings. */
  readonly checked: readonly CheckedFile[];
  readonly inspected: number;
}

/** Every file of a request with its findings, from the cache where an earlier run has found them. */
export async function checkAll(request: RunRequest, toolchain: Toolchain): Promise<Checked> {
  const { input } = request;
  if ("bytes" in input) {
    const file: SourceFile = { path: input.path, real: input.path };
    if (request.scopes?.leavesOut(input.path)) return { files: [], checked: [], inspected: 0 };
    const surroundings = surroundingsOf(path.resolve(request.cwd, input.path));
    const { checked, isInspected } = check(file, () => input.bytes, surroundings, request, toolchain);
    return { files: [file], checked: [checked], inspected: Number(isInspected) };
  }
  const { files, unreadable } = discover(input, request.cwd, request.scopes);
  const digests = digestsOf(files, request.cache);
  const scripts = scriptsKey(files, digests, request.cache);
  const python = files.filter(({ path }) => isPythonModule(path));
  const callers = await callersOf(python, digests, request, toolchain);
  const all: CheckedFile[] = unreadable.map(({ path, reason }) =>
    unread({ path, real: path }, reason, request),
  );
  let inspected = 0;
  for (const [index, file] of files.entries()) {
    request.onProgress?.(index, files.length);
    const surroundings = surroundingsOf(file.real, callers.get(file.real));
    const { checked, isInspected } = checkOnce(
      file,
      digests.get(file.real),
      isScript(file.path) ? scripts : "",
      surroundings,
      request,
      toolchain,
    );
    if (isInspected) inspected++;
    if (isInspected || checked.findings.length > 0) all.push(checked);
    if (isInspected) await pause();
  }
  return { files, checked: all, inspected };
}

function digestsOf(files: readonly SourceFile[], cache: Outcomes | undefined): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const file of cache ? files : []) {
    const digest = cache?.digest(file) ?? null;
    if (digest !== null) digests.set(file.real, digest);
  }
  return digests;
}

/**
 * What is found in a script may hang on the types of other modules: a process knows it again while no script of the run has changed,
 * and a later one, null, does not.
 */
function scriptsKey(
  files: readonly SourceFile[],
  digests: ReadonlyMap<string, string>,
  cache: Outcomes | undefined,
): string | null {
  if (cache?.isOwn !== true) return null;
  return keyOf(files.filter(({ path }) => isScript(path)).map(({ real }) => [real, digests.get(real)]));
}

/** Calls between the files of a run are what they were while no file of it has changed. */
async function callersOf(
  files: readonly SourceFile[],
  digests: ReadonlyMap<string, string>,
  { cache }: RunRequest,
  toolchain: Toolchain,
): Promise<ReadonlyMap<string, readonly OutsideCall[]>> {
  if (!cache || files.some(({ real }) => !digests.has(real)))
    return findCallers(files, toolchain, pause, cache);
  const key = keyOf(files.map((file) => [file.path, file.real, digests.get(file.real)]));
  const known = cache.calls(key);
  if (known) return known;
  const calls = await findCallers(files, toolchain, pause, cache);
  cache.rememberCalls(key, calls);
  return calls;
}

interface Outcome {
  readonly checked: CheckedFile;
  readonly isInspected: boolean;
}

/** What the cache knows, or what the file says. `others` stands for all else that this hangs on; null where nobody can know. */
function checkOnce(
  file: SourceFile,
  digest: string | undefined,
  others: string | null,
  surroundings: Surroundings,
  request: RunRequest,
  toolchain: Toolchain,
): Outcome {
  const { cache } = request;
  const { options } = request.settingsFor(file);
  const reads: Uint8Array[] = [];
  const read = (): Uint8Array => {
    const bytes = readFileSync(file.real);
    reads.push(bytes);
    return bytes;
  };
  const readNow = (): Outcome => check(file, read, surroundings, request, toolchain);
  if (!cache || digest === undefined || others === null) return readNow();
  const { calls, spared } = surroundings;
  const key = keyOf(digest, { ...options, calls, spared, others, host: hostOf(file.path)?.name });
  const known = cache.outcome(key);
  const recalled = known && recall(file, digest, known, surroundings, request);
  if (recalled) return recalled;
  const outcome = readNow();
  const { isInspected } = outcome;
  const { findings } = outcome.checked;
  // The file may have changed since its digest was taken.
  const isSame = reads.some((bytes) => digestOf(bytes) === digest);
  if (isSame && !findings.some(({ rule }) => passing.has(rule)))
    cache.rememberOutcome(key, { isInspected, findings });
  return outcome;
}

/** What goes wrong with a file, or with us, is tried again. */
const passing: ReadonlySet<string> = new Set(["io-error", "internal-error"]);

/** A file as an earlier run found it. No edit comes out of a file of the cache into a source: what may be fixed is found anew. */
function recall(
  file: SourceFile,
  digest: string,
  { isInspected, findings }: KnownOutcome,
  surroundings: Surroundings,
  { fix, settingsFor, cache }: RunRequest,
): Outcome | null {
  const settings = settingsFor(file);
  if (findings.length === 0)
    return { checked: { file, bytes: null, text: "", findings, settings, surroundings }, isInspected };
  if (fix !== "none" && cache?.isOwn !== true && findings.some((finding) => finding.fix !== null))
    return null;
  try {
    const bytes = readFileSync(file.real);
    if (digestOf(bytes) !== digest) return null;
    return {
      checked: { file, bytes, text: decode(bytes, file.path), findings, settings, surroundings },
      isInspected,
    };
  } catch {
    return null;
  }
}

function check(
  file: SourceFile,
  read: () => Uint8Array,
  surroundings: Surroundings,
  request: RunRequest,
  toolchain: Toolchain,
): Outcome {
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    return { checked: unread(file, explainError(error), request), isInspected: false };
  }
  const settings = request.settingsFor(file);
  const own = toolchainFor(file.path, toolchain);
  const { text, findings } = inspectBytes(bytes, { ...settings.options, ...surroundings }, own);
  // Most files have no findings: their bytes need not be kept.
  const kept = findings.length > 0 ? bytes : null;
  const checked = { file, bytes: kept, text: text ?? "", findings, settings, surroundings };
  return { checked, isInspected: text !== null };
}

function unread(file: SourceFile, reason: string, { settingsFor }: RunRequest): CheckedFile {
  const findings = [engineFinding("io-error", reason)];
  return { file, bytes: null, text: "", findings, settings: settingsFor(file) };
}

/** Lets signals be told, and progress be seen. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
