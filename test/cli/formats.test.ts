import assert from "node:assert/strict";
import { test } from "node:test";
import { LineIndex } from "../../src/engine/position.ts";
import { displayWidth, escapeText } from "../../src/cli/formats/display.ts";
import { breakageLines, figuresLine, residueLines } from "../../src/cli/formats/figures.ts";
import { codeFrame } from "../../src/cli/formats/frame.ts";
import { rewrittenLines } from "../../src/cli/formats/rewritten.ts";
import { plainPaint } from "../../src/cli/palette.ts";
import { formatNumber } from "../../src/verify/describe.ts";
import type { Effect, Run } from "../../src/verify/finding.ts";
import { finding } from "../engine/findings.ts";
import { evidence, exact, metrics } from "./fake-services.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";

test("text: the place, the code, what breaks by how much, the rewrite and its verdict", async () => {
  const cwd = makeFolder({ "a.py": `def f():\n    ${bad}` });
  const { out } = await ropelint(["check"], { cwd });
  assert.equal(
    out,
    `a.py:2:9: error[float-range] this range is built in a floating dtype
  |
2 |     t = torch.arange(n, dtype=float)
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = breaks: zero-init bf16: 769 of 4096 positions left, index 257 gets the value of index 256; moves by 2.00
  = breaks: zero-init fp16: 3073 of 4096 positions left, index 2049 gets the value of index 2048; moves by 0.900
  = fix (safe, confirmed): build it as int64, then cast
      - t = torch.arange(n, dtype=float)
      + t = torch.arange(n, dtype=int64).float()
  = remaining: module-cast (see castable-buffer)
  = assumes: max_position_embeddings is an integer: annotated so
  = figures for: max_position_embeddings = 4096 (not fixed by the code; tables by the reference kernel)

Found 1 finding (1 error); 1 fixable with --fix.
`,
  );
});

test("a repair of two findings is shown once, with the first", async () => {
  const cwd = makeFolder({ "a.py": `${bad.trimEnd()}  # group x\n\n${bad.trimEnd()}  # group x\n` });
  const { out } = await ropelint(["check"], { cwd });
  assert.equal(out.match(/^ {8}\+ /gm)!.length, 2);
  assert.match(out, /= fix \(safe, confirmed\): one repair with float-range on line 1\n/);
  assert.match(out, /^ {6}1 - t = .*\n {8}\+ t = .*\n {6}3 - /m);
});

test("figures that a finding above has are not repeated", async () => {
  const cwd = makeFolder({ "a.py": bad + bad, "b.py": bad });
  const { out } = await ropelint(["check"], { cwd });
  assert.deepEqual(out.match(/= breaks: (?!zero-init).*/g), ["= breaks: as on line 1"]);
  assert.equal(out.match(/= assumes: /g)!.length, 2);
});

test("json: a superset of ruff's object, as the design has it", async () => {
  const cwd = makeFolder({ "x/a.py": `"😀"; ${bad}` });
  const { out } = await ropelint(["check", "x", "--output-format", "json"], { cwd });
  const [object] = JSON.parse(out) as Record<string, unknown>[];
  const { evidence: found, fingerprint, ...rest } = object!;
  assert.deepEqual(rest, {
    cell: null,
    code: "float-range",
    end_location: { row: 1, column: 38 },
    environments: ["zero-init"],
    filename: "x/a.py",
    fix: {
      applicability: "safe",
      message: "build it as int64, then cast",
      group: "g10",
      edits: [
        {
          content: "torch.arange(n, dtype=int64).float()",
          location: { row: 1, column: 10 },
          end_location: { row: 1, column: 38 },
        },
      ],
    },
    location: { row: 1, column: 10 },
    message: "this range is built in a floating dtype",
    noqa_row: null,
    related: [],
    severity: "error",
    url: "https://example.org/float-range",
  });
  assert.match(String(fingerprint), /^[0-9a-f]{16}$/);
  assert.deepEqual(found, JSON.parse(JSON.stringify(evidence)));
});

test("json is sorted by path, then by position, and an empty array where nothing is found", async () => {
  const cwd = makeFolder({ "b.py": bad + bad, "a/c.py": bad, "B.py": bad });
  const { out } = await ropelint(["check", "--output-format", "json"], { cwd });
  const found = JSON.parse(out) as { filename: string; location: { row: number } }[];
  assert.deepEqual(
    found.map(({ filename, location }) => `${filename}:${location.row}`),
    ["B.py:1", "a/c.py:1", "b.py:1", "b.py:2"],
  );
  const none = await ropelint(["check", "--output-format", "json", "--ignore", "float-range"], { cwd });
  assert.deepEqual([none.status, none.out, none.error], [0, "[]\n", ""]);
});

test("concise: one line each", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const { out } = await ropelint(["check", "--output-format", "concise"], { cwd });
  assert.equal(
    out,
    "a.py:1:5: error[float-range] this range is built in a floating dtype (zero-init) [*]\n" +
      "Found 1 finding (1 error); 1 fixable with --fix.\n",
  );
});

