import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const cwd = makeFolder({ "a.py": "arange x # buffer\n", "b.py": "arange x # buffer\narange y # buffer\n" });
const line = "ropelint: 3 tables are kept in buffers; --select castable-buffer lists them\n";

test("what nearly every model has is counted in one line, and no finding", async () => {
  const { status, out } = await ropelint(["check"], { cwd });
  assert.equal(status, 0);
  assert.equal(out, `All checks passed (2 files).\n${line}`);
  assert.ok((await ropelint(["check", "--output-format", "concise"], { cwd })).out.endsWith(line));
});

test("one is not three", async () => {
  const { out } = await ropelint(["check", "a.py"], { cwd });
  assert.ok(out.endsWith("; --select castable-buffer lists it\n"), out);
});

test("programs don't read the line", async () => {
  assert.equal((await ropelint(["check", "--output-format", "json"], { cwd })).out, "[]\n");
  assert.equal((await ropelint(["check", "--output-format", "json-lines"], { cwd })).out, "");
  assert.equal((await ropelint(["check", "--statistics"], { cwd })).out, "");
});

test("selected by name, the findings are notes, printed whatever the severity", async () => {
  for (const words of [[], ["--severity", "error"]]) {
    const flags = ["check", "--select", "castable-buffer", "--output-format", "concise", ...words];
    const { status, out } = await ropelint(flags, { cwd });
    assert.equal(status, 1);
    assert.equal(out.match(/note\[castable-buffer\]/g)?.length, 3);
    assert.ok(!out.includes("--select"));
  }
});

test("ALL lists them where notes are asked for", async () => {
  const all = ["check", "--select", "ALL", "--output-format", "concise"];
  assert.ok((await ropelint(all, { cwd })).out.endsWith(line));
  const notes = await ropelint([...all, "--severity", "note"], { cwd });
  assert.equal(notes.out.match(/note\[castable-buffer\]/g)?.length, 3);
});

test("naming the environment makes them findings like others", async () => {
  for (const words of [[], ["--select", "castable-buffer"], ["--select", "ALL"]]) {
    const flags = ["check", "--environment", "zero-init,module-cast", "--output-format", "concise", ...words];
    const { status, out } = await ropelint(flags, { cwd });
    assert.equal(status, 1);
    assert.equal(out.match(/error\[castable-buffer\]/g)?.length, 3, out);
  }
});

test("neither counted nor found where other rules are selected, or it is ignored", async () => {
  for (const words of [
    ["--select", "float-range"],
    ["--ignore", "castable-buffer"],
    ["--ignore", "castable-buffer", "--environment", "module-cast"],
  ]) {
    const { status, out } = await ropelint(["check", ...words], { cwd });
    assert.equal(status, 0);
    assert.equal(out, "All checks passed (2 files).\n");
  }
});
