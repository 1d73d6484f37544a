import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { globSync } from "tinyglobby";
import { withoutMagics } from "../../../src/engine/hosts/magics.ts";

/** Spaces at the end of lines tell nothing here. */
function shown(source: string): string {
  return withoutMagics(source).replace(/ +$/gm, "");
}

test("line magics, shell commands and help become statements that do nothing", () => {
  for (const [source, expected] of [
    ["%matplotlib inline\nx = 1", "0\nx = 1"],
    ["!pip install torch\n!ls", "0\n0"],
    ["!!ls", "0"],
    ["if x:\n    !ls 'it is\n    %time y\nz", "if x:\n    0\n    0\nz"],
    ["?x\nx?\nx.y??\nnp.*load*?", "0\n0\n0\n0"],
    ["pip install -q torch==2.0 'a[b]'", "0"],
    ["!wget \\\n  a \\\n  b\nx", "0\n\n\nx"],
    [",f a b\n/f x\n;f x", "0\n0\n0"],
    ["!echo '''\nx = 1", "0\nx = 1"],
  ] as const)
    assert.equal(shown(source), expected, source);
});

test("what a magic gives is a name of which nothing is known", () => {
  assert.equal(withoutMagics("x = !ls\ny = 1"), "x = ___\ny = 1");
  assert.equal(withoutMagics("a, b = %f c"), "a, b = ____");
  assert.equal(withoutMagics("x =!ls \\\n  -l\ny"), "x =_____\n    \ny");
});

test("Python stays what it is", () => {
  for (const source of [
    "a % b\n(a\n % b)\nx = a \\\n  % b",
    "x = '?'  # why?\ny = f\"{x!r}\"",
    "'''\n%time\n!ls\n'''\nx != y",
    'f"""\n{x}?\n"""',
    "pip = 1\npip.install(x)\nuv -= 1",
    "x: int = 3 if a != b else 4",
    "s = r'\\'\nz = [\n'%s' % a,\n]",
    "d = {'a': 1,\n'b?': 2}",
  ])
    assert.equal(withoutMagics(source), source);
});

test("cells of another language hold nothing, and cells that are timed hold what is timed", () => {
  assert.equal(shown("%%bash\ncd x\nls").trim(), "");
  assert.equal(shown("%%writefile model.py\nx = 1").trim(), "");
  assert.equal(shown("%%timeit -n 10 y = 1\nx = 1"), "0\nx = 1");
  assert.equal(shown("\n  %%time\nx = 1\n!ls"), "\n  0\nx = 1\n0");
  assert.equal(shown("%%capture out\n%time x\ny"), "0\n0\ny");
});

test("no file of this project's fixtures holds a magic", () => {
  const files = globSync(["test/fixtures/**/*.py", "examples/*.py"]);
  assert.ok(files.length > 100);
  for (const file of files) {
    const source = readFileSync(file, "utf8");
    assert.equal(withoutMagics(source), source, file);
  }
});

test("places stay what they are, whatever a cell holds", () => {
  const pieces = [
    "%",
    "!",
    "?",
    "%%",
    "time",
    " ",
    "\n",
    "\r\n",
    "\\\n",
    "'",
    '"""',
    "(",
    ")",
    "#",
    "=",
    "x",
    "é",
    "\\",
    ";",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
      const source = parts.join("");
      const code = withoutMagics(source);
      assert.equal(code.length, source.length);
      for (let index = 0; index < source.length; index++)
        assert.equal(/[\r\n]/.test(code.charAt(index)), /[\r\n]/.test(source.charAt(index)));
    }),
    { numRuns: 2000 },
  );
});
