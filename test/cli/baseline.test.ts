import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";
const other = "u = torch.arange(m, dtype=float)\n";
const name = "ropelint-baseline.json";
const concise = ["check", "--output-format", "concise"];

async function withBaseline(files: Readonly<Record<string, string>>, ...words: string[]): Promise<string> {
  const cwd = makeFolder(files);
  const { status, error } = await ropelint(["baseline", ...words], { cwd });
  assert.equal(status, 0, error);
  return cwd;
}

test("what is known is silent, what is new is not", async () => {
  const cwd = await withBaseline({ "a.py": bad, "b/c.py": `${bad}${bad}${other}` });
  const text = readFileSync(join(cwd, name), "utf8");
  const entries = [...text.matchAll(/"path":"(.*?)".*"count":(\d)/g)];
  assert.deepEqual(entries.map(([, path, count]) => `${path!} ${count!}`).sort(), [
    "a.py 1",
    "b/c.py 1",
    "b/c.py 2",
  ]);
  const { status, out } = await ropelint(concise, { cwd });
  assert.equal(out, `All checks passed (2 files; 4 known in ${name}).\n`);
  assert.equal(status, 0);
  writeFileSync(join(cwd, "a.py"), `# moved\nif x:\n    ${bad}${other}`);
  const later = await ropelint(concise, { cwd });
  assert.match(later.out, /^a\.py:4:5: /);
  assert.match(
    later.out,
    /\nFound 1 finding \(1 error\); 1 fixable with --fix; 4 known in ropelint-baseline.json\.\n$/,
  );
  assert.equal(later.status, 1);
  const without = await ropelint([...concise, "--no-baseline"], { cwd });
  assert.match(without.out, /Found 5 findings/);
});

test("writing it again changes nothing, and says so", async () => {
  const cwd = await withBaseline({ "a.py": bad, "b.py": other });
  const text = readFileSync(join(cwd, name), "utf8");
  const { error } = await ropelint(["baseline"], { cwd });
  assert.equal(error, `ropelint: ${name} knows 2 findings in 2 files already\n`);
  assert.equal(readFileSync(join(cwd, name), "utf8"), text);
});

test("only what is new is fixed; of equal findings, the last are new", async () => {
  const cwd = await withBaseline({ "a.py": `${bad}${bad}${bad}` });
  writeFileSync(join(cwd, "a.py"), `${bad}${other}${bad}${bad}${bad}`);
  const { status, out } = await ropelint([...concise, "--fix"], { cwd });
  const fix = (line: string): string => line.replace("float)", "int64).float()");
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), `${bad}${fix(other)}${bad}${bad}${fix(bad)}`);
  assert.equal(out, `Found 2 findings (2 fixed, 0 remaining); 3 known in ${name}.\n`);
  assert.equal(status, 0);
});

test("a repair of what is new takes along what is known of it", async () => {
  const first = "t = arange(1, dtype=float)  # group one\n";
  const second = "u = arange(2, dtype=float)  # group one\n";
  const cwd = await withBaseline({ "a.py": first });
  const { out } = await ropelint(["check", "--diff"], { cwd });
  assert.equal(out, "");
  writeFileSync(join(cwd, "a.py"), first + second);
  const { out: fixed } = await ropelint([...concise, "--fix"], { cwd });
  assert.match(fixed, /^Found 1 finding \(1 fixed, 0 remaining\)/);
  assert.ok(!readFileSync(join(cwd, "a.py"), "utf8").includes("dtype=float)"));
});

test("a file that was renamed is known, a copy is not", async () => {
  const cwd = await withBaseline({ "a.py": bad });
  renameSync(join(cwd, "a.py"), join(cwd, "z.py"));
  const { status, error } = await ropelint(["check", "z.py"], { cwd });
  assert.deepEqual([status, error], [0, ""]);
  writeFileSync(join(cwd, "a.py"), bad);
  assert.match((await ropelint(concise, { cwd })).out, /^z\.py:1:/);
});

test("what is gone is said, and taken out", async () => {
  const cwd = await withBaseline({ "a.py": bad, "b.py": `${bad}${other}`, "c.py": bad });
  writeFileSync(join(cwd, "a.py"), "");
  rmSync(join(cwd, "c.py"));
  writeFileSync(join(cwd, "b.py"), `${other}v = arange(k, dtype=float)\n`);
  const { error } = await ropelint(["check"], { cwd });
  const advice = "ropelint baseline --prune takes them out";
  assert.equal(error, `ropelint: 3 findings of ${name} are gone; ${advice}\n`);
  assert.match((await ropelint(["check", "a.py"], { cwd })).error, /1 finding of .* is gone/);
  assert.equal((await ropelint(["check", "--severity", "error"], { cwd })).error, "");
  const pruned = await ropelint(["baseline", "--prune"], { cwd });
  assert.equal(pruned.error, `ropelint: ${name} knows 1 finding in 1 file now, 4 before\n`);
  const { status, error: quiet, out } = await ropelint(concise, { cwd });
  assert.deepEqual([status, quiet], [1, ""]);
  assert.match(out, /Found 1 finding .* 1 known/);
});

