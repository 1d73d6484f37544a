import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { readDiff, readNumstat } from "../../src/engine/git-diff.ts";
import { codeCell, notebook, written } from "../engine/hosts/notebooks.ts";
import { makeFolder } from "./folder.ts";
import { commitAll, git, makeRepository } from "./git-folder.ts";
import { ropelint, spawnRopelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";
const other = "u = torch.arange(m, dtype=float)\n";
const good = "t = torch.arange(n, dtype=int64).float()\n";

async function since(cwd: string, ...words: string[]) {
  const { status, out, error } = await ropelint(
    ["check", "--output-format", "concise", "--changed-since", ...(words.length === 0 ? ["HEAD"] : words)],
    { cwd },
  );
  const places = [...out.matchAll(/^(.+?):(\d+):\d+: \w+\[/gm)].map(([, file, row]) => `${file!}:${row!}`);
  return { status, places, summary: out.trimEnd().split("\n").at(-1), error };
}

test("findings on changed lines are printed, the others counted", async () => {
  const cwd = makeRepository({ "a.py": `${bad}x = 1\n${bad}`, "b.py": bad });
  const clean = await since(cwd);
  assert.deepEqual(clean, {
    status: 0,
    places: [],
    summary: "All checks passed (2 files; 3 on unchanged lines).",
    error: "",
  });
  writeFileSync(join(cwd, "a.py"), `${bad}x = 2\n${other}y = 1\n${bad}`);
  const { status, places, summary } = await since(cwd);
  assert.deepEqual([status, places], [1, ["a.py:3"]]);
  assert.equal(summary, "Found 1 finding (1 error); 1 fixable with --fix; 3 on unchanged lines.");
  git(cwd, "add", "a.py");
  assert.deepEqual((await since(cwd)).places, ["a.py:3"], "staged");
  commitAll(cwd);
  assert.deepEqual((await since(cwd)).places, [], "committed");
  assert.deepEqual((await since(cwd, "HEAD~1")).places, ["a.py:3"]);
  assert.deepEqual((await since(cwd, "main~1", "b.py")).places, [], "of the files that are named");
});

test("what a repository sets for diffs and watching is not started", async () => {
  const cwd = makeRepository({ "a.py": bad, "b.py": bad, ".gitattributes": "*.py diff=evil\n" });
  const mark = join(cwd, "HARMED");
  for (const key of [
    "core.fsmonitor",
    "core.pager",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
  ])
    git(cwd, "config", key, `touch ${mark}; false`);
  writeFileSync(join(cwd, "a.py"), `${bad}${other}`);
  const { status, places } = await since(cwd);
  assert.deepEqual([status, places, existsSync(mark)], [1, ["a.py:2"], false]);
});

test("a branch is compared with the commit at which it left", async () => {
  const cwd = makeRepository({ "a.py": bad });
  git(cwd, "checkout", "--quiet", "-b", "topic");
  writeFileSync(join(cwd, "b.py"), other);
  commitAll(cwd);
  git(cwd, "checkout", "--quiet", "main");
  writeFileSync(join(cwd, "a.py"), good);
  commitAll(cwd);
  git(cwd, "checkout", "--quiet", "topic");
  const { places, summary } = await since(cwd, "main");
  assert.deepEqual(places, ["b.py:1"], "what main has repaired since is not the branch's doing");
  assert.match(summary ?? "", /; 1 on unchanged lines\.$/);
});

test("renamed, untracked, ignored and foreign files", async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `x${String(index)} = ${String(index)}\n`).join("");
  const cwd = makeRepository({
    "old.py": lines + bad,
    "moved.py": `${lines}y = 1\n${bad}`,
    ".gitignore": "ignored.py\n",
    "ignored.py": bad,
  });
  git(cwd, "mv", "old.py", "new.py");
  git(cwd, "mv", "moved.py", "edited.py");
  appendFileSync(join(cwd, "edited.py"), other);
  writeFileSync(join(cwd, "untracked.py"), bad);
  mkdirSync(join(cwd, "sub"));
  git(join(cwd, "sub"), "init", "--quiet");
  writeFileSync(join(cwd, "sub/c.py"), bad);
  const { places, summary } = await since(cwd);
  assert.deepEqual(places, ["edited.py:23", "sub/c.py:1", "untracked.py:1"]);
  assert.match(summary ?? "", /; 2 on unchanged lines\.$/);
  assert.deepEqual((await since(cwd, "HEAD", "ignored.py")).places, ["ignored.py:1"], "git can't tell");
});

