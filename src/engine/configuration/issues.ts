import type { BaseIssue } from "valibot";
import { suggest } from "../../analysis/nearest.ts";
import type { UsageError } from "../usage-error.ts";
import { keys } from "./keys.ts";
import type { Key } from "./keys.ts";
import type { Source } from "./read.ts";

type Issue = BaseIssue<unknown>;
type Path = readonly (string | number)[];

/** What is wrong with a value, where, and what was probably meant. */
export function explainIssue(issue: Issue, source: Source): UsageError {
  const { path, cause } = innermost(issue, []);
  const [name = ""] = path;
  const key = String(name) as Key;
  if (isListAsTable(cause)) return noTable(key, [], source);
  const part = isOfKey(cause) ? "key" : "value";
  if (cause.type === "picklist" && typeof cause.input === "string") {
    const known = optionsOf(cause);
    const what = cause.message.replace(/^an? /, "");
    return source.error(
      path,
      part,
      `unknown ${what} "${cause.input}" in ${key}`,
      suggest(cause.input, known),
    );
  }
  const [, ...inside] = path;
  const where = [
    key,
    ...inside.map((step) => (typeof step === "number" ? `item ${String(step + 1)}` : `"${step}"`)),
  ];
  const message = `${where.join(", ")} has to be ${cause.message}, not ${describe(cause.input)}`;
  return source.error(path, part, message, `for example: ${key} = ${keys[key].example}`);
}

/** Of a value that may be one thing or another, what is wrong with it as the thing that it seems to be. */
function innermost(issue: Issue, above: Path): { readonly path: Path; readonly cause: Issue } {
  const path = [...above, ...(issue.path ?? []).map(({ key }) => key as string | number)];
  const found = (issue.type === "union" ? (issue.issues ?? []) : []).map((inner) => innermost(inner, path));
  const isNearer = ({ cause }: { readonly cause: Issue }, depth: number): boolean =>
    depth > path.length || cause.type === "picklist";
  const best = found
    .filter((inner) => isNearer(inner, inner.path.length) && typeof inner.cause.input === "string")
    .sort((a, b) => b.path.length - a.path.length)[0];
  return best ?? found.find((inner) => inner.path.length > path.length) ?? { path, cause: issue };
}

/** Lists and dates are objects as well, and an empty one has nothing in it that would be wrong in a table. */
export function takenForTable(
  values: Readonly<Record<string, unknown>>,
  read: Readonly<Record<string, unknown>>,
  source: Source,
): UsageError | null {
  const isTaken = ([key, value]: readonly [string, unknown]): boolean =>
    (Array.isArray(value) || value instanceof Date) && !Array.isArray(read[key]);
  const [name, value] = Object.entries(values).find(isTaken) ?? [];
  return name === undefined ? null : noTable(name as Key, value, source);
}

function noTable(key: Key, value: unknown, source: Source): UsageError {
  const message = `${key} has to be a ${keys[key].type}, not ${describe(value)}`;
  return source.error([key], "value", message, `for example: ${key} = ${keys[key].example}`);
}

function isListAsTable({ path }: Issue): boolean {
  return path?.some(({ type, input }) => type === "object" && Array.isArray(input)) === true;
}

function isOfKey({ path }: Issue): boolean {
  const last = path?.at(-1);
  return last !== undefined && "origin" in last && last.origin === "key";
}

function optionsOf(issue: Issue): readonly string[] {
  const { requirement, expected } = issue as { requirement?: unknown; expected: string | null };
  if (Array.isArray(requirement)) return requirement.map(String);
  return [...(expected ?? "").matchAll(/"([^"]+)"/g)].map(([, word = ""]) => word);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "object" && value !== null) return "a table";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
