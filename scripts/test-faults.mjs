// `npm run faults [-- --kills N]`: whole processes of the built command line, killed and disturbed while they write. Every file is old or
// new, never anything else, and nothing lies beside it after the next run. What can't be tried here is said to be skipped.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    files: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
  },
});
const bin = fileURLToPath(new URL("../bin/ropelint.js", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "ropelint-faults-"));
let state = Number(values.seed);
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;

const code = (name) => `import torch
from torch import nn


class ${name}(nn.Module):
    def __init__(self, dim, length=4096):
        super().__init__()
        steps = torch.arange(length, dtype=torch.float32)
        self.register_buffer("cos", torch.outer(steps, torch.ones(dim)).cos())
`;

function project(name, count) {
  const folder = join(work, name);
  mkdirSync(folder);
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `m${i}.py`), code(`M${i}`));
  return folder;
}

const ropelint = (words, cwd, options = {}) =>
  spawnSync(process.execPath, [bin, ...words], { cwd, encoding: "utf8", ...options });
const check = ["check", "--severity", "note", "--output-format", "concise"];
const contents = (folder) =>
  new Map(
    readdirSync(folder)
      .filter((name) => name !== ".ropelint_cache")
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );

/** What --fix makes of them, with nobody in its way. */
function repaired(folder) {
  const before = contents(folder);
  const { status, stderr, stdout } = ropelint([...check, "--fix", "--unsafe-fixes"], folder);
  assert.ok(status === 0 || status === 1, stderr);
  const after = contents(folder);
  assert.ok(
    [...before].some(([name, text]) => after.get(name) !== text),
    `nothing was fixed: ${stdout}`,
  );
  for (const [name, text] of before) writeFileSync(join(folder, name), text);
  rmSync(join(folder, ".ropelint_cache"), { recursive: true, force: true });
  return { before, after };
}

function requireOldOrNew(folder, { before, after }, isLitterAllowed) {
  let fresh = 0;
  for (const [name, text] of contents(folder)) {
    if (isLitterAllowed && /^\.ropelint-.*\.tmp$/.test(name)) continue;
    assert.ok(before.has(name), `litter: ${name}`);
    assert.ok(text === before.get(name) || text === after.get(name), `${name} is neither old nor new`);
    if (text === after.get(name) && text !== before.get(name)) fresh++;
  }
  return fresh;
}

async function killed(folder, words, milliseconds) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", (status, signal) => resolve({ status, signal })));
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const result = await ended;
  clearTimeout(timer);
  return result;
}

/** Most of a run is reading. This one ends so many microseconds after something was first written. */
async function killedWhileWriting(folder, words, microseconds) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => child.on("close", (status, signal) => resolve({ status, signal })));
  const isWriting = () => readdirSync(folder).some((name) => name.endsWith(".tmp"));
  // Looks without a pause: a file is written within a millisecond or two. The event loop turns between looks, to hear of the end.
  while (child.exitCode === null && !isWriting()) await new Promise((resolve) => setImmediate(resolve));
  for (const until = performance.now() + microseconds / 1000; performance.now() < until;);
  child.kill("SIGKILL");
  return ended;
}

