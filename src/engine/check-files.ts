import { readFileSync } from "node:fs";
import path from "node:path";
import type { OutsideCall, Surroundings } from "../analysis/units/outside-calls.ts";
import { digestOf, keyOf, type KnownOutcome, type Outcomes } from "./cache.ts";
import { findCallers } from "./callers.ts";
import type { CheckedFile } from "./checked-file.ts";
import { decode } from "./decode.ts";
import type { Finding } from "../verify/finding.ts";
import { discover } from "./discover.ts";
import type { SourceFile } from "./discover.ts";
import { engineFinding } from "./engine-findings.ts";
import { UnreadableHostError } from "./hosts/host.ts";
import { hostOf } from "./hosts/hosts.ts";
import type { InspectOptions } from "./inspect.ts";
import { mapInOrder, threadsFor, type Inspector } from "./inspector.ts";
import { explainError } from "./io.ts";
import { isPythonModule, isScript } from "./languages.ts";
import { containsAny } from "./prefilter.ts";
import type { RunRequest } from "./run.ts";
import { pause } from "./pause.ts";
import { surroundingsOf } from "./surroundings.ts";
import { literalsFor, type LazyToolchain } from "./toolchain.ts";

export interface Checked {
  readonly files: readonly SourceFile[];
  /** Those that were read further than the prefilter, and those with findings. */
  readonly checked: readonly CheckedFile[];
  readonly inspected: number;
}

/** What a run reads files with. */
export interface Reading {
  readonly tools: LazyToolchain;
  readonly inspector: Inspector;
}

type Inspected = Promise<readonly Finding[]>;

/** Findings of the texts of a run by all that they follow from: copies, of several releases side by side, are read once. */
type Once = Map<string, Inspected>;

/** A file of a run, and what is known of it from outside its text. */
interface Asked {
  readonly file: SourceFile;
  readonly surroundings: Surroundings;
  /** Under which the cache keeps what is found; null where it keeps nothing. */
  readonly known: { readonly digest: string; readonly key: string } | null;
}

interface Outcome {
  readonly checked: CheckedFile;
  readonly isInspected: boolean;
}

/** Every file of a request with its findings, from the cache where an earlier run has found them. */
export async function checkAll(request: RunRequest, reading: Reading): Promise<Checked> {
  const { input } = request;
  if ("bytes" in input) return checkText(input, request, reading);
  const { files, unreadable } = discover(input, request.cwd, request.scopes);
  const digests = digestsOf(files, request.cache);
  const scripts = scriptsKey(files, digests, request.cache);
  const python = files.filter(({ path }) => isPythonModule(path));
  const callers = await callersOf(python, digests, request, reading);
  const asked = files.map((file): Asked => {
    const surroundings = surroundingsOf(file.real, callers.get(file.real));
    const others = isScript(file.path) ? scripts : "";
    return {
      file,
      surroundings,
      known: knownBy(file, digests.get(file.real), others, surroundings, request),
    };
  });
  const outcomes = await inspectAll(asked, request, reading);
  const broken = unreadable.map(({ path, reason }) => unread({ path, real: path }, reason, request));
  const told = outcomes.filter(({ checked, isInspected }) => isInspected || checked.findings.length > 0);
  return {
    files,
    checked: [...broken, ...told.map(({ checked }) => checked)],
    inspected: outcomes.filter(({ isInspected }) => isInspected).length,
  };
}

/** One text under the name that it is to have. */
async function checkText(
  { path: shown, bytes }: { readonly path: string; readonly bytes: Uint8Array },
  request: RunRequest,
  reading: Reading,
): Promise<Checked> {
  const file: SourceFile = { path: shown, real: shown };
  if (request.scopes?.leavesOut(shown)) return { files: [], checked: [], inspected: 0 };
  const surroundings = surroundingsOf(path.resolve(request.cwd, shown));
  const asked = { file, surroundings, known: null };
  const { checked, isInspected } = await inspect(asked, () => bytes, request, reading);
  return { files: [file], checked: [checked], inspected: Number(isInspected) };
}

/** First what a look tells, then what has to be read, in as many threads as that pays for. */
async function inspectAll(
  asked: readonly Asked[],
  request: RunRequest,
  reading: Reading,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Asked, Outcome>();
  for (const [index, one] of asked.entries()) {
    const outcome = recallOrLook(one, request, reading.tools);
    if (outcome) outcomes.set(one, outcome);
    if (index % 64 === 63) await pause();
  }
  const due = asked.filter((one) => !outcomes.has(one));
  const once: Once = new Map();
  const { inspector } = reading;
  await inspector.widen(
    threadsFor(due.filter(({ file }) => !isScript(file.path)).length, request.concurrency ?? 1),
  );
  let done = asked.length - due.length;
  await mapInOrder(due, inspector.width, async (one) => {
    request.onProgress?.(done++, asked.length);
    outcomes.set(one, await inspectOnce(one, request, reading, once));
    await pause();
  });
  return asked.flatMap((one) => outcomes.get(one) ?? []);
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
  { cache, concurrency = 1 }: RunRequest,
  reading: Reading,
): Promise<ReadonlyMap<string, readonly OutsideCall[]>> {
  const find = (): ReturnType<typeof findCallers> =>
    findCallers(files, reading, { memory: cache, threads: (count) => threadsFor(count, concurrency) });
  if (!cache || files.some(({ real }) => !digests.has(real))) return find();
  const key = keyOf(files.map((file) => [file.path, file.real, digests.get(file.real)]));
  const known = cache.calls(key);
  if (known) return known;
  const calls = await find();
  cache.rememberCalls(key, calls);
  return calls;
}

