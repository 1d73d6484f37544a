import { readFileSync } from "node:fs";
import type { OutsideCall } from "../analysis/outside.ts";
import { decode } from "./decode.ts";
import type { SourceFile } from "./discover.ts";
import { ModuleIndex, surveyBytes, type FunctionPlace, type Survey } from "./modules.ts";
import { LineIndex } from "./position.ts";
import type { Toolchain } from "./toolchain.ts";

/** Calls of one function that differ are evaluated apart, up to this many: those in construction first. */
const maximumCalls = 4;

type Read = (file: SourceFile) => Uint8Array;

/** For each file of a run, by its real path, the calls of its functions that stand in others. */
export async function findCallers(
  files: readonly SourceFile[],
  toolchain: Toolchain,
  pause: () => Promise<void>,
  read: Read = ({ real }) => readFileSync(real),
): Promise<ReadonlyMap<string, readonly OutsideCall[]>> {
  const callers = new Map<string, OutsideCall[]>();
  if (files.length < 2) return callers;
  const surveys = new Map<string, Survey>();
  for (const [i, file] of files.entries()) {
    const bytes = tryTo(() => read(file));
    if (bytes !== null) surveys.set(file.real, surveyBytes(bytes, toolchain.literals));
    if (i % 64 === 0) await pause();
  }
  const index = new ModuleIndex(surveys);
  for (const file of files) {
    if (!index.mayCall(file.real)) continue;
    // What cannot be read or parsed is reported where it is checked.
    for (const { target, call } of tryTo(() => callsIn(file, read(file), index, toolchain)) ?? [])
      callers.set(target.real, [...(callers.get(target.real) ?? []), call]);
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
  index: ModuleIndex,
  toolchain: Toolchain,
): readonly { readonly target: FunctionPlace; readonly call: OutsideCall }[] {
  const text = decode(bytes);
  const lines = new LineIndex(text);
  const found = toolchain.callsOut(text, (path) => index.resolve(path, file.real));
  return found.map(({ target, span, call, passes }) => {
    const place = `${file.path}:${String(lines.position(span.start).row)}`;
    const passing = passes === "" ? "" : ` with ${passes}`;
    const note = `called from ${place}${call.phase === "construction" ? " in construction" : ""}${passing}`;
    return { target, call: { ...call, name: target.name, note } };
  });
}

/** One call of each kind. Files come sorted by path, and so do the calls. */
function distinct(calls: readonly OutsideCall[]): readonly OutsideCall[] {
  const byName = new Map<string, Map<string, OutsideCall>>();
  const constructionFirst = [
    ...calls.filter(({ phase }) => phase === "construction"),
    ...calls.filter(({ phase }) => phase !== "construction"),
  ];
  for (const call of constructionFirst) {
    const known = byName.get(call.name) ?? new Map<string, OutsideCall>();
    byName.set(call.name, known);
    const key = JSON.stringify({ ...call, note: "" }, (name, value: unknown) =>
      name === "span" || name === "outer" ? undefined : value,
    );
    if (!known.has(key) && known.size < maximumCalls) known.set(key, call);
  }
  return [...byName.values()].flatMap((known) => [...known.values()]);
}
