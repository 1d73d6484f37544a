// examples/spark with PySpark in local mode: right, resumable, and unimpressed by texts that ropelint dies of. Says why where it can't be run.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { begin, inVenv, root, run, step } from "./processes.mjs";

const script = join(root, "examples/spark/ropelint_corpus.py");
const npmBuild = join(root, "bin/ropelint.js");
const examples = join(root, "examples");

/** Stands between the script and ropelint: kills, hangs, dawdles. */
const saboteur = `#!PYTHON
import os, subprocess, sys, time
ropelint = [NODE, MAIN, *sys.argv[1:]]
if "--stdin-records" not in sys.argv:
    os.execv(ropelint[0], ropelint)
child = subprocess.Popen(ropelint, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in sys.stdin.buffer:
    time.sleep(float(os.environ.get("DAWDLE", "0")))
    if b"DEADLY" in line:
        os.kill(os.getpid(), 9)
    if b"ENDLESS" in line:
        time.sleep(3600)
    child.stdin.write(line)
    child.stdin.flush()
    answer = b""
    while b'"acknowledged"' not in answer:
        answer = child.stdout.readline()
        sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
`;

export async function testSpark() {
  const python = await sparkPython();
  if (python === null) return;
  const work = mkdtempSync(join(tmpdir(), "ropelint-spark-"));
  try {
    const corpus = writeCorpus(work);
    const command = join(work, "ropelint");
    const text = saboteur.replace("PYTHON", python).replace("NODE", JSON.stringify(process.execPath));
    writeFileSync(command, text.replace("MAIN", JSON.stringify(npmBuild)), { mode: 0o755 });
    const spark = { python, work, command, corpus };
    await step("spark: findings are those of --stdin-records, each text once", () => findsTheSame(spark));
    await step("spark: what is there is not made again, what is missing is", () => resumes(spark));
    await step("spark: cut off and run again", () => survivesItsEnd(spark));
    await step("spark: texts that ropelint dies of", () => givesUp(spark));
    await step("spark: no ropelint", () => saysWhatIsMissing(spark));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A Python with PySpark, kept for the next time; null, and why, where there is none. */
async function sparkPython() {
  const skip = (reason) => {
    console.log(`skipped spark: ${reason}`);
    return null;
  };
  if (!hasJava()) {
    const apt = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "default-jre-headless"];
    const asRoot = process.getuid?.() === 0 ? apt : ["sudo", "-n", ...apt];
    spawnSync(asRoot[0], asRoot.slice(1), {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: "ignore",
    });
    if (!hasJava()) return skip("there is no Java, and apt-get could install none (default-jre-headless)");
  }
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const venv = join(cache, "ropelint/spark-venv");
  const python = inVenv(venv, "python");
  const works = () => spawnSync(python, ["-c", "import pyspark"]).status === 0;
  if (!works()) {
    rmSync(venv, { recursive: true, force: true });
    mkdirSync(dirname(venv), { recursive: true });
    const made = spawnSync("python3", ["-m", "venv", venv]);
    if (made.status === 0)
      await step("spark: install PySpark", () =>
        spawnSync(python, ["-m", "pip", "install", "--quiet", "pyspark>=3.5"]),
      );
    if (!works()) return skip("pip could not install pyspark");
  }
  return python;
}

function hasJava() {
  return spawnSync("java", ["-version"]).status === 0;
}

/** Duplicates, texts of nothing, and lines that are no records. */
function writeCorpus(work) {
  const names = readdirSync(examples)
    .filter((name) => /\.(?:py|[jt]s)$/.test(name))
    .sort();
  const repositories = ["a", "b"].flatMap((repository) =>
    names.map((name) => ({
      path: `${repository}/${name}`,
      text: readFileSync(join(examples, name), "utf8"),
    })),
  );
  const plain = Array.from({ length: 20 }, (_, index) => ({
    path: `c/plain ${index}\n.py`,
    text: `x = "\u00e9 ${index}"\n`,
  }));
  const records = [...repositories, ...plain, { path: "d.py", text: null }].map((record) =>
    JSON.stringify(record),
  );
  const corpus = join(work, "corpus.jsonl");
  writeFileSync(corpus, `${[...records, "not json", '{"path": "cut.py", "te'].join("\n")}\n`);
  return corpus;
}

function sparkRun({ python, work, command, corpus }, output, more = [], env = {}) {
  const submit = [
    "--master",
    "local[2]",
    "--conf",
    "spark.ui.enabled=false",
    "--conf",
    "spark.log.level=ERROR",
  ];
  const args = [
    ...submit,
    script,
    "--input",
    corpus,
    "--output",
    output,
    "--buckets",
    "6",
    "--command",
    command,
    ...more,
  ];
  const path = `${dirname(python)}${delimiter}${process.env.PATH}`;
  const options = {
    cwd: work,
    env: { ...process.env, PATH: path, PYSPARK_PYTHON: python, SPARK_LOCAL_IP: "127.0.0.1", ...env },
  };
  return { command: inVenv(dirname(dirname(python)), "spark-submit"), args, options };
}

function finish(spark, output, more = [], expected = [0]) {
  const { command, args, options } = sparkRun(spark, output, more);
  const { stdout, stderr } = run(command, args, { ...options, expected });
  // spark-submit prints both of Python's streams on its own standard output.
  return stdout + stderr;
}

/** Files of findings and what is in them, in the manifest's order. */
function readOutput(output) {
  const { findings, paths } = JSON.parse(readFileSync(join(output, "manifest.json"), "utf8"));
  assert.ok(existsSync(join(output, paths, "_SUCCESS")));
  assert.deepEqual(
    readdirSync(output).filter((name) => name.endsWith(".partial")),
    [],
  );
  return new Map(findings.map((name) => [name, readFileSync(join(output, name), "utf8")]));
}

function findingsIn(files) {
  return [...files.values()].flatMap((text) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
}

/** A finding but for what its record is called, short enough to be shown where it is missing. */
function plain(found) {
  const finding = { ...found, record: undefined, id: undefined };
  const { code, filename, message } = finding;
  const digest = createHash("sha256").update(JSON.stringify(finding)).digest("hex");
  return `${code} ${filename} ${message} ${digest}`;
}

function findsTheSame(spark) {
  const said = finish(spark, join(spark.work, "whole"));
  assert.match(said, /: 6 buckets, 0 of them from earlier runs\n/);
  // Of the two copies of each example one is checked.
  const examplesChecked = readdirSync(examples).filter((name) => /\.(?:py|[jt]s)$/.test(name)).length;
  assert.match(
    said,
    new RegExp(`: ${examplesChecked + 20 + 3} texts checked, \\d+ findings, 0 texts given up\n`),
  );
  const input = readFileSync(spark.corpus);
  const direct = run(process.execPath, [npmBuild, "check", "--stdin-records", "--isolated"], {
    input,
    expected: [1],
  });
  const expected = direct.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ filename }) => !filename.startsWith("b/"));
  const found = findingsIn(readOutput(join(spark.work, "whole")));
  assert.deepEqual(found.map(plain).sort(), expected.map(plain).sort());
  assert.ok(found.every(({ id }) => /^[0-9a-f]{64}$/.test(id)));
}