/** `others` stands for all else that a file's findings hang on; null where nobody can know. */
function knownBy(
  file: SourceFile,
  digest: string | undefined,
  others: string | null,
  surroundings: Surroundings,
  { cache, settingsFor }: RunRequest,
): Asked["known"] {
  if (!cache || digest === undefined || others === null) return null;
  return { digest, key: outcomeKey(digest, file, settingsFor(file).options, surroundings, others) };
}

const optionKeys = new WeakMap<InspectOptions, string>();

/** All that the findings of a text follow from. */
function outcomeKey(
  digest: string,
  { path }: SourceFile,
  options: InspectOptions,
  { calls, spared }: Surroundings,
  others: string,
): string {
  // Files share their options: those of a large run are the same object.
  const ofOptions = optionKeys.get(options) ?? keyOf(options);
  optionKeys.set(options, ofOptions);
  return keyOf(digest, ofOptions, calls, spared, others, hostOf(path)?.name);
}

/** What the cache knows of a file, or that it holds nothing to look at; null where it has to be read. */
function recallOrLook(asked: Asked, request: RunRequest, tools: LazyToolchain): Outcome | null {
  const { file, surroundings, known } = asked;
  const { cache } = request;
  const outcome = known && cache?.outcome(known.key);
  const recalled = outcome && recall(file, known.digest, outcome, surroundings, request);
  if (recalled) return recalled;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file.real);
  } catch (error) {
    return { checked: unread(file, explainError(error), request), isInspected: false };
  }
  if (containsAny(bytes, literalsFor(file.path, tools))) return null;
  if (digestOf(bytes) === known?.digest)
    cache?.rememberOutcome(known.key, { isInspected: false, findings: [] });
  return nothingIn(asked, request);
}

/** Reads a file, and keeps what was found. */
async function inspectOnce(
  asked: Asked,
  request: RunRequest,
  reading: Reading,
  once: Once,
): Promise<Outcome> {
  const { file, known } = asked;
  const reads: Uint8Array[] = [];
  const read = (): Uint8Array => {
    const bytes = readFileSync(file.real);
    reads.push(bytes);
    return bytes;
  };
  const outcome = await inspect(asked, read, request, reading, once);
  const { isInspected } = outcome;
  const { findings } = outcome.checked;
  // The file may have changed since its digest was taken.
  const isSame = known !== null && reads.some((bytes) => digestOf(bytes) === known.digest);
  if (isSame && !findings.some(({ rule, isPassing = false }) => isPassing || passing.has(rule)))
    request.cache?.rememberOutcome(known.key, { isInspected, findings });
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

async function inspect(
  asked: Asked,
  read: () => Uint8Array,
  request: RunRequest,
  { tools, inspector }: Reading,
  once: Once = new Map(),
): Promise<Outcome> {
  const { file, surroundings } = asked;
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    return { checked: unread(file, explainError(error), request), isInspected: false };
  }
  if (!containsAny(bytes, literalsFor(file.path, tools))) return nothingIn(asked, request);
  const settings = request.settingsFor(file);
  const inspectAnew = (): Inspected =>
    inspector.inspect(file.path, bytes, { ...settings.options, ...surroundings });
  const findings = await (isScript(file.path)
    ? inspectAnew()
    : sameFor(once, outcomeKey(digestOf(bytes), file, settings.options, surroundings, ""), inspectAnew));
  const checked = { file, findings, settings, surroundings };
  // Most files have no findings: their bytes need not be kept.
  if (findings.length === 0) return { checked: { ...checked, bytes: null, text: "" }, isInspected: true };
  return { checked: { ...checked, bytes, text: textOf(bytes, file.path) }, isInspected: true };
}

function sameFor(once: Once, key: string, make: () => Inspected): Inspected {
  const known = once.get(key) ?? make();
  once.set(key, known);
  return known;
}

/** What can't be read is a finding already; of a notebook that can't be it has a place. */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return decode(bytes, path);
  } catch (error) {
    return error instanceof UnreadableHostError ? error.file : "";
  }
}

function nothingIn({ file, surroundings }: Asked, { settingsFor }: RunRequest): Outcome {
  const checked = { file, bytes: null, text: "", findings: [], settings: settingsFor(file), surroundings };
  return { checked, isInspected: false };
}

function unread(file: SourceFile, reason: string, { settingsFor }: RunRequest): CheckedFile {
  const findings = [engineFinding("io-error", reason)];
  return { file, bytes: null, text: "", findings, settings: settingsFor(file) };
}
