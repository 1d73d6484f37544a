import assert from "node:assert/strict";
import { test } from "node:test";
import { openHosted } from "../../../src/engine/hosts/hosts.ts";
import { inspectBytes } from "../../../src/engine/inspect-file.ts";
import { createToolchain } from "../../../src/engine/python-toolchain.ts";
import { toolchainFor } from "../../../src/engine/toolchain.ts";
import { loadPythonParser } from "../../../src/frontends/python/parser.ts";
import type { Finding } from "../../../src/verify/finding.ts";
import { notebook, written } from "./notebooks.ts";

const python = createToolchain(await loadPythonParser());
const rules = ["float-range", "invalid-type-as", "unused-ignore"];
const options = { rules, environments: ["plain", "zero-init"], exhaustive: false };

interface Found {
  readonly rule: string;
  readonly code: string;
  readonly finding: Finding;
}

function inspect(path: string, file: string): readonly Found[] {
  const toolchain = toolchainFor(path, python);
  const bytes = Buffer.from(file);
  const { text, findings } = inspectBytes(bytes, { ...options, path }, toolchain);
  assert.equal(text, openHosted(bytes, path)?.text);
  return findings.map((finding) => ({
    rule: finding.rule,
    code: text.slice(finding.span.start, finding.span.end),
    finding,
  }));
}

function cells(...sources: readonly string[]): readonly Found[] {
  return inspect("a.ipynb", written(notebook(sources)));
}

const names = (found: readonly Found[]): readonly string[] =>
  found.map(({ rule, code }) => `${rule}: ${code}`);

const table = `class Table(nn.Module):
    def __init__(self, dim):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        t = positions(4096)
        self.cos = torch.outer(t, inv_freq).cos()
`;
const range = "torch.arange(n, dtype=torch.float32)";
const positions = `def positions(n):\n    return ${range}\n`;
const imports = "import torch\nfrom torch import nn";

test("cells are one module: what one defines, another one calls", () => {
  assert.deepEqual(names(cells(imports, positions, "x = 1", table)), [`float-range: ${range}`]);
  assert.deepEqual(names(cells(imports, table, positions)), [`float-range: ${range}`]);
  // Without the caller nobody knows what becomes of it.
  assert.notEqual(cells(imports, positions)[0]?.finding.severity, "error");
});

test("magics stand in nobody's way", () => {
  const head = "%load_ext autoreload\n!pip install torch 'x\nfiles = !ls\n";
  const found = cells(
    head + imports,
    "%%timeit\n" + positions,
    "%%bash\ntorch.arange(8, dtype=torch.float32",
    "x?\n" + table,
  );
  assert.deepEqual(names(found), [`float-range: ${range}`]);
});

test("a cell that does not parse takes nothing from the others", () => {
  const broken = ["x = (1,\n", "def f(:\n  pass", "<YOUR KEY>", "```", "'''"];
  for (const cell of broken)
    assert.deepEqual(names(cells(imports, cell, positions, cell, table)), [`float-range: ${range}`], cell);
});

test("ignore comments work in cells, and reach no other cell", () => {
  const ignored = positions.replace("32)", "32)  # ropelint: ignore[float-range] meant");
  assert.deepEqual(cells(imports, ignored, table), []);
  const dangling = "x = 1\n# ropelint: ignore[float-range] meant";
  const found = names(cells(imports, dangling, positions, table));
  assert.ok(found.includes(`float-range: ${range}`));
  assert.ok(found.some((name) => name.startsWith("unused-ignore")));
});

test("fences are modules of their own, and imports hold for the fences after them", () => {
  const fence = (code: string): string => `\`\`\`python\n${code}\n\`\`\`\n\ntext\n\n`;
  const whole = `${positions}\n\n${table}`;
  assert.deepEqual(names(inspect("a.md", fence(imports) + fence(whole))), [`float-range: ${range}`]);
  assert.deepEqual(names(inspect("a.md", fence(`${imports}\n${whole}`) + fence(whole))), [
    `float-range: ${range}`,
    `float-range: ${range}`,
  ]);
  assert.deepEqual(inspect("a.md", fence(imports) + fence(`x = ...\n}\n${whole}`)), []);
  assert.deepEqual(
    inspect("a.md", fence(`${imports}\n${positions}`) + fence(table)).filter(
      ({ finding }) => finding.severity === "error",
    ),
    [],
  );
});

test("stubs are read, and hold nothing to find", () => {
  const stub = `${imports}\ndef positions(n: int, dtype: torch.dtype = ...) -> torch.Tensor: ...  # arange\nclass Table(nn.Module):\n    cos: torch.Tensor\n    def arange(self, n: int) -> None: ...\n`;
  const bytes = Buffer.from(stub);
  assert.deepEqual(
    inspectBytes(bytes, { ...options, path: "a.pyi" }, toolchainFor("a.pyi", python)).findings,
    [],
  );
});

test("what can't be taken apart is one finding, at its place", () => {
  const bytes = Buffer.from('{"cells": [{"source": ["arange(4)"]}, }');
  const { text, findings } = inspectBytes(
    bytes,
    { ...options, path: "a.ipynb" },
    toolchainFor("a.ipynb", python),
  );
  assert.equal(text, bytes.toString());
  assert.deepEqual(
    findings.map(({ rule, span }) => [rule, span.start]),
    [["syntax-error", 38]],
  );
  const latin = Buffer.from([...Buffer.from('{"arange": "'), 0xe9, ...Buffer.from('"}')]);
  const undecoded = inspectBytes(latin, { ...options, path: "a.ipynb" }, python);
  assert.equal(undecoded.findings[0]?.message, "not valid UTF-8");
});
