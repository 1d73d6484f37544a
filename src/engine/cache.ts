import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OutsideCall } from "../analysis/units/outside-calls.ts";
import type { Finding } from "../verify/finding.ts";
import { readCacheFile, writeCacheFile } from "./cache-file.ts";
import { decodeNumbers, encodeNumbers } from "./cache-numbers.ts";
import type { FoundCall } from "./callers.ts";
import type { SourceFile } from "./discover.ts";
import type { Resolve, Survey } from "./modules.ts";

/** What a run of the same build found in a text, by what it was asked. */
export interface KnownOutcome {
  /** False where the prefilter looked no further. */
  readonly isInspected: boolean;
  readonly findings: readonly Finding[];
}

/** What earlier runs have found. */
export interface Outcomes {
  /** Whether this very process has found all of it. */
  readonly isOwn: boolean;
  digest(file: SourceFile): string | null;
  outcome(key: string): KnownOutcome | null;
  rememberOutcome(key: string, outcome: KnownOutcome): void;
  calls(key: string): ReadonlyMap<string, readonly OutsideCall[]> | null;
  rememberCalls(key: string, calls: ReadonlyMap<string, readonly OutsideCall[]>): void;
  /** What was read of single files on the way to these calls. */
  survey?(file: SourceFile, make: () => Survey | null): Survey | null;
  callsIn?(
    file: SourceFile,
    resolve: Resolve,
    find: (resolve: Resolve) => Promise<readonly FoundCall[]>,
  ): Promise<readonly FoundCall[]>;
  save(): string | null;
}

/** A file's content as it was when its size, times and place on the disk were these: null where they may stay and it may not. */
export interface Content {
  readonly status: string | null;
  readonly digest: string;
}

interface Stored {
  readonly contents: Record<string, Content & { readonly day: number }>;
  /** 0: not inspected; else findings as JSON, which most runs do not read. */
  readonly outcomes: Record<string, { readonly day: number; readonly found: 0 | string }>;
  readonly calls: Record<string, { readonly day: number; readonly found: string }>;
}

/** What has not been asked for in so many days is let go. */
const keptDays = 30;
/** A file that was written this shortly before it was read may change again within the clock's resolution. */
const settledMilliseconds = 2000;
const millisecondsOfDay = 86_400_000;

/**
 * Outcomes by content, in one file of a folder. It is read as a whole, written as a whole, and ignored wherever it is damaged,
 * another build's or another user's: a run without it finds the same.
 */
export class Cache implements Outcomes {
  readonly isOwn = false;
  readonly #file: string;
  readonly #folder: string;
  readonly #known: Stored;
  readonly #fresh: Stored = emptyStore();
  readonly #now: number;
  readonly #today: number;

  /** `build` names the code that finds: another one's outcomes are none of this one's. `now` is when the run begins, in milliseconds. */
  constructor(folder: string, build: string, now = Date.now()) {
    this.#now = now;
    this.#today = Math.floor(now / millisecondsOfDay);
    const salt = digestOf(`${build}\0${process.version}\0${process.arch}`);
    this.#folder = folder;
    this.#file = join(folder, `${salt.slice(0, 16)}.json`);
    this.#known = parseStore(readCacheFile(this.#file)) ?? emptyStore();
  }

