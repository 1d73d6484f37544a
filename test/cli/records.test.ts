import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { finished, ropelint, start } from "./harness.ts";
import type { Outcome } from "./harness.ts";

// `ropelint check --stdin-records`.

const bad = "t = torch.arange(n, dtype=float)\n";
const good = "t = torch.arange(n, dtype=int64).float()\n";

interface Line {
  readonly code?: string;
  readonly message?: string;
  readonly filename: string | null;
  readonly record: number;
  readonly id?: string | number;
  readonly acknowledged?: true;
  readonly findings?: number;
}

function lines(out: string): readonly Line[] {
  assert.ok(out === "" || out.endsWith("\n"));
  return out
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

function record(path: string, text: string, more: object = {}): string {
  return `${JSON.stringify({ path, text, ...more })}\n`;
}

async function check(
  input: string | Uint8Array,
  words: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<Outcome & { readonly found: readonly Line[] }> {
  const cwd = makeFolder(files);
  const result = await ropelint(["check", "--stdin-records", ...words], { cwd, input });
  return { ...result, found: lines(result.out) };
}

test("findings in the order of the records, each with its record's path, number and id", async () => {
  const input =
    record("z.py", bad, { id: "blob 1", stars: 5 }) +
    record("a.py", good) +
    record("z.py", bad.repeat(2), { id: 17 }) +
    record("new\nline.py", bad);
  const { status, error, found } = await check(input);
  assert.equal(status, 1);
  assert.deepEqual(
    found.map(({ code, filename, record, id }) => [code, filename, record, id]),
    [
      ["float-range", "z.py", 1, "blob 1"],
      ["float-range", "z.py", 3, 17],
      ["float-range", "z.py", 3, 17],
      ["float-range", "new\nline.py", 4, undefined],
    ],
  );
  assert.match(
    error,
    /^ropelint: 4 records, 4 with code of interest, 4 findings in 3, 0\.0 MB, \d+\.\d s of processor\n$/,
  );
});

test("a line is what json-lines prints, and where the record comes from", async () => {
  const cwd = makeFolder({ "a.py": bad });
  const asFile = await ropelint(["check", "--output-format", "json-lines", "a.py"], { cwd });
  const { found } = await check(record("a.py", bad));
  assert.deepEqual(found, [{ ...(JSON.parse(asFile.out) as object), record: 1 }]);
});

test("nothing found, nothing there: nothing printed, status 0", async () => {
  for (const input of ["", "\n", " \r\n\n", record("a.py", good), record("a.py", "")]) {
    const { status, out } = await check(input);
    assert.deepEqual([status, out], [0, ""], input);
  }
});

test("bad records are findings of their own, and stop nothing", async () => {
  const input = Buffer.concat([
    Buffer.from(`nonsense\n\n${record("a.py", bad)}`),
    Buffer.from('{"path": "b.py", "text": "\xff"}\n', "latin1"),
    Buffer.from(`{"path": "c.py"}\n${record("d.py", `${bad}\0`)}${record("e.py", bad)}{"path": "f.py", "te`),
  ]);
  const { status, error, found } = await check(input);
  assert.equal(status, 1);
  assert.deepEqual(
    found.map(({ code, filename, record }) => [code, filename, record]),
    [
      ["io-error", "-", 1],
      ["float-range", "a.py", 3],
      ["io-error", "-", 4],
      ["io-error", "c.py", 5],
      ["io-error", "d.py", 6],
      ["float-range", "e.py", 7],
      ["io-error", "-", 8],
    ],
  );
  const [first, , third] = found.map(({ message }) => message);
  assert.match(first ?? "", /^not JSON: .*; a record is \{"path": "model\.py", "text": "\.\.\."\}/);
  assert.match(third ?? "", /^not valid UTF-8 at byte 26 of the line; /);
  assert.match(error, /^ropelint: 7 records, 3 with code of interest, 3 findings in 3, 4 bad, /);
  const lenient = await check(input, ["--ignore", "io-error"]);
  assert.deepEqual(
    lenient.found.map(({ code }) => code),
    ["float-range", "float-range"],
  );
  assert.equal((await check(input, ["--exit-zero"])).status, 0);
});

test("a record longer than the limit is not held, and those after it are read", async () => {
  const long = record("long.py", "#".repeat(2 ** 20));
  const { status, found } = await check(long + record("a.py", bad), ["--max-record-size", "1"]);
  assert.equal(status, 1);
  assert.deepEqual(
    found.map(({ code, record }) => [code, record]),
    [
      ["io-error", 1],
      ["float-range", 2],
    ],
  );
  assert.equal(
    found[0]?.message,
    `${long.length - 1} bytes, and 1048576 are the most that is read; leave it out, or give --max-record-size`,
  );
  assert.equal((await check(long)).status, 0);
});

test("a defect of ropelint on one record stops no other, and ends in status 2", async () => {
  const { status, found } = await check(record("a.py", `${bad}# crash\n`) + record("b.py", bad), [
    "--exit-zero",
  ]);
  assert.equal(status, 2);
  assert.deepEqual(
    found.map(({ code, record }) => [code, record]),
    [
      ["internal-error", 1],
      ["float-range", 2],
    ],
  );
});

test("--acknowledge: a line after each record, blank ones apart", async () => {
  const input = `${record("a.py", bad.repeat(2), { id: "x" })}\n${record("b.py", "")}{\n`;
  const { found } = await check(input, ["--acknowledge"]);
  assert.deepEqual(
    found.filter(({ acknowledged }) => acknowledged),
    [
      { record: 1, id: "x", acknowledged: true, filename: "a.py", findings: 2 },
      { record: 3, acknowledged: true, filename: "b.py", findings: 0 },
      { record: 4, acknowledged: true, filename: null, findings: 1 },
    ],
  );
  assert.deepEqual(
    found.map(({ record, acknowledged = false }) => [record, acknowledged]),
    [
      [1, false],
      [1, false],
      [1, true],
      [3, true],
      [4, false],
      [4, true],
    ],
  );
});

test("the path says which language it is; others are counted", async () => {
  const kinds = [
    "a.py",
    "dir\\b.py",
    "c.ts",
    "/abs/../d.py",
    "README.md",
    "e",
    "f.min.js",
    "g.d.ts",
    "h.pyc",
  ];
  const { found, error } = await check(kinds.map((path) => record(path, bad)).join(""));
  assert.deepEqual(
    found.map(({ filename }) => filename),
    kinds.slice(0, 4),
  );
  assert.match(error, /, 5 of no language that is read, /);
});

test("settings are those of the working directory; nothing is looked up by a record's path", async () => {
  const files = {
    "ropelint.toml": 'per-file-ignores = { "tests/*" = ["float-range"] }\nextend-exclude = ["old"]\n',
    "other/ropelint.toml": "no = such key\n",
  };
  const input = record("tests/a.py", bad) + record("other/b.py", bad) + record("old/c.py", bad);
  const paths = async (...words: string[]): Promise<readonly (string | null)[]> =>
    (await check(input, words, files)).found.map(({ filename }) => filename);
  assert.deepEqual(await paths(), ["other/b.py", "old/c.py"]);
  assert.deepEqual(await paths("--force-exclude"), ["other/b.py"]);
  assert.deepEqual(await paths("--isolated"), ["tests/a.py", "other/b.py", "old/c.py"]);
  const broken = await check(input, [], { "ropelint.toml": "selct = []\n" });
  assert.deepEqual([broken.status, broken.out], [2, ""]);
  assert.match(broken.error, /unknown key "selct"|did you mean "select"/);
});

test("what a stream can't have is said before anything is read", async () => {
  const cases = [
    [["--fix"], /^ropelint: error: --fix can't be had with --stdin-records\n {2}= help: apply the edits/],
    [["--diff"], /--diff can't be had/],
    [["--statistics"], /count the findings/],
    [["--stdin-filename", "a.py"], /each record has its own "path"/],
    [["--output-file", "x"], /redirect standard output/],
    [["--output-format", "sarif"], /--output-format sarif can't be had.*\n.*json-lines/],
    [["--baseline", "b.json"], /--baseline can't be had/],
    [["--show-files"], /--show-files can't be had/],
    [["src"], /the path src can't be had.*\n.*standard input/],
    [["--max-record-size", "0"], /whole number of MiB from 1 to 256/],
    [["--max-record-size", "1e9"], /whole number of MiB/],
  ] as const;
  for (const [words, message] of cases) {
    const { status, out, error } = await check(record("a.py", bad), words);
    assert.deepEqual([status, out], [2, ""], words.join(" "));
    assert.match(error, message);
  }
  assert.equal((await check("", ["-", "--output-format", "json-lines"])).status, 0);
  const { status, error } = await ropelint(["check", "--acknowledge"], { cwd: makeFolder() });
  assert.equal(status, 2);
  assert.match(error, /--acknowledge is about records\n {2}= help: .*--stdin-records/);
});

test(
  "a record gets the findings that the same text gets from --stdin-filename",
  { timeout: 120_000 },
  async () => {
    const examples = fileURLToPath(new URL("../../examples", import.meta.url));
    const names = readdirSync(examples).filter((name) => /\.(?:py|[jt]s)$/.test(name));
    const texts = names.map((name) => readFileSync(join(examples, name), "utf8"));
    const input = names.map((name, index) => record(name, texts[index] ?? "")).join("");
    const cwd = makeFolder();
    const streamed = lines((await ropelint(["check", "--stdin-records"], { cwd, input, services })).out);
    assert.ok(streamed.length >= 10);
    for (const [index, name] of names.entries()) {
      const words = ["check", "--output-format", "json-lines", "--stdin-filename", name];
      const { out } = await ropelint(words, { cwd, services, input: texts[index] ?? "" });
      const expected = lines(out).map((line) => ({ ...line, record: index + 1 }));
      assert.deepEqual(
        streamed.filter(({ record }) => record === index + 1),
        expected,
        name,
      );
    }
  },
);

test("the document's example", async () => {
  const page = readFileSync(new URL("../../docs/records.md", import.meta.url), "utf8");
  const [example = "", answer = ""] = [...page.matchAll(/```json\n([^]*?)\n```/g)].map(
    ([, code]) => code ?? "",
  );
  const { status, found } = await check(example.replaceAll("\n", " "), ["--acknowledge"]);
  assert.deepEqual([status, found], [0, [{ ...(JSON.parse(answer) as Line), findings: 0 }]]);
});

/** Writes for as long as the process takes more; how much it took. */
async function feed(child: ChildProcess, text: string, bytes: number, patience = 1500): Promise<number> {
  let written = 0;
  const { stdin } = child;
  assert.ok(stdin);
  stdin.on("error", () => undefined);
  while (written < bytes && !stdin.destroyed) {
    written += text.length;
    if (stdin.write(text)) continue;
    const isTaken = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, patience);
      const answer = (taken: boolean) => (): void => {
        clearTimeout(timer);
        resolve(taken);
      };
      stdin.once("drain", answer(true)).once("close", answer(false));
    });
    if (!isTaken) break;
  }
  return written;
}

test("each record is answered before the next one comes", { timeout: 60_000 }, async () => {
  const child = start("fake", ["check", "--stdin-records"], makeFolder());
  const result = finished(child);
  for (const path of ["a.py", "b.py"]) {
    child.stdin?.write(record(path, bad));
    const [answer] = lines(String(await new Promise((resolve) => child.stdout?.once("data", resolve))));
    assert.equal(answer?.filename, path);
  }
  child.stdin?.end();
  assert.equal((await result).status, 1);
});

test("where nobody takes the findings, nothing more is read", { timeout: 60_000 }, async () => {
  const child = start("fake", ["check", "--stdin-records"], makeFolder());
  const taken = await feed(child, record("a.py", bad.repeat(20)), 400e6);
  assert.ok(taken < 40e6, `${taken} bytes were read`);
  child.kill("SIGKILL");
});

test("a stream of any length is read in bounded memory", { timeout: 120_000 }, async (t) => {
  if (process.platform !== "linux") {
    t.skip("there is no /proc");
    return;
  }
  const child = start("fake", ["check", "--stdin-records"], makeFolder());
  child.stdout?.resume();
  const text = record("a.py", `${bad}${"#".repeat(100_000)}`) + record("b.py", "#".repeat(1_000_000));
  const peak = (): number =>
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
  await feed(child, text, 60e6);
  const early = peak();
  await feed(child, text, 300e6);
  const late = peak();
  child.stdin?.end();
  await new Promise((resolve) => child.once("close", resolve));
  assert.ok(late < early + 150_000, `${early} kB grew to ${late} kB`);
});

test(
  "a reader that stops early ends the run quietly, and the writer is told",
  { timeout: 60_000 },
  async () => {
    const child = start("fake", ["check", "--stdin-records"], makeFolder());
    child.stdout?.once("data", () => child.stdout?.destroy());
    const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
    let error = "";
    child.stderr?.on("data", (part: Buffer) => (error += part.toString()));
    const taken = await feed(child, record("a.py", bad), 50e6, 30_000);
    child.stdin?.end();
    assert.ok(taken < 50e6);
    assert.equal(await closed, 1);
    assert.match(
      error,
      /^ropelint: \d+ records?, .*; nobody reads the findings any longer, so the rest was not read\n$/,
    );
  },
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends the run; what was printed are whole lines`, { timeout: 60_000 }, async () => {
    const child = start("fake", ["check", "--stdin-records"], makeFolder(), { ROPELINT_TEST_SLOW: "20" });
    const result = finished(child);
    child.stdin?.on("error", () => undefined);
    child.stdin?.write(record("a.py", bad).repeat(500));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill(signal);
    const ended = await result;
    assert.equal(ended.signal, signal);
    assert.ok(lines(ended.out).every(({ code }) => code === "float-range"));
  });
}

test("standard input that can't be read", () => {
  const cwd = makeFolder({ "folder/a.py": "" });
  const folder = openSync(join(cwd, "folder"), "r");
  const main = fileURLToPath(new URL("./fake-main.ts", import.meta.url));
  const words = ["--import", import.meta.resolve("tsx"), main, "check", "--stdin-records"];
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd,
    stdio: [folder, "pipe", "pipe"],
    encoding: "utf8",
  });
  closeSync(folder);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /ropelint: error: standard input can't be read on: is a directory\n {2}= help: 0 records had been checked/,
  );
});
