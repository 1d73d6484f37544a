import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../src/analysis/nearest.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";

test("rule: the list, a page, and the nearest name", async () => {
  const cwd = makeFolder();
  const list = await ropelint(["rule"], { cwd });
  assert.equal(list.status, 0);
  assert.match(list.out, /^float-range {6}integer ranges built in a floating dtype\n/);
  assert.match(list.out, /tf32-product .*\(strict\)\n$/);
  assert.equal((await ropelint(["rule", "float-range"], { cwd })).out, "# float-range\n\nWhat it finds.\n");
  const unknown = await ropelint(["rule", "float-rage"], { cwd });
  assert.equal(unknown.status, 2);
  assert.equal(
    unknown.error,
    'ropelint: error: unknown rule "float-rage"\n  = help: did you mean "float-range"?\n',
  );
});

test("environments: the records as a table", async () => {
  const { status, out } = await ropelint(["environments"], { cwd: makeFolder() });
  assert.equal(status, 0);
  assert.match(out, /^environment +in +default +what it changes +who meets it\n/);
  assert.match(out, /\ntf32 +bf16, fp16 +no +changes tf32/);
});

test("prove: every figure, of one line or of all", async () => {
  const cwd = makeFolder({ "a.py": `x = 1\n${bad}\n${bad}` });
  const one = await ropelint(["prove", "a.py:2"], { cwd });
  assert.equal(one.status, 1);
  assert.match(one.out, /^a\.py:2:5: error/);
  assert.match(one.out, /\nzero-init +bf16 +repaired +before +769 +257 +8\.00 +2\.00 .*\n +after +4096 +- /);
  assert.match(one.out, /\nverdict: confirmed\nfigures: all positions, through the reference kernel\n/);
  assert.ok(!one.out.includes("a.py:4:5"));
  assert.ok((await ropelint(["prove", "a.py"], { cwd })).out.includes("a.py:4:5"));
  const none = await ropelint(["prove", "a.py:1"], { cwd });
  assert.deepEqual([none.status, none.out], [0, ""]);
  assert.match(none.error, /nothing to prove on line 1 of a\.py; there are findings on 2, 4/);
});

test("prove: what keeps a file from being analysed is shown, whatever the line", async () => {
  const cwd = makeFolder({ "a.py": "# crash arange\n", "b.py": "arange\n# does not parse\n" });
  const crash = await ropelint(["prove", "a.py:3"], { cwd });
  assert.equal(crash.status, 2);
  assert.match(crash.out, /internal-error/);
  assert.match((await ropelint(["prove", "b.py:1"], { cwd })).out, /syntax-error/);
});

test("prove: a colon in a name", async () => {
  const cwd = makeFolder({ "odd:2": bad });
  assert.match((await ropelint(["prove", "odd:2"], { cwd })).out, /^odd:2:1:5: error/);
  const missing = await ropelint(["prove", "nowhere.py:3"], { cwd });
  assert.equal(missing.status, 2);
  assert.match(missing.error, /nowhere\.py: no such file or directory/);
});

test("--version and --help", async () => {
  const cwd = makeFolder();
  const version = await ropelint(["--version"], { cwd });
  assert.deepEqual([version.status, version.out], [0, "ropelint 0.0.0-test\n"]);
  const help = await ropelint(["--help"], { cwd });
  assert.equal(help.status, 0);
  assert.match(help.out, /Examples:\n {2}ropelint check/);
  assert.match((await ropelint(["check", "--help"], { cwd })).out, /--stdin-filename/);
  assert.equal((await ropelint([], { cwd })).status, 2);
});

test("nearest names", () => {
  const names = ["float-range", "early-cast", "tf32-product"];
  assert.equal(nearest("flaot-range", names), "float-range");
  assert.equal(nearest("Early_Cast", names), "early-cast");
  assert.equal(nearest("something", names), null);
  assert.equal(nearest("", names), null);
});
