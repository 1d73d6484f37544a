import { comparePaths } from "./discover.ts";

/** So many equal findings of a file were known when the baseline was written. */
export interface BaselineEntry {
  /** Relative to the folder of the baseline, with '/'. */
  readonly path: string;
  readonly rule: string;
  /** Without an ordinal: equal findings share it, and are counted. */
  readonly fingerprint: string;
  readonly count: number;
}

/** A file that was looked at, and what was found there. */
export interface FoundFile {
  readonly path: string;
  readonly findings: readonly Pick<BaselineEntry, "rule" | "fingerprint">[];
  /** Not everything there could be found: nothing of it counts as vanished. */
  readonly isPartial: boolean;
}

export interface Circumstances {
  /** Whether a path of the baseline is still a file. */
  readonly exists: (path: string) => boolean;
  /** Whether the run looked at all that the baseline speaks of. */
  readonly isComplete: boolean;
}

/** How many findings of each fingerprint are known in a file. */
export type Allowance = ReadonlyMap<string, number>;

export interface Match {
  readonly allowances: ReadonlyMap<string, Allowance>;
  /** What was found and is known, where it stands now. */
  readonly known: readonly BaselineEntry[];
  /** Entries, or parts of their counts, that nothing was found for. */
  readonly vanished: readonly BaselineEntry[];
  /** The baseline as it would be written now: all that was found. */
  readonly current: readonly BaselineEntry[];
  /** The baseline without what has vanished, and with the new places of what has moved. */
  readonly pruned: readonly BaselineEntry[];
}

/**
 * Finds again what a baseline knows. Findings of a path are known by its own entries; beyond those, by the entries of paths
 * that are no longer there: such a file has moved. What the run did not look at stays as it is.
 */
export function matchBaseline(
  baseline: readonly BaselineEntry[],
  found: readonly FoundFile[],
  { exists, isComplete }: Circumstances,
): Match {
  const files = [...found].sort((a, b) => comparePaths(a.path, b.path));
  const current = files.flatMap(entriesOf);
  const rest = new Pool(baseline);
  const known = new Pool([]);
  const claim = (entry: BaselineEntry, count: number): void => {
    known.add({ ...entry, count });
  };
  // All that stands in its place first: it has not moved.
  const homeless = current.flatMap((entry) => {
    const count = rest.take(entry.path, entry.fingerprint, entry.count);
    if (count > 0) claim(entry, count);
    return count < entry.count ? [{ ...entry, count: entry.count - count }] : [];
  });
  const paths = new Map(files.map(({ path, isPartial }) => [path, isPartial]));
  const gone = [...new Set(baseline.map(({ path }) => path))].filter(
    (path) => !paths.has(path) && !exists(path),
  );
  const wanting = new Pool(homeless);
  for (const { entry, from } of movesOf(homeless, rest, gone)) {
    const wanted = wanting.count(entry.path, entry.fingerprint);
    const count = rest.take(from, entry.fingerprint, wanted);
    wanting.take(entry.path, entry.fingerprint, count);
    if (count > 0) claim(entry, count);
  }
  const isDone = ({ path }: BaselineEntry): boolean =>
    paths.has(path) ? paths.get(path) === false : isComplete && !path.startsWith("../");
  const kept = rest.entries.filter((entry) => !isDone(entry));
  return {
    allowances: known.allowances,
    known: known.entries,
    vanished: rest.entries.filter(isDone),
    current: sortEntries(new Pool([...current, ...kept]).entries),
    pruned: sortEntries(new Pool([...known.entries, ...kept]).entries),
  };
}

interface Move {
  readonly entry: BaselineEntry;
  readonly from: string;
}

/**
 * Where homeless findings may have come from, the likeliest first: a file of the same name, then the file with which theirs has
 * the most in common. Copied code is equal in many files, and only one of them is the one that was renamed.
 */
function movesOf(homeless: readonly BaselineEntry[], rest: Pool, gone: readonly string[]): readonly Move[] {
  const moves = homeless.flatMap((entry) =>
    gone
      .map((from) => ({ entry, from, count: Math.min(entry.count, rest.count(from, entry.fingerprint)) }))
      .filter(({ count }) => count > 0),
  );
  const common = new Map<string, number>();
  const pairOf = ({ entry, from }: Move): string => `${from}\0${entry.path}`;
  for (const move of moves) common.set(pairOf(move), (common.get(pairOf(move)) ?? 0) + move.count);
  const isSameName = ({ entry, from }: Move): number => Number(nameOf(entry.path) === nameOf(from));
  return moves.sort(
    (a, b) =>
      isSameName(b) - isSameName(a) ||
      (common.get(pairOf(b)) ?? 0) - (common.get(pairOf(a)) ?? 0) ||
      comparePaths(pairOf(a), pairOf(b)),
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function entriesOf({ path, findings }: FoundFile): readonly BaselineEntry[] {
  const pool = new Pool([]);
  for (const { rule, fingerprint } of findings) pool.add({ path, rule, fingerprint, count: 1 });
  return pool.entries;
}

/** Entries by path and fingerprint, and what is left of their counts. */
class Pool {
  readonly #byPath = new Map<string, Map<string, BaselineEntry>>();

  constructor(entries: readonly BaselineEntry[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: BaselineEntry): void {
    const own = this.#byPath.get(entry.path) ?? new Map<string, BaselineEntry>();
    const count = (own.get(entry.fingerprint)?.count ?? 0) + entry.count;
    own.set(entry.fingerprint, { ...entry, count });
    this.#byPath.set(entry.path, own);
  }

  count(path: string, fingerprint: string): number {
    return this.#byPath.get(path)?.get(fingerprint)?.count ?? 0;
  }

  /** Takes as many as there are, at most so many; how many were taken. */
  take(path: string, fingerprint: string, most: number): number {
    const own = this.#byPath.get(path);
    const entry = own?.get(fingerprint);
    if (own === undefined || entry === undefined) return 0;
    const taken = Math.min(entry.count, most);
    if (taken === entry.count) own.delete(fingerprint);
    else own.set(fingerprint, { ...entry, count: entry.count - taken });
    return taken;
  }

  get entries(): readonly BaselineEntry[] {
    return [...this.#byPath.values()].flatMap((own) => [...own.values()]);
  }

  get allowances(): ReadonlyMap<string, Allowance> {
    const counts = (own: Map<string, BaselineEntry>): Allowance =>
      new Map([...own].map(([fingerprint, { count }]) => [fingerprint, count]));
    return new Map([...this.#byPath].map(([path, own]) => [path, counts(own)]));
  }
}

function sortEntries(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  return [...entries].sort(
    (a, b) =>
      comparePaths(a.path, b.path) ||
      comparePaths(a.rule, b.rule) ||
      comparePaths(a.fingerprint, b.fingerprint),
  );
}

export function total(entries: readonly BaselineEntry[]): number {
  return entries.reduce((sum, { count }) => sum + count, 0);
}
