import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Linter } from "eslint";
import { globSync } from "tinyglobby";
import { parser } from "typescript-eslint";
import { root, runRopelint } from "../../scripts/generators/documents/run-ropelint.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { checked, placesIn, versions } from "./support.ts";

const work = realpathSync(mkdtempSync(join(tmpdir(), "ropelint-examples-")));
after(() => {
  rmSync(work, { recursive: true });
});
cpSync(join(root, "examples"), work, { recursive: true });
const mixed = join(work, "mixed");
const config = join(mixed, "eslint.config.js");
const plugin = pathToFileURL(join(root, "src/eslint/plugin.ts")).href;
writeFileSync(
  config,
  readFileSync(config, "utf8")
    .replace("ropelint/eslint", plugin)
    .replace('"typescript-eslint"', JSON.stringify(import.meta.resolve("typescript-eslint"))),
);

for (const { name, ESLint } of versions) {
  describe(`examples in ESLint, ${name}`, () => {
    it("a repository with Python and TypeScript is linted by one `eslint .`", async () => {
      const results = await new ESLint({ cwd: mixed, overrideConfigFile: config }).lintFiles(["."]);
      const found = results.flatMap(({ filePath, messages }) =>
        messages.map(({ ruleId, line }) => `${relative(mixed, filePath)}:${line} ${ruleId ?? "none"}`),
      );
      assert.deepEqual(found.sort(), [
        "src/model.py:11 ropelint/float-range",
        "src/session.ts:8 ropelint/position-ids-dtype",
      ]);
    });

    for (const path of globSync("*.{js,ts}", { cwd: work }).sort()) {
      it(`${path}: what ropelint check says`, async () => {
        const text = readFileSync(join(work, path), "utf8");
        const overrideConfig: Linter.Config[] = [
          { files: ["**/*.{js,ts}"], languageOptions: { parser } },
          ropelint.configs.recommended,
        ];
        const eslint = new ESLint({ cwd: work, overrideConfigFile: true, overrideConfig });
        const [result] = await eslint.lintText(text, { filePath: path });
        assert.deepEqual(placesIn(result!), await checked(text, path));
      });
    }
  });
}

it("the port in plain TypeScript is silent, every other example is not", async () => {
  const { output } = await runRopelint(["check", "examples", "--output-format", "concise"]);
  const found = new Set(output.split("\n").flatMap((line) => /^examples\/([^:]+):\d/.exec(line)?.[1] ?? []));
  const silent = globSync("**/*.{js,ts}", { cwd: work }).filter((path) => !found.has(path));
  assert.deepEqual(silent.sort(), ["mixed/eslint.config.js", "mixed/src/settings.ts", "rope_port.ts"]);
});
