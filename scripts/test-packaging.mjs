// Installs the package the ways its users do, with npm 10 and npm 11, and runs it, also in ESLint. Needs the network; `.ci/run` calls it.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  makeFolder,
  npmOfMajor,
  repositoryOfWorkingTree,
  root,
  run as runInEnvironment,
  step,
  withPath,
} from "./integrations/support.mjs";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const model = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim, max_positions=4096):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2).float() / dim))
        t = torch.arange(max_positions, dtype=torch.float32)
        freqs = torch.outer(t, inv_freq)
        self.register_buffer("cos", freqs.cos())
        self.register_buffer("sin", freqs.sin())
`;
const sample = join(makeFolder({ "sample.py": model }), "sample.py");

function run(command, args, options) {
  return runInEnvironment(command, args, options).out;
}

/** Runs an installed ropelint and returns its findings, without the name of the file. */
function findings(command, parser = "") {
  assert.match(run(command, ["--version"]), new RegExp(`\\b${version.replaceAll(".", "\\.")}\\b`));
  const args = ["check", "--no-cache", "--output-format", "json", sample];
  const json = run(command, args, { expected: 1, env: { ROPELINT_PARSER: parser } });
  const found = JSON.parse(json);
  assert.ok(
    found.some(({ code }) => code === "float-range"),
    json,
  );
  return json;
}

/** The plugin's own configuration, and its types as authors of configurations and rules see them. */
function lintWithESLint(folder) {
  cpSync(sample, join(folder, "model.py"));
  const imported = 'import ropelint from "ropelint/eslint";\n';
  writeFileSync(join(folder, "eslint.config.mjs"), `${imported}export default [ropelint.configs.python];\n`);
  const bin = join(folder, "node_modules", ".bin", "eslint");
  const [{ messages }] = JSON.parse(run(bin, ["--format", "json", "model.py"], { cwd: folder, expected: 1 }));
  assert.deepEqual(
    messages.map(({ ruleId, fix }) => [ruleId, fix !== undefined]),
    [["ropelint/float-range", true]],
  );
  writeFileSync(
    join(folder, "config.mts"),
    `${imported}import type { PythonRuleDefinition } from "ropelint/eslint";
import type { Linter } from "eslint";
// @ts-expect-error Types that are lost would be any, and nothing would be an error.
const language: "other" = ropelint.configs.python.language;
export const rule: PythonRuleDefinition = {
  create: (context) => ({
    call: (node) => context.report({ node: node.function, message: "a call" }),
  }),
};
export default [ropelint.configs.python, { plugins: { ropelint } }] satisfies Linter.Config[];
`,
  );
  const compiler = join(root, "node_modules", "typescript", "lib", "tsc.js");
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  run(process.execPath, [compiler, ...options, "config.mts"], { cwd: folder });
}

/** Of the versions of ESLint that the plugin is for: one is enough for each npm. */
const oldestAndNewest = { 10: "9.15.0", 11: "10" };

const repository = repositoryOfWorkingTree();
const url = `git+file://${repository}`;
let expected;
for (const major of [10, 11]) {
  const env = { PATH: withPath(npmOfMajor(major)) };
  const npm = (args, options) => run("npm", args, { env, ...options });
  const name = (what) => `npm ${major}: ${what}`;
  const installInto = (folder, ...args) => {
    writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }\n');
    npm(["install", ...args], { cwd: folder });
    return join(folder, "node_modules", ".bin", "ropelint");
  };

  step(name("git URL"), () => {
    const command = installInto(makeFolder({}, `git-${major}`), url);
    expected ??= findings(command);
    assert.equal(findings(command, "native"), expected);
    assert.equal(findings(command, "wasm"), expected);
  });
  step(name("git URL, --global"), () => {
    const prefix = makeFolder({}, `global-${major}`);
    npm(["install", "--global", "--prefix", prefix, url]);
    assert.equal(findings(join(prefix, "bin", "ropelint")), expected);
  });
  const tarball = step(name("clean clone, npm ci, npm pack"), () => {
    const clone = makeFolder({}, `clone-${major}`);
    run("git", ["clone", "--quiet", repository, clone]);
    npm(["ci"], { cwd: clone });
    const output = npm(["pack"], { cwd: clone }).trim();
    assert.equal(output, `ropelint-${version}.tgz`, "npm pack must print nothing but the tarball's name");
    assert.equal(findings(join(clone, "bin", "ropelint.js")), expected);
    return join(clone, output);
  });
  step(name("tarball"), () => {
    assert.equal(findings(installInto(makeFolder({}, `tarball-${major}`), tarball)), expected);
  });
  step(name("tarball, --global (pre-commit's last step)"), () => {
    const prefix = makeFolder({}, `global-tarball-${major}`);
    npm(["install", "--global", "--prefix", prefix, tarball]);
    assert.equal(findings(join(prefix, "bin", "ropelint")), expected);
  });
  step(name("tarball, --ignore-scripts"), () => {
    assert.equal(
      findings(installInto(makeFolder({}, `scripts-${major}`), tarball, "--ignore-scripts")),
      expected,
    );
  });
  step(name("tarball, --omit=optional: the shipped wasm serves"), () => {
    const command = installInto(makeFolder({}, `omit-${major}`), tarball, "--omit=optional");
    assert.equal(findings(command), expected);
    run(command, ["check", sample], { env: { ROPELINT_PARSER: "native" }, expected: 2 });
  });
  const eslint = oldestAndNewest[major];
  step(name(`tarball beside eslint ${eslint}`), () => {
    const folder = makeFolder({}, `eslint-${major}`);
    installInto(folder, tarball, "--omit=optional", `eslint@${eslint}`);
    lintWithESLint(folder);
  });
}
