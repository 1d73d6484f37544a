import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, chownSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { finished, ropelint, spawnRopelint, start } from "./harness.ts";

// The command line as a process of its own, fed with what should not occur.

const bad = "t = torch.arange(n, dtype=float)\n";
const good = "t = torch.arange(n, dtype=int64).float()\n";
const ordinary = "import torch\nt = torch.arange(4)\n";

/** Says what went wrong, without a stack trace. */
function isClear(error: string): boolean {
  return !/\n\s+at |internal error/.test(error);
}

test("a path that isn't there: the name, and the one that was meant", async () => {
  const cwd = makeFolder({ "src/a.py": ordinary });
  const { status, out, error } = await spawnRopelint("real", ["check", "scr"], { cwd });
  assert.deepEqual([status, out], [2, ""]);
  assert.equal(error, 'ropelint: error: scr: no such file or directory\n  = help: did you mean "src"?\n');
  const deep = await ropelint(["check", "no/such/file.py"], { cwd, services });
  assert.deepEqual([deep.status, isClear(deep.error)], [2, true]);
});

test("unknown options, commands, rules and environments: the nearest name", async () => {
  const cwd = makeFolder({ src: "" });
  const cases = [
    { words: ["check", "--severty", "error"], help: 'did you mean "--severity"?' },
    { words: ["chekc"], help: 'did you mean "check"?' },
    { words: ["src"], help: "to check it: ropelint check src" },
    { words: ["check", "--select", "float-rage"], help: 'did you mean "float-range"?' },
    { words: ["check", "--ignore", "io-eror"], help: 'did you mean "io-error"?' },
    { words: ["check", "--environment", "zero_init"], help: 'did you mean "zero-init"?' },
    ...["0", "65", "two", ""].map((threads) => ({
      words: ["check", "--concurrency", threads],
      help: "It must be auto, off, or a number from 1 to 64.",
    })),
    { words: ["check", "--severity", "warn"], help: "Allowed choices are error, warning, note." },
    {
      words: ["check", "--output-format", "yaml"],
      help: "Allowed choices are text, concise, grouped, json, json-lines, github,",
    },
  ];
  for (const { words, help } of cases) {
    const { status, out, error } = await ropelint(words, { cwd, services });
    assert.deepEqual([status, out], [2, ""], words.join(" "));
    assert.ok(error.startsWith("ropelint: error: ") && error.includes(help) && isClear(error), error);
  }
});

test("a folder without Python, and an empty file", async () => {
  const empty = await spawnRopelint("real", ["check"], { cwd: makeFolder({ "a.txt": "" }) });
  assert.equal(empty.status, 0);
  assert.equal(
    empty.error,
    "ropelint: warning: no Python, notebook, JavaScript or TypeScript files found under .\n",
  );
  const file = await ropelint(["check"], { cwd: makeFolder({ "a.py": "" }), services });
  assert.deepEqual([file.status, file.out, file.error], [0, "All checks passed (1 file).\n", ""]);
});

test("what can't be read is a finding, and the other files are checked", async () => {
  const cwd = makeFolder({
    "binary.py": Buffer.from("\x7fELF\0\0arange"),
    "invalid.py": Buffer.from("# \xe9\narange\n", "latin1"),
    "folder.py/inside.py": ordinary,
    "ordinary.py": ordinary,
  });
  symlinkSync("nowhere.py", join(cwd, "dangling.py"));
  const { status, out, error } = await spawnRopelint("real", ["check", "--output-format", "concise"], {
    cwd,
  });
  assert.deepEqual([status, error], [1, ""]);
  const lines = out.split("\n");
  assert.match(lines[0]!, /^binary\.py:1:1: error\[io-error\] not a text file/);
  assert.match(
    lines[1]!,
    /^dangling\.py:1:1: error\[io-error\] the link can't be followed: no such file or directory/,
  );
  assert.match(lines[2]!, /^invalid\.py:1:1: error\[io-error\] /);
  assert.equal(lines[3], "Found 3 findings (3 errors).");
  const named = await ropelint(["check", "dangling.py", "--output-format=json"], { cwd, services });
  assert.equal(named.status, 1);
  assert.equal((JSON.parse(named.out) as { code: string }[])[0]!.code, "io-error");
});

