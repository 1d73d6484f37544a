// `npm run test:determinism [-- --runs N] [--sample] [--newest-node]`: the same bytes give the same report, byte for byte: run after run, whatever the number of
// threads, with and without what a cache knows, by both parsers, with and without fixes, on this Node and the newest.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    sample: { type: "boolean", default: false },
    "newest-node": { type: "boolean", default: false },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "bin/ropelint.js");
const work = mkdtempSync(join(tmpdir(), "ropelint-determinism-"));
const inputs = join(work, "inputs");
for (const name of ["examples", values.sample ? "test/fixtures/early-cast" : "test/fixtures"])
  cpSync(join(root, name), join(inputs, name), { recursive: true });

const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

function report({ node = process.execPath, words = [], env = {} }) {
  const all = [bin, "check", "--isolated", "--severity", "note", "--output-format", "json", ...words, "."];
  const options = { cwd: inputs, encoding: "utf8", maxBuffer: 2 ** 29, env: { ...process.env, ...env } };
  const { status, stdout, stderr } = spawnSync(node, all, options);
  assert.ok(status === 0 || status === 1, stderr);
  return stdout;
}

/** What --fix makes of all files, and the report of it. */
function fixed(run) {
  const folder = join(work, "kept");
  cpSync(inputs, folder, { recursive: true });
  const out = report({ ...run, words: [...(run.words ?? []), "--fix", "--unsafe-fixes"] });
  const files = readdirSync(inputs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(".ropelint_cache"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file} ${digest(readFileSync(file))}`);
  rmSync(inputs, { recursive: true });
  cpSync(folder, inputs, { recursive: true });
  rmSync(folder, { recursive: true });
  return `${out}${files.join("\n")}`;
}

function newestNode() {
  const folder = join(work, "node");
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "node@latest"],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  return join(folder, "node_modules/node/bin/node");
}

const cold = { words: ["--no-cache"] };
const cases = [
  ...Array.from({ length: Number(values.runs) - 1 }, (_, i) => [`run ${i + 2}`, cold]),
  ...["1", "2", "3"].map((count) => [`${count} threads`, { words: ["--no-cache", "--concurrency", count] }]),
  ["a cold cache", { words: ["--cache-dir", join(work, "cache")] }],
  ["a warm cache", { words: ["--cache-dir", join(work, "cache")] }],
  ["the wasm parser", { ...cold, env: { ROPELINT_PARSER: "wasm" } }],
  ["the native parser", { ...cold, env: { ROPELINT_PARSER: "native" } }],
  ["another language and time", { ...cold, env: { LC_ALL: "tr_TR.UTF-8", TZ: "Asia/Kathmandu" } }],
  ["less memory", { ...cold, env: { NODE_OPTIONS: "--max-old-space-size=512" } }],
];

let failures = 0;
function compare(name, expected, found) {
  if (found === expected) return;
  failures++;
  writeFileSync(join(tmpdir(), "ropelint-expected"), expected);
  writeFileSync(join(tmpdir(), "ropelint-found"), found);
  console.log(`${name}: FAILED, ${digest(found)} for ${digest(expected)}; both are in ${tmpdir()}`);
}

try {
  const expected = report(cold);
  const count = JSON.parse(expected).length;
  for (const [name, run] of cases) compare(name, expected, report(run));
  console.log(
    `${count} findings with their evidence and fixes, ${expected.length} bytes (${digest(expected)}): ${cases.length} further runs`,
  );
  const once = fixed(cold);
  const fixes = [
    ["2 threads", { words: ["--no-cache", "--concurrency", "2"] }],
    ["wasm", { ...cold, env: { ROPELINT_PARSER: "wasm" } }],
  ];
  for (const [name, run] of fixes) compare(`--fix, ${name}`, once, fixed(run));
  console.log(`--fix: the same files ${fixes.length + 1} times (${digest(once)})`);
  if (values["newest-node"]) {
    const node = newestNode();
    const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
    compare(`Node ${version}`, expected, report({ ...cold, node, env: { ROPELINT_PARSER: "wasm" } }));
    console.log(`compared: Node ${process.version} and ${version}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;
