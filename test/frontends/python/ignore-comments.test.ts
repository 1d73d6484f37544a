import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import type { IgnoreComment } from "../../../src/ir/program.ts";
import { liftPython } from "../../../src/frontends/python/lift.ts";
import { loadPythonParser } from "../../../src/frontends/python/parser.ts";

const parser = await loadPythonParser();

function ignoresIn(text: string): readonly IgnoreComment[] {
  return liftPython(parser.parse(text)).ignores;
}

function only(text: string): IgnoreComment {
  const found = ignoresIn(text);
  assert.equal(found.length, 1, text);
  return found[0]!;
}

function reachIn(text: string): string | null {
  const { reach } = only(text);
  return reach && text.slice(reach.start, reach.end);
}

function without(text: string): string {
  const { removal } = only(text);
  return text.slice(0, removal.start) + text.slice(removal.end);
}

describe("what an ignore comment says", () => {
  const forms: Readonly<Record<string, readonly [ids: readonly string[] | null, reason: string]>> = {
    "# ropelint: ignore[float-range] why": [["float-range"], "why"],
    "#ropelint:ignore[a,b]": [["a", "b"], ""],
    "## Ropelint : ignore [ a , b , ]  because: x": [["a", "b"], "because: x"],
    "# ropelint: ignore": [null, ""],
    "# ropelint: ignore every one of them": [null, "every one of them"],
    "# noqa: E501  # ropelint: ignore[a] see issue #12  # type: ignore": [["a"], "see issue #12"],
    "# \u{1f600} é # ropelint: ignore[é]": [["é"], ""],
  };
  for (const [comment, [ids, reason]] of Object.entries(forms)) {
    it(comment, () => {
      const text = `x = 1  ${comment}\n`;
      const found = only(text);
      assert.equal(found.problem, null);
      assert.deepEqual(found.rules?.map(({ id }) => id) ?? null, ids);
      for (const { id, span } of found.rules ?? []) assert.equal(text.slice(span.start, span.end), id);
      assert.equal(found.reason, reason);
    });
  }

  it("two in one comment", () => {
    const found = ignoresIn("x = 1  # ropelint: ignore[a] one # ropelint: ignore[b] two\n");
    assert.deepEqual(
      found.map(({ rules, reason }) => [rules?.[0]?.id, reason]),
      [
        ["a", "one"],
        ["b", "two"],
      ],
    );
  });
});

test("what is wrong with one", () => {
  const problems: Readonly<Record<string, IgnoreComment["problem"]>> = {
    "# ropelint: ignore[": "unclosed brackets",
    "# ropelint: ignore[a, b": "unclosed brackets",
    "# ropelint: ignore[a  # noqa]": "unclosed brackets",
    "# ropelint: ignore[]": "empty brackets",
    "# ropelint: ignore[ , ]": "empty brackets",
    "# ropelint: ignore: a": "no brackets",
    "# ropelint: ignore=a": "no brackets",
    "# ropelint: ignore(a)": "no brackets",
    "# ropelint: ignored[a]": "unknown directive",
    "# ropelint: ignore_file[a]": "unknown directive",
    "# ropelint: disable": "unknown directive",
    "# ropelint:": "unknown directive",
    "# ropelint: ignore-file[a]": "not on a line of its own",
    "# ropelint: ignore-block[a]": "not on a line of its own",
    "# ropelint: ignore-blocks[a]": "unknown directive",
    "# noqa ropelint: ignore[a]": "no comment of its own",
  };
  for (const [comment, problem] of Object.entries(problems))
    assert.equal(only(`x = 1  ${comment}\n`).problem, problem, comment);
});

test("what is none", () => {
  for (const line of [
    "# ropelint finds nothing",
    '# write "# ropelint: ignore[a]"',
    "# write `# ropelint: ignore`",
    "s = '# ropelint: ignore[a]'",
    's = """\n# ropelint: ignore[a]\n"""',
    "# my-ropelint: ignore",
  ])
    assert.deepEqual(ignoresIn(`${line}\n`), [], line);
});

describe("what it reaches", () => {
  const mark = "# ropelint: ignore[a]";
  const cases: readonly (readonly [name: string, text: string, reach: string | null])[] = [
    ["its line", `x = 1\ny = 2  ${mark}\nz = 3\n`, `y = 2  ${mark}`],
    ["the last line, without an end", `x = 1\n\ty = 2${mark}`, `\ty = 2${mark}`],
    ["the next line of code", `${mark}\n\n# more\n  \n\tx = 1\ny = 2\n`, "\tx = 1"],
    ["nothing at the end", `x = 1\n${mark}\n# more\n`, null],
    ["a statement from its first row", `f(  ${mark}\n  a,\n)\nx = 1\n`, `f(  ${mark}\n  a,\n)`],
    ["a statement from above", `${mark}\nf(\n  a,\n)\n`, "f(\n  a,\n)"],
    [
      "a statement from its last row",
      `f(\n  a[\n 1], """\n)""")  ${mark}\n`,
      `f(\n  a[\n 1], """\n)""")  ${mark}`,
    ],
    ["a row inside a statement", `f(\n  a,  ${mark}\n  b,\n)\n`, `  a,  ${mark}`],
    ["the next row inside a statement", `f(\n  ${mark}\n  a,\n  b,\n)\n`, "  a,"],
    ["behind a backslash", `x = 1 + \\\n  2  ${mark}\n`, `x = 1 + \\\n  2  ${mark}`],
    ["a decorator alone", `@d(1)  ${mark}\ndef f():\n  pass\n`, `@d(1)  ${mark}`],
    ["a decorator of several rows", `${mark}\n@d(\n  1)\ndef f(): pass\n`, "@d(\n  1)"],
    ["parameters", `def f(\n  a,\n):  ${mark}\n  pass\n`, `def f(\n  a,\n):  ${mark}`],
    ["the file", "x = 1\n# ropelint: ignore-file[a]\ny = 2", "x = 1\n# ropelint: ignore-file[a]\ny = 2"],
  ];
  for (const [name, text, reach] of cases) {
    it(name, () => {
      assert.equal(reachIn(text), reach);
      const crlf = text.replaceAll("\n", "\r\n");
      const there = reachIn(crlf);
      // A row's own carriage return may belong to it or not: no finding lies there.
      assert.equal(there?.replace(/\r$/, "") ?? null, reach?.replaceAll("\n", "\r\n") ?? null);
    });
  }
});

