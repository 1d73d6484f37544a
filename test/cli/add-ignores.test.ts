import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { commitAll, git, makeRepository } from "./git-folder.ts";
import { ropelint } from "./harness.ts";

// The command line over the real analysis: comments are only right where they silence something.

/** A module whose statements, as given, make tables of positions. */
function model(...statements: string[]): string {
  return [
    "import torch",
    "from torch import nn",
    "",
    "",
    "class Rotary(nn.Module):",
    "    def __init__(self, dim: int, length: int = 4096):",
    "        super().__init__()",
    "        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))",
    ...statements.map((line) => (line === "" || line.startsWith("\f") ? line.slice(1) : `        ${line}`)),
    "        for name, value in vars().items():",
    '            self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)',
    "",
    "    def forward(self, x):",
    "        return x",
    "",
  ].join("\n");
}

const range = "t = torch.arange(length, dtype=torch.float32)";
const why = ["--reason", "as it was trained"];

async function add(cwd: string, ...words: string[]) {
  return ropelint(["check", "--no-cache", "--output-format", "concise", "--add-ignores", ...words], {
    cwd,
    services,
  });
}

/** Adds comments to one file and gives its text; nothing may be left, and once is enough. */
async function added(text: string, words: readonly string[] = why, name = "model.py"): Promise<string> {
  const cwd = makeFolder({ [name]: text });
  const { status, out } = await add(cwd, ...words);
  assert.match(out, /^Found \d+ findings? \(\d+ ignored, 0 remaining\)/, text);
  assert.equal(status, 0);
  const after = readFileSync(join(cwd, name), "utf8");
  const again = await add(cwd, ...words);
  assert.deepEqual([again.status, again.out], [0, "All checks passed (1 file).\n"]);
  assert.equal(readFileSync(join(cwd, name), "utf8"), after, "once is enough");
  const check = await ropelint(["check", "--no-cache"], { cwd, services });
  assert.equal(check.status, 0, `no comment is unused:\n${check.out}`);
  return after;
}

const comment = "# ropelint: ignore[float-range] as it was trained";

const shapes: Readonly<Record<string, readonly [before: readonly string[], after: readonly string[]]>> = {
  "a line": [[range], [comment, range]],
  "a line with a comment of its own": [[`${range}  # noqa: E501`], [comment, `${range}  # noqa: E501`]],
  "several rows": [
    ["t = torch.arange(", "    length,", "    dtype=torch.float32,", ")"],
    [comment, "t = torch.arange(", "    length,", "    dtype=torch.float32,", ")"],
  ],
  "behind a backslash": [
    ["t = 2 * \\", "    torch.arange(length, dtype=torch.float32)"],
    [comment, "t = 2 * \\", "    torch.arange(length, dtype=torch.float32)"],
  ],
  "behind the end of a string of several rows": [
    ['text = """', "\ft = torch.arange(length)", `"""; ${range}`],
    [comment, 'text = """', "\ft = torch.arange(length)", `"""; ${range}`],
  ],
  "two statements on a row": [[`u = 1; ${range}`], [comment, `u = 1; ${range}`]],
  "arms of an if": [
    ["if length > 3:", `    ${range}`, `elif length > 2: ${range}`, `else: ${range}`],
    [
      "if length > 3:",
      `    ${comment}`,
      `    ${range}`,
      comment,
      `elif length > 2: ${range}`,
      comment,
      `else: ${range}`,
    ],
  ],
  "a comment of another tool for the next row": [
    ["# pylint: disable-next=line-too-long", range],
    [comment, "# pylint: disable-next=line-too-long", range],
  ],
  "tabs, and other comments above": [
    ["if dim:", "\t# positions", `\t${range}`],
    ["if dim:", "\t# positions", `\t${comment}`, `\t${range}`],
  ],
};

for (const [name, [before, after]] of Object.entries(shapes)) {
  for (const [ends, end] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
  ] as const) {
    test(`a comment above ${name}: ${ends}`, async () => {
      const text = model(...before).replaceAll("\n", end);
      assert.equal(await added(text), model(...after).replaceAll("\n", end));
    });
  }
}

const forced = "t = torch.arange(length, dtype=torch.float32).to(torch.bfloat16).float()";

