import { readFileSync } from "node:fs";
import type { OutsideCall } from "../analysis/units/outside-calls.ts";
import { contentOf, digestOf } from "./cache.ts";
import type { Content, KnownOutcome, Outcomes } from "./cache.ts";
import type { FoundCall } from "./callers.ts";
import type { SourceFile } from "./discover.ts";
import type { FunctionPlace, Resolve, Survey } from "./modules.ts";

interface FoundIn {
  readonly digest: string;
  /** What was asked for on the way, and what it was. */
  readonly named: ReadonlyMap<string, FunctionPlace | null>;
  readonly found: readonly FoundCall[];
}

/** Entries that are let go unless a run asks for them: what the last run and this one know. */
class Recent<Value> {
  #old = new Map<string, Value>();
  #new = new Map<string, Value>();

  get(key: string): Value | undefined {
    const value = this.#new.get(key) ?? this.#old.get(key);
    if (value !== undefined) this.#new.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#new.set(key, value);
  }

  /** A run that has asked for nothing of it was about something else. */
  turn(): void {
    if (this.#new.size > 0) [this.#old, this.#new] = [this.#new, new Map<string, Value>()];
  }
}

/**
 * What a process that runs again and again knows of the runs before. It holds what the last run has asked for and nothing else, however
 * many there are; what it says is its own, so that edits may come out of it.
 */
export class Memory implements Outcomes {
  readonly isOwn = true;
  readonly #contents = new Recent<Content>();
  readonly #outcomes = new Recent<KnownOutcome>();
  readonly #calls = new Recent<ReadonlyMap<string, readonly OutsideCall[]>>();
  readonly #surveys = new Recent<{ readonly digest: string; readonly survey: Survey }>();
  readonly #found = new Recent<FoundIn>();
  /** What an earlier process has left, for the first run. */
  #kept: Outcomes | null;

  constructor(kept: Outcomes | null = null) {
    this.#kept = kept;
  }

  digest(file: SourceFile): string | null {
    const { real } = file;
    const read = (): string => this.#kept?.digest(file) ?? digestOf(readFileSync(real));
    const content = contentOf(real, this.#contents.get(real), Date.now(), read);
    if (content !== null) this.#contents.set(real, content);
    return content?.digest ?? null;
  }

  /** The digest of a file's content as the last run has seen it. */
  lastDigest(real: string): string | null {
    return this.#contents.get(real)?.digest ?? null;
  }

  outcome(key: string): KnownOutcome | null {
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const kept = this.#kept?.outcome(key) ?? null;
    if (kept !== null) this.#outcomes.set(key, kept);
    return kept;
  }

  rememberOutcome(key: string, outcome: KnownOutcome): void {
    this.#outcomes.set(key, outcome);
    this.#kept?.rememberOutcome(key, outcome);
  }

  calls(key: string): ReadonlyMap<string, readonly OutsideCall[]> | null {
    return this.#calls.get(key) ?? this.#kept?.calls(key) ?? null;
  }

  rememberCalls(key: string, calls: ReadonlyMap<string, readonly OutsideCall[]>): void {
    this.#calls.set(key, calls);
    this.#kept?.rememberCalls(key, calls);
  }

  survey(file: SourceFile, make: () => Survey | null): Survey | null {
    const digest = this.digest(file);
    const known = this.#surveys.get(file.real);
    if (digest !== null && known?.digest === digest) return known.survey;
    const made = make();
    if (made === null || digest === null) return made;
    this.#surveys.set(file.real, { digest, survey: made });
    return made;
  }

  /** They are what they were while the file is, and while what it names is where it was. */
  async callsIn(
    file: SourceFile,
    resolve: Resolve,
    find: (resolve: Resolve) => Promise<readonly FoundCall[]>,
  ): Promise<readonly FoundCall[]> {
    const digest = this.digest(file);
    const known = this.#found.get(file.real);
    if (digest !== null && known?.digest === digest && holds(known.named, resolve)) return known.found;
    const named = new Map<string, FunctionPlace | null>();
    const found = await find((path) => {
      const place = resolve(path);
      named.set(path, place);
      return place;
    });
    if (digest !== null) this.#found.set(file.real, { digest, named, found });
    return found;
  }

  /** Ends a run. Why an earlier process's store could not be written, or null. */
  save(): string | null {
    const failure = this.#kept?.save() ?? null;
    this.#kept = null;
    for (const store of [this.#contents, this.#outcomes, this.#calls, this.#surveys, this.#found])
      store.turn();
    return failure;
  }
}

function holds(named: ReadonlyMap<string, FunctionPlace | null>, resolve: Resolve): boolean {
  for (const [path, place] of named) {
    const now = resolve(path);
    if (now?.real !== place?.real || now?.name !== place?.name) return false;
  }
  return true;
}
