import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { notebook, written } from "../engine/hosts/notebooks.ts";
import { makeFolder } from "./folder.ts";
import { ropelint, start } from "./harness.ts";

const bad = "t = arange(4, dtype=float)\n";
const good = "t = arange(4)\n";

/** A process that watches, and the reports that it makes. */
class Watching {
  readonly child: ChildProcess;
  error = "";
  #out = "";
  #read = 0;

  constructor(cwd: string, words: readonly string[] = [], t?: TestContext) {
    this.child = start("fake", ["check", "--watch", "--output-format", "concise", ...words], cwd);
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#out += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.error += text));
    t?.after(() => this.child.kill("SIGKILL"));
  }

  /** The next report that says this; those before it may have seen less. */
  async until(expected: RegExp): Promise<string> {
    const deadline = Date.now() + 20_000;
    while (Date.now() < deadline) {
      await sleep(10);
      const text = this.#out.slice(this.#read) + this.error;
      if (!expected.test(text)) continue;
      // A report is whole once it is said that watching goes on.
      if (!this.error.endsWith("Ctrl-C ends it\n")) continue;
      const found = this.#out.slice(this.#read);
      this.#read = this.#out.length;
      this.error = "";
      return found;
    }
    assert.fail(`${String(expected)} not in ${this.#out.slice(this.#read)}${this.error}`);
  }

  /** Nothing is reported for a while. */
  async silence(): Promise<void> {
    await sleep(400);
    assert.equal(this.#out.slice(this.#read) + this.error, "");
  }

  async stop(signal: NodeJS.Signals): Promise<readonly [number | null, NodeJS.Signals | null]> {
    const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
      this.child.on("close", (status, by) => {
        resolve([status, by]);
      });
    });
    this.child.kill(signal);
    return ended;
  }
}

test("files that change, come, move, go and are replaced", async (t) => {
  const cwd = makeFolder({ "a.py": bad, "sub/b.py": good });
  const at = (name: string): string => join(cwd, name);
  const watching = new Watching(cwd, [], t);
  await watching.until(/^a\.py:1:5: .*\nFound 1 finding/);
  writeFileSync(at("a.py"), good);
  await watching.until(/^All checks passed \(2 files\)/);
  writeFileSync(at("sub/c.py"), bad);
  await watching.until(/^sub\/c\.py:1:5: /);
  renameSync(at("sub/c.py"), at("c.py"));
  await watching.until(/^c\.py:1:5: /);
  rmSync(at("c.py"));
  await watching.until(/^All checks passed \(2 files\)/);
  writeFileSync(at("a.tmp"), bad);
  renameSync(at("a.tmp"), at("a.py"));
  await watching.until(/^a\.py:1:5: /);
  mkdirSync(at("new/deep"), { recursive: true });
  writeFileSync(at("new/deep/d.py"), bad);
  await watching.until(/new\/deep\/d\.py:1:5: /);
  appendFileSync(at("new/deep/d.py"), bad);
  await watching.until(/new\/deep\/d\.py:2:5: /);
  renameSync(at("new"), at("moved"));
  await watching.until(/moved\/deep\/d\.py:2:5: /);
  writeFileSync(at("moved/deep/d.py"), good);
  await watching.until(/^a\.py:1:5: .*\nFound 1 finding/);
  rmSync(at("moved"), { recursive: true });
  writeFileSync(at("n.ipynb"), written(notebook([good, bad])));
  await watching.until(/n\.ipynb:cell 2:1:5: .*\nFound 2 findings/);
});

test("what changes nothing is not reported", async (t) => {
  const cwd = makeFolder({ "a.py": bad, ".gitignore": "x\n", "node_modules/b.py": bad, "notes.txt": "" });
  const watching = new Watching(cwd, [], t);
  await watching.until(/^a\.py/);
  for (const name of [".a.py.swp", "a.py~", "#a.py#", "4913", "notes.txt", "node_modules/b.py"])
    writeFileSync(join(cwd, name), bad);
  symlinkSync("user@host.1234:5678", join(cwd, ".#a.py"));
  utimesSync(join(cwd, "a.py"), new Date(), new Date());
  writeFileSync(join(cwd, "a.py"), bad);
  await watching.silence();
  appendFileSync(join(cwd, "a.py"), "\n");
  await watching.until(/^a\.py/);
});

