import { basename } from "node:path";
import { format } from "prettier";
import { globSync } from "tinyglobby";
import type { DerivedFiles } from "./generator.ts";

/** The list of rules is what lies in rules/: a new rule is a new file there, and is added to nothing by hand. */
export async function generate(root: string): Promise<DerivedFiles> {
  const ids = globSync("rules/*.ts", { cwd: root })
    .map((path) => basename(path, ".ts"))
    .filter((id) => id !== "index")
    .sort();
  const source = `// Written by \`npm run generate\` from the files in rules/.
import type { AnyRule } from "../analysis/rule.ts";
${ids.map((id) => `import { ${exportName(id)} } from "../../rules/${id}.ts";`).join("\n")}

export const rules: readonly AnyRule[] = [${ids.map(exportName).join(", ")}];
`;
  return new Map([["src/engine/rules.ts", await format(source, { parser: "typescript", printWidth: 110 })]]);
}

/** float-range -> floatRange */
function exportName(id: string): string {
  return id.replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
