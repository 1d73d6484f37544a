import assert from "node:assert/strict";
import {
  chownSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it, mock } from "node:test";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { services } from "../../src/cli/wiring.ts";
import type { FileSettings } from "../../src/engine/checked-file.ts";
import { removeCache } from "../../src/engine/cache-file.ts";
import { Cache } from "../../src/engine/cache.ts";
import { decodeNumbers, encodeNumbers } from "../../src/engine/cache-numbers.ts";
import { ParseLimitError } from "../../src/frontends/python/parse-limits.ts";
import { run, type RunRequest, type RunResult } from "../../src/engine/run.ts";
import type { Toolchain } from "../../src/engine/toolchain.ts";
import { makeFolder } from "../cli/folder.ts";

const table = (dtype: string): string => `import torch
from torch import nn


class Table(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        t = torch.arange(length, dtype=${dtype})
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        self.register_buffer("sin", torch.outer(t, inv_freq).sin())
`;

const files = { "a.py": table("torch.float32"), "b.py": table("torch.int64"), "c.py": "x = 1\n" };

function settings(environments: readonly string[]): FileSettings {
  return { options: { rules: ["float-range"], environments, exhaustive: false }, isPrinted: () => true };
}

interface Session {
  readonly folder: string;
  readonly check: (
    some?: Partial<RunRequest>,
    build?: string,
  ) => Promise<RunResult & { readonly asked: number }>;
}

/** Runs a minute from now, when files of today are known by their times; how often anything was inspected is counted. */
function session(content: Readonly<Record<string, string>> = files): Session {
  const folder = makeFolder(content);
  return {
    folder,
    check: async (some = {}, build = "build") => {
      const toolchain = await services.loadToolchain();
      let asked = 0;
      const counting: Toolchain = {
        ...toolchain,
        inspect: (text, options) => {
          asked++;
          return toolchain.inspect(text, options);
        },
      };
      const cache = new Cache(join(folder, "cache"), build, Date.now() + 60_000);
      const request: RunRequest = {
        cwd: folder,
        input: ["."],
        settingsFor: () => settings(defaultEnvironments),
        fix: "none",
        accepted: new Set(["safe"]),
        cache,
        ...some,
      };
      const result = await run(request, counting);
      assert.equal(cache.save(), null);
      return { ...result, asked };
    },
  };
}

/** The modification time is another matter than when the file was really changed. */
function backdate(file: string): void {
  utimesSync(file, 1_700_000_000, 1_700_000_000);
}

function storeOf(folder: string): string {
  const [name = ""] = readdirSync(join(folder, "cache")).filter((entry) => entry.endsWith(".json"));
  return join(folder, "cache", name);
}

