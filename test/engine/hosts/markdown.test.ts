import assert from "node:assert/strict";
import { test } from "node:test";
import { HostedFile } from "../../../src/engine/hosts/hosted-file.ts";
import { joinParts } from "../../../src/engine/hosts/hosted-text.ts";
import { markdownHost } from "../../../src/engine/hosts/markdown.ts";

function sourcesOf(file: string): readonly string[] {
  return new HostedFile(markdownHost, file).parts.map(({ source }) => source);
}

function change(file: string, ...sources: readonly string[]): string {
  return new HostedFile(markdownHost, file).with(joinParts(sources.map((source) => ({ source })))).file;
}

test("fences that are called Python, however that is written", () => {
  for (const info of [
    "python",
    " py",
    "python3",
    "Python",
    "{.python}",
    "{ .py .numberLines }",
    "python title='a.py'",
    "python,ignore",
    "{python}",
    "ipython3",
    "pycon",
  ])
    assert.deepEqual(sourcesOf(`text\n\n\`\`\`${info}\nx = 1\n\`\`\`\n`), ["x = 1"], info);
  for (const info of ["", "pyx", "text", "pythonic", "bash python", "json"])
    assert.deepEqual(sourcesOf(`\`\`\`${info}\nx = 1\n\`\`\`\n`), [], info);
});

test("tildes, long fences, fences that do not end, and fences in fences", () => {
  assert.deepEqual(sourcesOf("~~~python\nx\n~~~\n"), ["x"]);
  assert.deepEqual(sourcesOf("````markdown\n```python\nx\n```\n````\n"), []);
  assert.deepEqual(sourcesOf("````python\n```\n````\n"), ["```"]);
  assert.deepEqual(sourcesOf("```python\nx\ny"), ["x\ny"]);
  assert.deepEqual(sourcesOf("```python\n```\n"), [""]);
  assert.deepEqual(sourcesOf("    ```python\n    x\n    ```\n"), []);
  assert.deepEqual(sourcesOf("a `python` b"), []);
});

test("what stands before the code of a list or a quotation is none of it", () => {
  const list = "1. a\n\n   ```python\n   if x:\n\n       y\n   ```\n";
  assert.deepEqual(sourcesOf(list), ["if x:\n\n    y"]);
  assert.deepEqual(sourcesOf("> ```py\n> x\n>\n> y\n> ```\n"), ["x\n\ny"]);
  assert.deepEqual(sourcesOf("- > ~~~py\n  > x\n  > ~~~\n"), ["x"]);
});

test("of a dialogue, what was typed", () => {
  const dialogue = "```python\n>>> def f():\n...     return 1\n...\n>>> f()\n1\n```\n";
  assert.deepEqual(sourcesOf(dialogue), ["def f():\n    return 1\n\nf()\n"]);
  assert.equal(
    change(dialogue, "def f():\n    return 22\n\nf(3)\n"),
    dialogue.replace("return 1", "return 22").replace(">>> f()", ">>> f(3)"),
  );
  assert.match(change(dialogue, "def f():\n    return 1\n    x\n\nf()\n"), /return 1\n\.\.\. {5}x\n\.\.\.\n/);
});

test("places are those of the file", () => {
  const file = "# é\n\n> - ```python\n>   x = '😀'\n>   y\n>   ```\n\n```py\nz\n```\n";
  const { parts, text } = new HostedFile(markdownHost, file);
  for (const { source, offsetOf } of parts)
    for (let index = 0; index < source.length; index++)
      if (source.charAt(index) !== "\n") assert.equal(file.charAt(offsetOf(index)), source.charAt(index));
  assert.equal(text, "# %%\nx = '😀'\ny\n# %%\nz\n");
});

test("a change is written into its fence, as indented as the fence, and nowhere else", () => {
  const file = "a  \n\n* b\n\n  ```python\n  x\n\n  y\n  ```\n\n    code\n";
  assert.equal(change(file, "x\n\nyy"), file.replace("  y\n", "  yy\n"));
  assert.equal(change(file, "x\nn\n\ny"), file.replace("  x\n", "  x\n  n\n"));
  assert.equal(change(file, "x\nz\ny"), file.replace("\n\n  y", "\n  z\n  y"));
  assert.equal(change(file, "y"), file.replace("  x\n\n", ""));
  assert.equal(change(file, "x\n\ny\nz"), file.replace("  y\n", "  y\n  z\n"));
  assert.equal(change(file, "n\nx\n\ny"), file.replace("  x\n", "  n\n  x\n"));
});

test("line ends and a byte order mark stay", () => {
  const file = "\ufeff```python\r\nx\r\ny\r\n```\r\n";
  assert.deepEqual(sourcesOf(file), ["x\ny"]);
  assert.equal(change(file, "x\nz\ny"), "\ufeff```python\r\nx\r\nz\r\ny\r\n```\r\n");
});

test("what would not read back is not written", () => {
  assert.throws(() => change("```python\nx\n```\n", "```"), /the rewritten Markdown would not read back/);
  assert.throws(() => change("```python\nx\n```\n", "x", "y"), /its parts are not found again/);
});
