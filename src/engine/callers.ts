import { readFileSync } from "node:fs";
import type { CallOut } from "../analysis/callers/calls-out.ts";
import type { OutsideCall } from "../analysis/units/outside-calls.ts";
import type { Outcomes } from "./cache.ts";
import type { Reading } from "./check-files.ts";
import { decode } from "./decode.ts";
import { mapInOrder } from "./inspector.ts";
import type { SourceFile } from "./discover.ts";
import { ModuleIndex, surveyBytes, type Resolve, type Survey } from "./modules.ts";
import { pause } from "./pause.ts";
import { LineIndex } from "./position.ts";

/** Calls of one function that differ are evaluated apart, up to this many. */
const maximumCalls = 4;

export interface FoundCall {
  /** The file whose function is called. */
  readonly real: string;
  readonly call: OutsideCall;
  readonly passes: string;
}

interface Looking {
  /** What earlier runs of this process have read of single files. */
  readonly memory?: Pick<Outcomes, "survey" | "callsIn"> | undefined;
  /** How many threads so many files that may call others pay for. */
  readonly threads?: (files: number) => number;
  readonly read?: (file: SourceFile) => Uint8Array;
}

/** For each file of a run, by its real path, the calls of its functions that stand in others. */
export async function findCallers(
  files: readonly SourceFile[],
  { tools, inspector }: Reading,
  { memory, threads = () => 0, read = ({ real }) => readFileSync(real) }: Looking = {},
): Promise<ReadonlyMap<string, readonly OutsideCall[]>> {
  if (files.length < 2) return new Map();
  const surveys = new Map<string, Survey>();
  for (const [i, file] of files.entries()) {
    const survey = (): Survey | null => tryTo(() => surveyBytes(read(file), tools.literals));
    const surveyed = memory?.survey ? memory.survey(file, survey) : survey();
    if (surveyed !== null) surveys.set(file.real, surveyed);
    if (i % 64 === 0) await pause();
  }
  const index = new ModuleIndex(surveys);
  const callers = files.filter((file) => index.mayCall(file.real));
  await inspector.widen(threads(callers.length));
  const found = await mapInOrder(callers, inspector.width, async (file) => {
    const find = async (resolve: Resolve): Promise<readonly FoundCall[]> => {
      // What cannot be read or parsed is reported where it is checked.
      const bytes = tryTo(() => read(file));
      const paths = bytes === null ? [] : index.called(file.real, bytes, resolve);
      if (bytes === null || paths.length === 0) return [];
      const calls = await inspector.callsOut(bytes, paths);
      await pause();
      return placed(calls, file, bytes, resolve);
    };
    const resolve: Resolve = (path) => index.resolve(path, file.real);
    return memory?.callsIn ? memory.callsIn(file, resolve, find) : find(resolve);
  });
  const byCallee = new Map<string, FoundCall[]>();
  for (const one of found.flat()) byCallee.set(one.real, [...(byCallee.get(one.real) ?? []), one]);
  return new Map([...byCallee].map(([real, calls]) => [real, distinct(calls)]));
}

function tryTo<Result>(action: () => Result): Result | null {
  try {
    return action();
  } catch {
    return null;
  }
}

/** Calls with the functions that they reach, and with what is said of them. */
function placed(
  calls: readonly CallOut<string>[],
  file: SourceFile,
  bytes: Uint8Array,
  resolve: Resolve,
): readonly FoundCall[] {
  if (calls.length === 0) return [];
  const lines = new LineIndex(decode(bytes, file.path));
  return calls.flatMap(({ target: path, span, call, passes }) => {
    const target = resolve(path);
    if (target === null) return [];
    const place = `${file.path}:${String(lines.position(span.start).row)}`;
    const passing = passes === "" ? "" : ` with ${passes}`;
    const note = `called from ${place}${call.phase === "construction" ? " in construction" : ""}${passing}`;
    return [{ real: target.real, passes, call: { ...call, name: target.name, note } }];
  });
}

/** One call of each kind: those that differ in phase or in the dtype they pass first. Files come sorted by path, and so do calls. */
function distinct(found: readonly FoundCall[]): readonly OutsideCall[] {
  const byName = new Map<string, Map<string, OutsideCall>>();
  const keep = ({ call }: FoundCall, key: string): void => {
    const known = byName.get(call.name) ?? new Map<string, OutsideCall>();
    byName.set(call.name, known);
    if (!known.has(key) && known.size < maximumCalls) known.set(key, call);
  };
  const kinds = new Set<string>();
  const inConstruction = found.filter(({ call }) => call.phase === "construction");
  const ordered = [...inConstruction, ...found.filter((entry) => !inConstruction.includes(entry))];
  const firsts = ordered.filter(({ call, passes }) => {
    const kind = `${call.name} ${call.phase} ${passes}`;
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    return isNew;
  });
  for (const entry of [...firsts, ...ordered]) keep(entry, keyOf(entry.call));
  return [...byName.values()].flatMap((known) => [...known.values()]);
}

/** Where a call stands makes no difference to what it does. */
function keyOf(call: OutsideCall): string {
  return JSON.stringify({ ...call, note: "" }, (name, value: unknown) =>
    name === "span" || name === "outer" ? undefined : value,
  );
}