test("nothing found is said in text, not in the formats for programs", async () => {
  const cwd = makeFolder({ "a.py": "x = 1\n" });
  assert.equal((await ropelint(["check"], { cwd })).out, "All checks passed (1 file).\n");
  assert.equal((await ropelint(["check", "--output-format=json-lines"], { cwd })).out, "");
});

test("color: the flag, then the environment, then the terminal", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const colored = async (words: readonly string[], env: Record<string, string>, isTerminal = false) =>
    (await ropelint(["check", ...words], { cwd, env, isTerminal })).out.includes("\u001b[");
  assert.equal(await colored([], {}), false);
  assert.equal(await colored([], {}, true), true);
  assert.equal(await colored([], { NO_COLOR: "1" }, true), false);
  assert.equal(await colored([], { TERM: "dumb" }, true), false);
  assert.equal(await colored([], { FORCE_COLOR: "1" }), true);
  assert.equal(await colored([], { FORCE_COLOR: "0" }, true), false);
  assert.equal(await colored(["--color", "always"], { NO_COLOR: "1" }), true);
  assert.equal(await colored(["--color=never"], { FORCE_COLOR: "1" }, true), false);
});

test("control characters of a linted file do not reach the terminal", async () => {
  const cwd = makeFolder({ "a.py": `x = '\u001b[31m\u0007\u202e'; ${bad}` });
  for (const format of ["text", "concise"]) {
    const { out } = await ropelint(["check", "--output-format", format], { cwd });
    for (const control of ["\u0007", "\u001b", "\u202e"]) assert.ok(!out.includes(control), format);
  }
  assert.equal(escapeText("a\u001bb\u202ec\u{e0001}\ud800"), "a\\x1bb\\u202ec\\U000e0001\\ud800");
});

test("carets stand under the code: tabs, wide and combining characters, escapes", () => {
  const frame = (line: string, word: string) => {
    const start = line.indexOf(word);
    return codeFrame(new LineIndex(line), { start, end: start + word.length }, "error", plainPaint).slice(1);
  };
  assert.deepEqual(frame("\tx = arange", "arange"), ["1 |     x = arange", "  |         ^^^^^^"]);
  assert.deepEqual(frame("'位😀' + é", "é"), ["1 | '位😀' + é", "  |          ^"]);
  assert.deepEqual(frame("'\u0007' + x", "x"), ["1 | '\\x07' + x", "  |          ^"]);
  assert.equal(displayWidth("e\u0301"), 1);
});

test("a span over several lines, and a very long line", () => {
  const text = "t = arange(\n    n,\n    dtype=float,\n)  # end\n";
  assert.deepEqual(
    codeFrame(new LineIndex(text), { start: 4, end: text.indexOf(")") + 1 }, "error", plainPaint),
    [
      "  |",
      "1 | t = arange(",
      "  |     ^^^^^^^",
      "2 |     n,",
      "  |     ^^",
      "3 |     dtype=float,",
      "  |     ^^^^^^^^^^^^",
      "4 | )  # end",
      "  | ^",
    ],
  );
  const many = Array.from({ length: 30 }, (_, row) => `x${row}`).join("\n");
  const frame = codeFrame(new LineIndex(many), { start: 0, end: many.length }, "error", plainPaint);
  assert.deepEqual(frame.slice(-3), ["   ...", "30 | x29", "   | ^^^"]);
  const long = `${"a".repeat(5000)} arange ${"b".repeat(5000)}`;
  const [, line = "", carets = ""] = codeFrame(
    new LineIndex(long),
    { start: 5001, end: 5007 },
    "error",
    plainPaint,
  );
  assert.ok(line.length < 200);
  assert.equal(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1), "arange");
});

test("a rewrite is shown line by line, neighbours together, moved to the left", () => {
  const text = "    a = 1\n    b = 2; c = 3\n    d = (\n        4)\n";
  const edit = (from: string, content: string) => ({
    start: text.indexOf(from),
    end: text.indexOf(from) + 1,
    content,
  });
  assert.deepEqual(rewrittenLines(new LineIndex(text), [edit("3", "30"), edit("2", "20")], plainPaint), [
    "- b = 2; c = 3",
    "+ b = 20; c = 30",
  ]);
  assert.deepEqual(
    rewrittenLines(new LineIndex(text), [edit("1", "10"), edit("4", "x\n    + y")], plainPaint),
    ["1 - a = 1", "  + a = 10", "4 -     4)", "  +     x", "  + + y)"],
  );
});

test("figures", () => {
  assert.deepEqual([0, 2, 0.9, 0.00195, 1.234e-7, 65504, 1.5e12, Infinity, NaN].map(formatNumber), [
    "0",
    "2.00",
    "0.900",
    "0.00195",
    "1.2e-7",
    "65504",
    "1.50e+12",
    "inf",
    "nan",
  ]);
});

