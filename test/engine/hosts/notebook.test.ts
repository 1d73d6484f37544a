import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HostedFile } from "../../../src/engine/hosts/hosted-file.ts";
import { UnreadableHostError } from "../../../src/engine/hosts/host.ts";
import { joinParts, partsIn, sourcesIn } from "../../../src/engine/hosts/hosted-text.ts";
import { notebookHost } from "../../../src/engine/hosts/notebook.ts";
import { codeCell, inAscii, linesOf, notebook, written } from "./notebooks.ts";

function open(json: string): HostedFile {
  return new HostedFile(notebookHost, json);
}

/** The notebook with other sources. */
function change(json: string, sources: readonly string[]): string {
  return open(json).with(joinParts(sources.map((source) => ({ source })))).file;
}

const markdown = { cell_type: "markdown", metadata: {}, source: ["# arange\n"] };

test("code cells in their order, numbered among all cells", () => {
  const { parts } = open(written(notebook([markdown, "a = 1\nb = 2", markdown, "c"])));
  assert.deepEqual(
    parts.map(({ source, cell }) => [source, cell]),
    [
      ["a = 1\nb = 2", 2],
      ["c", 4],
    ],
  );
});

test("a source may be one string, several lines a string, or nothing", () => {
  const own = (source: unknown): Record<string, unknown> => ({ ...codeCell(""), source });
  const { parts } = open(written(notebook([own("a\nb"), own(["a\nb", "\nc"]), own([]), own("")])));
  assert.deepEqual(
    parts.map(({ source }) => source),
    ["a\nb", "a\nb\nc", "", ""],
  );
});

test("nbformat 3 has worksheets, inputs, and a language a cell", () => {
  const cell = (input: string, language = "python"): object => ({
    cell_type: "code",
    input: linesOf(input),
    language,
  });
  const sheets = [
    { cells: [{ cell_type: "heading", source: "t" }, cell("a\n")] },
    { metadata: {} },
    { cells: [cell("puts 1", "ruby"), cell("b")] },
  ];
  const json = written({ metadata: { name: "" }, nbformat: 3, nbformat_minor: 0, worksheets: sheets });
  assert.deepEqual(
    open(json).parts.map(({ source, cell: number }) => [source, number]),
    [
      ["a\n", 2],
      ["b", 4],
    ],
  );
  assert.equal(change(json, ["a\n", "bb"]), json.replace('"b"', '"bb"'));
  assert.deepEqual(open(written({ metadata: {}, nbformat: 3, nbformat_minor: 0 })).parts, []);
});

test("what another kernel runs is not Python", () => {
  const partsOf = (metadata: Record<string, unknown>): number =>
    open(written(notebook(["x"], metadata))).parts.length;
  assert.equal(partsOf({ language_info: { name: "julia" } }), 0);
  assert.equal(partsOf({ kernelspec: { language: "R", name: "ir" } }), 0);
  assert.equal(partsOf({ kernelspec: { language: "python" }, language_info: { name: "ipython3" } }), 1);
  assert.equal(partsOf({ kernelspec: { name: "python3" } }), 1);
  assert.equal(partsOf({}), 1);
  const other = { ...codeCell("SELECT 1"), metadata: { vscode: { languageId: "sql" } } };
  assert.deepEqual(
    open(written(notebook([other, "x"]))).parts.map(({ cell }) => cell),
    [2],
  );
});

test("every character is known where it is written", () => {
  const source = 'a = "é\\n😀"\t# 1\n\nb';
  for (const json of [
    written(notebook([source])),
    inAscii(written(notebook([source]))),
    JSON.stringify(notebook([source])),
  ]) {
    const [part] = open(json).parts;
    assert.ok(part);
    for (let index = 0; index < source.length; index++) {
      const unit = source.charAt(index);
      const at = part.offsetOf(index);
      const forms = [unit, JSON.stringify(unit).slice(1, -1), inAscii(unit)];
      assert.ok(
        forms.some((form) => json.startsWith(form, at)),
        `${unit} at ${json.slice(at, at + 8)}`,
      );
    }
    assert.equal(json[part.offsetOf(source.length)], '"');
  }
});

test("only the strings of lines that change are written", () => {
  const json = written(notebook(["a\nb\nc", "d"]));
  const [, lineA = "", lineB = "", lineC = ""] = /("a\\n"),(\s+"b\\n"),(\s+"c")/.exec(json) ?? [];
  const all = `${lineA},${lineB},${lineC}`;
  const space = lineB.slice(0, lineB.indexOf('"'));
  const expected: readonly (readonly [string, string])[] = [
    ["a\nbb\nc", `${lineA},${space}"bb\\n",${lineC}`],
    ["a\nb\nx\nc", `${lineA},${lineB},${space}"x\\n",${lineC}`],
    ["x\na\nb\nc", `"x\\n",${space}${all}`],
    ["a\nb\nc\nd", `${lineA},${lineB},${space}"c\\n",${space}"d"`],
    ["a\nc", `${lineA},${lineC}`],
    ["b\nc", `${lineB.trim()},${lineC}`],
    ["a\nb\n", `${lineA},${lineB}`],
    ["x\ny\nz\nb\nc", `"x\\n",${space}"y\\n",${space}"z\\n",${lineB},${lineC}`],
  ];
  for (const [source, strings] of expected)
    assert.equal(change(json, [source, "d"]), json.replace(all, strings));
  assert.deepEqual(JSON.parse(change(json, ["", "d"])), notebook(["", "d"]));
});

