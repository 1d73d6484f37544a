import { isUtf8 } from "node:buffer";
import type { RecordLine } from "./record-lines.ts";

/** A text and the name that it has where it comes from. Both are taken as they are: nothing on disk belongs to them. */
export interface SourceRecord {
  readonly path: string;
  readonly text: string;
}

/** What is echoed with everything that is said of a record. */
export interface RecordName {
  /** The number of its line in the input. */
  readonly record: number;
  readonly id?: string | number;
}

export type ReadRecord =
  | { readonly kind: "record"; readonly name: RecordName; readonly record: SourceRecord }
  | { readonly kind: "blank" }
  | {
      readonly kind: "bad";
      readonly name: RecordName;
      readonly path: string | null;
      readonly problem: string;
      readonly remedy: string;
    };

const form = 'a record is {"path": "model.py", "text": "..."} on one line, in UTF-8';

/** A record, or what is wrong with it. `limit` is the one that the line was read with. */
export function readRecord({ number, bytes, length }: RecordLine, limit: number): ReadRecord {
  const name = { record: number };
  const bad = (problem: string, remedy = form): ReadRecord => ({
    kind: "bad",
    name,
    path: null,
    problem,
    remedy,
  });
  if (bytes === null)
    return bad(
      `${length} bytes, and ${limit} are the most that is read`,
      "leave it out, or give --max-record-size",
    );
  if (!isUtf8(bytes)) return bad(`not valid UTF-8 at byte ${firstInvalid(bytes)} of the line`);
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString()
    .replace(/^\ufeff/, "");
  if (line.trim() === "") return { kind: "blank" };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return bad(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? readFields(value as Readonly<Record<string, unknown>>, name)
    : bad(`not an object, but ${describe(value)}`);
}

function readFields(fields: Readonly<Record<string, unknown>>, { record }: RecordName): ReadRecord {
  const { path, text, id = null } = fields;
  const name = isId(id) ? { record, id } : { record };
  const bad = (problem: string, remedy = form): ReadRecord => {
    return { kind: "bad", name, path: typeof path === "string" ? path : null, problem, remedy };
  };
  if (typeof path !== "string" || path === "") return bad(`"path" is ${describe(path)}, and no name`);
  if (typeof text !== "string") return bad(`"text" is ${describe(text)}, and no string`);
  if (id !== null && !isId(id))
    return bad(
      `"id" is ${describe(id)}, which can't be given back as it is`,
      "give a string, or an integer below 2^53",
    );
  return { kind: "record", name, record: { path, text } };
}

/** Larger integers have lost digits by the time that they are seen. */
function isId(value: unknown): value is string | number {
  if (typeof value === "number")
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typeof value === "string";
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === "") return "empty";
  if (Array.isArray(value)) return "an array";
  return value === null ? "null" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** By bisection; what lacks only the rest of its last character is no error yet. */
function firstInvalid(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValidStart(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isValidStart(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
