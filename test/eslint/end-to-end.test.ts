import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";

const work = mkdtempSync(join(tmpdir(), "ropelint-eslint-"));
after(() => {
  rmSync(work, { recursive: true });
});

const require = createRequire(import.meta.url);
const plugin = pathToFileURL(join(root, "src/eslint/plugin.ts")).href;
const loader = pathToFileURL(require.resolve("tsx")).href;

/** A project with a configuration of ESLint, a Python file and a JavaScript file. */
function project(name: string, configFile: string, config: string): string {
  const folder = join(work, name);
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, configFile), config.replaceAll("ropelint/eslint", plugin));
  cpSync(join(root, "examples/llama_rotary.py"), join(folder, "src/model.py"));
  writeFileSync(join(folder, "src/index.js"), "export const x = y;\n");
  return folder;
}

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** `eslint` as people run it; the sources of the plugin in place of its build. */
function eslint(major: string, folder: string, ...args: string[]): Outcome {
  const bin = join(dirname(require.resolve(`${major}/package.json`)), "bin/eslint.js");
  const words = ["--import", loader, bin, "--format", "json", ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
  return { status, output: stdout + stderr };
}

function rulesIn({ output }: Outcome): readonly string[] {
  const results = JSON.parse(output) as { filePath: string; messages: { ruleId: string }[] }[];
  return results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId)).sort();
}

/** With what is meant for JavaScript set for all files, as many configurations have it. */
const config = (major: string): string => `import js from ${JSON.stringify(recommended(major))};
import ropelint from "ropelint/eslint";
export default [
  js.configs.recommended,
  { languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: { z: "readonly" } } },
  ropelint.configs["python-strict"],
];
`;

function recommended(major: string): string {
  return pathToFileURL(createRequire(require.resolve(`${major}/package.json`)).resolve("@eslint/js")).href;
}

// Since 9.24.
it("suppressions of ESLint: what they know is silent, and what is new fails", () => {
  const folder = project("known", "eslint.config.mjs", config("eslint"));
  assert.equal(eslint("eslint", folder, "--suppress-all", ".").status, 0);
  assert.equal(eslint("eslint", folder, ".").status, 0);
  cpSync(join(folder, "src/model.py"), join(folder, "src/new.py"));
  const { status, output } = eslint("eslint", folder, "src/new.py");
  assert.equal(status, 1, output);
  assert.match(output, /ropelint\/float-range/);
  assert.equal(eslint("eslint", folder, "--fix", "src/model.py").status, 2, "there is something to prune");
  assert.equal(eslint("eslint", folder, "--prune-suppressions", "src/model.py").status, 0);
});

for (const major of ["eslint", "eslint-9"]) {
  describe(`eslint ., ${major}`, () => {
    it("lints Python beside JavaScript, from a cache the second time, and repairs it", () => {
      const folder = project(major, "eslint.config.mjs", config(major));
      const first = eslint(major, folder, "--cache", ".");
      assert.equal(first.status, 1, first.output);
      assert.deepEqual(rulesIn(first), ["no-undef", "ropelint/accelerator-init", "ropelint/float-range"]);
      const cache = readFileSync(join(folder, ".eslintcache"), "utf8");
      assert.match(cache, /model\.py/);
      assert.deepEqual(rulesIn(eslint(major, folder, "--cache", ".")), rulesIn(first));
      assert.ok(!rulesIn(eslint(major, folder, "--fix", ".")).includes("ropelint/float-range"));
      const fixed = readFileSync(join(folder, "src/model.py"), "utf8");
      assert.match(fixed, /dtype=torch\.int64\)\.type_as\(self\.inv_freq\)/);
    });

    it("takes a configuration in CommonJS, another name of the plugin, and other files", () => {
      const folder = project(
        `${major}-commonjs`,
        "eslint.config.cjs",
        `module.exports = (async () => {
  const { default: rope } = await import("ropelint/eslint");
  const rules = { "rope/float-range": "warn" };
  return [{ files: ["**/*.pyi", "**/*.py"], plugins: { rope }, language: "rope/python", rules }];
})();
`,
      );
      assert.deepEqual(rulesIn(eslint(major, folder, ".")), ["rope/float-range"]);
    });
  });
}

it("native code is not loaded", () => {
  const script = `
    const { default: plugin } = await import(${JSON.stringify(plugin)});
    const { ESLint } = await import(${JSON.stringify(pathToFileURL(require.resolve("eslint")).href)});
    const eslint = new ESLint({ overrideConfigFile: true, overrideConfig: [plugin.configs.python] });
    const [{ messages }] = await eslint.lintText("import torch\\nt = torch.arange(8, dtype=torch.float32)\\n", { filePath: "a.py" });
    if (messages.some(({ fatal }) => fatal)) throw new Error("a parsing error");
    console.log(JSON.stringify(process.report.getReport().sharedObjects.filter((path) => /tree.sitter/.test(path))));
  `;
  const words = ["--import", loader, "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ROPELINT_PARSER: "native" },
  });
  assert.equal(stdout.trim(), "[]", stderr);
});