test("one line becomes several, laid out as it was", () => {
  const json = written(notebook(["a"]), 4);
  assert.equal(change(json, ["a\nb"]), written(notebook(["a\nb"]), 4));
  const compact = JSON.stringify(notebook(["a"]));
  assert.equal(change(compact, ["a\nb"]), JSON.stringify(notebook(["a\nb"])));
});

test("escapes, line ends and a byte order mark stay as they are", () => {
  const cells = ['x = "é"  # \u00e9\u2028\ny = 2', "z"];
  const edited = ['x = "é"  # \u00e9\u2028\ny = "ü"', "z"];
  for (const style of [
    (text: string) => text,
    inAscii,
    (text: string) => text.replaceAll("\n", "\r\n"),
    (text: string) => `\ufeff${text}`,
    (text: string) => text.trimEnd(),
    (text: string) => text.replaceAll('"x', '"\\u0078'),
    (text: string) => text.replace('"nbformat": 4', '"nbformat":4.0e0'),
  ])
    assert.equal(change(style(written(notebook(cells))), edited), style(written(notebook(edited))));
});

test("whatever sources become, the rest of the notebook is what it was", () => {
  const line = fc.constantFrom("a", "b", "  é", "", '"😀\\', "# %%", "x\r", "\t\u0001");
  const source = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
  const pairs = fc.array(fc.tuple(source, source), { minLength: 1, maxLength: 4 });
  const isString = fc.boolean();
  const style = fc.constantFrom<(value: unknown) => string>(
    (value) => written(value),
    (value) => inAscii(written(value, "\t")),
    (value) => JSON.stringify(value),
  );
  fc.assert(
    fc.property(pairs, isString, style, (sources, asString, write) => {
      const build = (all: readonly string[]): string =>
        write(notebook(all.map((text) => ({ ...codeCell(text), source: asString ? text : linesOf(text) }))));
      const [before, after] = [sources.map(([old]) => old), sources.map(([, next]) => next)];
      const changed = change(build(before), after);
      assert.deepEqual(
        open(changed).parts.map((part) => part.source),
        after,
      );
      const isEmptied = sources.some(([old, next]) => (old === "") !== (next === "") && !asString);
      // How a list is laid out shows only where it holds something.
      if (isEmptied) assert.deepEqual(JSON.parse(changed), JSON.parse(build(after)));
      else assert.equal(changed, build(after));
    }),
    { numRuns: 300 },
  );
});

test("parts are found again in their text", () => {
  const sources = ["# %%\n", "", "# %%%", "x\n# %%\ny", "\n"];
  const text = joinParts(sources.map((source) => ({ source })));
  assert.deepEqual(sourcesIn(text), sources);
  assert.deepEqual(
    partsIn(text).map(({ start, end }) => text.slice(start, end)),
    sources,
  );
  assert.deepEqual(partsIn(""), []);
  assert.deepEqual(partsIn("{}"), []);
});

test("a notebook that can't be read says what is wrong, where, and what helps", () => {
  const fails = (json: string, message: RegExp, at: string): void => {
    assert.throws(
      () => open(json),
      (error) => {
        assert.ok(error instanceof UnreadableHostError);
        assert.match(error.message, message);
        assert.match(error.message, /; (?:open it in Jupyter and save it again|resolve it)/);
        assert.equal(json.slice(error.span.start, error.span.start + at.length), at);
        return true;
      },
    );
  };
  const json = written(notebook(["arange"]));
  fails(json.slice(0, 40), /^not valid JSON: /, "");
  fails(json.replace('"metadata"', "'metadata'"), /^not valid JSON: unexpected 'metadata'/, "'metadata'");
  fails(json.replace('"arange"', '"arange'), /^not valid JSON: /, '"arange');
  fails(`<<<<<<< HEAD\n${json}`, /^not valid JSON: an unresolved merge conflict/, "<<<<<<<");
  fails("", /^not valid JSON: the text ends too early/, "");
  fails("[1]", /^a notebook is a JSON object/, "[1]");
  fails("[".repeat(100_000), /^(?:not valid JSON|nested too deeply)/, "");
  fails(json.replace('"nbformat": 4', '"nbformat": 7'), /^the notebook is of nbformat 7, /, "7");
  fails('{"cells": []}', /^the notebook has no nbformat/, "");
  fails(json.replace('"cells"', '"cell"'), /^cells has to be a list/, "");
  fails('{"nbformat": 4, "cells": [3]}', /^a cell has to be an object/, "3");
  fails('{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}', /^the source of a cell/, "[1]");
});
