import { readFileSync } from "node:fs";
import type { OutsideCall } from "../analysis/units/outside-calls.ts";
import type { Outcomes } from "./cache.ts";
import { decode } from "./decode.ts";
import type { SourceFile } from "./discover.ts";
import { ModuleIndex, surveyBytes, type Resolve, type Survey } from "./modules.ts";
import { LineIndex } from "./position.ts";
import type { Toolchain } from "./toolchain.ts";

/** Calls of one function that differ are evaluated apart, up to this many. */
const maximumCalls = 4;

export interface FoundCall {
  /** The file whose function is called. */
  readonly real: string;
  readonly call: OutsideCall;
  readonly passes: string;
}

type Read = (file: SourceFile) => Uint8Array;

/** For each file of a run, by its real path, the calls of its functions that stand in others. */
export async function findCallers(
  files: readonly SourceFile[],
  toolchain: Toolchain,
  pause: () => Promise<void>,
  memory: Pick<Outcomes, "survey" | "callsIn"> = {},
  read: Read = ({ real }) => readFileSync(real),
): Promise<ReadonlyMap<string, readonly OutsideCall[]>> {
  if (files.length < 2) return new Map();
  const callers = new Map<string, FoundCall[]>();
  const surveys = new Map<string, Survey>();
  for (const [i, file] of files.entries()) {
    const survey = (): Survey | null => tryTo(() => surveyBytes(read(file), toolchain.literals));
    const surveyed = memory.survey ? memory.survey(file, survey) : survey();
    if (surveyed !== null) surveys.set(file.real, surveyed);
    if (i % 64 === 0) await pause();
  }
  const index = new ModuleIndex(surveys);
  for (const file of files) {
    if (!index.mayCall(file.real)) continue;
    const find = (resolve: Resolve): readonly FoundCall[] => {
      // What cannot be read or parsed is reported where it is checked.
      const bytes = tryTo(() => read(file));
      if (bytes === null || !index.calls(file.real, bytes, resolve)) return [];
      return tryTo(() => callsIn(file, bytes, resolve, toolchain)) ?? [];
    };
    const resolve: Resolve = (path) => index.resolve(path, file.real);
    for (const found of memory.callsIn?.(file, resolve, find) ?? find(resolve))
      callers.set(found.real, [...(callers.get(found.real) ?? []), found]);
    await pause();
  }
  return new Map([...callers].map(([real, calls]) => [real, distinct(calls)]));
}

function tryTo<Result>(action: () => Result): Result | null {
  try {
    return action();
  } catch {
    return null;
  }
}

function callsIn(
  file: SourceFile,
  bytes: Uint8Array,
  resolve: Resolve,
  toolchain: Toolchain,
): readonly FoundCall[] {
  const text = decode(bytes, file.path);
  const lines = new LineIndex(text);
  const found = toolchain.callsOut(text, resolve);
  return found.map(({ target, span, call, passes }) => {
    const place = `${file.path}:${String(lines.position(span.start).row)}`;
    const passing = passes === "" ? "" : ` with ${passes}`;
    const note = `called from ${place}${call.phase === "construction" ? " in construction" : ""}${passing}`;
    return { real: target.real, passes, call: { ...call, name: target.name, note } };
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
