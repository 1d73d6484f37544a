// The hooks with pre-commit itself, on git repositories: from a clone, in each state a commit can be in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  broken,
  git,
  makeFolder,
  makeRepository,
  npmOfMajor,
  repaired,
  run,
  shown,
  step,
  withPath,
  write,
} from "./support.mjs";

const page = "pre-commit.md";
const config = ".pre-commit-config.yaml";
const clean = "import torch\n";

/** What one user of pre-commit has: a place for its environments, an npm, and the hooks that the documents show. */
class User {
  constructor(python, url, paths = []) {
    this.python = python;
    this.url = url;
    this.env = { PRE_COMMIT_HOME: makeFolder(), PATH: withPath(...paths, python) };
  }

  /** A repository with hooks, as far as they are shown; its first commit is made before they are installed. */
  repository(tag, files = {}, change = (yaml) => yaml) {
    const hooks = change(shown(page, "yaml", tag, { URL: this.url }));
    const folder = makeRepository({
      "README.md": "text\n",
      ".gitignore": ".ropelint_cache/\n",
      ...files,
      [config]: hooks,
    });
    this.preCommit(folder, ["install"]);
    return folder;
  }

  preCommit(cwd, args, expected = 0) {
    return run(join(this.python, "pre-commit"), args, { cwd, env: this.env, expected }).out;
  }

  commit(cwd, expected = 0) {
    const { out, error } = run("git", ["commit", "--message", "change"], { cwd, env: this.env, expected });
    return out + error;
  }
}

const read = (folder, name) => readFileSync(join(folder, name), "utf8");
const commits = (folder) => git(folder, "log", "--format=%s").trim().split("\n").length;
const only = (id) => (yaml) => yaml.replace(new RegExp(`^ +- id: (?!${id}$).*\\n`, "gm"), "");

function commitFails(user) {
  const folder = user.repository("hooks", {}, only("ropelint"));
  write(folder, { "model.py": broken });
  git(folder, "add", "model.py");
  const output = user.commit(folder, 1);
  assert.match(output, /model\.py:17:13: error\[float-range\]/);
  assert.equal(commits(folder), 1, "nothing was committed");
  assert.equal(read(folder, "model.py"), broken);
  write(folder, { "model.py": repaired });
  git(folder, "add", "model.py");
  assert.match(user.commit(folder), /ropelint\.+Passed/);
  assert.equal(commits(folder), 2);
  assert.match(user.preCommit(folder, ["run", "--all-files"]), /ropelint\.+Passed/);
}

function fixIsCommitted(user) {
  const folder = user.repository("hooks");
  write(folder, { "src/model.py": broken });
  git(folder, "add", "--all");
  assert.match(user.commit(folder, 1), /ropelint \(fix\)\.+Failed\n[^]*files were modified by this hook/);
  assert.equal(read(folder, "src/model.py"), repaired);
  assert.equal(git(folder, "show", ":src/model.py"), broken, "what is staged is the author's");
  git(folder, "add", "--all");
  user.commit(folder);
  assert.equal(git(folder, "show", "HEAD:src/model.py"), repaired);
}

function partsAreChecked(user) {
  const folder = user.repository("hooks", { "model.py": clean, "fixed.py": clean }, only("ropelint"));
  write(folder, { "model.py": `${clean}x = 1\n` });
  git(folder, "add", "model.py");
  write(folder, { "model.py": `${clean}x = 1\n${broken}` });
  user.commit(folder);
  assert.equal(git(folder, "show", "HEAD:model.py"), `${clean}x = 1\n`);
  assert.equal(read(folder, "model.py"), `${clean}x = 1\n${broken}`, "what was not staged is there");
  git(folder, "checkout", "--quiet", "model.py");
  write(folder, { "fixed.py": broken });
  git(folder, "add", "fixed.py");
  write(folder, { "fixed.py": repaired });
  assert.match(user.commit(folder, 1), /fixed\.py:17:13: error\[float-range\]/);
  assert.equal(read(folder, "fixed.py"), repaired);
}

function fixesAreRolledBack(user) {
  const folder = user.repository("hooks", {}, only("ropelint-fix"));
  write(folder, { "model.py": broken });
  git(folder, "add", "model.py");
  const mine = broken.replace("t = torch.arange(seq_len,", "t = torch.arange(seq_len + 1,");
  write(folder, { "model.py": mine });
  assert.match(user.commit(folder, 1), /Rolling back fixes/);
  assert.equal(read(folder, "model.py"), mine, "nothing is lost");
  assert.equal(git(folder, "show", ":model.py"), broken);
}

