import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Patterns } from "../../src/engine/configuration/patterns.ts";
import { discover } from "../../src/engine/discover.ts";
import { makeFolder } from "../cli/folder.ts";
import { configurations } from "./configurations.ts";
import type { Files, Some } from "./configurations.ts";

test("patterns are ruff's", () => {
  const matches = (pattern: string, file: string): boolean => new Patterns([pattern], "/p/q").matches(file);
  const yes: readonly (readonly [string, string])[] = [
    ["vendor", "/p/q/a/vendor"],
    ["vendor/", "/p/q/vendor"],
    ["a/vendor", "/p/q/a/vendor"],
    ["./a/vendor", "/p/q/a/vendor"],
    ["a/*.py", "/p/q/a/b/c.py"],
    ["**/gen/*", "/p/q/x/gen/a.py"],
    ["*.py", "/p/q/x/.hidden.py"],
    ["gen_[ab].py", "/p/q/x/gen_b.py"],
    ["{a,b}/c", "/p/q/b/c"],
    ["../other/*", "/p/other/x"],
    ["/p/q/a*", "/p/q/abc"],
    ["vendor", "/elsewhere/vendor"],
    ["(x)", "/p/q/(x)"],
  ];
  const no: readonly (readonly [string, string])[] = [
    ["vendor", "/p/q/vendors"],
    ["a/vendor", "/p/q/b/a/vendor"],
    ["a/*.py", "/p/a/c.py"],
    ["!a", "/p/q/b"],
    ["q", "/p/r"],
  ];
  for (const [pattern, file] of yes) assert.ok(matches(pattern, file), `${pattern} ${file}`);
  for (const [pattern, file] of no) assert.ok(!matches(pattern, file), `not ${pattern} ${file}`);
});

function found(files: Files, { paths = ["."], ...some }: Some & { readonly paths?: readonly string[] } = {}) {
  const folder = makeFolder(files);
  return discover(paths, folder, configurations(folder, some)).files.map(({ path }) => path);
}

test("include, exclude and their kin, each folder by its own configuration", () => {
  const files = {
    "a.py": "",
    "a.pyw": "",
    "vendor/b.py": "",
    "venv/c.py": "",
    "sub/vendor/d.py": "",
    "sub/e.py": "",
  };
  const having = (toml: string, more: Files = {}): Files => ({ ...files, "ropelint.toml": toml, ...more });
  assert.deepEqual(found(files), ["a.py", "sub/e.py", "sub/vendor/d.py", "vendor/b.py"]);
  assert.deepEqual(found(having('exclude = ["vendor"]')), ["a.py", "sub/e.py", "venv/c.py"]);
  assert.deepEqual(found(having('extend-exclude = ["sub/vendor", "a.py"]')), ["sub/e.py", "vendor/b.py"]);
  assert.deepEqual(found(having('include = ["*.pyw"]')), ["a.pyw"]);
  const nested = { "sub/ropelint.toml": 'extend-exclude = ["e.py"]\n' };
  assert.deepEqual(found(having('extend-exclude = ["vendor"]', nested)), ["a.py", "sub/vendor/d.py"]);
  assert.deepEqual(found(having('extend-exclude = ["vendor"]'), { flags: { exclude: ["sub"] } }), [
    "a.py",
    "venv/c.py",
  ]);
});

test("what is named is checked, unless exclusion is forced", () => {
  const files = {
    "ropelint.toml": 'extend-exclude = ["vendor"]\n',
    "vendor/deep/b.py": "",
    "a.py": "",
    "venv/c.py": "",
  };
  const paths = ["a.py", "vendor/deep/b.py", "venv/c.py"];
  assert.deepEqual(found(files, { paths }), paths);
  assert.deepEqual(found(files, { paths, flags: { "force-exclude": true } }), ["a.py"]);
  assert.deepEqual(found(files, { paths: ["vendor"], flags: { "force-exclude": true } }), []);
  const inside = makeFolder({
    "venv/project/ropelint.toml": "force-exclude = true",
    "venv/project/a.py": "",
  });
  const cwd = join(inside, "venv/project");
  assert.equal(
    discover(["a.py"], cwd, configurations(cwd)).files.length,
    1,
    "folders above the configuration don't count",
  );
});

test("respect-gitignore", () => {
  const files = { ".gitignore": "gen.py\n", "gen.py": "", "a.py": "" };
  assert.deepEqual(found(files), ["a.py"]);
  assert.deepEqual(found({ ...files, "ropelint.toml": "respect-gitignore = false" }), ["a.py", "gen.py"]);
});