test("names and contents that a diff might hide", async () => {
  const names = ["a b.py", 'quote".py', "tab\t.py", "é😀.py", "back\\slash.py", "b/a.py", "diff --git a.py"];
  const cwd = makeRepository(Object.fromEntries(names.map((name) => [name, `x = 1\n${bad}`])));
  for (const name of names) writeFileSync(join(cwd, name), `-- a/x\n++ b/y\n@@ -1 +1 @@\n${bad}${other}`);
  const named = await ropelint(["check", "--output-format", "json", "--changed-since", "HEAD", ...names], {
    cwd,
  });
  const found = (JSON.parse(named.out) as { filename: string; location: { row: number } }[]).map(
    ({ filename, location }) => `${filename}:${String(location.row)}`,
  );
  assert.deepEqual(found, names.map((name) => `${name}:5`).sort());
});

test("the settings of whoever runs git change nothing", async () => {
  const cwd = makeRepository({ "a.py": `${bad}x = 1\n${bad}` });
  for (const [key, value] of [
    ["diff.noprefix", "true"],
    ["diff.mnemonicPrefix", "true"],
    ["diff.external", "false"],
    ["diff.context", "9"],
    ["diff.interHunkContext", "9"],
    ["diff.renames", "false"],
    ["diff.relative", "true"],
    ["color.ui", "always"],
    ["core.pager", "false"],
    ["core.quotePath", "false"],
  ] as const)
    git(cwd, "config", key, value);
  mkdirSync(join(cwd, "sub"));
  git(cwd, "mv", "a.py", "sub/é.py");
  writeFileSync(join(cwd, "sub/é.py"), `${bad}x = 1\n${bad}${other}`);
  assert.deepEqual((await since(join(cwd, "sub"))).places, ["é.py:4"]);
});

