import { createRequire } from "node:module";
import type * as Parser from "toml-eslint-parser";
import type { AST } from "toml-eslint-parser";

const require = createRequire(import.meta.url);

/** A place in a TOML file as people count. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Entry {
  readonly path: readonly (string | number)[];
  readonly key: AST.SourceLocation;
  readonly value: AST.SourceLocation;
}

/**
 * Where a key or its value stands. The parser that knows is loaded only here: there is an error to report, and time for it.
 * Null where the two parsers disagree on what TOML is.
 */
export function locate(
  text: string,
  path: readonly (string | number)[],
  part: "key" | "value",
): Place | null {
  let found: Entry | undefined;
  try {
    const { parseTOML } = require("toml-eslint-parser") as typeof Parser;
    found = nearestEntry(entriesOf(parseTOML(text)), path);
  } catch {
    return null;
  }
  if (found === undefined) return null;
  const { start } = part === "key" ? found.key : found.value;
  return { line: start.line, column: start.column + 1 };
}

/** The entry itself, else the first one inside it (a table has no line of its own), else what it would stand in. */
function nearestEntry(entries: readonly Entry[], path: readonly (string | number)[]): Entry | undefined {
  const agrees = (a: readonly unknown[], b: readonly unknown[]): boolean =>
    a.every((part, i) => part === b[i]);
  const inside = entries.find((entry) => agrees(path, entry.path));
  if (inside)
    return entries.find((entry) => entry.path.length === path.length && agrees(path, entry.path)) ?? inside;
  const around = entries.filter((entry) => agrees(entry.path, path));
  return around.sort((a, b) => b.path.length - a.path.length)[0];
}

function entriesOf(program: AST.TOMLProgram): readonly Entry[] {
  return program.body[0].body.flatMap((node): readonly Entry[] => {
    if (node.type === "TOMLKeyValue") return entriesOfPair(node, []);
    const table = { path: node.resolvedKey, key: node.key.loc, value: node.key.loc };
    return [table, ...node.body.flatMap((pair) => entriesOfPair(pair, node.resolvedKey))];
  });
}

function entriesOfPair({ key, value }: AST.TOMLKeyValue, above: Entry["path"]): readonly Entry[] {
  const path = [...above, ...key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value))];
  return [{ path, key: key.loc, value: value.loc }, ...entriesInside(value, path)];
}

function entriesInside(value: AST.TOMLContentNode, path: Entry["path"]): readonly Entry[] {
  if (value.type === "TOMLInlineTable") return value.body.flatMap((pair) => entriesOfPair(pair, path));
  if (value.type !== "TOMLArray") return [];
  return value.elements.flatMap((element, index) => {
    const inner = [...path, index];
    return [{ path: inner, key: element.loc, value: element.loc }, ...entriesInside(element, inner)];
  });
}
