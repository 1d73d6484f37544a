import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Linter } from "eslint";
import { globSync } from "tinyglobby";
import { root, runRopelint } from "../../scripts/generators/documents/run-ropelint.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { readFixtures } from "../rules/read-fixtures.ts";
import { applied, checked, lint, placesIn, versions } from "./support.ts";

const examples = globSync("examples/*.py", { cwd: root }).sort();
const fixtures = readFixtures();
/** All of them take minutes. */
const sample = fixtures.filter((_, index) => index % 12 === 0);

describe("ESLint finds what ropelint check finds", () => {
  for (const path of examples) {
    const text = readFileSync(join(root, path), "utf8");
    for (const { name, ESLint: Engine } of versions) {
      it(`${path}, ${name}`, async () => {
        assert.deepEqual(placesIn(await lint(text, { path, Engine })), await checked(text, path));
      });
    }
    it(`${path}, every rule and notes`, async () => {
      const config = ropelint.configs["python-strict"];
      const flags = ["--select", "ALL", "--severity", "note"];
      assert.deepEqual(placesIn(await lint(text, { path, config })), await checked(text, path, flags));
    });
  }
  for (const { name, text } of sample) {
    it(name, async () => {
      const result = await lint(text);
      assert.deepEqual(placesIn(result), await checked(text));
      const { output } = await lint(text, { fix: true });
      const printed = (await runRopelint(["check", "--stdin-filename", "model.py", "--fix"], text)).output;
      assert.ok(printed.startsWith(output ?? text), "and repairs what ropelint check --fix repairs");
      if (output !== undefined) assert.equal((await lint(output, { fix: true })).output, undefined, "once");
    });
  }
});

const range = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int, length: int = 4096):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        t = torch.arange(length, dtype=torch.float32)
        self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)

    def forward(self, x):
        return x
`;

describe("texts that editors and old machines write", () => {
  const texts: Readonly<Record<string, string>> = {
    "byte order mark": `\ufeff${range}`,
    CRLF: range.replaceAll("\n", "\r\n"),
    "characters beyond 16 bits": range.replace("t = torch", '"𝔱𝔱"; t = torch'),
    "no line end": range.trimEnd(),
    "a syntax error elsewhere": `${range}\n\ndef broken(:\n    pass\n`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, async () => {
      const result = await lint(text);
      assert.equal(result.messages.length, 1);
      assert.deepEqual(placesIn(result), await checked(text));
      const { output = text } = await lint(text, { fix: true });
      assert.ok(output.includes("torch.arange(length, dtype=torch.int64).float()"));
      assert.equal(output.replace("torch.int64).float()\n", "torch.float32)\n").includes("\ufffd"), false);
      assert.equal(output.includes("\r"), text.includes("\r"));
      assert.equal(output.startsWith("\ufeff"), text.startsWith("\ufeff"));
    });
  }

  it("bytes that are no UTF-8 are reported on and never written", async () => {
    const text = range.replace("import torch\n", "# -*- coding: latin-1 -*-\n# caf\ufffd\nimport torch\n");
    const [message, ...more] = (await lint(text)).messages;
    assert.equal(message?.ruleId, "ropelint/float-range");
    assert.equal(message.fix ?? message.suggestions, undefined);
    assert.equal(more.length, 0);
  });

  // @eslint/markdown names a block by what stands behind its fence.
  for (const filename of ["block.py", "0.python", "0.python3"])
    it(`code blocks of other files: ${filename}`, async () => {
      const processor: Linter.Processor = {
        preprocess: (markdown) => {
          const [, code = ""] = /```python\n([^]*?)```/.exec(markdown) ?? [];
          return [{ text: code, filename }];
        },
        postprocess: (lists) => lists.flat(),
      };
      const more: Linter.Config = { files: ["**/*.md"], processor };
      const result = await lint(`# Title\n\n\`\`\`python\n${range}\`\`\`\n`, { path: "README.md", more });
      assert.deepEqual(placesIn(result), placesIn(await lint(range)));
    });

  it("code that nests too deep is a parsing error", async () => {
    const result = await lint(`${range}x = ${"(".repeat(3000)}1${")".repeat(3000)}\n`);
    assert.match(result.messages[0]?.message ?? "", /nests more than 1000 levels deep/);
    assert.equal(result.messages[0]?.fatal, true);
    assert.equal(result.messages[0].line, 14);
  });

  it("an empty file and a file of comments", async () => {
    assert.deepEqual((await lint("")).messages, []);
    assert.deepEqual((await lint("# nothing\n")).messages, []);
  });
});