const run = (environment: string, dtype: string, before: object, after: object | null = exact): Run => ({
  environment,
  dtype,
  assumes: null,
  outcome: "improved",
  before: metrics(before),
  after: after && metrics(after),
});

test("dtypes that fare alike share a line, raising is said, and what is left after the fix", () => {
  const shape = "shape [4096, 128] instead of [4098, 128]";
  const found = finding({
    environments: ["low-input", "zero-init", "autocast", "module-cast"],
    evidence: {
      ...evidence,
      runs: [
        run("low-input", "bfloat16", { moved: 1.5 }, { moved: 0.002 }),
        run("low-input", "float16", { moved: 0.25 }, exact),
        run("zero-init", "bfloat16", { raises: "mixed dtypes" }),
        run("zero-init", "float16", { raises: "mixed dtypes" }),
        run("autocast", "bfloat16", exact),
        run("autocast", "float16", { moved: Infinity, raises: shape, nonfinite: 7 }),
      ],
    },
  });
  assert.deepEqual(breakageLines(found), [
    "low-input bf16: moves by 1.50; fp16: by 0.250",
    'zero-init bf16, fp16: raises "mixed dtypes"',
    `autocast fp16: 7 values are not finite; gives a result of ${shape}`,
    "module-cast",
  ]);
  assert.deepEqual(residueLines(found), ["low-input bf16: 0.00200 of 1.50 is left"]);
});

test("the figure of a line is the root's own, at the output that moves furthest", () => {
  const lines = new LineIndex("t = arange(n)\nx = t * f\nself.table = x.cos()\n");
  const effect: Effect = {
    environment: "low-input",
    dtype: "bf16",
    moved: 11.7,
    roundings: 1.46,
    problem: null,
    sampled: true,
    output: { name: "table", span: { start: 24, end: 44 } },
  };
  const found = finding({
    environments: ["low-input"],
    effects: [effect, { ...effect, dtype: "fp16", moved: 0.5, roundings: 0.5 }],
    evidence: { ...evidence, runs: [run("low-input", "bfloat16", { moved: 19.2 })] },
  });
  assert.deepEqual(breakageLines(found, lines), [
    "low-input bf16: table (line 3) moves by 11.7 (1.46 roundings); fp16: by 0.500 (0.500 roundings)",
  ]);
  const raising = { ...effect, environment: "plain", dtype: "", moved: Infinity, problem: "no tensor" };
  assert.deepEqual(breakageLines(finding({ environments: ["plain"], effects: [raising], evidence: null })), [
    'everywhere: raises "no tensor"',
  ]);
});

test("positions that are equal in plain as well are no collision", () => {
  const before = { distinct: 1537, first_collision: 1, moved: 2 };
  const clamped = { ...run("autocast", "bfloat16", before, { distinct: 8192, first_collision: 1 }) };
  const shown = (outcome: Run["outcome"]) =>
    breakageLines(
      finding({
        environments: ["autocast"],
        evidence: { ...evidence, runs: [{ ...clamped, outcome }] },
      }),
    );
  assert.deepEqual(shown("repaired"), ["autocast bf16: 1537 of 8192 positions left; moves by 2.00"]);
  assert.deepEqual(shown("unchanged"), [
    "autocast bf16: 1537 of 8192 positions left, index 1 gets the value of index 0; moves by 2.00",
  ]);
});

test("what is left where a value is stored is a rounding, and float32's own error is not mentioned", () => {
  const repaired = (dtype: string, after: object): Run => ({
    ...run("low-input", dtype, { moved: 2 }, after),
    outcome: "repaired",
  });
  const left = (...runs: readonly Run[]) =>
    residueLines(finding({ environments: ["low-input"], evidence: { ...evidence, runs } }));
  assert.deepEqual(
    left(
      repaired("bfloat16", { moved: 0.00195, result_dtype: "bfloat16" }),
      repaired("float16", { moved: 0.000244, result_dtype: "float16" }),
    ),
    ["low-input: 0.00195 (bf16), 0.000244 (fp16) is left: one rounding, by the last cast or store"],
  );
  assert.deepEqual(left(repaired("bfloat16", { moved: 1e-4, result_dtype: "float32" })), []);
  assert.deepEqual(left(repaired("bfloat16", exact)), []);
});

test("the probe values of the figures: positions first, neutral ones left out", () => {
  const input = (name: string, value: number, role: string) => ({ name, value, source: `probe for ${role}` });
  const inputs = [
    input("dim", 128, "channels"),
    input("bsz", 1, "batch"),
    input("seq_len", 4096, "length"),
    input("max_len", 4096, "length"),
    input("x.shape[1]", 24, "a size"),
  ];
  assert.equal(
    figuresLine({ ...evidence, inputs, through: "slice" }, true),
    "4096 positions, 128 channels, x.shape[1] = 24 (not fixed by the code; positions sampled)",
  );
  assert.equal(figuresLine({ ...evidence, inputs: [] }, true), null);
});
