// The packed plugin with the oldest and the newest of what it works with: ESLint, typescript-eslint, TypeScript, other parsers and
// processors. Then outside tools, the wheel and Spark: scripts/integrations/. `--quick` takes the two ends, and of each tool a part. Needs the network, python3 and
// make; `.ci/run` calls it. Words name what is to run: `npm run test:integrations -- pre-commit`.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { testOutsideTools } from "./integrations/main.mjs";
import { root, run } from "./integrations/processes.mjs";
import { testSpark } from "./integrations/spark.mjs";
import { testWheel } from "./integrations/wheel.mjs";

const work = mkdtempSync(join(tmpdir(), "ropelint-integrations-"));

/** From the oldest that is supported to the newest; every row is a project of its own. */
const matrix = [
  { name: "oldest", packages: ["eslint@9.15.0", "typescript-eslint@8.0.0", "typescript@5.0.4"] },
  { name: "newest", packages: ["eslint@10", "typescript-eslint@8", "typescript@6.0"] },
  {
    name: "in-between",
    packages: [
      "eslint@9",
      "typescript-eslint@8.20.0",
      "typescript@5.7.3",
      "@babel/eslint-parser@7",
      "@babel/core@7",
    ],
  },
  {
    name: "last-5",
    packages: [
      "eslint@10",
      "typescript-eslint@8",
      "typescript@5",
      "vue-eslint-parser@10",
      "svelte-eslint-parser@1",
      "svelte@5",
      "@eslint/markdown@7",
    ],
  },
];

const session = (type) => `import { Tensor } from "onnxruntime-node";
${type === "TYPE" ? 'import { TYPE } from "./settings";\n' : ""}export const feeds = { position_ids: new Tensor(${type}, [0, 1], [2]) };
`;
const code = session('"float32"');
const model = readFileSync(join(root, "examples/llama_rotary.py"), "utf8");
const rope = `import { numpy as np } from "@jax-js/jax";
const rates = np.exp(np.arange(0, 64, 2).astype(np.float32).mul(-Math.log(10000) / 64));
export const table = () => np.sin(np.outer(np.arange(0, 8192, 1, { dtype: np.float16 }), rates));
`;

/** What the projects hold. */
const files = {
  "src/session.js": code,
  "src/settings.ts": 'export const TYPE = "float32";\n',
  "src/session.ts": session("TYPE"),
  "src/Page.vue": `<template><p :a="1">text</p></template>\n<script setup lang="ts">\n${code}</script>\n`,
  "src/Page.svelte": `<script lang="ts">\n${code}</script>\n<p>{1}</p>\n`,
  "src/Rope.svelte": `<script lang="ts">\n${rope}</script>\n<p>{1}</p>\n`,
  "src/page.md": `# Page\n\n\`\`\`js\n${code}\`\`\`\n\n\`\`\`python\n${model}\`\`\`\n`,
  "src/tsconfig.json": JSON.stringify({
    compilerOptions: { strict: true, module: "ESNext", moduleResolution: "Bundler", target: "ES2022" },
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: { strict: true, module: "NodeNext", target: "ES2022", skipLibCheck: true, noEmit: true },
    files: ["configuration.ts"],
  }),
  "package.json": '{ "private": true, "type": "module" }',
};

/** A configuration as its author's compiler sees it. */
const configuration = (hasDefineConfig) => `import type { Linter } from "eslint";
${hasDefineConfig ? 'import { defineConfig } from "eslint/config";\n' : ""}import ropelint from "ropelint/eslint";
import type { Python, PythonRuleDefinition, RopelintSettings } from "ropelint/eslint";

const settings: RopelintSettings = { environments: ["zero-init"] };
const own: Linter.Config = { files: ["**/*.py"], plugins: { ropelint }, settings: { ropelint: settings } };
export const configs: Linter.Config[] = [ropelint.configs.recommended, ropelint.configs.python, ...ropelint.configs.all, own];
${hasDefineConfig ? 'export const defined = defineConfig([ropelint.configs.strict, ...ropelint.configs.all, { ...own, extends: ["ropelint/python"] }]);' : ""}
export const rule: PythonRuleDefinition = {
  create: (context) => ({
    call: (node: Python.Call) => {
      if (node.function.text === "print") context.report({ node, message: "no" });
    },
  }),
};
`;

