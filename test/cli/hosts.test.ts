import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { codeCell, inAscii, notebook, written } from "../engine/hosts/notebooks.ts";
import { fakeServices } from "./fake-services.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const text = { cell_type: "markdown", metadata: {}, source: ["# Rotary tables é\n"] };
const setup = "%matplotlib inline\n!pip install torch\nimport torch";
const bad = "n = 4\nt = torch.arange(n, dtype=float)";
const good = "n = 4\nt = torch.arange(n, dtype=int64).float()";
const book = written(notebook([text, setup, bad, "t?"]));
const fixedBook = written(notebook([text, setup, good, "t?"]));
const message = "this range is built in a floating dtype";

const readme = `# Tables

1. Build one:

   \`\`\`python
   n = 4
   t = torch.arange(n, dtype=float)
   \`\`\`

\`\`\`sh
torch.arange(n, dtype=float)
\`\`\`
`;

test("a finding in a notebook names its cell, and its row there", async () => {
  const cwd = makeFolder({ "a.ipynb": book });
  const concise = await ropelint(["check", "--output-format", "concise"], { cwd });
  assert.equal(concise.status, 1);
  assert.match(concise.out, new RegExp(`^a\\.ipynb:cell 3:2:5: error\\[float-range\\] ${message}`));
  const { out } = await ropelint(["check"], { cwd });
  assert.match(
    out,
    /^a\.ipynb:cell 3:2:5: error.*\n {2}\|\n2 \| t = torch\.arange\(n, dtype=float\)\n {2}\| {5}\^+\n/,
  );
  const grouped = await ropelint(["check", "--output-format", "grouped"], { cwd });
  assert.match(grouped.out, /^a\.ipynb:\n {2}cell 3:2:5 error/);
  const markdown = await ropelint(["check", "--output-format", "markdown"], { cwd });
  assert.match(markdown.out, /\| a\.ipynb:cell 3:2:5 \|/);
});

test("JSON has the cell beside places in it, as ruff's has", async () => {
  const cwd = makeFolder({ "a.ipynb": book });
  const { out } = await ropelint(["check", "--output-format", "json"], { cwd });
  const [finding] = JSON.parse(out) as [Record<string, unknown> & { fix: { edits: unknown } }];
  const [location, end] = [
    { row: 2, column: 5 },
    { row: 2, column: 33 },
  ];
  assert.equal(finding.cell, 3);
  assert.deepEqual([finding.location, finding.end_location], [location, end]);
  assert.deepEqual(finding.fix.edits, [
    { content: "torch.arange(n, dtype=int64).float()", location, end_location: end, cell: 3 },
  ]);
});

test("hosts that show lines of a file are given those of the JSON, and its edits", async () => {
  const cwd = makeFolder({ "a.ipynb": book });
  const report = async (format: string): Promise<string> =>
    (await ropelint(["check", "--output-format", format], { cwd })).out;
  const row = book.split("\n").findIndex((line) => line.includes('dtype=float)"')) + 1;
  const column = (book.split("\n")[row - 1]?.indexOf("torch") ?? 0) + 1;
  assert.match(
    await report("github"),
    new RegExp(`line=${row},col=${column},endLine=${row},.*::a\\.ipynb:cell 3:2:5: `),
  );
  assert.match(await report("pylint"), new RegExp(`^a\\.ipynb:${row}: `));
  assert.match(await report("junit"), /cell 3, line 2, col 5, error/);
  const [gitlab] = JSON.parse(await report("gitlab")) as [
    { description: string; location: { positions: { begin: unknown } } },
  ];
  assert.deepEqual(gitlab.location.positions.begin, { line: row, column });
  assert.match(gitlab.description, / \(cell 3:2:5\)$/);
  interface Sarif {
    runs: [
      {
        results: [
          {
            locations: [{ physicalLocation: { region: unknown } }];
            fixes: [
              {
                artifactChanges: [
                  {
                    replacements: [
                      { deletedRegion: Record<string, number>; insertedContent: { text: string } },
                    ];
                  },
                ];
              },
            ];
          },
        ];
      },
    ];
  }
  const { runs } = JSON.parse(await report("sarif")) as Sarif;
  const [{ locations, fixes }] = runs[0].results;
  assert.deepEqual(locations[0].physicalLocation.region, {
    startLine: row,
    startColumn: column,
    endLine: row,
    endColumn: column + 28,
  });
  // What SARIF replaces in the file is what --fix writes.
  const [{ deletedRegion: region, insertedContent }] = fixes[0].artifactChanges[0].replacements;
  const lines = book.split("\n");
  const line = lines[row - 1] ?? "";
  assert.deepEqual([region.startLine, region.endLine], [row, row]);
  lines[row - 1] =
    line.slice(0, (region.startColumn ?? 0) - 1) +
    insertedContent.text +
    line.slice((region.endColumn ?? 0) - 1);
  assert.equal(lines.join("\n"), fixedBook);
  const rdjson = JSON.parse(await report("rdjson")) as {
    diagnostics: [{ location: { range: { start: unknown } } }];
  };
  assert.deepEqual(rdjson.diagnostics[0].location.range.start, { line: row, column });
});

