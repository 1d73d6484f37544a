import { nodeGroups } from "./grammar.ts";
import type { PythonNode } from "./node.ts";

const classes: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    ...Object.fromEntries(Object.keys(nodeGroups).map((name) => [name, [name]])),
    statement: ["simple_statement", "compound_statement"],
    function: ["function_definition", "lambda"],
  }).map(([name, members]) => [name, new Set(members.flatMap(expand))]),
);

function expand(type: string): readonly string[] {
  return nodeGroups[type]?.flatMap(expand) ?? [type];
}

/** Selectors like `:expression` and `:statement`: the grammar's groups, and what ESLint's users know from JavaScript. */
export function isInClass(name: string, { type }: PythonNode): boolean {
  return classes.get(name.toLowerCase())?.has(type) === true;
}
