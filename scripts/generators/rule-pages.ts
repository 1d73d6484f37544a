import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "prettier";
import { globSync } from "tinyglobby";
import type { DerivedFiles } from "./generator.ts";

const list = "docs/eslint.md";

/** How eslint-doc-generator is to write. Our pages explain the option once, in docs/eslint.md, and start with their rule's id. */
const flags: readonly string[] = [
  ...["--path-rule-list", list],
  ...["--rule-doc-title-format", "name"],
  ...["--rule-doc-notices", "configs,fixableAndHasSuggestions"],
  ...["--rule-doc-section-options", "false"],
  ...["--rule-list-columns", "name,description,configsError,fixable,hasSuggestions"],
  // The other configurations have signs by convention.
  ...["--config-emoji", "python,🐍"],
  ...["--config-emoji", "python-strict,🔬"],
];

/**
 * What the plugin says of its rules, at the head of each page and as a list, by eslint-doc-generator. It works on the package that
 * lies in a folder, and ours is more than a plugin: so it gets a folder where the plugin is all there is.
 */
export async function generate(root: string): Promise<DerivedFiles> {
  const work = mkdtempSync(join(tmpdir(), "ropelint-docs-"));
  try {
    mkdirSync(join(work, "docs"));
    cpSync(join(root, "docs/rules"), join(work, "docs/rules"), { recursive: true });
    cpSync(join(root, list), join(work, list));
    const plugin = pathToFileURL(join(root, "src/eslint/plugin.ts")).href;
    writeFileSync(join(work, "index.js"), `export { default } from ${JSON.stringify(plugin)};\n`);
    const manifest = { name: "eslint-plugin-ropelint", type: "module", exports: "./index.js" };
    writeFileSync(join(work, "package.json"), JSON.stringify(manifest));
    runGenerator(work);
    const files = new Map<string, string>();
    for (const path of [list, ...globSync("docs/rules/*.md", { cwd: root }).sort()]) {
      const written = readFileSync(join(work, path), "utf8");
      files.set(path, await format(written, { parser: "markdown", printWidth: 110 }));
    }
    return files;
  } finally {
    rmSync(work, { recursive: true });
  }
}

function runGenerator(work: string): void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("eslint-doc-generator/package.json"));
  const program = join(folder, "dist/bin/eslint-doc-generator.js");
  const loader = pathToFileURL(require.resolve("tsx")).href;
  const words = ["--import", loader, program, work, ...flags];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: work, encoding: "utf8" });
  if (status !== 0) throw new Error(`eslint-doc-generator failed:\n${stderr}`);
}