/** Parsers and processors, each where it is installed. */
const config = `import tseslint from "typescript-eslint";
import ropelint from "ropelint/eslint";
const load = (name) => import(name).then((module) => module.default ?? module, () => null);
const [babel, vue, svelte, markdown] = await Promise.all(
  ["@babel/eslint-parser", "vue-eslint-parser", "svelte-eslint-parser", "@eslint/markdown"].map(load),
);
const withTypes = { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } };
export default [
  ropelint.configs.recommended,
  ropelint.configs.python,
  { files: ["**/*.ts"], languageOptions: withTypes },
  ...(babel ? [{ files: ["**/*.js"], languageOptions: { parser: babel, parserOptions: { requireConfigFile: false } } }] : []),
  ...(vue ? [{ files: ["**/*.vue"], languageOptions: { parser: vue, parserOptions: { parser: tseslint.parser } } }] : []),
  ...(svelte ? [{ files: ["**/*.svelte"], languageOptions: { parser: svelte, parserOptions: { parser: tseslint.parser } } }] : []),
  ...(markdown ? markdown.configs.processor : []),
];
`;

function check({ name, packages }, tarball) {
  const folder = join(work, name);
  const inside = { cwd: folder };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  cpSync(join(root, "examples/llama_rotary.py"), join(folder, "src/model.py"));
  writeFileSync(join(folder, "eslint.config.js"), config);
  run(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", ...packages, tarball],
    inside,
  );
  const version = run("node", ["-p", "require('eslint/package.json').version"], inside).stdout.trim();
  const [major = 0, minor = 0] = version.split(".").map(Number);
  writeFileSync(join(folder, "configuration.ts"), configuration(major > 9 || minor >= 22));
  run("node", ["node_modules/typescript/bin/tsc"], inside);
  const lint = ["node_modules/eslint/bin/eslint.js", "--format", "json", "src"];
  const { stdout } = run("node", lint, { ...inside, expected: [1] });
  const found = JSON.parse(stdout).flatMap(({ filePath, messages }) =>
    messages.map(
      ({ ruleId, message, line }) => `${filePath.slice(folder.length + 5)}:${line} ${ruleId ?? message}`,
    ),
  );
  const has = (text) => packages.some((one) => one.startsWith(text));
  const expected = [
    ...(has("svelte") ? ["Page.svelte:3 ropelint/position-ids-dtype"] : []),
    ...(has("vue") ? ["Page.vue:4 ropelint/position-ids-dtype"] : []),
    ...(has("svelte") ? ["Rope.svelte:4 ropelint/float-range"] : []),
    "model.py:17 ropelint/float-range",
    ...(has("@eslint/markdown")
      ? ["page.md:25 ropelint/float-range", "page.md:5 ropelint/position-ids-dtype"]
      : []),
    "session.js:2 ropelint/position-ids-dtype",
    "session.ts:3 ropelint/position-ids-dtype",
  ];
  assert.deepEqual(found.sort(), expected, name);
  console.log(`${name}: ${packages.join(", ")} (eslint ${version}): ${found.length} findings, types fit`);
}

const isQuick = process.argv.includes("--quick");
const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const isChosen = (name) => words.length === 0 || words.includes(name);

function testEslint() {
  const tarball = run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", work], {
    cwd: root,
  }).stdout.trim();
  for (const row of isQuick ? matrix.slice(0, 2) : matrix) check(row, join(work, tarball));
}

try {
  run("node", [join(root, "scripts/build.mjs")], { cwd: root });
  if (isChosen("eslint")) testEslint();
  // The tables of JavaScript libraries against the libraries' own declarations, downloaded by name and version.
  if (isChosen("declarations") && !isQuick)
    run("npm", ["run", "generate", "--", "--check", "--libraries"], { cwd: root });
  testOutsideTools(isChosen, isQuick);
  if (isChosen("wheel")) await testWheel();
  if (isChosen("spark") && !isQuick) await testSpark();
} finally {
  if (!process.argv.includes("--keep")) rmSync(work, { recursive: true });
  else console.log(work);
}
