import assert from "node:assert/strict";
import { test } from "node:test";
import type { Log } from "sarif";
import { escapeMarkdown, escapeXml, pathUri } from "../../src/cli/formats/escape.ts";
import { formats } from "../../src/cli/formats/formats.ts";
import type { OutputFormat } from "../../src/cli/formats/formats.ts";
import { plainPaint } from "../../src/cli/palette.ts";
import { LineIndex } from "../../src/engine/position.ts";
import type { Diagnostic } from "../../src/engine/report.ts";
import { groupOf } from "../../src/verify/finding.ts";
import { finding } from "../engine/findings.ts";
import { fakeServices } from "./fake-services.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

const bad = "t = torch.arange(n, dtype=float)\n";

/** A path and a message with whatever a format might trip over. */
const hostilePath = "a b/é😀|`<&\">'%20:,\n\u0007.py";
const hostileMessage =
  "quote \" ' pipe | tick ` <b>&amp; ]]> 100%, é😀\r\nsecond ::error::line \u001b[31m\ufffe";

const text = "'é😀'; a = 1\nb = 2\n";

function diagnostic(
  some: Partial<Diagnostic> = {},
  severity: "error" | "warning" | "note" = "error",
): Diagnostic {
  const lines = new LineIndex(text);
  const [start, end] = [text.indexOf("a ="), text.indexOf("a =") + 5];
  const edits = [
    { start: text.indexOf("2"), end: text.indexOf("2") + 1, content: "20" },
    { start: text.indexOf("1"), end: text.indexOf("1") + 1, content: "10" },
  ];
  const fix = { applicability: "safe" as const, message: hostileMessage, group: groupOf(edits), edits };
  return {
    path: hostilePath,
    cell: null,
    location: lines.position(start),
    end: lines.position(end),
    inFile: { location: lines.position(start), end: lines.position(end) },
    finding: finding({ rule: "float-range", severity, message: hostileMessage, span: { start, end }, fix }),
    fix: {
      ...fix,
      edits: edits.map((edit) => ({
        content: edit.content,
        location: lines.position(edit.start),
        end_location: lines.position(edit.end),
      })),
    },
    related: [
      {
        path: hostilePath,
        cell: null,
        location: { row: 2, column: 1 },
        inFile: { row: 2, column: 1 },
        line: "2",
        message: hostileMessage,
      },
    ],
    fingerprint: "0123456789abcdef",
    changes: [{ path: hostilePath, lines, edits }],
    lines,
    ...some,
  };
}

function written(name: OutputFormat, diagnostics: readonly Diagnostic[]): string {
  const { rules, version } = fakeServices;
  return formats[name].format({ diagnostics, rules, version, paint: plainPaint, summary: "Found 1 finding" });
}

/** Tags and texts of a well-formed document, references resolved; throws where it is none. */
function readXml(xml: string): { tag: string; attributes: Record<string, string>; text: string }[] {
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
  const elements: { tag: string; attributes: Record<string, string>; text: string }[] = [];
  const open: string[] = [];
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  const resolved = (raw: string): string => {
    assert.doesNotMatch(raw, /[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
    return raw.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
      code === undefined ? names[name]! : String.fromCodePoint(Number(code)),
    );
  };
  const body = xml.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, "");
  assert.notEqual(body, xml);
  const end = /<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>([^<]*)/gy;
  let at = 0;
  for (let match = end.exec(body); match !== null; match = end.exec(body)) {
    const [, close, tag = "", attributes = "", empty, after = ""] = match;
    at = end.lastIndex;
    if (close === "/") assert.equal(open.pop(), tag);
    else {
      const pairs = [...attributes.matchAll(/ (\w+)="([^"]*)"/g)];
      const read = Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, resolved(value)]));
      elements.push({ tag, attributes: read, text: resolved(after) });
      if (empty !== "/") open.push(tag);
    }
  }
  assert.deepEqual([at, open], [body.length, []]);
  return elements;
}

const run = async (format: string, source: string) =>
  ropelint(["check", "--output-format", format], { cwd: makeFolder({ "x/a.py": source }) });

test("grouped: findings under their file, and the summary", async () => {
  const { out } = await run("grouped", bad + bad);
  assert.equal(
    out,
    "x/a.py:\n  1:5 error[float-range] this range is built in a floating dtype [*]\n" +
      "  2:5 error[float-range] this range is built in a floating dtype [*]\n\n" +
      "Found 2 findings (2 errors); 2 fixable with --fix.\n",
  );
  assert.equal(written("grouped", [diagnostic()]).split("\n").length, 4);
});

test("github: workflow commands, columns on one line only", async () => {
  const { out, status } = await run("github", bad);
  assert.equal(status, 1);
  assert.equal(
    out,
    "::error title=ropelint (float-range),file=x/a.py,line=1,col=5,endLine=1,endColumn=33::" +
      "x/a.py:1:5: float-range this range is built in a floating dtype\n",
  );
  const [location, end] = [
    { row: 1, column: 7 },
    { row: 2, column: 1 },
  ];
  const long = written("github", [diagnostic({ end, inFile: { location, end } }, "note")]);
  assert.match(
    long,
    /^::notice title=ropelint \(float-range\),file=a b\/[^,:\n]*,line=1,endLine=2::[^\n]*\n$/,
  );
  assert.ok(long.includes("%2520%3A%2C%0A"));
  assert.match(long, /%25, é😀%0D%0Asecond/);
});

