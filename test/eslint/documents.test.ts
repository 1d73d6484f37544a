import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import { fencesIn } from "../../scripts/generators/documents/blocks.ts";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";
import { rules } from "../../src/engine/rules.ts";
import ropelint from "../../src/eslint/plugin.ts";

const work = mkdtempSync(join(tmpdir(), "ropelint-eslint-docs-"));
after(() => {
  rmSync(work, { recursive: true });
});

const plugin = pathToFileURL(join(root, "src/eslint/plugin.ts")).href;
const model = `${readFileSync(join(root, "examples/llama_rotary.py"), "utf8")}\nfrom math import *\nprint(pi)\n`;

const expected: readonly (readonly string[])[] = [
  ["ropelint/float-range"],
  ["ropelint/float-range"],
  ["ropelint/float-range"],
  ["own/no-star", "own/no-star"],
];

it("configurations in docs/eslint.md do what they say", async () => {
  const markdown = readFileSync(join(root, "docs/eslint.md"), "utf8");
  const blocks = fencesIn(markdown).filter(({ tag }) => tag === "config" || tag === "commonjs");
  const found: string[][] = [];
  for (const [index, { code, tag }] of blocks.entries()) {
    const file = join(work, `eslint.config.${index}.${tag === "commonjs" ? "cjs" : "mjs"}`);
    writeFileSync(file, code.replaceAll("ropelint/eslint", plugin));
    const eslint = new ESLint({ cwd: work, overrideConfigFile: file });
    const [result] = await eslint.lintText(model, { filePath: "model.py" });
    found.push((result?.messages ?? []).map(({ ruleId }) => ruleId ?? "none"));
  }
  assert.deepEqual(found, expected);
});

it("a rule says of itself what ESLint and its documents want to know", () => {
  assert.deepEqual(
    Object.keys(ropelint.rules),
    rules.map(({ id }) => id),
  );
  for (const [id, { meta }] of Object.entries(ropelint.rules)) {
    assert.ok(meta.docs.description.length > 10);
    const page = readFileSync(new URL(meta.docs.url ?? ""), "utf8");
    assert.ok(page.startsWith(`# ${id}\n`), "its page");
    assert.equal(meta.fixable === undefined || meta.hasSuggestions, true, "what can be fixed may be unsafe");
    assert.deepEqual(meta.defaultOptions, [{ severity: "warning" }]);
  }
  assert.equal(ropelint.rules["castable-buffer"]?.meta.hasSuggestions, false);
  assert.equal(ropelint.rules["low-precision-apply"]?.meta.fixable, undefined);
  assert.equal(ropelint.rules["unused-ignore"]?.meta.fixable, "code");
});

it("the plugin names itself for caches and for extends", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  assert.deepEqual(ropelint.meta, { name: "ropelint", version, namespace: "ropelint" });
});