describe("fixes", () => {
  it("a group is one fix with all of its edits", async () => {
    const text = readFileSync(join(root, "examples/sinusoidal.py"), "utf8");
    const { messages } = await lint(text);
    assert.equal(messages.length, 2);
    assert.deepEqual(messages[0]?.fix, messages[1]?.fix);
  });

  it("what is not safe is a suggestion", async () => {
    const text = readFileSync(join(root, "examples/broken_repair.py"), "utf8");
    const { messages } = await lint(text);
    const [message] = messages;
    assert.equal(message?.fix, undefined);
    assert.match(message?.suggestions?.[0]?.desc ?? "", /\(unsafe, confirmed-change/);
  });

  it("what a rule only suggests is a suggestion, with all of its edits", async () => {
    const { text, suggested } = fixtures.find(({ name }) => name === "complex-cast/rewritten/buffer") ?? {};
    const [message] = (await lint(text ?? "")).messages;
    assert.equal(message?.fix, undefined);
    assert.match(message?.suggestions?.[0]?.desc ?? "", /\(by hand, confirmed/);
    assert.equal(message && applied(text ?? "", message), suggested?.text);
  });
});

describe("options and settings", () => {
  it("severity: notes are reported where a rule asks for them", async () => {
    const more: Linter.Config = {
      rules: { "ropelint/low-precision-apply": ["error", { severity: "note" }] },
    };
    const text = fixtures.find(({ name }) => name.startsWith("low-precision-apply/fires/"))?.text ?? "";
    const asked = placesIn(await lint(text, { more }));
    assert.ok(asked.some(({ rule, severity }) => rule === "low-precision-apply" && severity === "note"));
    assert.ok(!placesIn(await lint(text)).some(({ severity }) => severity === "note"));
  });

  it("settings.ropelint.environments is --environment", async () => {
    const more = { settings: { ropelint: { environments: ["module-cast"] } } };
    assert.deepEqual((await lint(range, { more })).messages, []);
    const flags = ["--environment", "zero-init"];
    const chosen = { settings: { ropelint: { environments: ["zero-init"] } } };
    assert.deepEqual(placesIn(await lint(range, { more: chosen })), await checked(range, "model.py", flags));
  });

  it("what is misspelt is said", async () => {
    const wrong = (ropelint: unknown): Promise<unknown> => lint(range, { more: { settings: { ropelint } } });
    await assert.rejects(
      wrong({ environments: ["zero-inti"] }),
      /unknown environment "zero-inti".*"zero-init"/,
    );
    await assert.rejects(wrong({ environment: [] }), /unknown setting "environment".*"environments"/);
    await assert.rejects(wrong({ environments: "zero-init" }), /has to be an array/);
    await assert.rejects(wrong("zero-init"), /has to be an object/);
    const option: Linter.Config = { rules: { "ropelint/float-range": ["error", { severity: "bad" }] } };
    await assert.rejects(lint(range, { more: option }), /"ropelint\/float-range".*\n.*"bad"/);
  });

  it("a rule that is off takes no part in a group", async () => {
    const more = { rules: { "ropelint/float-range": "off" } } as const;
    assert.deepEqual((await lint(range, { more })).messages, []);
  });
});