test("files and folders that may not be read or written", async (t) => {
  const cwd = makeFolder({ "a.py": bad, "sub/b.py": bad, "c.py": bad, "fixed/d.py": bad });
  const folders = ["sub", "fixed"].map((name) => join(cwd, name));
  // No mode bits stop the superuser: the process runs as nobody then.
  const nobody = process.getuid?.() === 0 ? 65534 : undefined;
  if (nobody !== undefined)
    for (const name of [cwd, ...folders, join(cwd, "c.py"), join(cwd, "fixed/d.py")])
      chownSync(name, nobody, nobody);
  chmodSync(join(cwd, "a.py"), 0o000);
  chmodSync(join(cwd, "sub"), 0o000);
  chmodSync(join(cwd, "fixed"), 0o555);
  try {
    const child = start("fake", ["check", "--fix", "--output-format", "concise"], cwd, {}, nobody);
    const { status, out, error } = await finished(child);
    if (nobody !== undefined && status !== 1) {
      t.skip(`runs as root, and nobody may not run this checkout: ${error.split("\n", 1)[0] ?? ""}`);
      return;
    }
    assert.equal(status, 1, error);
    const lines = out.split("\n");
    assert.match(lines[0]!, /^a\.py:1:1: error\[io-error\] permission denied$/);
    assert.match(
      lines[1]!,
      /^fixed\/d\.py:1:1: .* not fixed: no file can be written in .*fixed: permission denied$/,
    );
    assert.match(lines[2]!, /^fixed\/d\.py:1:5: error\[float-range\]/);
    assert.match(lines[3]!, /^sub:1:1: error\[io-error\] the folder can't be read: permission denied$/);
    assert.equal(readFileSync(join(cwd, "c.py"), "utf8"), good);
  } finally {
    for (const folder of folders) chmodSync(folder, 0o755);
  }
});

test("code that does not parse, 3,000 nested brackets, 5 MB: no crash, and the other files are checked", async () => {
  const cwd = makeFolder({
    "syntax.py": "def f(:\n    t = torch.arange(n, dtype=torch.float32\n",
    "nested.py": `x = torch.arange(${"(".repeat(3000)}1${")".repeat(3000)})\n`,
    "open.py": `x = torch.arange(${"[".repeat(3000)}\n`,
    "big.py": `import torch\n${'x = {"key": [1, 2, 3]}  # a line like many others\n'.repeat(100_000)}t = torch.arange(4)\n`,
    "line.py": `x = [${"1, ".repeat(50_000)}]; t = torch.arange(4)\n`,
    "zz.py": Buffer.from("arange\0"),
  });
  const { status, out, error } = await spawnRopelint("real", ["check", "--output-format", "concise"], {
    cwd,
  });
  assert.equal(status, 1, error);
  assert.equal(error, "");
  assert.ok(!out.includes("internal-error"), out);
  assert.match(out, /^zz\.py:1:1: error\[io-error\]/m);
});

test("a read-only file under --fix is left alone and reported", async () => {
  const cwd = makeFolder({ "a.py": bad, "b.py": bad });
  chmodSync(join(cwd, "a.py"), 0o444);
  const { status, out } = await spawnRopelint("fake", ["check", "--fix", "--output-format", "concise"], {
    cwd,
  });
  assert.equal(status, 1);
  assert.match(
    out,
    /^a\.py:1:1: error\[io-error\] not fixed: the file is read-only\na\.py:1:5: error\[float-range\]/,
  );
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), bad);
  assert.equal(readFileSync(join(cwd, "b.py"), "utf8"), good);
  assert.deepEqual(readdirSync(cwd), ["a.py", "b.py"]);
});

test("a reader that stops early, as head does", async () => {
  const cwd = makeFolder({ "a.py": bad.repeat(3000) });
  for (const format of ["text", "json-lines"]) {
    const child = start("fake", ["check", "--output-format", format], cwd);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { status, error } = await new Promise<{ status: number | null; error: string }>((resolve) => {
      let text = "";
      child.stderr?.on("data", (part: Buffer) => (text += part.toString()));
      child.on("close", (code) => {
        resolve({ status: code, error: text });
      });
    });
    assert.deepEqual([status, error], [1, ""], format);
  }
});