  /** The digest of a file's content, from its status where that tells that nothing has changed; null where it can't be read. */
  digest({ real }: SourceFile): string | null {
    const content = contentOf(real, this.#known.contents[real], this.#now);
    if (content === null) return null;
    if (content.status !== null) this.#fresh.contents[real] = { ...content, day: this.#today };
    return content.digest;
  }

  outcome(key: string): KnownOutcome | null {
    const found = this.#known.outcomes[key]?.found;
    if (found === undefined) return null;
    const findings = found === 0 ? [] : tryTo(() => decodeNumbers(found) as readonly Finding[]);
    if (findings === null) return null;
    this.#fresh.outcomes[key] = { day: this.#today, found };
    return { isInspected: found !== 0, findings };
  }

  rememberOutcome(key: string, { isInspected, findings }: KnownOutcome): void {
    const found = isInspected ? encodeNumbers(findings) : 0;
    this.#fresh.outcomes[key] = { day: this.#today, found };
  }

  calls(key: string): ReadonlyMap<string, readonly OutsideCall[]> | null {
    const found = this.#known.calls[key]?.found;
    if (found === undefined) return null;
    const calls = tryTo(() => new Map(decodeNumbers(found) as [string, readonly OutsideCall[]][]));
    if (calls !== null) this.#fresh.calls[key] = { day: this.#today, found };
    return calls;
  }

  rememberCalls(key: string, calls: ReadonlyMap<string, readonly OutsideCall[]>): void {
    this.#fresh.calls[key] = { day: this.#today, found: encodeNumbers([...calls]) };
  }

  /** What other runs have written since counts as well. Why nothing could be written, or null. */
  save(): string | null {
    const { contents, outcomes, calls } = this.#fresh;
    const isNews =
      hasNews(contents, this.#known.contents, ({ status }) => status) ||
      hasNews(outcomes, this.#known.outcomes) ||
      hasNews(calls, this.#known.calls);
    if (!isNews) return null;
    const others = parseStore(readCacheFile(this.#file)) ?? emptyStore();
    const oldest = this.#today - keptDays;
    const merged: Stored = {
      contents: merge(others.contents, contents, oldest),
      outcomes: merge(others.outcomes, outcomes, oldest),
      calls: merge(others.calls, calls, oldest),
    };
    return writeCacheFile(this.#folder, this.#file, JSON.stringify(merged));
  }
}

/**
 * A file's content: the known one where the file's status is what it was, else what `read` makes of it. `now`, in milliseconds, is no later
 * than the reading. Null where it can't be read.
 */
export function contentOf(
  real: string,
  known: Content | undefined,
  now: number,
  read: () => string = () => digestOf(readFileSync(real)),
): Content | null {
  try {
    const { size, mtimeMs, ctimeMs, ino, dev } = lstatSync(real);
    const status = [size, mtimeMs, ctimeMs, ino, dev].join();
    if (known?.status === status) return { status, digest: known.digest };
    const isSettled = now - Math.max(mtimeMs, ctimeMs) > settledMilliseconds;
    return { status: isSettled ? status : null, digest: read() };
  } catch {
    return null;
  }
}

export function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url");
}

/** Options and whatever else an outcome depends on, as one key. */
export function keyOf(...parts: readonly unknown[]): string {
  return digestOf(JSON.stringify(parts, (_, value: unknown) => (isIterable(value) ? [...value] : value)));
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && !Array.isArray(value);
}

function emptyStore(): Stored {
  return { contents: {}, outcomes: {}, calls: {} };
}

/** What was seen today and not the last time; that it was seen again is news once a day. */
function hasNews<Entry extends { readonly day: number }>(
  fresh: Record<string, Entry>,
  known: Record<string, Entry>,
  of: (entry: Entry) => unknown = () => null,
): boolean {
  return Object.entries(fresh).some(([key, entry]) => {
    const old = known[key];
    return old?.day !== entry.day || of(old) !== of(entry);
  });
}

function merge<Entry extends { readonly day: number }>(
  others: Record<string, Entry>,
  fresh: Record<string, Entry>,
  oldest: number,
): Record<string, Entry> {
  const kept = Object.entries(others).filter(([, { day }]) => day >= oldest);
  return { ...Object.fromEntries(kept), ...fresh };
}

function parseStore(text: string | null): Stored | null {
  return text === null ? null : tryTo(() => JSON.parse(text) as Stored);
}

function tryTo<Result>(action: () => Result): Result | null {
  try {
    return action();
  } catch {
    return null;
  }
}