test("configurations, baselines and what git ignores", async (t) => {
  const cwd = makeFolder({
    "a.py": bad,
    "b.py": `${bad.trimEnd()}  # note\n`,
    "c.md": `\`\`\`py\n${bad}\`\`\`\n`,
  });
  const at = (name: string): string => join(cwd, name);
  const watching = new Watching(cwd, [], t);
  await watching.until(/Found 1 finding /);
  writeFileSync(at("ropelint.toml"), 'severity = "note"\n');
  await watching.until(/Found 2 findings/);
  writeFileSync(at("ropelint.toml"), 'severity = "nought"\n');
  await watching.until(/ropelint\.toml:1:12: unknown severity "nought" in severity\n {2}= help: choose from/);
  writeFileSync(at("a.py"), bad + bad);
  await watching.until(/ropelint\.toml:1:12: /);
  writeFileSync(at("ropelint.toml"), "markdown = true\n");
  await watching.until(/Found 3 findings/);
  rmSync(at("ropelint.toml"));
  await watching.until(/Found 2 findings/);
  await ropelint(["baseline"], { cwd });
  await watching.until(/All checks passed .*2 known/);
  rmSync(at("ropelint-baseline.json"));
  await watching.until(/Found 2 findings/);
  mkdirSync(at(".git"));
  writeFileSync(at(".gitignore"), "a.py\n");
  await watching.until(/All checks passed/);
});

test("files that are named, and links", async (t) => {
  const elsewhere = makeFolder({ "real.py": good });
  const cwd = makeFolder({ script: bad, "other.py": bad });
  symlinkSync(join(elsewhere, "real.py"), join(cwd, "link.py"));
  const watching = new Watching(cwd, ["script", "link.py"], t);
  await watching.until(/^script:1:5: .*\nFound 1 finding/);
  writeFileSync(join(elsewhere, "real.py"), bad);
  await watching.until(/^link\.py:1:5: .*\nscript:1:5: /);
  appendFileSync(join(cwd, "other.py"), bad);
  await sleep(200);
  rmSync(join(cwd, "script"));
  await watching.until(/script: no such file/);
  writeFileSync(join(cwd, "script"), good);
  await watching.until(/^link\.py:1:5: .*\nFound 1 finding/);
});

test("--fix repairs what comes in", async (t) => {
  const cwd = makeFolder({ "a.py": good });
  const watching = new Watching(cwd, ["--fix"], t);
  await watching.until(/^All checks passed/);
  writeFileSync(join(cwd, "a.py"), bad);
  await watching.until(/Found 1 finding \(1 fixed/);
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), "t = arange(4, dtype=int64).float()\n");
  await watching.until(/^(?:All checks passed|$)/);
  appendFileSync(join(cwd, "a.py"), `${bad.trimEnd()}  # unsafe\n`);
  await watching.until(/^a\.py:2:5: /);
});

test("a signal ends it, with the status that shells expect", async (t) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const watching = new Watching(makeFolder({ "a.py": bad }), [], t);
    await watching.until(/^a\.py/);
    const [status, by] = await watching.stop(signal);
    // Either the system's own effect, which shells call 128 and more, or just that.
    assert.ok(
      by === signal || status === { SIGINT: 130, SIGTERM: 143 }[signal],
      `${String(status)} ${String(by)}`,
    );
  }
});

test("what can't be watched is said at once", async () => {
  const cwd = makeFolder({ "a.py": bad, "ropelint.toml": "x = 1\n" });
  const fails = async (words: readonly string[], message: RegExp): Promise<void> => {
    const { status, error } = await ropelint(["check", "--watch", ...words], { cwd, input: bad });
    assert.equal(status, 2, words.join(" "));
    assert.match(error, message);
  };
  await fails(["-"], /^ropelint: error: --watch needs files, and standard input is none\n {2}= help: /);
  await fails(["--stdin-filename", "a.py"], /--watch needs files/);
  await fails(["--diff"], /^ropelint: error: --watch and --diff do not go together\n/);
  await fails(["--output-file", "x"], /--watch and --output-file do not go together/);
  await fails(["--show-files"], /--watch and --show-files do not go together/);
  await fails(["--isolated", "gone.py"], /^ropelint: error: gone\.py: no such file or directory\n/);
  await fails([], /ropelint\.toml:1:1: unknown key/);
});

test("a report that goes to no terminal clears no screen", async (t) => {
  const cwd = makeFolder({ "a.py": bad });
  const watching = new Watching(cwd, [], t);
  const plain = await watching.until(/^a\.py/);
  assert.ok(!plain.includes("\u001b"));
});
