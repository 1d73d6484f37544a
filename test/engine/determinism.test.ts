import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { services } from "../../src/cli/wiring.ts";
import { Cache } from "../../src/engine/cache.ts";
import { createToolchain } from "../../src/engine/python-toolchain.ts";
import { rules } from "../../src/engine/rules.ts";
import { run, type RunRequest } from "../../src/engine/run.ts";
import { createPythonParser } from "../../src/frontends/python/parser.ts";
import { makeFolder } from "../cli/folder.ts";

// A sample of what `npm run test:determinism` compares in full, between whole processes and versions of Node.

const examples = fileURLToPath(new URL("../../examples", import.meta.url));
const names = [
  "alibi.py",
  "ambient_dtype.py",
  "default_dtype.py",
  "llama_rotary.py",
  "rope_port.ts",
  "rotary.ipynb",
];
const folder = makeFolder();
for (const name of names) cpSync(join(examples, name), join(folder, name));

const tools = { ...services, worker: new URL("source-worker.mjs", import.meta.url) };
const options = { rules: rules.map(({ id }) => id), environments: defaultEnvironments, exhaustive: false };
const request: RunRequest = {
  cwd: folder,
  input: ["."],
  settingsFor: () => ({ options, isPrinted: () => true }),
  fix: "none",
  accepted: new Set(["safe", "unsafe"]),
};

/** Every finding with its evidence, and every byte of every fix. */
async function found(some: Partial<RunRequest> = {}, by: Parameters<typeof run>[1] = tools): Promise<string> {
  const { diagnostics, changes } = await run({ ...request, ...some }, by);
  // What is not finite is no number to JSON.
  const spell = (_key: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify({ diagnostics, changes }, spell, 1);
}

test("findings, their order, evidence and fixes are the same bytes whatever finds them", async () => {
  const wasm = createToolchain(await createPythonParser("wasm"));
  const cached = async (): Promise<string> => {
    const cache = new Cache(join(folder, ".ropelint_cache"), "build", Date.now() + 60_000);
    const text = await found({ cache });
    assert.equal(cache.save(), null);
    return text;
  };
  const expected = await found();
  assert.ok(expected.split('"evidence": {').length > names.length, "there is something to compare");
  const others = {
    again: await found(),
    "two threads": await found({ concurrency: 2 }),
    "a cold cache": await cached(),
    "a warm cache": await cached(),
    wasm: await found({}, wasm),
  };
  for (const [name, text] of Object.entries(others)) assert.equal(text, expected, name);
  const fixed = await found({ fix: "compute", concurrency: 2 });
  assert.ok(fixed.split('"before": "').length > 5, "something is fixed");
  assert.equal(await found({ fix: "compute" }, wasm), fixed, "fixes by wasm");
});
