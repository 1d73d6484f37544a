import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { userFolder } from "../../src/cli/user-folder.ts";
import { keyNames } from "../../src/engine/configuration/keys.ts";
import { fakeServices, fakeToolchain } from "./fake-services.ts";
import { makeFolder } from "./folder.ts";
import { ropelint, spawnRopelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";
const note = `${bad.trimEnd()}  # note\n`;
const concise = ["check", "--output-format", "concise"];

/** `path:row` of what is printed. */
async function places(cwd: string, ...words: string[]): Promise<readonly string[]> {
  const { out } = await ropelint([...concise, ...words], { cwd });
  return [...out.matchAll(/^(\S+?:\d+):\d+: /gm)].map(([, place = ""]) => place);
}

const nested = {
  "pyproject.toml": '[tool.ropelint]\nextend-exclude = ["vendor"]\n',
  "a.py": note,
  "vendor/b.py": bad,
  "quiet/ropelint.toml": 'extend = "../pyproject.toml"\nignore = ["float-range"]\n',
  "quiet/c.py": bad,
  "strict/ropelint.toml": 'severity = "note"\n',
  "strict/d.py": note,
};

test("each file is checked by the configuration that is nearest to it", async () => {
  const cwd = makeFolder(nested);
  assert.deepEqual(await places(cwd), ["strict/d.py:1"]);
  assert.deepEqual(await places(cwd, "vendor/b.py"), ["vendor/b.py:1"], "what is named is checked");
  assert.deepEqual(await places(cwd, "--force-exclude", "vendor/b.py"), []);
  assert.deepEqual(await places(cwd, "--isolated"), ["quiet/c.py:1", "vendor/b.py:1"]);
  assert.deepEqual(await places(cwd, "--config", "strict/ropelint.toml"), [
    "a.py:1",
    "quiet/c.py:1",
    "strict/d.py:1",
    "vendor/b.py:1",
  ]);
  assert.deepEqual(await places(join(cwd, "quiet"), "../strict", "c.py"), ["../strict/d.py:1"]);
});

test("the user's own configuration counts where no other does", async () => {
  const home = makeFolder({
    ".config/ropelint/ropelint.toml": 'severity = "note"\nextend-exclude = ["b/*"]\n',
  });
  const env = { HOME: home };
  const cwd = makeFolder({ "a.py": note, "b/c.py": bad, "own/ropelint.toml": "", "own/d.py": note });
  const check = async (surroundings: Readonly<Record<string, string>>, ...words: string[]) => {
    const { out } = await ropelint([...concise, ...words], { cwd, env: surroundings });
    return [...out.matchAll(/^(\S+?:\d+):\d+: /gm)].map(([, place = ""]) => place);
  };
  assert.deepEqual(await check(env), ["a.py:1"], "its patterns are relative to where it is used");
  assert.deepEqual(await check(env, "--isolated"), ["b/c.py:1"]);
  assert.deepEqual(await check(env, "--config", "own/ropelint.toml"), ["b/c.py:1"]);
  assert.deepEqual(await check(env, "--severity", "warning"), []);
  const shown = await ropelint(["check", "--show-settings", "a.py"], { cwd, env });
  assert.match(shown.out, /^# configuration: .*ropelint\.toml$/m);
  assert.match(shown.out, /^cache-dir = "\.ropelint_cache"$/m);
  const named = makeFolder({ "ropelint/pyproject.toml": '[tool.ropelint]\nexclude = ["*.py"]\n' });
  assert.deepEqual(await check({ ...env, XDG_CONFIG_HOME: named }), []);
  const wrong = makeFolder({ "ropelint/ropelint.toml": "severity = 1\n" });
  const failed = await ropelint(["check", "a.py"], { cwd, env: { XDG_CONFIG_HOME: wrong } });
  assert.equal(failed.status, 2);
  assert.match(failed.error, /ropelint\.toml:1:12: severity/);
});

test("where a user's own configuration lies", () => {
  const home = { HOME: "/home/a", APPDATA: "C:\\data" };
  assert.equal(userFolder(home, "linux"), "/home/a/.config/ropelint");
  assert.equal(userFolder({ ...home, XDG_CONFIG_HOME: "/x" }, "darwin"), "/x/ropelint");
  assert.equal(userFolder({ ...home, XDG_CONFIG_HOME: "x" }, "linux"), "/home/a/.config/ropelint");
  assert.match(userFolder(home, "win32") ?? "", /^C:\\data.ropelint$/);
  assert.equal(userFolder({}, "linux"), null);
  assert.equal(userFolder({}, "win32"), null);
});

test("flags count more than files", async () => {
  const cwd = makeFolder(nested);
  assert.deepEqual(await places(cwd, "--severity", "warning"), []);
  assert.deepEqual(await places(cwd, "--select", "float-range"), ["quiet/c.py:1", "strict/d.py:1"]);
  assert.deepEqual(await places(cwd, "--extend-select", "float-range"), ["quiet/c.py:1", "strict/d.py:1"]);
  assert.deepEqual(await places(cwd, "--extend-exclude", "strict"), []);
  assert.deepEqual(await places(cwd, "--isolated", "--exclude", "vendor,quiet/*"), []);
});

test("fixes keep to each file's settings", async () => {
  const cwd = makeFolder({ ...nested, "e.py": bad });
  const { status } = await ropelint(["check", "--fix"], { cwd });
  assert.equal(status, 0);
  const isFixed = (file: string): boolean => readFileSync(join(cwd, file), "utf8").includes("int64");
  const fixed = ["a.py", "e.py", "quiet/c.py", "strict/d.py", "vendor/b.py"].filter(isFixed);
  assert.deepEqual(fixed, ["e.py", "strict/d.py"]);
});

test("options of the analysis come from the nearest file, too", async () => {
  const cwd = makeFolder({
    "ropelint.toml": 'positions = 64\nhead-dim = 32\ntorch = "1.13"\nenvironments = ["zero-init"]\n',
    "a.py": bad,
    "b/ropelint.toml": "base = 500000\n",
    "b/b.py": bad,
  });
  const seen: unknown[] = [];
  const toolchain = {
    ...fakeToolchain,
    inspect: (...[text, options]: Parameters<typeof fakeToolchain.inspect>) => {
      seen.push([options.sizes, options.torch, options.environments.length]);
      return fakeToolchain.inspect(text, options);
    },
  };
  const services = { ...fakeServices, loadToolchain: () => Promise.resolve(toolchain) };
  await ropelint(["check"], { cwd, services });
  const [first, second] = seen;
  assert.deepEqual(first, [{ positions: 64, headDim: 32 }, "1.13", 1]);
  assert.deepEqual(second, [{ base: 500000 }, undefined, 4]);
});

test("standard input has the configuration of the name that it goes by", async () => {
  const cwd = makeFolder(nested);
  const check = async (name: string, ...more: string[]) =>
    ropelint([...concise, "--stdin-filename", name, ...more], { cwd, input: bad });
  assert.equal((await check("a.py")).status, 1);
  assert.equal((await check("quiet/new.py")).status, 0);
  assert.equal((await check("nowhere/new.py")).status, 1);
  assert.equal((await check("vendor/new.py")).status, 1);
  const left = await check("vendor/new.py", "--force-exclude", "--fix");
  assert.deepEqual([left.status, left.out], [0, bad], "an editor gets its text back");
});

test("prove asks the configuration, and shows every severity", async () => {
  const cwd = makeFolder(nested);
  assert.match((await ropelint(["prove", "a.py"], { cwd })).out, /^a\.py:1:5: note/);
  assert.match((await ropelint(["prove", "quiet/c.py"], { cwd })).error, /nothing to prove/);
  assert.equal((await ropelint(["prove", "quiet/c.py", "--isolated"], { cwd })).status, 1);
});

test("what is wrong ends the run with 2, and nothing is written", async () => {
  const files = { "a.py": bad, "sub/ropelint.toml": 'selekt = ["x"]\n', "sub/b.py": bad };
  const cwd = makeFolder(files);
  const { status, out, error } = await ropelint(["check", "--fix"], { cwd });
  assert.deepEqual([status, out], [2, ""]);
  assert.equal(
    error,
    'ropelint: error: sub/ropelint.toml:1:1: unknown key "selekt"\n  = help: did you mean "select"?\n',
  );
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), bad);
  assert.equal((await ropelint(["check", "--isolated"], { cwd })).status, 1);
  const both = await ropelint(["check", "--isolated", "--config", "x.toml"], { cwd });
  assert.equal(both.status, 2);
  assert.match(both.error, /'--isolated' cannot be used with option '--config <file>'/);
  assert.match(
    (await ropelint(["check", "--config", "x.toml"], { cwd })).error,
    /x\.toml can't be read: no such file/,
  );
  assert.match(
    (await ropelint(["check", "--extend-select", "float"], { cwd })).error,
    /unknown rule "float" in --extend-select/,
  );
});

