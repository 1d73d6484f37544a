import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckedFile, FileSettings } from "../../src/engine/checked-file.ts";
import { inspectBytes } from "../../src/engine/inspect-file.ts";
import { Inspector } from "../../src/engine/inspector.ts";
import { repair } from "../../src/engine/repair.ts";
import type { RepairRequest } from "../../src/engine/repair.ts";
import { lazily, type Toolchain } from "../../src/engine/toolchain.ts";
import { fakeToolchain } from "../cli/fake-services.ts";
import type { Finding } from "../../src/verify/finding.ts";
import { finding } from "./findings.ts";

const options = { rules: ["float-range"], environments: [], exhaustive: false };

const warnings = { options, isPrinted: ({ severity }: Finding) => severity !== "note" };
const everything = { options, isPrinted: () => true };

function checked(path: string, text: string, toolchain: Toolchain, settings: FileSettings): CheckedFile {
  const bytes = Buffer.from(text);
  return {
    file: { path, real: `/${path}` },
    bytes,
    text,
    findings: inspectBytes(bytes, options, toolchain).findings,
    settings,
  };
}

async function repaired(
  texts: Readonly<Record<string, string>>,
  some: Partial<RepairRequest> = {},
  toolchain = fakeToolchain,
  settings: FileSettings = warnings,
) {
  const files = Object.entries(texts).map(([path, text]) => checked(path, text, toolchain, settings));
  const request: RepairRequest = {
    accepted: new Set(["safe"]),
    allFiles: files.map(({ file }) => file),
    pause: () => Promise.resolve(),
    ...some,
  };
  const tools = lazily(toolchain);
  return repair(files, request, { tools, inspector: new Inspector(tools) });
}

test("what is safe and printed is fixed, and nothing else", async () => {
  const text = [
    "a = arange(1, dtype=float)",
    "b = arange(2, dtype=float)  # note",
    "c = arange(3, dtype=float)  # unsafe",
    "d = arange(4, dtype=float)  # nofix",
  ].join("\n");
  const [file] = await repaired({ "a.py": text });
  assert.equal(file!.text, text.replace("arange(1, dtype=float)", "arange(1, dtype=int64).float()"));
  assert.equal(file!.fixed.length, 1);
  assert.equal(file!.findings.length, 3);
  const [all] = await repaired(
    { "a.py": text },
    { accepted: new Set(["safe", "unsafe"]) },
    fakeToolchain,
    everything,
  );
  assert.equal(all!.findings.length, 1);
  const [again] = await repaired(
    { "a.py": all!.text },
    { accepted: new Set(["safe", "unsafe"]) },
    fakeToolchain,
    everything,
  );
  assert.equal(again!.text, all!.text);
});

test("what overlaps waits for the next pass", async () => {
  // Every 'x' pair can become 'y', every 'y' pair 'z'.
  const inspect = (text: string) =>
    [...text.matchAll(/(?=xx|yy)/g)].map(({ index }) => {
      const content = text[index] === "x" ? "y" : "z";
      const edits = [{ start: index, end: index + 2, content }];
      const fix = { applicability: "safe", message: "", group: String(index), edits } as const;
      return finding({ span: { start: index, end: index + 2 }, fix });
    });
  const toolchain = { ...fakeToolchain, literals: ["x"], inspect };
  const [file] = await repaired({ "a.py": "xxxx" }, {}, toolchain);
  assert.equal(file!.text, "z");
  assert.equal(file!.fixed.length, 3);
  assert.deepEqual(file!.findings, []);
});

test("a rewrite that would not parse is withheld, and the file is as it was", async () => {
  const text = "a = arange(1, dtype=float)\nb = arange(2, dtype=float)  # broken\n";
  const [broken, sound] = await repaired({ "a.py": text, "b.py": "c = arange(3, dtype=float)\n" });
  assert.equal(broken!.text, text);
  assert.deepEqual(broken!.fixed, []);
  assert.equal(broken!.findings[0]!.rule, "internal-error");
  assert.match(broken!.findings[0]!.message, /not fixed: the rewritten code would not parse/);
  assert.equal(broken!.findings.length, 3);
  assert.equal(sound!.text, "c = arange(3, dtype=int64).float()\n");
});

test("fixes that never settle are withheld", async () => {
  const text = "a = arange(1, dtype=float)  # loop\n";
  const [file] = await repaired({ "a.py": text });
  assert.equal(file!.text, text);
  assert.match(file!.findings[0]!.message, /don't settle after 10 passes/);
});

test("an analysis that fails on the fixed text withholds the fix", async () => {
  const inspect: Toolchain["inspect"] = (text, given) => {
    if (text.includes("int64")) throw new Error("unexpected");
    return fakeToolchain.inspect(text, given);
  };
  const text = "a = arange(1, dtype=float)\n";
  const [file] = await repaired({ "a.py": text }, {}, { ...fakeToolchain, inspect });
  assert.equal(file!.text, text);
  assert.match(file!.findings[0]!.message, /not fixed: ropelint failed on this file \(Error: unexpected/);
});

test("a copy and its source are fixed in one go, a copy alone is not", async () => {
  const source = "class A:\n    def f(self):\n        t = arange(1, dtype=float)\n";
  const copy = `# Copied from lib.a.A with A->B\n${source.replace("A", "B")}`;
  const both = await repaired({ "lib/a.py": source, "lib/b.py": copy });
  assert.deepEqual(
    both.map((file) => file.fixed.length),
    [1, 1],
  );
  const [alone] = await repaired({ "lib/b.py": copy });
  assert.equal(alone!.text, copy);
  assert.equal(alone!.findings[0]!.fix!.applicability, "unsafe");
});

test("reasons and pointers are given once, however many passes there are", async () => {
  const made = `# Automatically generated from gen.py, do not edit\nt = arange(1, dtype=float)\n`;
  const [, file] = await repaired({ "a.py": "t = arange(1, dtype=float)", "b.py": made });
  assert.equal(file!.text, made);
  assert.equal(file!.findings[0]!.message.match(/generated/g)!.length, 1);
});
