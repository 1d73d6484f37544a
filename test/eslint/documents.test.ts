import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import { fencesIn } from "../../scripts/generators/documents/blocks.ts";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";
import { rules, scriptRules } from "../../src/engine/rules.ts";
import { pageUrl } from "../../src/engine/catalogue.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { applied, lintScript } from "./support.ts";

const work = mkdtempSync(join(tmpdir(), "ropelint-eslint-docs-"));
after(() => {
  rmSync(work, { recursive: true });
});

const plugin = pathToFileURL(join(root, "src/eslint/plugin.ts")).href;
const typescriptEslint = JSON.stringify(import.meta.resolve("typescript-eslint"));
const eslintConfig = JSON.stringify(import.meta.resolve("eslint/config"));
const model = `${readFileSync(join(root, "examples/llama_rotary.py"), "utf8")}\nfrom math import *\nprint(pi)\n`;

const session = `import { Tensor } from "onnxruntime-node";
export const feeds = { position_ids: new Tensor("float32", [0, 1], [2]) };
`;

/** The same with a constant of another module. */
const typed = `import { Tensor } from "onnxruntime-node";
import { type } from "./settings";
export const feeds = { position_ids: new Tensor(type, [0, 1], [2]) };
`;
writeFileSync(join(work, "settings.ts"), 'export const type = "float32";\n');
writeFileSync(join(work, "session.ts"), typed);
writeFileSync(join(work, "tsconfig.json"), '{ "include": ["*.ts"] }');

const inputs: Readonly<Record<string, readonly [string, string]>> = {
  script: [session, "session.js"],
  typed: [typed, "session.ts"],
};

const expected: readonly (readonly string[])[] = [
  ["ropelint/float-range"],
  ["ropelint/accelerator-init", "ropelint/float-range"],
  ["ropelint/float-range"],
  ["ropelint/float-range"],
  ["own/no-star", "own/no-star"],
  ["ropelint/float-range"],
  ["ropelint/position-ids-dtype"],
  ["ropelint/position-ids-dtype"],
];

it("configurations in docs/eslint.md do what they say", async () => {
  const markdown = readFileSync(join(root, "docs/eslint.md"), "utf8");
  const blocks = fencesIn(markdown).filter(({ tag }) =>
    ["config", "commonjs", "script", "typed"].includes(tag),
  );
  const found: string[][] = [];
  for (const [index, { code, tag }] of blocks.entries()) {
    const file = join(work, `eslint.config.${index}.${tag === "commonjs" ? "cjs" : "mjs"}`);
    const resolved = code
      .replaceAll("ropelint/eslint", plugin)
      .replaceAll('"typescript-eslint"', typescriptEslint)
      .replaceAll('"eslint/config"', eslintConfig);
    writeFileSync(file, resolved);
    const eslint = new ESLint({ cwd: work, overrideConfigFile: file });
    const [text, filePath] = inputs[tag] ?? [model, "model.py"];
    const [result] = await eslint.lintText(text, { filePath });
    found.push((result?.messages ?? []).map(({ ruleId }) => ruleId ?? "none"));
  }
  assert.deepEqual(found, expected);
});

it("a rule's page has the address that the manifest gives, or none", () => {
  const rulePages = "https://example.org/docs/rules/{id}.md";
  assert.equal(pageUrl("float-range", { rulePages }), "https://example.org/docs/rules/float-range.md");
  assert.equal(pageUrl("float-range", {}), null);
});

it("a rule says of itself what ESLint and its documents want to know", () => {
  assert.deepEqual(
    Object.keys(ropelint.rules),
    [...rules, ...scriptRules].map(({ id }) => id),
  );
  for (const [id, { meta }] of Object.entries(ropelint.rules)) {
    assert.ok(meta.docs.description.length > 10);
    const page = readFileSync(join(root, "docs/rules", `${id}.md`), "utf8");
    assert.ok(page.startsWith(`# ${id}\n`), "its page");
    assert.doesNotMatch(meta.docs.url ?? "https:", /^(?!https:)/, "no path of this machine");
    assert.equal(meta.fixable === undefined || meta.hasSuggestions, true, "what can be fixed may be unsafe");
    assert.deepEqual(meta.defaultOptions, [{ severity: "warning" }]);
  }
  for (const id of ["castable-buffer", "complex-cast", "low-precision-apply"]) {
    const meta = ropelint.rules[id]?.meta;
    assert.deepEqual([meta?.hasSuggestions, meta?.fixable], [true, undefined], id);
  }
  assert.equal(ropelint.rules["unused-ignore"]?.meta.fixable, "code");
});

it("a script rule's page: the bad example is found, its repair is the good example", async () => {
  for (const { id } of scriptRules) {
    const fences = fencesIn(readFileSync(join(root, `docs/rules/${id}.md`), "utf8"));
    const [bad] = fences.filter(({ tag }) => tag === "bad");
    const [good, ...silent] = fences.filter(({ tag }) => tag === "good" || tag === "silent");
    const found = await lintScript(bad?.code ?? "");
    assert.deepEqual(
      found.map(({ ruleId }) => ruleId),
      [`ropelint/${id}`],
    );
    const [first] = found;
    // What no suggestion mends, the page mends by hand.
    if (first?.suggestions) assert.equal(applied(bad?.code ?? "", first), good?.code);
    for (const fence of [good, ...silent]) assert.deepEqual(await lintScript(fence?.code ?? ""), []);
  }
});

it("the plugin names itself for caches and for extends", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  assert.deepEqual(ropelint.meta, { name: "ropelint", version, namespace: "ropelint" });
});