function resumes(spark) {
  const whole = join(spark.work, "whole");
  const before = readOutput(whole);
  const times = () => [...before.keys()].map((name) => statSync(join(whole, name)).mtimeMs);
  const old = times();
  assert.match(finish(spark, whole), /: 6 buckets, 6 of them from earlier runs\n[^]*: 0 texts checked/);
  assert.deepEqual(times(), old);
  const [lost] = before.keys();
  rmSync(join(whole, lost));
  assert.match(finish(spark, whole), /: 6 buckets, 5 of them from earlier runs\n/);
  assert.deepEqual(readOutput(whole), before);
  assert.deepEqual(times().slice(1), old.slice(1));
}

async function survivesItsEnd(spark) {
  const output = join(spark.work, "cut");
  const { command, args, options } = sparkRun(spark, output, [], { DAWDLE: "0.5" });
  const { child, ended } = begin(command, args, { ...options, detached: true });
  const complete = () =>
    existsSync(output) ? readdirSync(output).filter((name) => name.endsWith(".jsonl")) : [];
  while (complete().length === 0) {
    assert.equal(child.exitCode, null, "it ended before it could be cut off");
    await delay(50);
  }
  process.kill(-child.pid, "SIGKILL");
  await ended;
  assert.ok(!existsSync(join(output, "manifest.json")) && complete().length < 6);
  await delay(1000);
  finish(spark, output);
  const files = new Map([...readOutput(output)]);
  assert.deepEqual(files, readOutput(join(spark.work, "whole")));
}

function givesUp(spark) {
  const corpus = join(spark.work, "poisoned.jsonl");
  const poison = ["# DEADLY\n", "# ENDLESS\n"].map((text) => `${JSON.stringify({ path: "bad.py", text })}\n`);
  writeFileSync(corpus, readFileSync(spark.corpus, "utf8") + poison.join(""));
  const output = join(spark.work, "poisoned");
  const said = finish({ ...spark, corpus }, output, ["--timeout", "20"]);
  assert.match(said, /, 2 texts given up\n/);
  const found = findingsIn(readOutput(output));
  const given = found.filter(({ code }) => code === "internal-error");
  assert.deepEqual(given.map(({ filename, message }) => [filename, message]).sort(), [
    ["bad.py", "ropelint ended (signal 9) on this text, twice; it was given up"],
    ["bad.py", "ropelint took longer than 20 s on this text, twice; it was given up"],
  ]);
  const others = found.filter(({ code }) => code !== "internal-error").map(plain);
  const whole = findingsIn(readOutput(join(spark.work, "whole"))).map(plain);
  assert.deepEqual(others.sort(), whole.sort());
}

function saysWhatIsMissing(spark) {
  const output = join(spark.work, "none");
  const said = finish({ ...spark, command: join(spark.work, "nothing") }, output, [], [1]);
  assert.match(
    said,
    /nothing can't be run: .*No such file or directory.*; pip install ropelint where the executors run/,
  );
  assert.deepEqual(readdirSync(output), []);
}

if (process.argv[1] === import.meta.filename) await testSpark();