test("gitlab: an array of issues whose fingerprints are unique", () => {
  const found = JSON.parse(
    written("gitlab", [
      diagnostic(),
      diagnostic({ path: "b.py" }, "warning"),
      diagnostic({ path: "c" }, "note"),
    ]),
  ) as { fingerprint: string; severity: string; description: string; location: object }[];
  assert.deepEqual(
    found.map(({ severity }) => severity),
    ["major", "minor", "info"],
  );
  assert.equal(new Set(found.map(({ fingerprint }) => fingerprint)).size, 3);
  assert.equal(found[0]!.description, `float-range: ${hostileMessage}`);
  assert.deepEqual(found[0]!.location, {
    path: hostilePath,
    positions: { begin: { line: 1, column: 7 }, end: { line: 1, column: 12 } },
  });
});

test("junit: well-formed whatever the text holds, and a passed test where nothing is found", () => {
  const elements = readXml(written("junit", [diagnostic(), diagnostic({ path: "b.py" })]));
  assert.deepEqual(
    elements.map(({ tag }) => tag),
    ["testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "failure"],
  );
  assert.equal(elements[0]!.attributes.failures, "2");
  assert.equal(elements[1]!.attributes.name, hostilePath.replace("\u0007", "\\x07"));
  const shown = hostileMessage.replace("\u001b", "\\x1b").replace("\ufffe", "\ufffd");
  assert.equal(elements[3]!.attributes.message, shown);
  assert.equal(elements[3]!.text, `line 1, col 7, error: ${shown}`);
  const none = readXml(written("junit", []));
  assert.deepEqual([none.length, none[0]!.attributes.failures, none[0]!.attributes.tests], [3, "0", "1"]);
  assert.equal(escapeXml("\ud800<\u{10ffff}"), "\\ud800&lt;\u{10ffff}");
});

test("junit: each test of a file has a name of its own, which does not change with its line", () => {
  const { finding, ...rest } = diagnostic({ path: "a.py" });
  const found = (definition: string, row: number) => ({
    ...rest,
    finding: { ...finding, definition },
    location: { row, column: 1 },
  });
  const namesOf = (...diagnostics: ReturnType<typeof found>[]): readonly string[] =>
    readXml(written("junit", diagnostics)).flatMap(({ tag, attributes }) =>
      tag === "testcase" ? [attributes.name ?? ""] : [],
    );
  const names = namesOf(found("", 1), found("A.f", 2), found("A.f", 3), found("", 4));
  const rule = `ropelint.${finding.rule}`;
  assert.deepEqual(names, [rule, `${rule} in A.f`, `${rule} in A.f (2)`, `${rule} (2)`]);
  assert.deepEqual(namesOf(found("", 7), found("A.f", 8), found("A.f", 9), found("", 10)), names);
});

test("pylint: one line a finding", async () => {
  assert.equal(
    (await run("pylint", bad)).out,
    "x/a.py:1: [float-range] this range is built in a floating dtype\n",
  );
  assert.equal(written("pylint", [diagnostic()]).split("\n").length, 2);
});

test("rdjson: columns in bytes, a repair as one suggestion with the first of its findings", () => {
  const { diagnostics, ...rest } = JSON.parse(written("rdjson", [diagnostic(), diagnostic()])) as {
    diagnostics: Record<string, unknown>[];
  };
  assert.deepEqual(rest, { source: { name: "ropelint" }, severity: "WARNING" });
  assert.deepEqual(diagnostics[0], {
    message: hostileMessage,
    location: {
      path: hostilePath,
      range: { start: { line: 1, column: 11 }, end: { line: 1, column: 16 } },
    },
    severity: "ERROR",
    code: { value: "float-range", url: "https://example.org/float-range" },
    suggestions: [
      { range: { start: { line: 1, column: 15 }, end: { line: 2, column: 6 } }, text: "10\nb = 20" },
    ],
  });
  assert.equal("suggestions" in diagnostics[1]!, false);
});

test("markdown: a table whose cells hold no markup, worst first, within GitHub's limit", () => {
  const page = written("markdown", [diagnostic({ path: "b.py" }, "note"), diagnostic()]);
  const lines = page.trimEnd().split("\n");
  assert.deepEqual(lines.slice(0, 6), [
    "### ropelint",
    "",
    "Found 1 finding.",
    "",
    "| Place | Severity | Rule | Finding | Fix |",
    "| --- | --- | --- | --- | --- |",
  ]);
  assert.equal(lines.length, 8);
  for (const line of lines.slice(6)) assert.equal(line.replace(/\\[^]/g, "").split("|").length, 7);
  assert.match(lines[6]!, /\| error \|/);
  assert.equal(escapeMarkdown("a|`<b>`\n\\"), "a\\|\\`&lt;b&gt;\\`\\\\x0a\\\\");
  const many = written("markdown", new Array<Diagnostic>(10_000).fill(diagnostic()));
  assert.ok(Buffer.byteLength(many) < 2 ** 20);
  assert.match(many, /\n\nAnd \d+ more\.\n$/);
  assert.equal(written("markdown", []), "### ropelint\n\nFound 1 finding.\n");
});

test("sarif: rules, places, repairs, and the evidence", async () => {
  const { out } = await run("sarif", `"😀"; ${bad}`);
  const [found] = (JSON.parse(out) as Log).runs;
  assert.equal(found!.columnKind, "unicodeCodePoints");
  assert.deepEqual(found!.tool.driver, {
    name: "ropelint",
    version: "0.0.0-test",
    rules: [
      {
        id: "float-range",
        shortDescription: { text: "integer ranges built in a floating dtype" },
        helpUri: "https://example.org/float-range",
        defaultConfiguration: { enabled: true, level: "warning" },
      },
    ],
  });
  const [result] = found!.results!;
  const { fixes, locations, partialFingerprints, properties } = result!;
  const artifactLocation = { uri: "x/a.py", uriBaseId: "%SRCROOT%" };
  const region = { startLine: 1, startColumn: 10, endLine: 1, endColumn: 38 };
  assert.deepEqual([result!.ruleId, result!.ruleIndex, result!.level], ["float-range", 0, "error"]);
  assert.deepEqual(locations, [{ physicalLocation: { artifactLocation, region } }]);
  assert.deepEqual(fixes![0]!.artifactChanges, [
    {
      artifactLocation,
      replacements: [
        { deletedRegion: region, insertedContent: { text: "torch.arange(n, dtype=int64).float()" } },
      ],
    },
  ]);
  assert.match(partialFingerprints!["ropelint/v1"]!, /^[0-9a-f]{16}$/);
  assert.equal((properties as { evidence: { verdict: string } }).evidence.verdict, "confirmed");
});

test("sarif: hostile paths are URIs, the worst come first, and no more than GitHub takes", () => {
  const log = JSON.parse(
    written("sarif", [diagnostic({}, "note"), diagnostic({}, "warning"), diagnostic()]),
  ) as Log;
  const results = log.runs[0]!.results!;
  assert.deepEqual(
    results.map(({ level }) => level),
    ["error", "warning", "note"],
  );
  const { uri } = results[0]!.locations![0]!.physicalLocation!.artifactLocation!;
  assert.match(uri!, /^[A-Za-z0-9%/._~!'()*-]+$/);
  assert.equal(decodeURIComponent(uri!), hostilePath);
  assert.equal(results[0]!.relatedLocations![0]!.message!.text, hostileMessage);
  assert.equal(pathUri("/tmp/a b.py"), "file:///tmp/a%20b.py");
  assert.equal(pathUri("C:/a.py"), "file:///C:/a.py");
  assert.equal(pathUri("\ud800.py"), "%EF%BF%BD.py");

  const notes = new Array<Diagnostic>(25_000).fill(diagnostic({ fix: null, related: [] }, "note"));
  const [full] = (JSON.parse(written("sarif", [...notes, diagnostic()])) as Log).runs;
  assert.deepEqual([full!.results!.length, full!.results![0]!.level], [25_000, "error"]);
  assert.deepEqual(full!.properties, { omittedResults: 1 });
});

test("formats for programs hold the findings alone, none of them where nothing is found", async () => {
  const outputs = new Map<string, string>();
  for (const [name, { reader }] of Object.entries(formats)) {
    const { status, out, error } = await run(name, "arange  # buffer\n");
    assert.deepEqual([status, error], [0, ""], name);
    assert.equal(out.includes("--select castable-buffer"), reader === "person", name);
    outputs.set(name, out);
  }
  for (const name of ["json-lines", "github", "pylint"]) assert.equal(outputs.get(name), "", name);
  for (const name of ["json", "gitlab"]) assert.equal(outputs.get(name), "[]\n", name);
  assert.deepEqual((JSON.parse(outputs.get("rdjson")!) as { diagnostics: [] }).diagnostics, []);
  const [empty] = (JSON.parse(outputs.get("sarif")!) as Log).runs;
  assert.deepEqual([empty!.results, empty!.tool.driver.rules], [[], []]);
  assert.equal(outputs.get("markdown"), "### ropelint\n\nAll checks passed \\(1 file\\).\n");
});

test("counts and diffs are what they are in every format", async () => {
  const cwd = makeFolder({ "a.py": bad });
  for (const name of Object.keys(formats).filter((each) => !each.startsWith("json"))) {
    const counts = await ropelint(["check", "--statistics", "--output-format", name], { cwd });
    assert.equal(counts.out, "1  float-range  error    [*] 1 fixable\n", name);
    const diff = await ropelint(["check", "--diff", "--output-format", name], { cwd });
    assert.match(diff.out, /^--- a\.py\n/, name);
  }
});
