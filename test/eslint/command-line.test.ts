import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ESLint } from "eslint";
import { globSync } from "tinyglobby";
import { parser } from "typescript-eslint";
import { root, runRopelint } from "../../scripts/generators/documents/run-ropelint.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { checked, placesIn } from "./support.ts";
import type { Place } from "./support.ts";

/** What ESLint says of a script, with every rule. */
async function linted(text: string, filePath: string): Promise<readonly Place[]> {
  const overrideConfig = [
    { files: ["**/*.js", "**/*.ts"], languageOptions: /\.[cm]?tsx?$/.test(filePath) ? { parser } : {} },
    ropelint.configs.strict,
  ];
  const eslint = new ESLint({ overrideConfigFile: true, overrideConfig });
  const [result] = await eslint.lintText(text, { filePath });
  if (result === undefined) throw new Error("ESLint returned nothing");
  return placesIn(result);
}

const note = ["--select", "ALL", "--severity", "note"];
const fixtures = globSync("test/fixtures/*/*/*.{js,ts}", { cwd: root }).sort();

describe("ropelint check finds in scripts what ESLint finds", () => {
  for (const path of fixtures) {
    it(path, async () => {
      const text = readFileSync(join(root, path), "utf8");
      assert.deepEqual(await checked(text, path, note), await linted(text, path));
    });
  }

  const tensor = 'new Tensor("float32", data, [1])';
  const texts: Readonly<Record<string, string>> = {
    "a line": `export const f = { position_ids: ${tensor} }; // eslint-disable-line ropelint/position-ids-dtype -- trained so`,
    "the next line": `// eslint-disable-next-line\nexport const f = { position_ids: ${tensor} };`,
    "the line after a comment of several": `/* eslint-disable-next-line ropelint/position-ids-dtype --\nbecause */\nexport const f = { position_ids: ${tensor} };`,
    "a part": `/* eslint-disable ropelint/position-ids-dtype */\nexport const f = { position_ids: ${tensor} };\n/* eslint-enable */\nexport const g = { position_ids: ${tensor} };`,
    "another rule": `// eslint-disable-next-line ropelint/wgsl-f16-trig\nexport const f = { position_ids: ${tensor} };`,
    "no comment for a part": `// eslint-disable ropelint/position-ids-dtype\nexport const f = { position_ids: ${tensor} };`,
    "the file": `/* eslint ropelint/position-ids-dtype: "off" */\nexport const f = { position_ids: ${tensor} };`,
  };
  for (const [name, body] of Object.entries(texts)) {
    it(`ESLint's comments: ${name}`, async () => {
      const text = `import { Tensor } from "onnxruntime-web";\nexport const data = [1];\n${body}\n`;
      const found = (await linted(text, "model.js")).filter(({ rule }) => rule !== "none");
      assert.deepEqual(await checked(text, "model.js", note), found);
    });
  }
});

describe("what the command line leaves out", () => {
  it("is a bundle, and no file with its source map in it", async () => {
    const text =
      'import { Tensor } from "onnxruntime-web";\nexport const f = { position_ids: new Tensor("float32", [1], [1]) };\n';
    const map = `//# sourceMappingURL=data:application/json;base64,${"A".repeat(20_000)}\n`;
    const bundled = `const x = ${JSON.stringify("A".repeat(20_000))};\n`;
    assert.equal((await checked(text + map, "model.js", note)).length, 1);
    assert.equal((await checked(text + bundled, "model.js", note)).length, 0);
  });
});

const dialects: Readonly<Record<string, string>> = {
  "a.ts":
    'const x = <const>"float32"; enum E { A = 1 } declare module "m" { const y: number; } abstract class C { constructor(private readonly a: number) {} }',
  "a.tsx":
    "export const Page = <T,>(props: { a: T }): JSX.Element => <div title={`${props.a}`}>text &amp; more</div>;",
  "a.mts":
    "import type { A } from './a.mjs'; export type B = A; export const c = {} satisfies object; await 1;",
  "a.cts": "import a = require('a'); export = a;",
  "a.js":
    "#!/usr/bin/env node\nexport default class { static #a = 1; static { using b = c(); } } export const d = <A b={1} />; return 1;",
  "a.cjs": "with (a) { b = 010; } exports.c = require('c');",
  "a.mjs":
    "import data from './a.json' with { type: 'json' }; export { data as 'a b' }; export * as c from 'd';",
  "flow.js": "// @flow\nimport type { A } from './a'; export const f = (a: ?A): boolean => (a: any);",
};

describe("every dialect parses", () => {
  for (const [path, code] of Object.entries(dialects)) {
    it(path, async () => {
      const text = `${code}\nconst { Tensor } = require("onnxruntime-node");\nconst feeds = { position_ids: new Tensor("float32", [1], [1]) };\n`;
      const found = await checked(text, path);
      assert.deepEqual(
        found.map(({ rule }) => rule),
        ["position-ids-dtype"],
      );
    });
  }
});

const work = mkdtempSync(join(tmpdir(), "ropelint-scripts-"));
after(() => {
  rmSync(work, { recursive: true });
});

const session = `import { Tensor } from "onnxruntime-web";
export const feeds = { position_ids: new Tensor("float32", [0, 1], [2]) };
`;

describe("files", () => {
  mkdirSync(join(work, "node_modules/a"), { recursive: true });
  mkdirSync(join(work, "src"));
  const bundle = `${session.replaceAll("\n", " ")}${"f(1,2,3);".repeat(4000)}\n`;
  for (const [path, text] of Object.entries({
    "src/session.ts": session,
    "src/session.d.ts": session,
    "src/style.d.css.ts": session,
    "src/session.min.js": session,
    "src/bundle.js": bundle,
    "src/broken.js": `export const position_ids = (;\n`,
    "src/other_broken.js": `export const = (;\n`,
    "src/model.py": "import torch\nt = torch.arange(8, dtype=torch.float32)\n",
    "node_modules/a/index.js": session,
  }))
    writeFileSync(join(work, path), text);

  it("sources are looked at, declarations, bundles and packages are not", async () => {
    const words = ["check", "--output-format", "concise", "--select", "ALL"];
    const { output } = await runRopelint(words, "", work);
    const found = output
      .split("\n")
      .flatMap((line) => /^(\S+?):\d+:\d+: \w+\[([\w-]+)\]/.exec(line)?.slice(1, 3).join(" ") ?? []);
    assert.deepEqual(found, ["src/broken.js syntax-error", "src/session.ts position-ids-dtype"]);
  });

  it("--unsafe-fixes applies what an editor would offer", async () => {
    await runRopelint(["check", "src/session.ts", "--fix", "--unsafe-fixes"], "", work);
    assert.match(
      readFileSync(join(work, "src/session.ts"), "utf8"),
      /new Tensor\("int64", BigInt64Array\.from\(\[0, 1\], BigInt\), \[2\]\)/,
    );
  });
});
