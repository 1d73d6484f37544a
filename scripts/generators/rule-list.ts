import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { format } from "prettier";
import { globSync } from "tinyglobby";
import type { DerivedFiles } from "./generator.ts";

/** The list of rules is what lies in rules/: a new rule is a new file there, and is added to nothing by hand. */
export async function generate(root: string): Promise<DerivedFiles> {
  const ids = globSync("rules/*.ts", { cwd: root })
    .map((path) => basename(path, ".ts"))
    .sort();
  const scripts = new Set<string>();
  for (const id of ids) {
    const source = await readFile(join(root, "rules", `${id}.ts`), "utf8");
    if (/^export const \w+: ScriptRule\b/m.test(source)) scripts.add(id);
  }
  const list = (wanted: readonly string[]): string => `[${wanted.map(exportName).join(", ")}]`;
  const source = `// Written by \`npm run generate\` from the files in rules/.
import type { AnyRule } from "../analysis/rule.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
${ids.map((id) => `import { ${exportName(id)} } from "../../rules/${id}.ts";`).join("\n")}

export const rules: readonly AnyRule[] = ${list(ids.filter((id) => !scripts.has(id)))};

/** Rules of JavaScript and TypeScript alone. */
export const scriptRules: readonly ScriptRule[] = ${list(ids.filter((id) => scripts.has(id)))};
`;
  return new Map([["src/engine/rules.ts", await format(source, { parser: "typescript", printWidth: 110 })]]);
}

/** float-range -> floatRange */
function exportName(id: string): string {
  return id.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
