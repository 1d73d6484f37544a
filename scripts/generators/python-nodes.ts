import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { format } from "prettier";
import type { DerivedFiles } from "./generator.ts";

/** One entry of the grammar's own description of its nodes. */
interface Entry {
  readonly type: string;
  readonly named: boolean;
  readonly subtypes?: readonly TypeName[];
  readonly fields?: Readonly<Record<string, Field>>;
}
interface TypeName {
  readonly type: string;
  readonly named: boolean;
}
interface Field {
  readonly multiple: boolean;
  readonly required: boolean;
  readonly types: readonly TypeName[];
}

/** `type` is what ESLint reads a node's type from; Python's own ast has this name for it. */
const renamed: Readonly<Record<string, string>> = { type: "annotation" };

/** Nodes of Python's tree as ESLint rules see them: a table for the language, and types for authors of rules. */
export async function generate(): Promise<DerivedFiles> {
  const manifestPath = createRequire(import.meta.url).resolve("tree-sitter-python/package.json");
  const folder = dirname(manifestPath);
  const { version } = JSON.parse(await readFile(manifestPath, "utf8")) as { version: string };
  const entries = JSON.parse(await readFile(join(folder, "src/node-types.json"), "utf8")) as Entry[];
  const groups = entries.filter(({ subtypes }) => subtypes !== undefined);
  const nodes = withAliases(
    entries.filter(({ named, subtypes }) => named && subtypes === undefined),
    groups,
  );
  const origin = `// Written by \`npm run generate\` from node-types.json of tree-sitter-python ${version}.`;
  return new Map([
    ["src/eslint/python/grammar.ts", await pretty(`${origin}\n${tables(nodes, groups)}`)],
    ["src/eslint/python/node-types.ts", await pretty(`${origin}\n${types(nodes, groups)}`)],
  ]);
}

/** The grammar gives some nodes a second name, which its description mentions and does not list. */
function withAliases(listed: readonly Entry[], groups: readonly Entry[]): readonly Entry[] {
  const known = new Set([...listed, ...groups].map(({ type }) => type));
  const mentioned = listed.flatMap(({ fields = {} }) => Object.values(fields).flatMap(({ types }) => types));
  const aliases = new Set(
    mentioned.filter(({ type, named }) => named && !known.has(type)).map(({ type }) => type),
  );
  return [...listed, ...[...aliases].map((type) => ({ type, named: true }))];
}

function pretty(source: string): Promise<string> {
  return format(source, { parser: "typescript", printWidth: 110 });
}

function tables(nodes: readonly Entry[], groups: readonly Entry[]): string {
  const fieldsOf = ({ type, fields = {} }: Entry): string => {
    const own = Object.entries(fields).map(
      ([name, { multiple }]) => `${JSON.stringify(renamed[name] ?? name)}: ${multiple ? '"many"' : '"one"'}`,
    );
    return `${type}: {${own.join(", ")}}`;
  };
  const classOf = ({ type, subtypes = [] }: Entry): string =>
    `${type.replace(/^_/, "")}: ${JSON.stringify(subtypes.map((subtype) => subtype.type))}`;
  return `
/** Each named node's fields, and whether one node or several stand there. */
export const nodeFields: Readonly<Record<string, Readonly<Record<string, "one" | "many">>>> = {
  ${nodes.map(fieldsOf).join(",\n")}
};

/** Fields whose name in the grammar is another. */
export const renamedFields: ReadonlyMap<string, string> = new Map(
  ${JSON.stringify(Object.entries(renamed).map(([grammar, ours]) => [ours, grammar]))}
);

/** The grammar's groups of nodes; a group may hold another one's name. */
export const nodeGroups: Readonly<Record<string, readonly string[]>> = {
  ${groups.map(classOf).join(",\n")}
};
`;
}

function types(nodes: readonly Entry[], groups: readonly Entry[]): string {
  const union = (types: readonly TypeName[]): string => {
    const tokens = types.filter(({ named }) => !named).map(({ type }) => JSON.stringify(type));
    const named = types.filter((type) => type.named).map(({ type }) => pascal(type));
    return [...named, ...(tokens.length > 0 ? [`PythonToken<${tokens.join(" | ")}>`] : [])].join(" | ");
  };
  const fieldType = ({ multiple, required, types: inner }: Field): string => {
    if (multiple) return `readonly (${union(inner)})[]`;
    return required ? union(inner) : `${union(inner)} | null`;
  };
  const interfaceOf = ({ type, fields = {} }: Entry): string => {
    const own = Object.entries(fields).map(
      ([name, field]) => `readonly ${renamed[name] ?? name}: ${fieldType(field)};`,
    );
    return `export interface ${pascal(type)} extends PythonNode {
  readonly type: ${JSON.stringify(type)};
  ${own.join("\n")}
}`;
  };
  const aliases = groups.map(
    ({ type, subtypes = [] }) => `export type ${pascal(type)} = ${union(subtypes)};`,
  );
  return `
import type { PythonNode, PythonToken } from "./node.ts";

${aliases.join("\n\n")}

${nodes.map(interfaceOf).join("\n\n")}

/** Every type of node, by its name. */
export interface NodeMap {
  ${nodes.map(({ type }) => `readonly ${type}: ${pascal(type)};`).join("\n")}
}
`;
}

/** function_definition -> FunctionDefinition */
function pascal(type: string): string {
  return type.replace(/(?:^_?|_)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
