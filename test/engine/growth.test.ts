import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { escapeMarkdown, escapeXml } from "../../src/cli/formats/escape.ts";
import { escapeText } from "../../src/cli/formats/display.ts";
import { decode } from "../../src/engine/decode.ts";
import { inspectText } from "../../src/engine/inspect-file.ts";
import { surveyBytes } from "../../src/engine/modules.ts";
import { copiesIn, generatedFromFile } from "../../src/engine/provenance.ts";
import { services } from "../../src/cli/wiring.ts";
import { parser } from "../rules/read-fixtures.ts";
import { readIgnores } from "../../src/frontends/python/ignore-comments.ts";

// No input makes an expression slow: what a text costs grows as the text does. Times are compared with each other, and no limit in
// seconds is set, because machines differ.

const literals = services.literals;
const survey = (text: string) => surveyBytes(Buffer.from(text), literals);
const ignores = (text: string) =>
  readIgnores(parser.parse("x\n"), [{ text, span: { start: 0, end: text.length } }]);
const options = { rules: ["float-range"], environments: ["zero-init"], exhaustive: false };
const toolchain = await services.loadToolchain();
const inspect = (text: string) => inspectText(`import torch\n${text}`, options, toolchain);

const maximum = 1_000_000;

/** Texts of about `n` characters, and who reads them. */
const adversaries: Readonly<
  Record<string, { readonly read: (text: string) => unknown; readonly text: (n: number) => string }>
> = {
  "one word": { read: survey, text: (n) => `arange\ndef f(): ${"a".repeat(n)}` },
  "words with dots": { read: survey, text: (n) => `arange\ndef f(): ${"a.".repeat(n / 2)}` },
  "a word and spaces": { read: survey, text: (n) => `arange\ndef f(): a${" ".repeat(n)}` },
  "imports without an end": { read: survey, text: (n) => "from a import (\n".repeat(n / 16) },
  "imports with line breaks": { read: survey, text: (n) => `from a import ${"\\\n".repeat(n / 2)}(` },
  "spaces before nothing": { read: survey, text: (n) => `import\n${" ".repeat(n)}` },
  "functions that call each other": {
    read: survey,
    text: (n) =>
      Array.from({ length: n / 30 }, (_, i) => `def f${i}(): return f${i + 1}(x)\n`).join("") +
      `def f${Math.ceil(n / 30)}(): arange\n`,
  },
  "the mark of a comment": { read: ignores, text: (n) => `${"#".repeat(n)} ropelint` },
  "marks and spaces": { read: ignores, text: (n) => `${" #".repeat(n / 2)} ropelint: ignore` },
  "ignore comments on a line": { read: ignores, text: (n) => "# ropelint: ignore[a] b ".repeat(n / 24) },
  "ids of an ignore comment": { read: ignores, text: (n) => `# ropelint: ignore[a${" ".repeat(n)}` },
  "the source of a copy": { read: copiesIn, text: (n) => `# Copied from a${".b".repeat(n / 2)}!` },
  "a copy and spaces": { read: copiesIn, text: (n) => `# Copied from a.b${" ".repeat(n)}x` },
  "what a copy renames": {
    read: copiesIn,
    text: (n) => `# Copied from a.b with ${"a".repeat(n)}\ndef f(): pass`,
  },
  "quotes in a copy": { read: copiesIn, text: (n) => `# Copied from a.b\n${`'''\\`.repeat(n / 4)}` },
  "a generated file": {
    read: generatedFromFile,
    text: (n) => `# @generated ${"generated from ".repeat(n / 15)}`,
  },
  "a coding comment": {
    read: (text) => decode(Buffer.from(text), "a.py"),
    text: (n) => `#${"coding".repeat(n / 6)}`,
  },
  "controls in Markdown": { read: escapeMarkdown, text: (n) => "\u001b|`".repeat(n / 3) },
  "controls in XML": { read: escapeXml, text: (n) => "\u001b<\ufffe".repeat(n / 3) },
  "controls in text": { read: escapeText, text: (n) => "\u001b[31m".repeat(n / 5) },
  "digits of a float": {
    read: inspect,
    text: (n) => `t = torch.arange(float("${"9".repeat(n)}x"), dtype=torch.float32)\n`,
  },
  "a callee's name": {
    read: inspect,
    text: (n) => `def f(x):\n    return torch.arange(8.)[${"Token".repeat(n / 5)}(x)].cos()\n`,
  },
  "an argument's name": {
    read: inspect,
    text: (n) =>
      `def f(${"_past".repeat(n / 5)}):\n    return torch.arange(${"_past".repeat(n / 5)}, dtype=torch.float32).cos()\n`,
  },
  "a long string": {
    read: inspect,
    text: (n) => `t = torch.arange(8., dtype=torch.float32) * len("${"\\'".repeat(n / 2)}")\n`,
  },
  "many comments": { read: inspect, text: (n) => `${"#: \n".repeat(n / 4)}t = torch.arange(8.).cos()\n` },
};

/** Processor time of one reading in milliseconds; the least of some, since others may be at work. */
function cost(read: (text: string) => unknown, text: string, times: number): number {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const before = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe("what a text costs grows as the text does", () => {
  for (const [name, { read, text }] of Object.entries(adversaries))
    it(name, () => {
      // From small on: what grows with the square is told long before it would take hours.
      let before = cost(read, text(15_625), 2);
      for (let n = 31_250; n <= maximum; n *= 2) {
        let now = cost(read, text(n), 1);
        const allowed = (): number => 3 * before + 150;
        if (now > allowed()) now = cost(read, text(n), 2);
        if (now > allowed()) before = Math.max(before, cost(read, text(n / 2), 1));
        assert.ok(
          now <= allowed(),
          `${n / 2} characters: ${before.toFixed(0)} ms, ${n}: ${now.toFixed(0)} ms`,
        );
        before = now;
      }
    });
});
