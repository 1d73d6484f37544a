import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { ESLint } from "eslint";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";
import { lint, versions } from "./support.ts";

const line = "        t = torch.arange(length, dtype=torch.float32)";
const text = (above: string, beside: string, below = ""): string => `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int, length: int = 4096):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
${above}${line}${beside}
${below}        self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)

    def forward(self, x):
        return x
`;

function said({ messages }: ESLint.LintResult): readonly string[] {
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}

const finding = ["ropelint/float-range"];
const unused = (ids: string): RegExp => new RegExp(`^Unused eslint-(?:disable|enable) directive.*${ids}`);

for (const { name, ESLint: Engine } of versions) {
  const run = async (...parts: [string, string, string?]): Promise<readonly string[]> =>
    said(await lint(text(...parts), { Engine }));

  describe(`ESLint's comments, ${name}`, () => {
    it("silence a line", async () => {
      assert.deepEqual(await run("", ""), finding);
      assert.deepEqual(await run("", "  # eslint-disable-line ropelint/float-range"), []);
      assert.deepEqual(await run("", "  # eslint-disable-line ropelint/float-range -- see #123"), []);
      assert.deepEqual(await run("", "  # noqa: E501  # eslint-disable-line  # type: ignore"), []);
      assert.deepEqual(await run("        # eslint-disable-next-line ropelint/float-range\n", ""), []);
    });

    it("silence a part and a file", async () => {
      assert.deepEqual(await run("# eslint-disable ropelint/float-range\n", "", "# eslint-enable\n"), []);
      assert.deepEqual(await run("# eslint-disable ropelint/float-range\n", ""), []);
      assert.deepEqual(await run('# eslint ropelint/float-range: "off"\n', ""), []);
    });

    it("are reported where they silence nothing", async () => {
      const [first, directive] = await run("", "  # eslint-disable-line ropelint/early-cast");
      assert.deepEqual([first], finding);
      assert.match(directive ?? "", unused("ropelint/early-cast"));
      const list = "        # eslint-disable-next-line ropelint/float-range, ropelint/early-cast\n";
      const { output } = await lint(text(list, ""), { Engine, fix: true });
      assert.equal(output, text("        # eslint-disable-next-line ropelint/float-range\n", ""));
    });

    it("are read only where they are comments of their own", async () => {
      assert.deepEqual(await run("", '; s = "# eslint-disable-line"'), finding);
      assert.deepEqual(await run("        # see eslint-disable-next-line\n", ""), finding);
      const [broken, ...rest] = await run("# eslint ropelint/float-range: [\n", "");
      assert.match(broken ?? "", /Failed to parse JSON/);
      assert.deepEqual(rest, finding);
    });
  });

  describe(`ropelint's own comments, ${name}`, () => {
    it("silence, and are called unused", async () => {
      assert.deepEqual(await run("", "  # ropelint: ignore[float-range] trained so"), []);
      assert.deepEqual(await run("# ropelint: ignore-file[float-range]\n", ""), []);
      assert.deepEqual(await run("", "  # ropelint: ignore[early-cast]"), [
        ...finding,
        "ropelint/unused-ignore",
      ]);
    });
  });
}

describe("a group, one member of which is disabled", () => {
  const both = readFileSync(join(root, "examples/sinusoidal.py"), "utf8");

  it("is not repaired by the other's fix", async () => {
    const silenced = both.replace(
      /^( *)positions = /m,
      "$1# eslint-disable-next-line ropelint/float-range\n$&",
    );
    const { messages, suppressedMessages } = await lint(silenced);
    assert.deepEqual([messages.length, suppressedMessages.length], [1, 1]);
    assert.equal(messages[0]?.fix, undefined, "either range alone repairs nothing");
    assert.equal((await lint(silenced, { fix: true })).output, undefined);
  });
});