test("a folder that is called like a configuration is none", async () => {
  const cwd = makeFolder({ "a.py": bad });
  mkdirSync(join(cwd, "ropelint.toml"));
  assert.equal((await ropelint(["check"], { cwd })).status, 1);
});

test("--show-files and --show-settings", async () => {
  const cwd = makeFolder(nested);
  const files = await ropelint(["check", "--show-files"], { cwd });
  assert.deepEqual([files.status, files.out], [0, "a.py\nquiet/c.py\nstrict/d.py\n"]);
  const { out } = await ropelint(["check", "--show-settings", "quiet"], { cwd });
  assert.match(
    out,
    /^# settings of quiet\/c\.py\n# configuration: quiet\/ropelint\.toml, pyproject\.toml\nselect = \["early-cast"\]\n/,
  );
  assert.match(out, /\nseverity = "warning"\nenvironments = \[.*\]\n# positions: 4096\n/);
  assert.match(out, /\nextend-exclude = \["vendor"\]\n/);
  assert.match(out, /\ncache-dir = "quiet\/\.ropelint_cache"\n$/);
  const none = await ropelint(["check", "--show-settings", "--isolated", "a.py"], { cwd });
  assert.match(none.out, /^# settings of a\.py\n# configuration: none\n/);
  // What is shown is a configuration that says the same.
  const again = makeFolder({ "a.py": bad, "ropelint.toml": out });
  assert.equal((await ropelint(["check"], { cwd: again })).status, 0);
  const verbose = await ropelint(["check", "--verbose"], { cwd });
  assert.match(
    verbose.error,
    /configuration pyproject\.toml, quiet\/ropelint\.toml, strict\/ropelint\.toml\n/,
  );
  assert.match(
    (await ropelint(["check", "--show-files", "vendor", "--force-exclude"], { cwd })).error,
    /no files to check under vendor/,
  );
});

test("config: the list of keys, one of them, and the nearest name", async () => {
  const cwd = makeFolder();
  const list = await ropelint(["config"], { cwd });
  assert.deepEqual(
    list.out
      .trim()
      .split("\n")
      .map((line) => line.split(" ", 1)[0]),
    keyNames,
  );
  const one = await ropelint(["config", "severity"], { cwd });
  assert.match(
    one.out,
    /^severity\n\n.*\n\nType: .*\nDefault: "warning"\nExample:\n\n {4}# pyproject\.toml\n/,
  );
  const unknown = await ropelint(["config", "sevrity"], { cwd });
  assert.deepEqual(
    [unknown.status, unknown.error],
    [2, 'ropelint: error: unknown key "sevrity"\n  = help: did you mean "severity"?\n'],
  );
});

test("without a configuration none of its libraries is loaded", async () => {
  const cwd = makeFolder({ "a.py": "x = 1\n", "b/ropelint.toml": 'exclude = ["*x"]' });
  const loaded = async (path: string): Promise<readonly string[]> => {
    const { error } = await spawnRopelint("real", ["check", path], { cwd, env: { NODE_DEBUG: "module" } });
    return ["smol-toml", "valibot", "picomatch", "toml-eslint-parser", "semver"].filter((name) =>
      error.includes(`node_modules/${name}/`),
    );
  };
  assert.deepEqual(await loaded("a.py"), []);
  assert.deepEqual(await loaded("b"), ["smol-toml", "valibot", "picomatch"]);
});