describe("the block it reaches", () => {
  const mark = "# ropelint: ignore-block[a]";
  const cases: readonly (readonly [name: string, text: string, reach: string | null])[] = [
    ["a definition", `${mark}\ndef f():\n  x\n\n  y\n\nz\n`, "def f():\n  x\n\n  y"],
    [
      "a class in a class, with its comments",
      `class A:\n  ${mark}\n  class B:\n    x\n\n    # more\n  # other\n  y\n`,
      "  class B:\n    x\n\n    # more",
    ],
    [
      "decorators, and comments between",
      `${mark}\n\n@d(\n1)\n# why\n@e\ndef f(\n  a,\n):\n  x\ny\n`,
      "@d(\n1)\n# why\n@e\ndef f(\n  a,\n):\n  x",
    ],
    ["one arm", `${mark}\nif a:\n  x\nelse:\n  y\n`, "if a:\n  x"],
    ["the other arm", `if a:\n  x\n${mark}\nelse:\n  y\nz\n`, "else:\n  y"],
    ["a block on one row", `${mark}\nif a: x = 1\ny\n`, "if a: x = 1"],
    ["to the end of the file", `${mark}\nfor i in a:\n\tx`, "for i in a:\n\tx"],
    ["tabs and spaces", `${mark}\n\tif a:\n\t x\n        y\n`, "\tif a:\n\t x"],
    [
      "text that is not indented, within a string",
      `${mark}\ndef f():\n  """\ntext\n# more\n"""\n  x\ny\n`,
      'def f():\n  """\ntext\n# more\n"""\n  x',
    ],
    ["behind a backslash", `${mark}\nwith a, \\\nb:\n  x\ny\n`, "with a, \\\nb:\n  x"],
    ["a plain statement", `${mark}\nx: int = 1\ny\n`, null],
    ["a decorator of nothing", `def f():\n  ${mark}\n  @d\nx\n`, null],
    ["nothing at the end", `x\n${mark}\n`, null],
  ];
  for (const [name, text, reach] of cases) {
    it(name, () => {
      const { problem } = only(text);
      assert.equal(reachIn(text), reach);
      assert.equal(problem, reach === null ? "no block below" : null);
      const there = reachIn(text.replaceAll("\n", "\r\n"));
      assert.equal(there?.replace(/\r$/, "") ?? null, reach?.replaceAll("\n", "\r\n") ?? null);
    });
  }

  it("is named beside a line that is the head of one", () => {
    const text = "# ropelint: ignore[a]\ndef f():\n  x\ny\n";
    const { reach, block } = only(text);
    assert.deepEqual(
      [reach, block].map((span) => span && text.slice(span.start, span.end)),
      ["def f():", "def f():\n  x"],
    );
    assert.equal(only("def f():  # ropelint: ignore[a]\n  x\n").block, null);
  });
});

describe("what goes with it", () => {
  const cases: readonly (readonly [text: string, left: string])[] = [
    ["x = 1  # ropelint: ignore[a] why  \ny\n", "x = 1\ny\n"],
    ["x = 1\t# ropelint: ignore[a]", "x = 1"],
    ["x = 1  # ropelint: ignore[a] #12 # noqa\n", "x = 1  # noqa\n"],
    ["x = 1  # noqa  # ropelint: ignore[a]\n", "x = 1  # noqa\n"],
    ["x = 1  # a # ropelint: ignore[a] # b\n", "x = 1  # a # b\n"],
    ["x\n\t# ropelint: ignore[a]\ny\n", "x\ny\n"],
    ["x\n# ropelint: ignore[a] # noqa\ny\n", "x\n# noqa\ny\n"],
    ["x\n  # noqa # ropelint: ignore[a]\ny\n", "x\n  # noqa\ny\n"],
    ["x\n# ropelint: ignore[a]", "x\n"],
    ["\ufeff# ropelint: ignore[a]\ny\n", "\ufeffy\n"],
    ["\ufeff# ropelint: ignore-file[\u{1f600}] é\ny\n", "\ufeffy\n"],
    ["f(\n  # ropelint: ignore[a]\n  1,\n)\n", "f(\n  1,\n)\n"],
  ];
  for (const [text, left] of cases) {
    it(JSON.stringify(text), () => {
      assert.equal(without(text), left);
      assert.equal(without(text.replaceAll("\n", "\r\n")), left.replaceAll("\n", "\r\n"));
    });
  }

  it("a lone carriage return ends the comment", () => {
    assert.equal(without("x = 1  # ropelint: ignore[a]\ry = 2\n"), "x = 1\ry = 2\n");
  });
});