test("what a comment says already stays in it", async () => {
  const all = /# ropelint: ignore\[(.*?)\](.*)/;
  const both = model("t = 0", forced);
  const notes = ["--severity", "note", ...why];
  const [, rules = "", reason] = all.exec(await added(both, notes)) ?? [];
  assert.ok(rules.includes(", "), `several findings on one line: ${rules}`);
  assert.equal(reason, " as it was trained");
  const [first = "", ...rest] = rules.split(", ");
  const cases: Readonly<Record<string, string>> = {
    [`# ropelint: ignore[${first}]`]: " as it was trained",
    [`# ropelint: ignore[${first},] known`]: " known; as it was trained",
    [`# ropelint: ignore[ ${first} ] as it was trained`]: " as it was trained",
    [`# ropelint: ignore[${first}]  # noqa`]: " as it was trained  # noqa",
  };
  for (const [present, expected] of Object.entries(cases)) {
    const above = await added(model("t = 0", present, forced), notes);
    assert.equal(above.split("ropelint").length, 2, "one comment");
    assert.ok(above.includes(`# ropelint: ignore[${[first, ...rest].join(", ")}]${expected}\n`), above);
    const behind = await added(model("t = 0", `${forced}  ${present}`), notes);
    assert.ok(behind.includes(`  # ropelint: ignore[${[first, ...rest].join(", ")}]${expected}\n`), behind);
  }
});