test("--fix writes the lines that change, and leaves every other byte", async () => {
  const styles: readonly ((json: string) => string)[] = [
    (json) => json,
    inAscii,
    (json) => json.replaceAll("\n", "\r\n"),
    (json) => `\ufeff${json.trimEnd()}`,
    (json) => JSON.stringify(JSON.parse(json)),
    (json) => JSON.stringify(JSON.parse(json), null, "\t"),
    (json) =>
      json.replace(
        /"source": \[([^\]]*)\]/g,
        (_, lines: string) => `"source": ${JSON.stringify((JSON.parse(`[${lines}]`) as string[]).join(""))}`,
      ),
  ];
  const cwd = makeFolder(
    Object.fromEntries(styles.map((style, index) => [`${String(index)}.ipynb`, style(book)])),
  );
  chmodSync(join(cwd, "0.ipynb"), 0o640);
  const { status, out } = await ropelint(["check", "--fix"], { cwd });
  assert.deepEqual([status, out], [0, "Found 7 findings (7 fixed, 0 remaining).\n"]);
  for (const [index, style] of styles.entries())
    assert.equal(readFileSync(join(cwd, `${String(index)}.ipynb`), "utf8"), style(fixedBook), String(index));
});

test("--diff is a patch of the file", async () => {
  const cwd = makeFolder({ "a.ipynb": book, "README.md": readme });
  const { out, status, error } = await ropelint(["check", "--diff", "--markdown"], { cwd });
  assert.deepEqual([status, error], [1, "Would fix 2 findings in 2 files.\n"]);
  assert.equal(readFileSync(join(cwd, "a.ipynb"), "utf8"), book);
  execFileSync("patch", ["-p0"], { cwd, input: out });
  assert.equal(readFileSync(join(cwd, "a.ipynb"), "utf8"), fixedBook);
});

test("standard input is what its name says", async () => {
  const cwd = makeFolder();
  const fixed = await ropelint(["check", "--fix", "--stdin-filename", "a.ipynb"], { cwd, input: book });
  assert.deepEqual([fixed.status, fixed.out], [0, fixedBook]);
  const same = await ropelint(["check", "--fix", "--stdin-filename", "a.ipynb"], { cwd, input: fixedBook });
  assert.deepEqual([same.status, same.out], [0, fixedBook]);
  const found = await ropelint(["check", "--stdin-filename", "a.ipynb", "--output-format", "concise"], {
    cwd,
    input: book,
  });
  assert.match(found.out, /^a\.ipynb:cell 3:2:5: /);
  const markdown = await ropelint(["check", "--fix", "--stdin-filename", "a.md"], { cwd, input: readme });
  assert.equal(markdown.out, readme.replace("dtype=float)\n   `", "dtype=int64).float()\n   `"));
  const stub = await ropelint(["check", "--stdin-filename", "a.pyi"], {
    cwd,
    input: "def arange(n: int) -> int: ...\n",
  });
  assert.deepEqual([stub.status, stub.out], [0, "All checks passed (1 file).\n"]);
});

test("Markdown in folders is checked where that is asked for, Markdown that is named always", async () => {
  const cwd = makeFolder({ "docs/a.md": readme });
  const check = async (...words: string[]): Promise<string> =>
    (await ropelint(["check", "--output-format", "concise", ...words], { cwd })).out;
  assert.equal(await check(), "All checks passed (0 files).\n");
  const found = /^docs\/a\.md:7:8: error\[float-range\] .*\nFound 1 finding/;
  assert.match(await check("--markdown"), found);
  assert.match(await check("docs/a.md"), found);
  writeFileSync(join(cwd, "ropelint.toml"), "markdown = true\n");
  assert.match(await check(), found);
  await check("--fix");
  assert.equal(
    readFileSync(join(cwd, "docs/a.md"), "utf8"),
    readme.replace("dtype=float)\n   `", "dtype=int64).float()\n   `"),
  );
});