describe("the cache", () => {
  it("gives the same result without asking again", async () => {
    const { check } = session();
    const first = await check();
    const second = await check();
    assert.equal(first.asked, 2);
    assert.equal(second.asked, 0);
    assert.equal(first.diagnostics.length, 1);
    assert.deepEqual(second, { ...first, asked: 0 });
  });

  it("asks again for what has changed, and only for that", async () => {
    const { check, folder } = session();
    await check();
    writeFileSync(join(folder, "b.py"), table("torch.float64"));
    assert.equal((await check()).asked, 1);
    writeFileSync(join(folder, "b.py"), files["b.py"]);
    assert.equal((await check()).asked, 0);
  });

  it("is not deceived by a change that keeps size and modification time", async () => {
    const { check, folder } = session();
    backdate(join(folder, "b.py"));
    await check();
    writeFileSync(join(folder, "b.py"), table("torch.int32"));
    backdate(join(folder, "b.py"));
    assert.equal((await check()).asked, 1);
  });

  it("does not read files again that are as they were", async () => {
    const { check, folder } = session({ "c.py": "x = 1\n" });
    await check();
    assert.match(readFileSync(storeOf(folder), "utf8"), /c\.py/);
    assert.equal((await check()).counts.files, 1);
  });

  it("does not keep that a clock has ended the parser", async () => {
    const { check } = session({ "a.py": files["a.py"] });
    const toolchain = await services.loadToolchain();
    const refused = new ParseLimitError("no end", true);
    const load = mock.method(services, "loadToolchain", () =>
      Promise.resolve({
        ...toolchain,
        inspect: () => {
          throw refused;
        },
      }),
    );
    const codes = async (): Promise<readonly string[]> =>
      (await check()).diagnostics.map(({ finding: { rule } }) => rule);
    assert.deepEqual(await codes(), ["syntax-error"]);
    load.mock.restore();
    assert.deepEqual(await codes(), ["float-range"]);
    assert.equal((await check()).asked, 0);
  });

  it("keeps what was found under other rules, environments and builds apart", async () => {
    const { check } = session();
    const { diagnostics } = await check();
    const other = await check({ settingsFor: () => settings(["plain", "low-input"]) });
    assert.equal(other.asked, 2);
    assert.notDeepEqual(other.diagnostics, diagnostics);
    assert.equal((await check({}, "another build")).asked, 2);
    assert.equal((await check()).asked, 0);
  });

  it("lets calls in other files count as they are now", async () => {
    const tables = `import torch


def angles(dtype, length, dim):
    t = torch.arange(length, dtype=dtype)
    inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
    return torch.outer(t.float(), inv_freq).sin()
`;
    const caller = (dtype: string): string => `import torch
from torch import nn
from tables import angles


class Adds(nn.Module):
    def forward(self, hidden_states):
        return hidden_states + angles(${dtype}, hidden_states.shape[1], 64)
`;
    const { check, folder } = session({ "tables.py": tables, "model.py": caller("torch.float32") });
    const before = await check();
    writeFileSync(join(folder, "model.py"), caller("hidden_states.dtype"));
    const after = await check();
    assert.deepEqual(
      [before, after].map(({ diagnostics }) => diagnostics.map(({ finding }) => finding.severity)),
      [["note"], ["error"]],
    );
  });

  it("writes nothing into a file that it has not found anew", async () => {
    const { check, folder } = session();
    await check();
    const store = storeOf(folder);
    const [header = "", body = ""] = readFileSync(store, "utf8").split("\n");
    const forged = body.replaceAll(".float()\\", ".remove()\\");
    assert.notEqual(forged, body);
    const { createHash } = await import("node:crypto");
    const checksum = createHash("sha256").update(forged).digest("hex");
    writeFileSync(store, `${header.slice(0, header.lastIndexOf(" "))} ${checksum}\n${forged}`);
    assert.match(JSON.stringify((await check()).diagnostics), /\.remove\(\)/);
    await check({ fix: "write" });
    assert.match(
      readFileSync(join(folder, "a.py"), "utf8"),
      /torch\.arange\(length, dtype=torch\.int64\)\.float\(\)/,
    );
  });

  it("is ignored where it is damaged, cut off, a link, or can't be read", async () => {
    const { check, folder } = session();
    const { diagnostics } = await check();
    const store = storeOf(folder);
    const whole = readFileSync(store);
    const damages: readonly (readonly [string, Buffer])[] = [
      ["empty", Buffer.alloc(0)],
      ["cut off", whole.subarray(0, whole.length / 2)],
      ["one bit", Buffer.from(whole.map((byte, index) => (index === whole.length - 9 ? byte ^ 1 : byte)))],
      ["no text", Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3])],
    ];
    for (const [name, content] of damages) {
      writeFileSync(store, content);
      const result = await check();
      assert.equal(result.asked, 2, name);
      assert.deepEqual(result.diagnostics, diagnostics, name);
      assert.equal((await check()).asked, 0, `${name}: written anew`);
    }
  });

  it("is not read where it is another user's", async (context) => {
    if (process.getuid?.() !== 0) {
      context.skip("only the superuser gives files away");
      return;
    }
    const { check, folder } = session();
    await check();
    chownSync(storeOf(folder), 12345, 12345);
    assert.equal((await check()).asked, 2);
  });

  it("is not written through a link, and says so", () => {
    const folder = makeFolder({ "elsewhere/keep.txt": "" });
    symlinkSync(join(folder, "elsewhere"), join(folder, "cache"));
    const cache = new Cache(join(folder, "cache"), "build");
    cache.rememberOutcome("key", { isInspected: true, findings: [] });
    assert.equal(cache.save(), "the cache's folder is a link");
    assert.deepEqual(readdirSync(join(folder, "elsewhere")), ["keep.txt"]);
  });

  it("says why it can't be kept, and the run goes on", (context) => {
    if (process.getuid?.() === 0) {
      context.skip("the superuser may write everywhere");
      return;
    }
    const folder = makeFolder();
    mkdirSync(join(folder, "cache"));
    chmodSync(join(folder, "cache"), 0o500);
    const cache = new Cache(join(folder, "cache"), "build");
    cache.rememberOutcome("key", { isInspected: true, findings: [] });
    assert.equal(cache.save(), "permission denied");
  });

  it("keeps what two runs at once have found", () => {
    const folder = join(makeFolder(), "cache");
    const [one, two] = [new Cache(folder, "build"), new Cache(folder, "build")];
    one.rememberOutcome("one", { isInspected: true, findings: [] });
    two.rememberOutcome("two", { isInspected: false, findings: [] });
    one.save();
    two.save();
    const both = new Cache(folder, "build");
    assert.deepEqual(both.outcome("one"), { isInspected: true, findings: [] });
    assert.deepEqual(both.outcome("two"), { isInspected: false, findings: [] });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  it("is removed without what is not its own", () => {
    const folder = join(makeFolder(), "cache");
    assert.equal(removeCache(folder), false);
    const cache = new Cache(folder, "build");
    cache.rememberOutcome("one", { isInspected: true, findings: [] });
    cache.save();
    writeFileSync(join(folder, "mine.txt"), "");
    assert.equal(removeCache(folder), true);
    assert.deepEqual(readdirSync(folder), ["mine.txt"]);
    assert.equal(existsSync(folder), true);
  });

  it("keeps numbers that JSON has no words for", () => {
    const value = {
      moved: Infinity,
      least: -Infinity,
      nothing: NaN,
      zero: -0,
      text: "$number",
      list: [1.5, null],
    };
    assert.deepEqual(decodeNumbers(encodeNumbers(value)), value);
  });
});