test("without a reason there is none; in another encoding, with a byte order mark, without a last line end", async () => {
  assert.ok((await added(model(range), [])).includes("        # ropelint: ignore[float-range]\n        t ="));
  const latin = `# coding: latin-1\n# é\n${model(range)}`;
  const cwd = makeFolder({ "a.py": Buffer.from(latin, "latin1"), "b.py": `\ufeff${model(range).trimEnd()}` });
  assert.equal((await add(cwd, "--reason", "früher")).status, 0);
  const there = readFileSync(join(cwd, "a.py")).toString("latin1");
  assert.equal(there.replace(/ +# ropelint.* früher\n/, ""), latin);
  const marked = readFileSync(join(cwd, "b.py"), "utf8");
  assert.equal(marked.replace(/ +# ropelint.*\n/, ""), `\ufeff${model(range).trimEnd()}`);
});

test("a reason that the file's encoding does not have leaves the file as it is", async () => {
  const latin = Buffer.from(`# coding: latin-1\n# é\n${model(range)}`, "latin1");
  const cwd = makeFolder({ "a.py": latin, "b.py": model(range) });
  const { status, out } = await add(cwd, "--reason", "日本");
  assert.equal(status, 1);
  assert.match(out, /^a\.py:1:1: error\[io-error\] not ignored: the rewritten text has no bytes in /);
  assert.match(out, /1 ignored/);
  assert.deepEqual(readFileSync(join(cwd, "a.py")), latin);
  assert.ok(readFileSync(join(cwd, "b.py"), "utf8").includes("# ropelint: ignore[float-range] 日本"));
});

test("mode bits stay, and what can't be written is said and left", async () => {
  const cwd = makeFolder({ "a.py": model(range), "b.py": model(range) });
  chmodSync(join(cwd, "a.py"), 0o755);
  chmodSync(join(cwd, "b.py"), 0o444);
  const { status, out } = await add(cwd);
  assert.equal(status, 1);
  assert.match(out, /b\.py:1:1: error\[io-error\] not ignored: the file is read-only/);
  assert.equal(statSync(join(cwd, "a.py")).mode & 0o777, 0o755);
  assert.equal(readFileSync(join(cwd, "b.py"), "utf8"), model(range));
});

test("only what is printed is ignored", async () => {
  const text = model(range);
  const cwd = makeRepository({ "a.py": text, "b.py": text, "old.py": text });
  const narrow = await add(cwd, "--select", "early-cast", "a.py");
  assert.equal(narrow.out, "All checks passed (1 file).\n");
  assert.equal((await ropelint(["baseline", "--no-cache", "b.py"], { cwd, services })).status, 0);
  commitAll(cwd);
  git(cwd, "mv", "old.py", "new.py");
  const { status, out } = await add(cwd, "--changed-since", "HEAD~1");
  assert.deepEqual(
    [status, out],
    [0, "All checks passed (3 files; 1 known in ropelint-baseline.json; 2 on unchanged lines).\n"],
  );
  const rest = await add(cwd);
  assert.match(rest.out, /Found 2 findings \(2 ignored, 0 remaining\); 1 known/);
  assert.equal(readFileSync(join(cwd, "b.py"), "utf8"), text);
});

test("--diff shows the comments and writes nothing", async () => {
  const cwd = makeFolder({ "model.py": model(range) });
  const { status, out, error } = await add(cwd, "--diff", ...why);
  assert.equal(status, 1);
  assert.ok(out.includes(`\n+        ${comment}\n`), out);
  assert.equal(error, "Would ignore 1 finding in 1 file.\n");
  assert.equal(readFileSync(join(cwd, "model.py"), "utf8"), model(range));
});

test("generated files, lone carriage returns, code that does not parse, and the comments themselves are left", async () => {
  const generated = `# This file was automatically generated from src/a.py. Do not edit.\n${model(range)}`;
  const files = {
    "generated.py": generated,
    "cr.py": model(range).replaceAll("\n", "\r"),
    "broken.py": `${model(range)}\ndef f(:\n`,
    "unused.py": "import torch\nx = 1  # ropelint: ignore[float-range]\n",
  };
  const cwd = makeFolder(files);
  const { status, out } = await add(cwd, ...why);
  assert.equal(status, 1);
  assert.match(out, /^generated\.py:\d+:\d+: error\[float-range\].*this file is generated/m);
  assert.match(out, /^unused\.py:2:8: warning\[unused-ignore\]/m);
  for (const name of ["generated.py", "cr.py", "unused.py"] as const)
    assert.equal(readFileSync(join(cwd, name), "utf8"), files[name], name);
  const left = readFileSync(join(cwd, "broken.py"), "utf8");
  assert.equal(left.replace(/ +# ropelint.*\n/, ""), files["broken.py"]);
});

test("flags and reasons that can't be meant", async () => {
  const cwd = makeFolder({ "a.py": model(range) });
  const cases: readonly (readonly [words: readonly string[], error: RegExp])[] = [
    [["--add-ignores", "--fix"], /'--add-ignores' cannot be used with option '--fix'/],
    [["--add-ignores", "--unsafe-fixes"], /cannot be used with option '--unsafe-fixes'/],
    [["--reason", "x"], /--reason says why findings are ignored\n {2}= help: use it with --add-ignores/],
    [["--add-ignores", "--reason", ""], /It must not be empty/],
    [["--add-ignores", "--reason", "a\nb"], /--reason: it has to stand on one line/],
    [["--add-ignores", "--reason", "a # noqa"], /--reason: what follows "# " would be another comment/],
    [["--add-ignores", "--reason", "*/ x"], /"\*\/" would end this one/],
    [["--add-ignores", "--reason", "ropelint: ignore"], /would begin another comment/],
    [["--add-ignores", "-"], /--add-ignores writes into files, and standard input is none/],
  ];
  for (const [words, message] of cases) {
    const { status, out, error } = await ropelint(["check", ...words], { cwd, services, input: "" });
    assert.deepEqual([status, out], [2, ""], words.join(" "));
    assert.match(error, message);
  }
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), model(range));
  assert.ok(
    (await added(model(range), ["--reason", "see #123: (a) [b] %"])).includes("] see #123: (a) [b] %\n"),
  );
});

test("scripts get ESLint's comments", async () => {
  const id = "ropelint/position-ids-dtype";
  const feed = 'position_ids: new Tensor("float32", [0, 1], [2])';
  const text = [
    'import { Tensor } from "onnxruntime-node";',
    `export const a = { ${feed} };`,
    "// @ts-ignore",
    `export const b = { ${feed} };`,
    "// eslint-disable-next-line no-console, no-undef -- known",
    `export const c = { ${feed} };`,
    `export const d = { ${feed} }; // eslint-disable-line no-console`,
    "export const e = `text ${f({",
    `  ${feed} })} and`,
    `more \${f({ ${feed} })}`,
    "`;",
    "export const g = <A",
    `  f={{ ${feed} }}>`,
    `  {f({ ${feed} })}`,
    "</A>;",
  ];
  const next = `// eslint-disable-next-line ${id} -- as it was trained`;
  const [off, on] = [`/* eslint-disable ${id} -- as it was trained */`, `/* eslint-enable ${id} */`];
  const expected = [
    text[0],
    next,
    text[1],
    text[2],
    next,
    text[3],
    `// eslint-disable-next-line no-console, no-undef, ${id} -- known; as it was trained`,
    text[5],
    `${text[6]!}, ${id} -- as it was trained`,
    off,
    ...text.slice(7, 11),
    on,
    off,
    ...text.slice(11),
    on,
  ];
  assert.equal(await added(`${text.join("\n")}\n`, why, "a.jsx"), `${expected.join("\n")}\n`);
  assert.equal(
    await added(text.join("\r\n"), why, "a.jsx"),
    expected.join("\r\n"),
    "the last statement ends the file",
  );
});