function configurationIsHeeded(user) {
  const toml = 'extend-exclude = ["third_party"]\n[per-file-ignores]\n"own.py" = ["float-range"]\n';
  const files = {
    "third_party/model.py": broken,
    "own.py": broken,
    "known.py": broken,
    "ropelint.toml": toml,
  };
  const folder = user.repository("hooks", files);
  assert.match(user.preCommit(folder, ["run", "ropelint", "--all-files"], 1), /Found 1 finding /);
  run(process.execPath, [join(user.built, "bin/ropelint.js"), "baseline"], { cwd: folder });
  git(folder, "add", "--all");
  assert.match(user.preCommit(folder, ["run", "--all-files"]), /ropelint\.+Passed/);
  for (const name of ["third_party/model.py", "own.py", "known.py"]) assert.equal(read(folder, name), broken);
}

function otherFilesAreLeft(user) {
  const folder = user.repository("hooks", { "notes.md": "```python\nt\n```\n" });
  assert.match(user.preCommit(folder, ["run", "--all-files"]), /ropelint\.+\(no files to check\)Skipped/);
  write(folder, {
    "session.ts":
      'import { Tensor } from "onnxruntime-node";\nexport const feeds = { position_ids: new Tensor("float32", [0, 1], [2]) };\n',
  });
  git(folder, "add", "--all");
  assert.match(user.commit(folder, 1), /session\.ts:2:\d+: \w+\[position-ids-dtype\]/);
}

/** By the settings that the page names for files that pre-commit does not know. */
function otherNamesAreGiven(user) {
  const text = readFileSync(join(user.built, "docs", page), "utf8");
  const [, types, files] = /by `(types_or: [^`]*)` and `(files: [^`]*)`/.exec(text) ?? [];
  const named = (yaml) =>
    yaml.replace(
      /( +)- id: ropelint\n/,
      (hook, indent) => `${hook}${indent}  ${types}\n${indent}  ${files}\n`,
    );
  const script =
    'import { Tensor } from "onnxruntime-node";\nexport const feeds = { position_ids: new Tensor("float32", [0, 1], [2]) };\n';
  const folder = user.repository(
    "hooks",
    { "session.mts": script, "old.cts": script, "a.txt": script },
    named,
  );
  const output = user.preCommit(folder, ["run", "ropelint", "--all-files"], 1);
  assert.match(output, /^session\.mts:2:\d+: [^]*^old\.cts:2:|^old\.cts:2:\d+: [^]*^session\.mts:2:/m);
  assert.match(output, /Found 2 findings/);
}

function argumentsArePassed(user) {
  const slopes =
    "import torch\n\n\ndef slopes(heads: int):\n    return torch.arange(1, heads + 1, dtype=torch.float32)\n";
  const folder = user.repository("notes", {
    "src/model.py": broken,
    "tests/model.py": broken,
    "src/a.py": slopes,
  });
  const output = user.preCommit(folder, ["run", "--all-files"], 1);
  assert.match(output, /^src\/model\.py:17:13: error/m);
  assert.doesNotMatch(output, /^tests\//m);
}

/** Hooks of the repository itself: ropelint from its node_modules, or as a package that pre-commit installs. */
function localHooks(user) {
  const files = {
    "model.py": broken,
    "package.json": '{ "private": true }\n',
    ".gitignore": "node_modules\n",
  };
  const installed = user.repository("system", files);
  assert.match(
    user.preCommit(installed, ["run", "--all-files"], 1),
    /not|npx/i,
    "without it, the hook says so",
  );
  const packed = makeFolder();
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", packed];
  const tarball = run("npm", pack, { cwd: user.built }).out.trim();
  const install = ["install", "--no-save", "--no-audit", "--no-fund", join(packed, tarball)];
  run("npm", install, { cwd: installed, env: user.env });
  assert.match(user.preCommit(installed, ["run", "--all-files"], 1), /model\.py:17:13: error\[float-range\]/);
  const alone = user.repository("node", { "model.py": broken });
  assert.match(user.preCommit(alone, ["run", "--all-files"], 1), /model\.py:17:13: error\[float-range\]/);
}

export function testPreCommit(python, source, built, isQuick) {
  const cases = { commitFails, fixIsCommitted, partsAreChecked, fixesAreRolledBack };
  const others = {
    configurationIsHeeded,
    otherFilesAreLeft,
    otherNamesAreGiven,
    argumentsArePassed,
    localHooks,
  };
  for (const major of isQuick ? [null] : [10, 11]) {
    const paths = major === null ? [] : [npmOfMajor(major)];
    const user = Object.assign(new User(python, `file://${source}`, paths), { built });
    const name = `pre-commit${major === null ? "" : `, npm ${String(major)}`}`;
    step(`${name}: installed from a clone`, () => {
      const cwd = user.repository("hooks");
      const { out } = run("sh", ["-ec", shown(page, "sh", "install")], { cwd, env: user.env });
      assert.match(out, /ropelint\.+\(no files to check\)Skipped/);
    });
    for (const [what, test] of Object.entries(isQuick ? cases : { ...cases, ...others }))
      step(`${name}: ${what}`, () => test(user));
  }
}
