// What the tests with outside tools have in common: folders, processes, repositories, installed tools.
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { root, run as runProcess, step } from "./processes.mjs";

export { root, step };
const work = mkdtempSync(join(tmpdir(), "ropelint-outside-"));

process.on("exit", () => {
  if (process.argv.includes("--keep")) console.log(work);
  else rmSync(work, { recursive: true, force: true });
});

/** As on a machine that nobody has configured: npm's own variables would tell the inner npm about the script that runs us. */
export const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(npm_|node_env$|node_options$|ropelint_|git_|pre_commit|pip_require|github_|gitlab_|ci_)/i.test(
          name,
        ) || /^npm_config_(registry|cache|userconfig|cafile)$/i.test(name),
    ),
  ),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "integration test",
  GIT_AUTHOR_EMAIL: "test@localhost",
  GIT_COMMITTER_NAME: "integration test",
  GIT_COMMITTER_EMAIL: "test@localhost",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
};

/** Runs to the end in our environment, and gives what was printed. */
export function run(command, args, { cwd = work, env = {}, expected = 0, input = "" } = {}) {
  const options = { cwd, env: { ...environment, ...env }, input, expected: [expected] };
  const { stdout, stderr } = runProcess(command, args, options);
  return { out: stdout, error: stderr };
}

export function git(cwd, ...args) {
  return run("git", args, { cwd }).out;
}

let folders = 0;

/** A folder of its own, with these files in it. */
export function makeFolder(files = {}, name = `folder-${++folders}`) {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  write(folder, files);
  return folder;
}

export function write(folder, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

export function makeRepository(files) {
  const folder = makeFolder(files);
  git(folder, "init", "--quiet", "--initial-branch", "main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", "first");
  return folder;
}

/** What a checkout of the present state would hold, as a git repository with its release's tag. */
export function repositoryOfWorkingTree() {
  const repository = makeFolder({}, "ropelint");
  const files = run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root });
  for (const file of new Set(files.out.split("\0").filter(Boolean))) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    cpSync(join(root, file), join(repository, file), { force: true });
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  git(repository, "init", "--quiet");
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "--message", "state");
  git(repository, "tag", `v${version}`);
  return repository;
}

/** A virtual environment with Python packages in it: the folder of their commands. */
export function installPython(...packages) {
  const folder = join(work, "venv");
  run("python3", ["-m", "venv", folder]);
  run(join(folder, "bin/pip"), ["install", "--quiet", ...packages]);
  return join(folder, "bin");
}

/** A folder to put in front of the PATH, in which npm is of this major version. */
export function npmOfMajor(major) {
  const folder = makeFolder({}, `npm-${major}`);
  run("npm", ["install", "--silent", "--prefix", folder, `npm@${major}`]);
  const bin = join(folder, "bin");
  for (const name of ["npm", "npx"])
    addCommand(bin, name, process.execPath, join(folder, "node_modules/npm/bin", `${name}-cli.js`));
  return bin;
}

/** A command in a folder that calls another one. */
export function addCommand(folder, name, ...words) {
  mkdirSync(folder, { recursive: true });
  const quoted = words.map((word) => `'${word}'`).join(" ");
  writeFileSync(join(folder, name), `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

export function withPath(...added) {
  return [...added, environment.PATH].join(delimiter);
}

/** The built tool under its own name, in a folder for the PATH. */
export function builtRopelint() {
  return addCommand(join(work, "bin"), "ropelint", process.execPath, join(root, "bin/ropelint.js"));
}

/** The code that a page shows, as readers copy it; capitals stand for what is their own. */
export function shown(page, language, tag, own = {}) {
  const text = readFileSync(join(root, "docs", page), "utf8");
  const [, code] = new RegExp(`^\`\`\`${language} ${tag}\\n([^]*?)^\`\`\`$`, "m").exec(text) ?? [];
  assert.ok(code !== undefined, `${page} shows no ${language} ${tag}`);
  return Object.entries(own).reduce((filled, [name, value]) => filled.replaceAll(name, value), code);
}

/** A module with a range that zero-init rounds, and what `--fix` makes of it. */
export const broken = readFileSync(join(root, "examples/llama_rotary.py"), "utf8");
export const repaired = broken.replace(
  "dtype=self.inv_freq.dtype)",
  "dtype=torch.int64).type_as(self.inv_freq)",
);
assert.notEqual(repaired, broken);
