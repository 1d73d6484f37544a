import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { replaceFile, replaceFiles, WriteError } from "../../src/engine/write-file.ts";
import { makeFolder } from "../cli/folder.ts";

const old = Buffer.from("old\n");
const fresh = Buffer.from("new\r\n");
const isRoot = process.getuid?.() === 0;

test("a file is replaced, its mode bits stay, and nothing else is left behind", () => {
  const folder = makeFolder({ "a.py": old });
  const path = join(folder, "a.py");
  chmodSync(path, 0o751);
  replaceFile(path, old, fresh);
  assert.deepEqual(readFileSync(path), fresh);
  assert.equal(statSync(path).mode & 0o7777, 0o751);
  assert.deepEqual(readdirSync(folder), ["a.py"]);
});

test("a link stays a link, and its target is replaced", () => {
  const folder = makeFolder({ "real/a.py": old });
  mkdirSync(join(folder, "links"));
  symlinkSync("../real/a.py", join(folder, "links/b.py"));
  replaceFile(join(folder, "links/b.py"), old, fresh);
  assert.ok(lstatSync(join(folder, "links/b.py")).isSymbolicLink());
  assert.deepEqual(readFileSync(join(folder, "real/a.py")), fresh);
  assert.deepEqual(
    [...readdirSync(join(folder, "real")), ...readdirSync(join(folder, "links"))],
    ["a.py", "b.py"],
  );
});

test("a file that has changed in between is left alone", () => {
  const folder = makeFolder({ "a.py": "somebody else's" });
  const path = join(folder, "a.py");
  assert.throws(() => {
    replaceFile(path, old, fresh);
  }, new WriteError("the file has changed since it was read"));
  assert.equal(readFileSync(path, "utf8"), "somebody else's");
  assert.deepEqual(readdirSync(folder), ["a.py"]);
});

test("a file that has vanished, or become a folder, is reported", () => {
  const folder = makeFolder({ "b.py/inside": "" });
  assert.throws(() => {
    replaceFile(join(folder, "a.py"), old, fresh);
  }, new WriteError("no such file or directory"));
  assert.throws(() => {
    replaceFile(join(folder, "b.py"), old, fresh);
  }, WriteError);
  assert.deepEqual(readdirSync(folder), ["b.py"]);
});

test("a read-only file is left alone, for the superuser too", () => {
  const folder = makeFolder({ "a.py": old });
  chmodSync(join(folder, "a.py"), 0o444);
  assert.throws(() => {
    replaceFile(join(folder, "a.py"), old, fresh);
  }, new WriteError("the file is read-only"));
  assert.deepEqual(readFileSync(join(folder, "a.py")), old);
});

test("a folder that can't be written is said to be so", (t) => {
  if (isRoot) {
    t.skip("runs as root, whom no mode bits stop");
    return;
  }
  const folder = makeFolder({ "sub/a.py": old });
  chmodSync(join(folder, "sub"), 0o555);
  try {
    assert.throws(() => {
      replaceFile(join(folder, "sub/a.py"), old, fresh);
    }, /no file can be written in .*sub: permission denied/);
  } finally {
    chmodSync(join(folder, "sub"), 0o755);
  }
});

test("the owner stays, where the system allows it", (t) => {
  if (!isRoot) {
    t.skip("only root may give files away");
    return;
  }
  const folder = makeFolder({ "a.py": old });
  const path = join(folder, "a.py");
  chownSync(path, 1234, 2345);
  replaceFile(path, old, fresh);
  assert.deepEqual([statSync(path).uid, statSync(path).gid], [1234, 2345]);
});

test("an empty file and a long name", () => {
  const name = `${"x".repeat(250)}.py`;
  const folder = makeFolder({ [name]: "" });
  replaceFile(join(folder, name), Buffer.alloc(0), fresh);
  writeFileSync(join(folder, "b.py"), old);
  replaceFile(join(folder, "b.py"), old, Buffer.alloc(0));
  assert.equal(statSync(join(folder, "b.py")).size, 0);
});

test("files are replaced together or not at all", () => {
  const folder = makeFolder({ "a.py": old, "b.py": old, "c.py": "somebody else's" });
  const replacements = (...names: string[]) =>
    names.map((name) => ({ path: join(folder, name), expected: old, content: fresh }));
  assert.throws(
    () => {
      replaceFiles(replacements("a.py", "b.py", "c.py"));
    },
    new WriteError(`${join(folder, "c.py")}: the file has changed since it was read`),
  );
  assert.deepEqual(readFileSync(join(folder, "a.py")), old);
  assert.deepEqual(readdirSync(folder), ["a.py", "b.py", "c.py"]);
  replaceFiles(replacements("a.py", "b.py"));
  assert.deepEqual(readFileSync(join(folder, "b.py")), fresh);
  assert.deepEqual(readdirSync(folder), ["a.py", "b.py", "c.py"]);
});
