import type { BaselineEntry } from "./baseline.ts";
import { JsonError, jsonPlaces } from "./json-places.ts";

const version = 1;

/** What is wrong with a baseline, and the offset where. */
export class BaselineError extends Error {
  override readonly name = "BaselineError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** One entry a line: what changes in a baseline is what changes in its diff. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  const lines = entries.map(
    ({ path, rule, fingerprint, count }) => `\n    ${JSON.stringify({ path, rule, fingerprint, count })}`,
  );
  const list = lines.length === 0 ? "[]" : `[${lines.join(",")}\n  ]`;
  return `{\n  "version": ${String(version)},\n  "findings": ${list}\n}\n`;
}

/** Reads what `formatBaseline` writes, however it was laid out since. Throws `BaselineError`. */
export function parseBaseline(text: string): readonly BaselineEntry[] {
  const fail = (path: string, message: string): BaselineError =>
    new BaselineError(message, jsonPlaces(text).get(path) ?? 0);
  const value = parse(text);
  if (!isObject(value)) throw fail("", "a baseline is an object with version and findings");
  const { version: own = "none", findings } = value as { version?: unknown; findings?: unknown };
  if (own !== version) {
    const other = own === "none" ? own : JSON.stringify(own);
    throw fail("version", `version ${other}, but this ropelint reads version ${String(version)}`);
  }
  if (!Array.isArray(findings)) throw fail("findings", "findings has to be a list");
  return findings.map((entry: unknown, index) => {
    const path = `findings.${String(index)}`;
    if (!isObject(entry)) throw fail(path, "an entry has to be an object");
    const word = (key: string): string => {
      const found = entry[key];
      if (typeof found === "string" && found !== "") return found;
      throw fail(key in entry ? `${path}.${key}` : path, `${key} has to be a string that is not empty`);
    };
    const { count } = entry as { count?: unknown };
    const entryOf = { path: word("path"), rule: word("rule"), fingerprint: word("fingerprint") };
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 1)
      throw fail("count" in entry ? `${path}.count` : path, "count has to be an integer above 0");
    return { ...entryOf, count };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      jsonPlaces(text);
    } catch (problem) {
      if (problem instanceof JsonError)
        throw new BaselineError(`not valid JSON: ${problem.message}`, problem.offset);
    }
    throw new BaselineError(`not valid JSON: ${error instanceof Error ? error.message : String(error)}`, 0);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