test("a full disk under the report", async (t) => {
  if (process.platform !== "linux") {
    t.skip("there is no /dev/full");
    return;
  }
  const cwd = makeFolder({ "a.py": bad });
  const { status, error } = await spawnRopelint("fake", ["check", "--output-file", "/dev/full"], { cwd });
  assert.equal(status, 2);
  assert.match(error, /--output-file \/dev\/full can't be written: no space left on the device/);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends the run between files, each old or new, nothing left over`, async () => {
    const names = Array.from({ length: 300 }, (_, index) => `file${String(index).padStart(3, "0")}.py`);
    const cwd = makeFolder(Object.fromEntries(names.map((name) => [name, bad])));
    const child = start("fake", ["check", "--fix"], cwd, { ROPELINT_TEST_SLOW: "10" });
    const result = finished(child);
    // With the slow analysis the run takes seconds; the signal comes in the middle of it.
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    await delay(300);
    child.kill(signal);
    const ended = await result;
    assert.equal(ended.signal, signal);
    assert.equal(ended.error, "begun\n");
    assert.deepEqual(readdirSync(cwd).sort(), names);
    for (const name of names) assert.ok([bad, good].includes(readFileSync(join(cwd, name), "utf8")));
  });

  test(`${signal} ends the analysis of one file that takes hours`, { timeout: 120_000 }, async () => {
    const cwd = makeFolder({ "a.py": bad });
    const child = start("fake", ["check", "--fix"], cwd, { ROPELINT_TEST_SLOW: "36000000" });
    const result = finished(child);
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    child.kill(signal);
    assert.equal((await result).signal, signal);
    assert.deepEqual(readdirSync(cwd), ["a.py"]);
    assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), bad);
  });

  test(`${signal} ends the analysis of a big file`, { timeout: 120_000 }, async () => {
    const model = readFileSync(new URL("../../examples/llama_rotary.py", import.meta.url), "utf8");
    const models = Array.from({ length: 400 }, (_, index) => model.replaceAll("class ", `class M${index}`));
    const cwd = makeFolder({ "big.py": models.join("\n") });
    const child = start("real", ["check", "--fix"], cwd);
    const result = finished(child);
    await delay(5000);
    child.kill(signal);
    assert.equal((await result).signal, signal);
    assert.deepEqual(readdirSync(cwd), ["big.py"]);
    assert.equal(readFileSync(join(cwd, "big.py"), "utf8"), models.join("\n"));
  });
}

test("an interrupt while files are being written", async () => {
  const names = Array.from({ length: 400 }, (_, index) => `file${String(index).padStart(3, "0")}.py`);
  const cwd = makeFolder(Object.fromEntries(names.map((name) => [name, bad])));
  const child = start("fake", ["check", "--fix", "--output-format=concise"], cwd);
  const result = finished(child);
  while (readFileSync(join(cwd, names[20]!), "utf8") !== good) await delay(1);
  child.kill("SIGINT");
  const { status, signal } = await result;
  const contents = names.map((name) => readFileSync(join(cwd, name), "utf8"));
  const isInterrupted = status === 130 || signal === "SIGINT";
  assert.ok(isInterrupted || (status === 0 && contents.every((content) => content === good)));
  assert.ok(contents.every((content) => content === bad || content === good));
  assert.deepEqual(readdirSync(cwd).sort(), names);
});

test("names with spaces, newlines and bytes that are no UTF-8", async (t) => {
  const cwd = makeFolder({ "a b.py": bad, "new\nline.py": bad });
  const { status, out } = await spawnRopelint("fake", ["check", "--fix"], { cwd });
  assert.deepEqual([status, out], [0, "Found 2 findings (2 fixed, 0 remaining).\n"]);
  const shown = await ropelint(["check", "--output-format=concise", "--severity=note"], {
    cwd: makeFolder({ "new\nline.py": bad }),
  });
  assert.match(shown.out, /^new\\x0aline\.py:1:5: error/);
  const touch = spawn("sh", ["-c", `printf arange > "$(printf 'odd\\377.py')"`], { cwd });
  if ((await finished(touch)).status !== 0 || readdirSync(cwd).length !== 3) {
    t.diagnostic("this file system takes no such names");
    return;
  }
  const odd = await ropelint(["check", "--output-format=concise"], { cwd });
  assert.match(odd.out, /^odd\ufffd\.py:1:1: error\[io-error\] no such file or directory\n/);
});
