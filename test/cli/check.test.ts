import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fakeServices, fakeToolchain } from "./fake-services.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";
const good = "t = torch.arange(n, dtype=int64).float()\n";
const files = {
  "src/a.py": bad,
  "src/b.py": `${bad.trimEnd()}  # warning\n`,
  "src/c.py": `${bad.trimEnd()}  # note\n`,
};

test("findings give 1, none gives 0", async () => {
  const cwd = makeFolder(files);
  assert.equal((await ropelint(["check"], { cwd })).status, 1);
  assert.equal((await ropelint(["check", "src/c.py"], { cwd })).status, 0);
  assert.equal((await ropelint(["check", "src", "--exit-zero"], { cwd })).status, 0);
});

test("--severity decides what is printed, counted and fixed", async () => {
  const cwd = makeFolder(files);
  const count = async (...flags: string[]): Promise<number> =>
    (await ropelint(["check", "--output-format", "json-lines", ...flags], { cwd })).out.split("\n").length -
    1;
  assert.equal(await count(), 2);
  assert.equal(await count("--severity", "note"), 3);
  assert.equal(await count("--severity=error"), 1);
  const { status, out } = await ropelint(["check", "--fix", "--severity", "error"], { cwd });
  assert.deepEqual([status, out], [0, "Found 1 finding (1 fixed, 0 remaining).\n"]);
  assert.equal(readFileSync(join(cwd, "src/a.py"), "utf8"), good);
  assert.equal(readFileSync(join(cwd, "src/b.py"), "utf8"), files["src/b.py"]);
});

test("--fix writes, says what is left, and a second run changes nothing", async () => {
  const cwd = makeFolder({ "a.py": bad, "b.py": `${bad.trimEnd()}  # nofix\n` });
  const first = await ropelint(["check", "--fix", "--output-format", "concise"], { cwd });
  assert.equal(first.status, 1);
  assert.match(
    first.out,
    /^b\.py:1:5: error\[float-range\] .* \(zero-init\)\nFound 2 findings \(1 fixed, 1 remaining: 1 error\)\.\n$/,
  );
  const second = await ropelint(["check", "--fix", "--output-format", "concise"], { cwd });
  assert.equal(second.out.split("\n").at(-2), "Found 1 finding (1 error).");
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), good);
});

test("--exit-non-zero-on-fix", async () => {
  const cwd = makeFolder({ "a.py": bad });
  assert.equal((await ropelint(["check", "--fix", "--exit-non-zero-on-fix"], { cwd })).status, 1);
  assert.equal((await ropelint(["check", "--fix", "--exit-non-zero-on-fix"], { cwd })).status, 0);
});

test("--unsafe-fixes", async () => {
  const cwd = makeFolder({ "a.py": `${bad.trimEnd()}  # unsafe\n` });
  const fix = await ropelint(["check", "--fix", "--output-format=concise"], { cwd });
  assert.match(fix.out, /Found 1 finding \(1 error\); 1 with --fix --unsafe-fixes\.\n$/);
  const counted = await ropelint(["check", "--unsafe-fixes", "--output-format=concise"], { cwd });
  assert.match(counted.out, /1 fixable with --fix --unsafe-fixes\.\n$/);
  assert.equal((await ropelint(["check", "--fix", "--unsafe-fixes"], { cwd })).status, 0);
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), `${good.trimEnd()}  # unsafe\n`);
});

test("--diff prints what --fix would do, and writes nothing", async () => {
  const cwd = makeFolder({ "a.py": bad, "b.py": `${bad.trimEnd()}  # nofix\n` });
  for (const flags of [["--diff"], ["--fix", "--diff"]]) {
    const { status, out, error } = await ropelint(["check", ...flags], { cwd });
    assert.equal(status, 1);
    assert.equal(out, `--- a.py\n+++ a.py\n@@ -1,1 +1,1 @@\n-${bad}+${good}`);
    assert.equal(error, "Would fix 1 finding in 1 file.\n");
    assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), bad);
  }
  const nothing = await ropelint(["check", "--diff", "b.py"], { cwd });
  assert.deepEqual([nothing.status, nothing.out, nothing.error], [0, "", "No fixes to make.\n"]);
});

test("--diff keeps CRLF and a missing line end", async () => {
  const cwd = makeFolder({ "a.py": `x\r\n${bad.trimEnd()}` });
  const { out } = await ropelint(["check", "--diff"], { cwd });
  assert.ok(out.includes(" x\r\n-t = "), out);
  assert.ok(out.includes("\\ No newline at end of file"), out);
});