test("of notebooks and Markdown, the lines of their code", async () => {
  const cells = [`${bad}x = 1\n`, `y = 1\n${other}`, "z = 1\n"];
  const page = (text: string): string => `# Page\n\n\`\`\`python\n${bad}\`\`\`\n\n${text}\n`;
  const write = (changed: readonly (string | Readonly<Record<string, unknown>>)[], text: string): void => {
    writeFileSync(join(cwd, "a.ipynb"), written(notebook(changed)));
    writeFileSync(join(cwd, "page.md"), page(text));
  };
  const cwd = makeRepository({ "a.ipynb": written(notebook(cells)), "page.md": page("text") });
  const places = async (): Promise<readonly string[]> => {
    const words = ["check", "--markdown", "--output-format", "concise", "--changed-since", "HEAD"];
    const { out } = await ropelint(words, { cwd });
    return [...out.matchAll(/^(.+?): error\[/gm)].map(([, place = ""]) => place);
  };
  assert.deepEqual(await places(), []);
  write([`${bad}x = 2\n`, ...cells.slice(1)], "other");
  assert.deepEqual(await places(), [], "beside it");
  const ran = { ...codeCell(cells[0]!), execution_count: 7, outputs: [] };
  write([ran, ...cells.slice(1)], "text");
  assert.deepEqual(await places(), [], "run again");
  write([cells[0]!, `y = 1\nw = 1\n${other}v = 1\n${bad}`, cells[2]!], `\`\`\`python\n${other}\`\`\``);
  // Row 3 was the last one of its cell: JSON puts a comma behind it.
  assert.deepEqual(await places(), ["a.ipynb:cell 2:3:5", "a.ipynb:cell 2:5:5", "page.md:8:5"]);
  write(["z = 1\n", ...cells], "text");
  assert.deepEqual(await places(), [], "a cell before them");
  writeFileSync(join(cwd, "a.ipynb"), JSON.stringify(notebook(cells)));
  assert.deepEqual(await places(), ["a.ipynb:cell 1:1:5", "a.ipynb:cell 2:2:5"], "all on one line");
});

test("a notebook that no longer is one has changed as a whole", async () => {
  const cwd = makeRepository({ "a.ipynb": written(notebook([bad])) });
  writeFileSync(join(cwd, "a.ipynb"), written(notebook([bad])).slice(0, -10));
  const { status, out } = await ropelint(["check", "--changed-since", "HEAD"], { cwd });
  assert.equal(status, 1);
  assert.match(out, /^a\.ipynb:\d+:\d+: error\[syntax-error\]/);
});

test("rows that were taken out count for what stands around them", async () => {
  const text = `${bad}x = 1\n${bad}`;
  const cwd = makeRepository({ "a.py": text });
  writeFileSync(join(cwd, "a.py"), text.replace("x = 1\n", ""));
  assert.deepEqual((await since(cwd)).places, [], "beside them, nothing has changed");
  const around = [
    "import torch",
    "from torch import nn",
    "class Table(nn.Module):",
    "    def __init__(self, dim: int, length: int = 4096):",
    "        super().__init__()",
    "        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))",
    "        t = torch.arange(",
    "            length,",
    "            # more",
    "            dtype=torch.float32,",
    "        )",
    '        self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)',
    "",
  ].join("\n");
  writeFileSync(join(cwd, "b.py"), around);
  commitAll(cwd);
  writeFileSync(join(cwd, "b.py"), around.replace(/ +# more\n/, ""));
  const { out } = await ropelint(["check", "--changed-since", "HEAD", "b.py", "--output-format", "concise"], {
    cwd,
    services,
  });
  assert.match(out, /^b\.py:7:13: \w+\[float-range\]/);
});

test("line ends, an end without one, a byte order mark, a file that git holds for binary", async () => {
  const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
  const cwd = makeRepository({
    "crlf.py": crlf(`${bad}x = 1\n`),
    "open.py": `${bad}x = 1`,
    "mark.py": `\ufeff${bad}x = 1\n`,
    "zero.py": `${bad}x = 1\n`,
    ".gitattributes": "zero.py binary\n",
  });
  appendFileSync(join(cwd, "crlf.py"), crlf(other));
  appendFileSync(join(cwd, "open.py"), `\n${other}`);
  appendFileSync(join(cwd, "mark.py"), other);
  appendFileSync(join(cwd, "zero.py"), other);
  const { places } = await since(cwd);
  assert.deepEqual(places, ["crlf.py:3", "mark.py:3", "open.py:3", "zero.py:1", "zero.py:3"]);
});

test("--fix repairs what is printed, and knows its lines after a repair", async () => {
  const cwd = makeRepository({ "a.py": `${bad}x = 1\n${bad}` });
  writeFileSync(join(cwd, "a.py"), `${bad}${other}x = 1\n${bad}`);
  const { status, out } = await ropelint(["check", "--changed-since", "HEAD", "--fix"], { cwd });
  assert.deepEqual([status, out], [0, "Found 1 finding (1 fixed, 0 remaining); 2 on unchanged lines.\n"]);
  const repaired = other.replace("float)", "int64).float()");
  assert.equal(readFileSync(join(cwd, "a.py"), "utf8"), `${bad}${repaired}x = 1\n${bad}`);
});

test("beside a baseline: what it knows is known, whether its line has changed or not", async () => {
  const cwd = makeRepository({ "a.py": `${bad}${other}` });
  await ropelint(["baseline"], { cwd });
  writeFileSync(join(cwd, "a.py"), `x = 1\n${bad.replace("t =", "s =")}${bad}${other}`);
  const { places, summary } = await since(cwd);
  assert.deepEqual(places, ["a.py:2"]);
  assert.match(summary ?? "", /; 2 known in ropelint-baseline\.json\.$/);
});

test("a file that can't be parsed is said where it has changed", async () => {
  const broken = `x = 1\n${bad}# does not parse\n`;
  const cwd = makeRepository({ "a.py": broken, "b.py": broken });
  appendFileSync(join(cwd, "a.py"), "x = 1\n");
  const { places, summary } = await since(cwd);
  assert.deepEqual(places, ["a.py:3"]);
  assert.match(summary ?? "", /; 1 on unchanged lines\.$/);
});

test("in the middle of a merge, the whole file counts", async () => {
  const cwd = makeRepository({ "a.py": `x = 1\n${bad}` });
  git(cwd, "checkout", "--quiet", "-b", "topic");
  writeFileSync(join(cwd, "a.py"), `x = 2\n${bad}`);
  commitAll(cwd);
  git(cwd, "checkout", "--quiet", "main");
  writeFileSync(join(cwd, "a.py"), `x = 3\n${bad}`);
  commitAll(cwd);
  assert.throws(() => git(cwd, "merge", "topic"));
  writeFileSync(join(cwd, "a.py"), `x = 3\n${bad}`);
  assert.deepEqual((await since(cwd)).places, ["a.py:2"]);
});

test("a link to a folder with a repository, and a work tree of another one", async () => {
  const cwd = makeRepository({ "a.py": bad });
  const link = join(makeFolder(), "link");
  symlinkSync(cwd, link);
  appendFileSync(join(cwd, "a.py"), other);
  assert.deepEqual((await since(link)).places, ["a.py:2"]);
  const tree = join(makeFolder(), "tree");
  git(cwd, "worktree", "add", "--quiet", tree, "HEAD");
  appendFileSync(join(tree, "a.py"), `x = 1\n${other}`);
  assert.deepEqual((await since(tree)).places, ["a.py:3"]);
});

test("what can't be asked ends with status 2 and says why", async () => {
  const cwd = makeRepository({ "a.py": bad });
  const cases: readonly (readonly [cwd: string, ref: string, error: RegExp])[] = [
    [cwd, "no-such", /--changed-since no-such: git knows no such commit\n {2}= help: name a branch/],
    [cwd, "-p", /--changed-since -p: git knows no such commit/],
    [cwd, "--output=x", /git knows no such commit/],
    [cwd, "HEAD:a.py", /git knows no such commit/],
    [makeFolder({ "a.py": bad }), "HEAD", /--changed-since HEAD: not a git repository/],
  ];
  for (const [folder, ref, message] of cases) {
    const { status, out, error } = await ropelint(["check", `--changed-since=${ref}`], { cwd: folder });
    assert.deepEqual([status, out], [2, ""], ref);
    assert.match(error, message);
  }
  assert.equal((await ropelint(["check", "--changed-since", ""], { cwd })).status, 2);
  const input = await ropelint(["check", "--changed-since", "HEAD", "-"], { cwd, input: bad });
  assert.equal(input.status, 2);
  assert.match(input.error, /standard input is none/);
});

test("no git on the PATH", async () => {
  const cwd = makeRepository({ "a.py": bad });
  const { status, out, error } = await spawnRopelint("real", ["check", "--changed-since", "HEAD"], {
    cwd,
    env: { PATH: makeFolder() },
  });
  assert.deepEqual(
    [status, out, error],
    [2, "", "ropelint: error: --changed-since HEAD: git is not installed, or not on the PATH\n"],
  );
});

test("histories without a common commit; a shallow clone says how to deepen it", async () => {
  const cwd = makeRepository({ "a.py": bad });
  git(cwd, "checkout", "--quiet", "--orphan", "alone");
  writeFileSync(join(cwd, "other.py"), other);
  commitAll(cwd);
  const apart = await ropelint(["check", "--changed-since", "main"], { cwd });
  assert.equal(apart.status, 2);
  assert.match(apart.error, /it has no commit in common with HEAD/);
  git(cwd, "checkout", "--quiet", "main");
  appendFileSync(join(cwd, "a.py"), other);
  commitAll(cwd);
  const clone = join(makeFolder(), "clone");
  git(cwd, "clone", "--quiet", "--depth", "1", `file://${cwd}`, clone);
  const shallow = await ropelint(["check", "--changed-since", "HEAD~1"], { cwd: clone });
  assert.equal(shallow.status, 2);
  assert.match(shallow.error, /git knows no such commit\n {2}= help: this clone is shallow: /);
  rmSync(join(clone, ".git"), { recursive: true });
  renameSync(join(clone, "a.py"), join(clone, "b.py"));
  assert.equal((await ropelint(["check", "--changed-since", "HEAD"], { cwd: clone })).status, 2);
});

test("what git prints is read as it is meant", () => {
  const diff = [
    'diff --git "a/\\303\\251\\t.py" "b/\\303\\251\\t.py"',
    "index 1..2 100644",
    '--- "a/\\303\\251\\t.py"',
    '+++ "b/\\303\\251\\t.py"',
    "@@ -0,0 +1,2 @@ def f():",
    "++++ b/none.py",
    "+@@ -1 +1 @@",
    "@@ -9,2 +11,0 @@",
    "-diff --git a/x b/x",
    "--- a/x",
    "\\ No newline at end of file",
    "diff --git a/b c.py b/b c.py",
    "--- a/b c.py\t",
    "+++ b/b c.py\t",
    "@@ -1 +1 @@",
    "-x",
    "+y",
    "",
  ].join("\n");
  assert.deepEqual(
    [...readDiff(diff)],
    [
      [
        "\u00c3\u00a9\t.py",
        [
          { start: 1, count: 2 },
          { start: 11, count: 0 },
        ],
      ],
      ["b c.py", [{ start: 1, count: 1 }]],
    ],
  );
  assert.deepEqual(readNumstat("1\t0\ta\tb\0" + "-\t-\tc\0" + "0\t0\t\0old\0new\0"), [
    { path: "a\tb", isBinary: false, isTouched: true },
    { path: "c", isBinary: true, isTouched: true },
    { path: "new", isBinary: false, isTouched: false },
  ]);
});