test("a part of the files, written again, keeps the others", async () => {
  const cwd = await withBaseline({ "a/a.py": bad, "b/b.py": bad });
  writeFileSync(join(cwd, "a/a.py"), "");
  await ropelint(["baseline", "a"], { cwd });
  const text = readFileSync(join(cwd, name), "utf8");
  assert.ok(!text.includes("a/a.py") && text.includes("b/b.py"), text);
});

test("it lies beside the configuration, or where one says", async () => {
  const files = { "ropelint.toml": "", "src/a.py": bad };
  const cwd = makeFolder(files);
  const { error } = await ropelint(["baseline"], { cwd: join(cwd, "src") });
  assert.match(error, /ropelint-baseline\.json knows 1 finding/);
  assert.ok(readFileSync(join(cwd, name), "utf8").includes('"src/a.py"'));
  assert.equal((await ropelint(["check"], { cwd: join(cwd, "src") })).status, 0);
  assert.equal((await ropelint(["check"], { cwd })).status, 0);
  const flags = ["--baseline", "known.json"];
  assert.equal((await ropelint(["check", ...flags], { cwd })).status, 2);
  await ropelint(["baseline", ...flags], { cwd });
  assert.equal((await ropelint(["check", ...flags], { cwd })).status, 0);
});

test("text from standard input is known by its name", async () => {
  const cwd = await withBaseline({ "a.py": bad });
  const words = [...concise, "--stdin-filename"];
  assert.equal((await ropelint([...words, "a.py"], { cwd, input: `\n${bad}` })).status, 0);
  assert.equal((await ropelint([...words, "b.py"], { cwd, input: bad })).status, 1);
});

test("code that can't be checked is never known, and loses nothing that is", async () => {
  const cwd = await withBaseline({ "a.py": bad, "b.py": bad });
  const text = readFileSync(join(cwd, name), "utf8");
  writeFileSync(join(cwd, "a.py"), "arange # does not parse\n");
  assert.equal((await ropelint(["check"], { cwd })).status, 1);
  const again = await ropelint(["baseline"], { cwd });
  assert.equal(again.status, 1);
  assert.match(again.error, /a\.py:1:\d+: .*syntax-error/);
  assert.equal(readFileSync(join(cwd, name), "utf8"), text);
  writeFileSync(join(cwd, "a.py"), "arange # crash\n");
  assert.equal((await ropelint(["baseline"], { cwd })).status, 2);
  assert.equal(readFileSync(join(cwd, name), "utf8"), text);
});

test("a baseline that can't be used ends the run", async () => {
  const cwd = await withBaseline({ "a.py": bad });
  const place = join(cwd, name);
  const text = readFileSync(place, "utf8");
  const error = async (...words: string[]): Promise<string> => {
    const outcome = await ropelint(words, { cwd });
    assert.deepEqual([outcome.status, outcome.out], [2, ""]);
    return outcome.error.split("\n", 1)[0]!;
  };
  writeFileSync(place, text.replace('"count":1', '"count":"many"'));
  for (const command of ["check", "baseline"])
    assert.match(await error(command), /^ropelint: error: ropelint-baseline\.json:4:\d+: count has to be/);
  writeFileSync(place, `<<<<<<< HEAD\n${text}`);
  assert.equal(await error("check"), `ropelint: error: ${name}:1:1: not valid JSON: unexpected <<<<<<< HEAD`);
  rmSync(place);
  assert.match(await error("baseline", "--prune"), /there is no ropelint-baseline\.json to prune/);
  assert.match(await error("baseline", "-"), /not for standard input/);
  mkdirSync(place);
  assert.equal(await error("check"), `ropelint: error: ${name} can't be read: is a directory`);
  rmSync(place, { recursive: true });
  writeFileSync(place, '{"version": 1, "findings": []}');
  chmodSync(place, 0o444);
  assert.match(await error("baseline"), /can't be written: the file is read-only/);
  assert.match(await error("baseline", "--baseline", "no/x.json"), /no\/x\.json can't be written: /);
});