test("--select and --ignore", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const seen: (readonly string[])[] = [];
  const toolchain = {
    ...fakeToolchain,
    inspect: (...[text, options]: Parameters<typeof fakeToolchain.inspect>) => {
      seen.push(options.rules);
      return fakeToolchain.inspect(text, options);
    },
  };
  const services = { ...fakeServices, loadToolchain: () => Promise.resolve(toolchain) };
  const run = async (...flags: string[]) => (await ropelint(["check", ...flags], { cwd, services })).status;
  assert.equal(await run(), 1);
  assert.equal(await run("--select", "ALL"), 1);
  assert.equal(await run("--select", "early-cast,tf32-product"), 0);
  assert.equal(await run("--select", "early-cast", "--select", "float-range"), 1);
  assert.equal(await run("--ignore", "float-range"), 0);
  assert.equal(await run("--select", "ALL", "--ignore", "float-range,early-cast"), 0);
  assert.deepEqual(seen, [
    ["float-range", "early-cast"],
    ["float-range", "early-cast", "tf32-product"],
    ["early-cast", "tf32-product"],
    ["float-range", "early-cast"],
    ["early-cast"],
    ["tf32-product"],
  ]);
});

test("--environment", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const { error } = await ropelint(["check", "--verbose", "--environment", "tf32,zero-init"], { cwd });
  assert.match(error, /environments zero-init, tf32\n/);
  assert.match(
    (await ropelint(["check", "--verbose"], { cwd })).error,
    /environments plain, zero-init, autocast, module-cast\n/,
  );
});

test("--output-file takes the report, and an older one stays until then", async () => {
  const cwd = makeFolder({ "a.py": bad, "report.json": "older and longer ".repeat(1000) });
  const { status, out } = await ropelint(["check", "--output-format=json", "--output-file", "report.json"], {
    cwd,
  });
  assert.deepEqual([status, out], [1, ""]);
  assert.equal((JSON.parse(readFileSync(join(cwd, "report.json"), "utf8")) as unknown[]).length, 1);
  const wrong = await ropelint(["check", "--output-file", "no/such/place"], { cwd });
  assert.equal(wrong.status, 2);
  assert.match(wrong.error, /--output-file no\/such\/place can't be written: no such file or directory/);
});

test("--statistics counts by rule and severity", async () => {
  const cwd = makeFolder(files);
  const text = await ropelint(["check", "--statistics"], { cwd });
  assert.equal(text.out, "1  float-range  error    [*] 1 fixable\n1  float-range  warning  [*] 1 fixable\n");
  const json = await ropelint(["check", "--statistics", "--output-format=json", "src/a.py"], { cwd });
  assert.deepEqual(JSON.parse(json.out), [{ code: "float-range", severity: "error", count: 1, fixable: 1 }]);
});

test("standard input: findings under the given name", async () => {
  const cwd = makeFolder();
  const named = await ropelint(["check", "--stdin-filename", "x/y.py", "--output-format=concise"], {
    cwd,
    input: bad,
  });
  assert.equal(named.status, 1);
  assert.match(named.out, /^x\/y\.py:1:5: error/);
  const dash = await ropelint(["check", "-", "--output-format=concise"], { cwd, input: bad });
  assert.match(dash.out, /^-:1:5: error/);
});

test("standard input with --fix: the whole text comes out, findings go to standard error", async () => {
  const cwd = makeFolder();
  const fixed = await ropelint(["check", "--fix", "--stdin-filename", "a.py"], { cwd, input: bad });
  assert.deepEqual([fixed.status, fixed.out], [0, good]);
  const left = await ropelint(["check", "--fix", "--stdin-filename", "a.py"], { cwd, input: "x = 1\n" });
  assert.deepEqual([left.status, left.out], [0, "x = 1\n"]);
  const both = await ropelint(["check", "--fix", "-"], { cwd, input: `${bad}${bad.trimEnd()}  # nofix` });
  assert.equal(both.out, `${good}${bad.trimEnd()}  # nofix`);
  assert.match(both.error, /-:2:5: error/);
  const diff = await ropelint(["check", "--diff", "--stdin-filename", "a.py"], { cwd, input: bad });
  assert.match(diff.out, /^--- a\.py\n/);
});

test("one bad file never ends the run for the others", async () => {
  const cwd = makeFolder({
    "a.py": "# crash arange\n",
    "b.py": Buffer.from("arange \xff", "latin1"),
    "c.py": "arange # does not parse\n",
    "d.py": "arange\0",
    "e.py": bad,
  });
  const { status, out } = await ropelint(["check", "--fix", "--output-format=concise"], { cwd });
  assert.equal(status, 2);
  assert.match(
    out,
    /^a\.py:1:1: error\[internal-error\].*\nb\.py:1:1: error\[io-error\].*\nc\.py:1:8: error\[syntax-error\].*\nd\.py:1:1: error\[io-error\].*\nFound 5/,
  );
  assert.equal(readFileSync(join(cwd, "e.py"), "utf8"), good);
  const ignored = await ropelint(["check", "b.py", "d.py", "--ignore", "io-error"], { cwd });
  assert.equal(ignored.status, 0);
});

test("a file that changes while the run goes on is left alone and reported", async () => {
  const cwd = makeFolder({ "a.py": bad, "b.py": bad });
  const toolchain = {
    ...fakeToolchain,
    inspect: (...[text, options]: Parameters<typeof fakeToolchain.inspect>) => {
      writeFileSync(join(cwd, "a.py"), "somebody else's\n");
      return fakeToolchain.inspect(text, options);
    },
  };
  const services = { ...fakeServices, loadToolchain: () => Promise.resolve(toolchain) };
  const { status, out } = await ropelint(["check", "--fix", "--output-format=concise"], { cwd, services });
  assert.equal(status, 1);
  assert.match(
    out,
    /^a\.py:1:1: error\[io-error\] not fixed: the file has changed since it was read\na\.py:1:5: error\[float-range\]/,
  );
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), "somebody else's\n");
  assert.equal(readFileSync(join(cwd, "b.py"), "utf8"), good);
});