const tests = {
  async "killed at random moments while fixing"() {
    const folder = project("killed", 6);
    const texts = repaired(folder);
    const started = Date.now();
    ropelint([...check, "--fix", "--unsafe-fixes"], folder);
    let whole = Date.now() - started;
    const counts = { killed: 0, none: 0, some: 0, all: 0, litter: 0 };
    for (let i = 0; i < Number(values.kills); i++) {
      for (const [name, text] of texts.before) writeFileSync(join(folder, name), text);
      const began = Date.now();
      const words = [...check, "--fix", "--unsafe-fixes", "--no-cache"];
      const { signal } =
        i % 4 === 0
          ? await killed(folder, words, whole * (0.2 + 0.9 * random()))
          : await killedWhileWriting(folder, words, 8000 * random());
      if (signal === "SIGKILL") counts.killed++;
      else whole = Date.now() - began;
      const fresh = requireOldOrNew(folder, texts, true);
      counts[fresh === 0 ? "none" : fresh === texts.before.size ? "all" : "some"]++;
      if (!readdirSync(folder).some((name) => name.endsWith(".tmp"))) continue;
      counts.litter++;
      ropelint([...check, "--fix", "--unsafe-fixes"], folder);
      assert.equal(requireOldOrNew(folder, texts, false), texts.before.size);
    }
    ropelint([...check, "--fix", "--unsafe-fixes"], folder);
    assert.equal(requireOldOrNew(folder, texts, false), texts.before.size);
    const { litter, none, some, all } = counts;
    return `${counts.killed} of ${values.kills} runs killed; nothing written ${none} times, some files ${some}, all ${all}; a temporary file left ${litter} times, gone after the next run`;
  },

  async "two runs that fix at once"() {
    const folder = project("twice", 8);
    const texts = repaired(folder);
    for (let i = 0; i < 10; i++) {
      for (const [name, text] of texts.before) writeFileSync(join(folder, name), text);
      await Promise.all([1, 2].map(() => killed(folder, [...check, "--fix", "--unsafe-fixes"], 600_000)));
      assert.equal(requireOldOrNew(folder, texts, false), texts.before.size);
    }
    return "10 times";
  },

  async "files replaced and deleted while it runs"() {
    const folder = project("moving", 8);
    const texts = repaired(folder);
    const other = "x = 1\n";
    for (let i = 0; i < 10; i++) {
      for (const [name, text] of texts.before) writeFileSync(join(folder, name), text);
      const run = killed(folder, [...check, "--fix", "--unsafe-fixes"], 600_000);
      const [gone, changed] = ["m1.py", "m2.py"].map((name) => join(folder, name));
      await new Promise((resolve) => setTimeout(resolve, 1500 * random()));
      unlinkSync(gone);
      writeFileSync(`${changed}.new`, other);
      renameSync(`${changed}.new`, changed);
      const { status } = await run;
      assert.ok(status === 0 || status === 1);
      assert.equal(readFileSync(changed, "utf8"), other);
      assert.ok(!readdirSync(folder).includes("m1.py"));
      assert.ok(!readdirSync(folder).some((name) => name.endsWith(".tmp")));
    }
    return "10 times";
  },

  "a full disk"() {
    const mount = join(work, "full");
    mkdirSync(mount);
    const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount], {
      encoding: "utf8",
    });
    if (error || status !== 0) return limited();
    try {
      writeFileSync(join(mount, "a.py"), code("A"));
      let filled = 0;
      try {
        for (;;) writeFileSync(join(mount, `fill${filled++}`), Buffer.alloc(4096));
      } catch {
        // Full.
      }
      const run = ropelint([...check, "--fix", "--unsafe-fixes", "--no-cache"], mount);
      assert.equal(run.status, 1, run.stderr + stderr);
      assert.match(run.stdout, /not fixed: no (?:space left|file can be written)/);
      assert.equal(readFileSync(join(mount, "a.py"), "utf8"), code("A"));
      assert.ok(!readdirSync(mount).some((name) => name.endsWith(".tmp")));
      return "tmpfs of 64 KiB";
    } finally {
      spawnSync("umount", [mount]);
    }
  },

  "a read-only folder, and one that can't be read"() {
    const user = someoneElse();
    if (typeof user === "string") return user;
    const folder = project("fixed", 1);
    const shut = project("fixed/shut", 1);
    if ("uid" in user) spawnSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
    chmodSync(folder, 0o555);
    chmodSync(shut, 0);
    const { status, stdout, stderr } = ropelint(
      [...check, "--fix", "--unsafe-fixes", "--no-cache"],
      folder,
      user,
    );
    chmodSync(folder, 0o755);
    chmodSync(shut, 0o755);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /not fixed: no file can be written/);
    assert.match(stdout, /^shut:1:1: error\[io-error\] /m);
    assert.equal(readFileSync(join(folder, "m0.py"), "utf8"), code("M0"));
    return `reported${"uid" in user ? ", as a user without rights" : ""}`;
  },

  "links in loops, pipes, unreadable names"() {
    const folder = project("odd", 1);
    symlinkSync(".", join(folder, "loop"));
    symlinkSync("b.py", join(folder, "a.py"));
    symlinkSync("a.py", join(folder, "b.py"));
    spawnSync("mkfifo", [join(folder, "pipe.py")]);
    writeFileSync(join(folder, "with space\nand line.py"), code("S"));
    writeFileSync(Buffer.from(`${folder}/odd\xff.py`, "latin1"), code("O"));
    const { status, stdout } = ropelint([...check, "--fix", "--unsafe-fixes"], folder, { timeout: 120_000 });
    assert.equal(status, 1);
    assert.match(stdout, /a\.py:1:1: error\[io-error\] the link can't be followed/);
    assert.match(readFileSync(join(folder, "with space\nand line.py"), "utf8"), /int64/);
    return "reported, and the others fixed";
  },

  "very many files"() {
    const folder = join(work, "many");
    const count = Number(values.files);
    for (let i = 0; i < count; i++) {
      if (i % 1000 === 0) mkdirSync(join(folder, `d${i / 1000}`), { recursive: true });
      writeFileSync(
        join(folder, `d${Math.floor(i / 1000)}`, `m${i}.py`),
        i % 10_000 === 0 ? code("M") : "x = 1\n",
      );
    }
    const script = 'TIMEFORMAT="%U"; time "$@"';
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", script, "bash", process.execPath, bin, ...check],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    assert.equal(status, 1, stderr);
    const found = stdout.split("\n").filter((line) => line.includes("[float-range]")).length;
    assert.equal(found, Math.ceil(count / 10_000));
    return `${count} files, ${found} findings, ${stderr.trim()} s of processor time`;
  },
};

/** As whom mode bits count: no bits stop the superuser. A reason where nobody can be had. */
function someoneElse() {
  if (process.getuid?.() !== 0) return {};
  const user = { uid: 65534, gid: 65534 };
  chmodSync(work, 0o711);
  const { status } = spawnSync(process.execPath, [bin, "--version"], { cwd: "/", ...user });
  return status === 0
    ? user
    : "skipped: runs as root, whom no mode bits stop, and no other user can read the package";
}

/** Without a file system of one's own: a limit on what a process may write. */
function limited() {
  const folder = project("limited", 1);
  writeFileSync(join(folder, "m0.py"), code("A") + `# ${"x".repeat(4000)}\n`);
  const before = readFileSync(join(folder, "m0.py"), "utf8");
  const line = `trap '' XFSZ; ulimit -f 1; exec "$0" "$@" | cat`;
  const words = [process.execPath, bin, ...check, "--fix", "--unsafe-fixes", "--no-cache"];
  const { stdout } = spawnSync("bash", ["-c", line, ...words], { cwd: folder, encoding: "utf8" });
  assert.match(stdout, /not fixed: /);
  assert.equal(readFileSync(join(folder, "m0.py"), "utf8"), before);
  assert.ok(!readdirSync(folder).some((name) => name.endsWith(".tmp")));
  return "no file system can be mounted here; tried with a limit of 1 KiB on what is written";
}

let failures = 0;
try {
  for (const [name, test] of Object.entries(tests)) {
    try {
      console.log(`${name}: ${await test()}`);
    } catch (error) {
      failures++;
      console.log(`${name}: FAILED\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;
