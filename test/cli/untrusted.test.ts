import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { discover } from "../../src/engine/discover.ts";
import { removeLeftovers } from "../../src/engine/temporaries.ts";
import { formats } from "../../src/cli/formats/formats.ts";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { finished, ropelint, spawnRopelint } from "./harness.ts";

// What docs/security.md claims of trees that nobody has reason to trust.

const bad = "t = torch.arange(n, dtype=float)\n";
const good = "t = torch.arange(n, dtype=int64).float()\n";
const model = readFileSync(new URL("../../examples/llama_rotary.py", import.meta.url), "utf8");

/** Loaded before ropelint: every way to the network, and to other programs, ends the process. */
const sealed = `
const fail = (what) => () => { process.stderr.write("FORBIDDEN: " + what + "\\n"); process.exit(77); };
for (const [module, names] of Object.entries({
  net: ["connect", "createConnection", "createServer"], tls: ["connect"], dns: ["lookup", "resolve", "resolve4", "resolve6"],
  http: ["request", "get"], https: ["request", "get"], http2: ["connect"], dgram: ["createSocket"],
  child_process: ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"],
})) { const loaded = require(module); for (const name of names) loaded[name] = fail(module + "." + name); }
require("net").Socket.prototype.connect = fail("net.Socket.connect");
globalThis.fetch = fail("fetch");
require("module").syncBuiltinESMExports();
`;

test("nothing in the tree is run or imported, no program is started, and nobody asks the network", async () => {
  const mark = "require('fs').writeFileSync(__dirname + '/HARMED', '')";
  const python = "open('HARMED', 'w')\n";
  const cwd = makeFolder({
    "model.py": `import torch\n${python}${model}`,
    "torch/__init__.py": python,
    "sitecustomize.py": python,
    "conftest.py": python,
    "setup.py": python,
    "app.ts": `import { Tensor } from "onnxruntime-node";\n${mark};\nexport const feeds = { position_ids: new Tensor("float32", [0, 1], [2]) };\n`,
    "tsconfig.json": JSON.stringify({
      extends: "./base.js",
      compilerOptions: { plugins: [{ name: "evil" }] },
      references: [{ path: "./evil" }],
    }),
    "base.js": mark,
    "package.json": JSON.stringify({
      type: "commonjs",
      main: "evil.js",
      scripts: { prepare: "touch HARMED" },
    }),
    "eslint.config.js": mark,
    "evil/index.js": mark,
    ...Object.fromEntries(
      ["onnxruntime-node", "evil", "ts-morph", "typescript", "tree-sitter", "@babel/parser", "commander"].map(
        (name) => [`node_modules/${name}/index.js`, mark],
      ),
    ),
    "ropelint.toml": 'select = ["ALL"]\n',
    "sealed.cjs": sealed,
  });
  const loader = import.meta.resolve("tsx");
  // tsx has its own compiler as a program beside it: it is started before the doors are shut.
  const words = ["--import", loader, "--input-type=module", "--eval"];
  const program = `
    const { runProcess } = await import(${JSON.stringify(new URL("../../src/cli/run-process.ts", import.meta.url).href)});
    const { services } = await import(${JSON.stringify(new URL("../../src/cli/wiring.ts", import.meta.url).href)});
    await services.loadToolchain();
    const { createRequire } = await import("node:module");
    createRequire(${JSON.stringify(join(cwd, "x.js"))})("./sealed.cjs");
    process.argv.splice(1, Infinity, "ropelint", "check", "--fix", "--unsafe-fixes", "--output-format", "concise");
    await runProcess(services);`;
  const { status, out, error } = await finished(spawn(process.execPath, [...words, program], { cwd }));
  assert.doesNotMatch(error, /FORBIDDEN/);
  assert.ok(status === 0 || status === 1, error + out);
  assert.match(out, /app\.ts.*position-ids-dtype|fixed/);
  assert.equal(existsSync(join(cwd, "HARMED")), false);
});

test("a link that leads out of what was named is read, and not written through", async () => {
  const outside = makeFolder({ "theirs.py": bad, "named.py": bad });
  const cwd = makeFolder({ "own.py": bad });
  symlinkSync(join(outside, "theirs.py"), join(cwd, "link.py"));
  symlinkSync("own.py", join(cwd, "within.py"));
  symlinkSync(outside, join(cwd, "folder"));
  const { status, out } = await spawnRopelint("fake", ["check", "--fix", "--output-format", "concise"], {
    cwd,
  });
  assert.equal(status, 1);
  assert.match(
    out,
    /^link\.py:1:1: error\[io-error\] not fixed: it is a link to .*theirs\.py, which is not within/,
  );
  assert.equal(readFileSync(join(outside, "theirs.py"), "utf8"), bad);
  assert.equal(readFileSync(join(outside, "named.py"), "utf8"), bad);
  assert.equal(readFileSync(join(cwd, "own.py"), "utf8"), good);
  // Whoever names the link means what it leads to.
  assert.equal((await spawnRopelint("fake", ["check", "--fix", "link.py"], { cwd })).status, 0);
  assert.equal(readFileSync(join(outside, "theirs.py"), "utf8"), good);
  const [file] = discover(["."], realpathSync(cwd)).files;
  assert.equal(file?.leadsOut, true);
});