test("fixing keeps CRLF, the byte order mark and a missing final line end", async () => {
  const cwd = makeFolder({ "a.py": `\ufeffx = 1\r\n${bad.trimEnd()}` });
  await ropelint(["check", "--fix"], { cwd });
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), `\ufeffx = 1\r\n${good.trimEnd()}`);
});

test("fixing keeps the encoding, on disk and through standard input", async () => {
  const latin = (text: string) =>
    Buffer.from(`# -*- coding: latin-1 -*-\nname = "d\u00e9j\u00e0"; ${text}`, "latin1");
  const cwd = makeFolder({ "a.py": latin(bad) });
  assert.equal((await ropelint(["check", "--fix"], { cwd })).status, 0);
  assert.deepEqual(readFileSync(join(cwd, "a.py")), latin(good));
  const piped = await ropelint(["check", "--fix", "-"], { cwd, input: latin(bad) });
  assert.deepEqual(piped.bytes, latin(good));
});

test("the cache lies in its own folder, and is left out, moved and removed as asked", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const services = { ...fakeServices, build: "build" };
  const entries = (): readonly string[] => readdirSync(cwd).sort();
  const printed = (await ropelint(["check", "--no-cache"], { cwd, services })).out;
  await ropelint(["check", "-"], { cwd, services, input: bad });
  assert.deepEqual(entries(), ["a.py"]);
  assert.equal((await ropelint(["check"], { cwd, services })).out, printed);
  assert.deepEqual(entries(), [".ropelint_cache", "a.py"]);
  assert.equal((await ropelint(["check"], { cwd, services })).out, printed);
  assert.equal(
    (await ropelint(["clean"], { cwd })).error,
    "ropelint: removed the cache in .ropelint_cache\n",
  );
  assert.deepEqual(entries(), ["a.py"]);
  await ropelint(["check", "--cache-dir", "kept/here"], { cwd, services });
  assert.deepEqual(entries(), ["a.py", "kept"]);
  const again = await ropelint(["clean", "--cache-dir", "kept/here"], { cwd });
  assert.equal(again.error, "ropelint: removed the cache in kept/here\n");
  assert.equal((await ropelint(["clean"], { cwd })).error, "ropelint: no cache in .ropelint_cache\n");
});

test("a cache that can't be kept is no failure, and --verbose says why", async () => {
  const cwd = makeFolder({ "a.py": bad, taken: "a file" });
  const services = { ...fakeServices, build: "build" };
  const quiet = await ropelint(["check", "--cache-dir", "taken"], { cwd, services });
  assert.equal(quiet.status, 1);
  assert.equal(quiet.error, "");
  const { error } = await ropelint(["check", "--cache-dir", "taken", "--verbose"], { cwd, services });
  assert.match(error, /^ropelint: no cache is kept: /);
});

test(
  "a folder that can't be made though its parent is there is not tried for ever",
  { skip: process.platform === "linux" ? false : "only Linux has /proc" },
  async () => {
    const cwd = makeFolder({ "a.py": bad });
    const services = { ...fakeServices, build: "build" };
    const flags = ["--cache-dir", "/proc/ropelint/cache", "--verbose"];
    const { error, status } = await ropelint(["check", ...flags], { cwd, services });
    assert.equal(status, 1);
    assert.match(error, /^ropelint: no cache is kept: /);
  },
);

test("--verbose says why the native parser is not the one that reads", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const services = { ...fakeServices, parserFallback: () => "Cannot find module 'tree-sitter'" };
  const { error } = await ropelint(["check", "--verbose"], { cwd, services });
  assert.match(
    error,
    /tree-sitter's wasm; its native binding does not load: Cannot find module 'tree-sitter'\n/,
  );
  assert.equal((await ropelint(["check"], { cwd, services })).error, "");
  assert.doesNotMatch((await ropelint(["check", "--verbose"], { cwd })).error, /tree-sitter/);
});

test("--no-respect-gitignore and --concurrency: more files, and as many threads as asked for", async () => {
  const cwd = makeFolder({ "a.py": bad, "b.py": bad, ".gitignore": "b.py\n" });
  const found = async (...words: readonly string[]): Promise<number | undefined> =>
    (await ropelint(["check", "--output-format", "concise", ...words], { cwd })).out.match(/\.py:/g)?.length;
  assert.equal(await found(), 1);
  assert.equal(await found("--no-respect-gitignore"), 2);
  for (const threads of ["auto", "off", "1", "64"]) assert.equal(await found("--concurrency", threads), 1);
});