test("a notebook that can't be read is said to be so, and no other file suffers from it", async () => {
  const broken = book.slice(0, book.indexOf("dtype=float"));
  const cwd = makeFolder({
    "a.ipynb": broken,
    "b.ipynb": `<<<<<<< HEAD\n${book}`,
    "c.ipynb": book,
    "d.ipynb": '{"arange": 1, "nbformat": 4}',
    "e.ipynb": written(notebook(["arange(4, dtype=float)"], { language_info: { name: "julia" } })),
    "f.ipynb": Buffer.from([0x7b, 0xff, ...Buffer.from("arange")]),
    "g.ipynb": "",
  });
  const { status, out } = await ropelint(["check", "--fix", "--output-format", "concise"], { cwd });
  assert.equal(status, 1);
  const lines = out.trimEnd().split("\n");
  assert.match(
    lines[0] ?? "",
    /^a\.ipynb:\d+:7: error\[syntax-error\] not valid JSON: .*; open it in Jupyter/,
  );
  assert.match(
    lines[1] ?? "",
    /^b\.ipynb:1:1: error\[syntax-error\] not valid JSON: an unresolved merge conflict; /,
  );
  assert.match(lines[2] ?? "", /^d\.ipynb:1:1: error\[syntax-error\] cells has to be a list; /);
  assert.match(lines[3] ?? "", /^f\.ipynb:1:1: error\[io-error\] not valid UTF-8/);
  assert.equal(lines[4], "Found 5 findings (1 fixed, 4 remaining: 4 errors).");
  assert.equal(readFileSync(join(cwd, "a.ipynb"), "utf8"), broken);
  assert.equal(readFileSync(join(cwd, "c.ipynb"), "utf8"), fixedBook);
});

test("the cache knows a notebook from a Python file of the same content", async () => {
  const cwd = makeFolder({ "a.ipynb": book });
  const kept = { ...fakeServices, build: "1" };
  const check = async (path: string): Promise<string> =>
    (await ropelint(["check", "--output-format", "concise", path], { cwd, services: kept })).out;
  const first = await check("a.ipynb");
  assert.match(first, /cell 3:2:5/);
  assert.ok(existsSync(join(cwd, ".ropelint_cache")));
  assert.equal(await check("a.ipynb"), first);
  cpSync(join(cwd, "a.ipynb"), join(cwd, "a.py"));
  assert.doesNotMatch(await check("a.py"), /cell/);
});

test("a baseline knows a finding again after cells have moved and the JSON is laid out anew", async () => {
  const cwd = makeFolder({ "a.ipynb": book });
  await ropelint(["baseline"], { cwd });
  const moved = notebook([setup, text, "x = 1", `\n\n${bad}`, "t?"]);
  for (const json of [book, written(moved), JSON.stringify(moved), inAscii(written(moved, 4))]) {
    writeFileSync(join(cwd, "a.ipynb"), json);
    const { status, out } = await ropelint(["check"], { cwd });
    assert.deepEqual([status, out], [0, "All checks passed (1 file; 1 known in ropelint-baseline.json).\n"]);
  }
  writeFileSync(join(cwd, "a.ipynb"), written(notebook([bad, bad])));
  assert.equal((await ropelint(["check"], { cwd })).status, 1);
});

test("a fix that breaks a cell is not written", async () => {
  const cell = "t = torch.arange(n, dtype=float)  # broken";
  const cwd = makeFolder({ "a.ipynb": written(notebook([cell])) });
  const { status, out } = await ropelint(["check", "--fix"], { cwd });
  assert.equal(status, 2);
  assert.match(out, /not fixed: the rewritten code would not parse/);
  assert.equal(readFileSync(join(cwd, "a.ipynb"), "utf8"), written(notebook([cell])));
});

test("prove takes the place that check prints", async () => {
  const cwd = makeFolder({ "a.ipynb": written(notebook([bad, bad])) });
  const prove = async (target: string): Promise<number> =>
    ((await ropelint(["prove", target], { cwd })).out.match(/^a\.ipynb:cell/gm) ?? []).length;
  assert.equal(await prove("a.ipynb"), 2);
  assert.equal(await prove("a.ipynb:cell 2:2:5"), 1);
  assert.equal(await prove("a.ipynb:cell 1:2"), 1);
  assert.equal(await prove("a.ipynb:2"), 2);
  assert.equal(await prove("a.ipynb:cell 3:2"), 0);
});

test("a notebook from a clean checkout to its repair, over the real analysis", async () => {
  const cells = (range: string): readonly (string | Record<string, unknown>)[] => [
    text,
    "%load_ext autoreload\nimport torch\nfrom torch import nn",
    `class Rotary(nn.Module):\n    def __init__(self, dim):\n        super().__init__()\n        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))\n        freqs = torch.outer(positions(4096), inv_freq)\n        self.register_buffer("cos", freqs.cos())\n`,
    { ...codeCell("%%bash\nnvidia-smi"), outputs: [] },
    `%%time\ndef positions(n):\n    return ${range}`,
  ];
  const cwd = makeFolder({ "a.ipynb": written(notebook(cells("torch.arange(n, dtype=torch.float32)"))) });
  const found = await ropelint(["check", "--isolated"], { cwd, services });
  assert.equal(found.status, 1);
  assert.match(found.out, /^a\.ipynb:cell 5:3:12: error\[float-range\]/);
  const fixed = await ropelint(["check", "--isolated", "--fix"], { cwd, services });
  assert.deepEqual([fixed.status, fixed.out], [0, "Found 1 finding (1 fixed, 0 remaining).\n"]);
  assert.equal(
    readFileSync(join(cwd, "a.ipynb"), "utf8"),
    written(notebook(cells("torch.arange(n, dtype=torch.int64).float()"))),
  );
});