test("a file that has become a link while it was looked at is not written through", async () => {
  const outside = makeFolder({ "theirs.py": bad });
  const cwd = makeFolder({ "own.py": bad });
  const { fakeServices } = await import("./fake-services.ts");
  const toolchain = await fakeServices.loadToolchain();
  const inspect: typeof toolchain.inspect = (text, options) => {
    unlinkSync(join(cwd, "own.py"));
    symlinkSync(join(outside, "theirs.py"), join(cwd, "own.py"));
    return toolchain.inspect(text, options);
  };
  const services = { ...fakeServices, loadToolchain: () => Promise.resolve({ ...toolchain, inspect }) };
  const { out } = await ropelint(["check", "--fix", "--output-format", "concise"], { cwd, services });
  assert.match(out, /not fixed: it has become a link since it was read/);
  assert.equal(readFileSync(join(outside, "theirs.py"), "utf8"), bad);
});

test("what a killed run has left is known and removed; a living one's is not, nor anybody else's", async () => {
  const cwd = makeFolder({ "a.py": bad, ".ropelint-0000.tmp": "mine", "b.tmp": "mine" });
  const { temporaryIn } = await import("../../src/engine/temporaries.ts");
  const own = temporaryIn(cwd);
  const dead = spawn(process.execPath, ["--eval", ""]);
  const { pid = 0 } = dead;
  await finished(dead);
  const left = own.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = own.replace(/ropelint-[0-9a-f]{8}/, "ropelint-00000000");
  const parent = own.replace(`-${process.pid}-`, `-${process.ppid}-`);
  for (const file of [own, left, elsewhere, parent]) writeFileSync(file, "half of a fi");
  removeLeftovers(cwd);
  assert.deepEqual([own, left, elsewhere, parent].map(existsSync), [true, false, true, true]);
  for (const file of [own, elsewhere, parent]) unlinkSync(file);
  writeFileSync(left, "half of a fi");
  await ropelint(["check"], { cwd });
  assert.equal(existsSync(left), true, "a run that writes nothing removes nothing");
  await ropelint(["check", "--fix"], { cwd });
  assert.equal(existsSync(left), false);
  assert.equal(readFileSync(join(cwd, ".ropelint-0000.tmp"), "utf8"), "mine");
});

test("no format for people, and no message, passes on what controls a terminal", async () => {
  const hostile = "a\u001b]0;title\u0007\u009b31m\u202e\u200b.py";
  const cwd = makeFolder({ "x.py": bad });
  renameSync(join(cwd, "x.py"), join(cwd, hostile));
  // eslint-disable-next-line no-control-regex
  const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u200b]/;
  for (const [name, { reader }] of Object.entries(formats)) {
    if (reader === "program" && name !== "github") continue;
    const { out, error } = await ropelint(["check", "--output-format", name, "--color", "never"], { cwd });
    assert.doesNotMatch(out + error, controls, name);
  }
  const settings = makeFolder({ "ropelint.toml": `"\\u001b[2J" = 1\n`, "a.py": bad });
  const { status, error } = await ropelint(["check"], { cwd: settings });
  assert.deepEqual([status, controls.test(error)], [2, false], error);
  const missing = await ropelint(["check", "\u001b[2Jmissing.py"], { cwd });
  assert.deepEqual([missing.status, controls.test(missing.error)], [2, false]);
  const shown = await ropelint(["check", "--show-files"], { cwd, isTerminal: true });
  assert.doesNotMatch(shown.out, controls);
});

test("without --fix nothing is written but the cache, and with --no-cache nothing at all", async () => {
  const cwd = makeFolder({ "a.py": model, "b.ts": "export const a = 1;\n" });
  const names = readdirSync(cwd).sort();
  const check = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { status } = await ropelint(["check", ...words], {
      cwd,
      services: { ...services, build: "build" },
    });
    assert.equal(status, 1);
    assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), model);
    return readdirSync(cwd).sort();
  };
  for (const words of [["--no-cache"], ["--no-cache", "--diff"], ["--no-cache", "--statistics"]])
    assert.deepEqual(await check(...words), names);
  assert.deepEqual(await check("--diff"), [".ropelint_cache", ...names]);
});

test(
  "a tree's settings that are pipes, links in a circle neither crash a run nor hold it up",
  { timeout: 120_000 },
  async (t) => {
    const expected: Readonly<Record<string, readonly [status: number, error: string]>> = {
      ".gitignore": [1, ""],
      "ropelint.toml": [1, ""],
      "pyproject.toml": [1, ""],
      "ropelint-baseline.json": [2, "ropelint: error: ropelint-baseline.json can't be read: "],
    };
    for (const [name, [status, error]] of Object.entries(expected))
      for (const kind of ["pipe", "circle"]) {
        const cwd = makeFolder({ "a.py": bad, ".git/HEAD": "" });
        if (kind === "circle") symlinkSync(name, join(cwd, name));
        else if (spawnSync("mkfifo", [join(cwd, name)]).status !== 0) {
          t.skip("no mkfifo here");
          return;
        }
        const result = await spawnRopelint("fake", ["check", "--no-cache", "."], { cwd });
        assert.deepEqual(
          [result.status, result.error.slice(0, error.length)],
          [status, error],
          `${name}, ${kind}: ${result.error}`,
        );
      }
  },
);
