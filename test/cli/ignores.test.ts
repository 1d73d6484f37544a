import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

// Ignore comments on the command line, over the real analysis.

const lines = [
  "import torch",
  "from torch import nn",
  "",
  "# ropelint: ignore-file[invalid-type-as] naïve \u{1f600}",
  "class Rotary(nn.Module):",
  "\tdef __init__(self, dim: int, length: int = 4096):",
  "\t\tsuper().__init__()",
  "\t\tchannels = torch.arange(0, dim, 2, dtype=torch.int64).float()\t# ropelint: ignore[float-range] # type: ignore",
  "\t\tt = torch.arange(",
  "\t\t\tlength,  # ropelint: ignore[float-range] é",
  "\t\t\tdtype=torch.float32,",
  "\t\t)",
  '\t\tself.register_buffer("sin", torch.outer(t, 10000 ** (-channels / dim)).sin(), persistent=False)  # ropelint: ignore',
  "",
  "\tdef forward(self, x):",
  "\t\treturn x  # ropelint: ignore[float-range,unused-ignore]  # noqa",
  "\t\t# ropelint: ignore[float-range]",
];

/** What is left: comments that silence nothing are gone, with what only they needed. */
const repaired = lines.flatMap((line, index) => {
  if (index === 3 || index === 16) return [];
  if (index === 7) return [line.replace("# ropelint: ignore[float-range] ", "")];
  return [index === 12 ? line.replace("  # ropelint: ignore", "") : line];
});

for (const [name, end] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
] as const) {
  test(`unused ignore comments go, and nothing else: ${name}`, async () => {
    const cwd = makeFolder({ "model.py": lines.join(end) });
    const check = (...flags: string[]) => ropelint(["check", ...flags], { cwd, services });

    const found = await check("--output-format", "concise");
    assert.equal(found.status, 1);
    assert.deepEqual(
      [...found.out.matchAll(/^model\.py:(\d+):(\d+): (\w+)\[([\w-]+)\]/gm)].map((match) => match.slice(1)),
      [
        ["4", "1", "warning", "unused-ignore"],
        ["8", "65", "warning", "unused-ignore"],
        ["13", "100", "warning", "unused-ignore"],
        ["17", "3", "warning", "unused-ignore"],
      ],
    );

    const fixed = await check("--fix");
    assert.deepEqual([fixed.status, fixed.out], [0, "Found 4 findings (4 fixed, 0 remaining).\n"]);
    assert.equal(readFileSync(join(cwd, "model.py"), "utf8"), repaired.join(end) + end);

    const again = await check("--fix");
    assert.deepEqual([again.status, again.out], [0, "All checks passed (1 file).\n"]);
  });
}

test("a file is looked at for its ignore comments alone", async () => {
  const cwd = makeFolder({ "a.py": "x = 1  # ropelint: ignore[float-range]\n", "b.py": "x = 1\n" });
  const { status, out } = await ropelint(["check", "--output-format", "json"], { cwd, services });
  assert.equal(status, 1);
  const [finding, ...more] = JSON.parse(out) as readonly Record<string, unknown>[];
  assert.deepEqual(more, []);
  const { code, filename, evidence, environments, fix, location } = finding!;
  assert.deepEqual(
    { code, filename, evidence, environments, fix, location },
    {
      code: "unused-ignore",
      filename: "a.py",
      evidence: null,
      environments: [],
      fix: {
        applicability: "safe",
        message: "remove the comment",
        group: "5-38",
        edits: [{ content: "", location: { row: 1, column: 6 }, end_location: { row: 1, column: 39 } }],
      },
      location: { row: 1, column: 8 },
    },
  );
});

test("the rule is selected, left out, counted and explained like any other", async () => {
  const cwd = makeFolder({ "a.py": "x = 1  # ropelint: ignore[float-range]\n" });
  const run = (...words: string[]) => ropelint(words, { cwd, services });
  assert.equal((await run("check", "--ignore", "unused-ignore")).status, 0);
  assert.equal((await run("check", "--select", "float-range")).status, 0);
  assert.equal(
    (await run("check", "--select", "unused-ignore")).status,
    0,
    "whether it is unused is not known",
  );
  assert.equal((await run("check", "--select", "unused-ignore,float-range")).status, 1);
  assert.equal((await run("check", "--severity", "error")).status, 0);
  const statistics = await run("check", "--statistics");
  assert.equal(statistics.out, "1  unused-ignore  warning  [*] 1 fixable\n");
  assert.match((await run("rule")).out, /^unused-ignore +ignore comment that silences nothing$/m);
  assert.match((await run("rule", "unused-ignore")).out, /^# unused-ignore\n/);
  const diff = await run("check", "--diff");
  assert.match(diff.out, /^-x = 1 {2}# ropelint: ignore\[float-range\]\n\+x = 1$/m);
});

test("prove has no figures for a comment", async () => {
  const cwd = makeFolder({ "a.py": "x = 1  # ropelint: ignore[float-range]\n" });
  const { status, out } = await ropelint(["prove", "a.py:1"], { cwd, services });
  assert.equal(status, 1);
  assert.match(out, /no evidence: nothing was evaluated/);
});

test("a comment in a copy goes with its source's, in generated code nothing is touched", async () => {
  const definition = (comment: string, name: string): string =>
    `${comment}def ${name}(x):\n    return x  # ropelint: ignore[float-range]\n`;
  const files = {
    "pkg/source.py": definition("", "rotate"),
    "pkg/copy.py": definition("# Copied from pkg.source.rotate\n", "rotate"),
    "pkg/made.py": `# This file was automatically generated from pkg/source.py. Do not edit.\n${definition("", "rotate")}`,
  };
  const cwd = makeFolder(files);
  const alone = await ropelint(["check", "--fix", "pkg/copy.py"], { cwd, services });
  assert.match(alone.out, /= fix \(unsafe\)/, "the source is not in the run");
  const all = await ropelint(["check", "--fix"], { cwd, services });
  assert.match(all.out, /Found 3 findings \(2 fixed, 1 remaining: 1 warning\)/);
  const left = (name: keyof typeof files): string => readFileSync(join(cwd, name), "utf8");
  for (const name of ["pkg/source.py", "pkg/copy.py"] as const)
    assert.equal(left(name), files[name].replace(/ {2}# ropelint.*/, ""));
  assert.equal(left("pkg/made.py"), files["pkg/made.py"]);
});
