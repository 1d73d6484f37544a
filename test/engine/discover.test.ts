import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { discover, MissingPathError } from "../../src/engine/discover.ts";
import { makeFolder } from "../cli/folder.ts";

function found(paths: readonly string[], cwd: string): readonly string[] {
  return discover(paths, cwd).files.map((file) => file.path);
}

test("Python files of a folder, in the same order everywhere", () => {
  const folder = makeFolder({
    "b.py": "",
    "a/z.py": "",
    "a.py": "",
    "B.py": "",
    "notes.txt": "",
    "a/x.pyi": "",
    "a/y.ipynb": "",
    "README.md": "",
  });
  assert.deepEqual(found(["."], folder), ["B.py", "a.py", "a/x.pyi", "a/y.ipynb", "a/z.py", "b.py"]);
});

test("paths are shown as they were given", () => {
  const folder = makeFolder({ "src/a.py": "" });
  assert.deepEqual(found(["src"], folder), ["src/a.py"]);
  assert.deepEqual(found(["src/"], folder), ["src/a.py"]);
  assert.deepEqual(found(["./src//a.py"], folder), ["src/a.py"]);
  assert.deepEqual(found([folder], "/"), [`${folder}/src/a.py`]);
  assert.deepEqual(found(["../src"], join(folder, "src")), ["../src/a.py"]);
});

test("a file that is named is taken whatever it is called, and once only", () => {
  const folder = makeFolder({ script: "", "a.py": "" });
  assert.deepEqual(found(["script", "a.py", ".", "./a.py"], folder), ["a.py", "script"]);
});

test("folders without code of one's own are left out, unless they are named", () => {
  const folder = makeFolder({
    ".venv/a.py": "",
    "site-packages/b.py": "",
    "build/c.py": "",
    "node_modules/d.py": "",
  });
  assert.deepEqual(found(["."], folder), ["build/c.py"]);
  assert.deepEqual(found(["site-packages"], folder), ["site-packages/b.py"]);
});

test(".gitignore files, the nearer over the farther", () => {
  const folder = makeFolder({
    ".gitignore": "gen_*.py\n/out/\n!gen_keep.py\n",
    "gen_a.py": "",
    "gen_keep.py": "",
    "out/a.py": "",
    "sub/out/a.py": "",
    "sub/.gitignore": "!gen_b.py\nlocal.py\n",
    "sub/gen_b.py": "",
    "sub/local.py": "",
    "local.py": "",
  });
  assert.deepEqual(found(["."], folder), ["gen_keep.py", "local.py", "sub/gen_b.py", "sub/out/a.py"]);
});

test("rules above the given folder count inside a repository, not outside", () => {
  const files = { ".gitignore": "skip.py\n", "sub/skip.py": "", "sub/a.py": "" };
  const repository = makeFolder(files);
  mkdirSync(join(repository, ".git/info"), { recursive: true });
  assert.deepEqual(found(["sub"], repository), ["sub/a.py"]);
  assert.deepEqual(found(["sub"], makeFolder(files)), ["sub/a.py", "sub/skip.py"]);
});

test("whoever names an ignored folder or file means it", () => {
  const folder = makeFolder({
    ".gitignore": "corpus/\nskip.py\n",
    "corpus/a.py": "",
    "skip.py": "",
    ".git/HEAD": "",
  });
  assert.deepEqual(found(["."], folder), []);
  assert.deepEqual(found(["corpus"], folder), ["corpus/a.py"]);
  assert.deepEqual(found(["corpus", "skip.py"], folder), ["corpus/a.py", "skip.py"]);
});

test("the same files as git names", (t) => {
  const folder = makeFolder({
    ".gitignore": "*.gen.py\n**/tmp/\nfoo/*/bar.py\n!foo/keep/bar.py\n\\#odd.py\n",
    "a.gen.py": "",
    "x/tmp/a.py": "",
    "foo/one/bar.py": "",
    "foo/keep/bar.py": "",
    "#odd.py": "",
    "sp ace.py": "",
    "private.py": "",
    "x/.gitignore": "*\n!y.py\n",
    "x/y.py": "",
    "x/z.py": "",
  });
  try {
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    appendFileSync(join(folder, ".git/info/exclude"), "private.py\n");
  } catch {
    t.skip("no git here");
    return;
  }
  const listing = execFileSync("git", ["ls-files", "--others", "--exclude-standard", "-z"], { cwd: folder });
  const expected = listing
    .toString()
    .split("\0")
    .filter((name) => name.endsWith(".py"));
  assert.deepEqual(found(["."], folder), expected.sort());
});

test("links: to a file once, to a folder never, in a loop without end, to nowhere reported", () => {
  const folder = makeFolder({ "a.py": "", "sub/b.py": "" });
  symlinkSync("a.py", join(folder, "Link.py"));
  symlinkSync("..", join(folder, "sub/loop"));
  symlinkSync("sub", join(folder, "again"));
  symlinkSync("nowhere.py", join(folder, "dangling.py"));
  symlinkSync("self.py", join(folder, "self.py"));
  symlinkSync("user@host.123", join(folder, ".#a.py"));
  const { files, unreadable } = discover(["."], folder);
  assert.deepEqual(
    files.map((file) => file.path),
    ["a.py", "sub/b.py"],
  );
  assert.deepEqual(unreadable.map((entry) => entry.path).sort(), ["dangling.py", "self.py"]);
  assert.match(
    unreadable.find((entry) => entry.path === "self.py")?.reason ?? "",
    /too many levels of symbolic links/,
  );
  assert.deepEqual(found(["again"], folder), ["again/b.py"]);
});

test("special files are not read", (t) => {
  const folder = makeFolder({ "a.py": "" });
  try {
    execFileSync("mkfifo", [join(folder, "pipe.py")]);
  } catch {
    t.skip("no mkfifo here");
    return;
  }
  assert.deepEqual(found(["."], folder), ["a.py"]);
  assert.deepEqual(discover(["pipe.py"], folder).unreadable, [
    { path: "pipe.py", reason: "not a regular file" },
  ]);
});

test("a path that isn't there is said to be missing", () => {
  const folder = makeFolder();
  assert.throws(() => discover(["nowhere"], folder), MissingPathError);
  assert.deepEqual(found(["."], folder), []);
});
