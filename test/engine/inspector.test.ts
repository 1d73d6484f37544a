import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { literalsOf } from "../../src/engine/catalogue.ts";
import { Inspector, mapInOrder, threadsFor } from "../../src/engine/inspector.ts";
import { run } from "../../src/engine/run.ts";
import type { LazyToolchain } from "../../src/engine/toolchain.ts";
import { services } from "../../src/cli/wiring.ts";

const worker = new URL("source-worker.mjs", import.meta.url);
const tools: LazyToolchain = { ...services, worker };
const options = { rules: ["float-range"], environments: ["zero-init"], exhaustive: false };

function module(name: string): string {
  return `import torch
from torch import nn


class ${name}(nn.Module):
    def __init__(self, dim, length=4096):
        super().__init__()
        steps = torch.arange(length, dtype=torch.float32)
        self.register_buffer("cos", torch.outer(steps, torch.ones(dim)).cos())
`;
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ropelint-threads-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function check(folder: string, concurrency: number, by = tools) {
  const settings = { options, isPrinted: () => true };
  const request = {
    cwd: folder,
    input: ["."],
    settingsFor: () => settings,
    fix: "none",
    concurrency,
  } as const;
  const { diagnostics, counts } = await run({ ...request, accepted: new Set() }, by);
  return { diagnostics, counts };
}

test("threads find what one thread finds, in the same order", async () => {
  const files = Object.fromEntries(
    ["one", "two", "three", "four"].map((name) => [`${name}.py`, module(name)] as const),
  );
  const folder = folderOf({ ...files, "broken.py": "arange(\0)", "none.py": "x = 1\n" });
  const alone = await check(folder, 1);
  assert.equal(alone.diagnostics.length, 5);
  assert.deepEqual(await check(folder, 2), alone);
  assert.deepEqual(await check(folder, 3), alone);
});

test("a file that exhausts a thread's memory is told of, and the others are read", async () => {
  const folder = folderOf({
    "worker.mjs": `export default ({ source }) => {
      if (source !== "huge") return [];
      setTimeout(() => { throw Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" }); });
      return new Promise(() => {});
    };`,
  });
  const inspector = new Inspector({ ...tools, worker: pathToFileURL(join(folder, "worker.mjs")) });
  await inspector.widen(2);
  try {
    const sources = ["first", "huge", "third", "fourth"];
    const found = await mapInOrder(sources, inspector.width, (source) =>
      inspector.inspect("a.py", source, options),
    );
    assert.deepEqual(
      found.map((findings) => findings.map(({ rule }) => rule)),
      [[], ["internal-error"], [], []],
    );
    assert.match(found[1]![0]!.message, /needs more than \d+ MiB/);
  } finally {
    await inspector.close();
  }
});

test("what a thread leaves undone is done here", async () => {
  const folder = folderOf({
    "one.py": module("One"),
    "two.py": module("Two"),
    "dies.mjs":
      "export default () => { setTimeout(() => { throw new Error('dies'); }); return new Promise(() => {}); };",
  });
  const alone = await check(folder, 1);
  const dying = { ...tools, worker: pathToFileURL(join(folder, "dies.mjs")) };
  assert.deepEqual(await check(folder, 2, dying), alone);
});

test("threads that do not start leave the work to this one", async () => {
  const folder = folderOf({ "one.py": module("One"), "two.py": module("Two") });
  const alone = await check(folder, 1);
  const broken = { ...tools, worker: pathToFileURL(join(folder, "missing.mjs")) };
  assert.deepEqual(await check(folder, 2, broken), alone);
});

test("few files are read without threads", () => {
  assert.equal(threadsFor(3, "auto"), 0);
  assert.equal(threadsFor(3, 2), 2);
  assert.ok(threadsFor(1000, "auto") <= 8);
});

test("literals of the languages are those of their rules", () => {
  assert.ok(literalsOf("python").includes("arange"));
  assert.ok(literalsOf("javascript").includes("f16"));
  assert.ok(!literalsOf("python").includes("Float16Array"));
});

test("items are mapped in order, no more than asked at a time", async () => {
  let active = 0;
  let most = 0;
  const mapped = await mapInOrder([5, 1, 3, 2], 2, async (item, index) => {
    most = Math.max(most, ++active);
    await new Promise((resolve) => setTimeout(resolve, item));
    active--;
    return `${String(index)}:${String(item)}`;
  });
  assert.deepEqual(mapped, ["0:5", "1:1", "2:3", "3:2"]);
  assert.equal(most, 2);
});
