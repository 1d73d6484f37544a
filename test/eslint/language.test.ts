import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Linter, RuleTester } from "eslint";
import { Linter as OldLinter } from "eslint-9";
import ropelint from "../../src/eslint/plugin.ts";
import type { PythonNode, PythonRuleDefinition, PythonSourceCode } from "../../src/eslint/plugin.ts";

const linters: readonly Linter[] = [new Linter(), new OldLinter() as unknown as Linter];

/** Runs a rule of somebody's own over a text. */
function visit(
  text: string,
  rule: PythonRuleDefinition,
  linter = linters[0]!,
): readonly Linter.LintMessage[] {
  return linter.verify(
    text,
    {
      files: ["**/*.py"],
      language: "ropelint/python",
      plugins: { ropelint, own: { rules: { rule: rule } } },
      rules: { "own/rule": "error" },
    },
    "model.py",
  );
}

/** What a selector matches, in each version of ESLint. */
function matches(selector: string, text: string): readonly string[] {
  const [found, old] = linters.map((linter) => {
    const texts: string[] = [];
    const messages = visit(
      text,
      { create: () => ({ [selector]: (node: PythonNode) => texts.push(node.text) }) },
      linter,
    );
    assert.deepEqual(messages, []);
    return texts;
  });
  assert.deepEqual(found, old);
  return found ?? [];
}

const text = `import torch  # the library


@decorated
def make(n: int, *, dtype=None):
    # positions
    t = torch.arange(n, dtype=dtype)
    if n > 1 and dtype is not None:
        return t + 1
    elif n < 0:
        pass
    else:
        x: float = -1.5
    return f"{t!r}\\n"
`;

describe("selectors", () => {
  const cases: readonly (readonly [selector: string, found: readonly string[]])[] = [
    ["identifier[text='torch']", ["torch", "torch"]],
    ["call[function.object.text='torch']", ["torch.arange(n, dtype=dtype)"]],
    ["call > attribute.function", ["torch.arange"]],
    ["keyword_argument > identifier.value", ["dtype"]],
    ["binary_operator[operator.type='+']", ["t + 1"]],
    ["comparison_operator[operators.0.type='is not']", ["dtype is not None"]],
    ["assignment[annotation.text='float'] > unary_operator.right", ["-1.5"]],
    ["assignment[annotation=null] > .left", ["t"]],
    ["function_definition:has(decorator)", []],
    ["decorated_definition:has(decorator) > function_definition > .name", ["make"]],
    ["argument_list > :first-child", ["n"]],
    ["argument_list > :nth-child(2)", ["dtype=dtype"]],
    ["elif_clause + else_clause unary_operator", ["-1.5"]],
    ["expression_statement + if_statement > :first-child", ["n > 1 and dtype is not None"]],
    ["if_statement > elif_clause.alternative > .condition", ["n < 0"]],
    ["block > :statement:last-child", ["return t + 1", "pass", "x: float = -1.5", 'return f"{t!r}\\n"']],
    ["parameters > :parameter", ["n: int", "*", "dtype=None"]],
    [":function > .name", ["make"]],
    ["comment", ["# the library", "# positions"]],
    ["string interpolation > .expression", ["t"]],
    ["call:exit", ["torch.arange(n, dtype=dtype)"]],
  ];
  for (const [selector, found] of cases) {
    it(selector, () => {
      assert.deepEqual(matches(selector, text), found);
    });
  }

  it("find what doesn't parse", () => {
    assert.deepEqual(matches("ERROR", "x = (1\ny = 2)\n").length > 0, true);
    const missing: boolean[] = [];
    visit("def f(:\n    pass\n", {
      create: () => ({ "*": (node: PythonNode) => missing.push(node.isMissing) }),
    });
    assert.ok(missing.length > 0);
  });
});

describe("a text that the parser refuses", () => {
  it("is a fatal message that says why", () => {
    for (const linter of linters) {
      const messages = visit("x = 1\n".repeat(700_000), { create: () => ({}) }, linter);
      assert.deepEqual(
        messages.map(({ fatal, line, message }) => [fatal, line, message]),
        [[true, 1, "Parsing error: the code is longer than 4194304 characters"]],
      );
    }
  });
});

/** The source code object as a rule is given it. */
function sourceOf(code: string): PythonSourceCode {
  let source: PythonSourceCode | null = null;
  visit(code, {
    create: (context) => {
      source = context.sourceCode;
      return {};
    },
  });
  assert.ok(source);
  return source;
}

const shown = (nodes: readonly (PythonNode | null)[]): readonly string[] =>
  nodes.map((node) => node?.text ?? "null");

describe("the source code object", () => {
  const source = sourceOf(text);
  const find = (type: string): PythonNode => {
    for (const { target } of source.traverse())
      if ((target as PythonNode).type === type) return target as PythonNode;
    throw new Error(`no ${type}`);
  };

  it("visits every named node, enters it before and leaves it after its children", () => {
    const open: unknown[] = [];
    let visited = 0;
    for (const { target, phase } of source.traverse()) {
      const node = target as PythonNode;
      assert.equal(node.isNamed, true);
      if (phase === 2) assert.equal(open.pop(), node);
      else {
        assert.equal(open.at(-1) ?? null, node.parent);
        assert.ok(node.parent === null || node.parent.children.includes(node), "the same objects everywhere");
        open.push(node);
        visited++;
      }
    }
    assert.deepEqual([open.length, visited > 60], [0, true]);
  });

  it("knows places", () => {
    const call = find("call");
    assert.equal(source.getText(call), "torch.arange(n, dtype=dtype)");
    assert.deepEqual(source.getLoc(call), { start: { line: 7, column: 8 }, end: { line: 7, column: 36 } });
    assert.deepEqual(source.getLocFromIndex(call.range[0]), call.loc.start);
    assert.equal(source.getIndexFromLoc(call.loc.start), call.range[0]);
    assert.deepEqual(source.ast.range, [0, text.length]);
    assert.deepEqual(source.getLocFromIndex(text.length), { line: 15, column: 0 });
    assert.equal(source.lines.length, 15);
    assert.deepEqual(
      source
        .getAncestors(call)
        .map(({ type }) => type)
        .slice(0, 3),
      ["module", "decorated_definition", "function_definition"],
    );
    assert.equal(source.getParent(source.ast), undefined);
  });

  it("bears rules that ask for what a parser of JavaScript knows", () => {
    const asked: unknown[] = [];
    const rule: PythonRuleDefinition = {
      create: ({ sourceCode }) => {
        const services: { readonly defineTemplateBodyVisitor?: unknown } = sourceCode.parserServices;
        asked.push(services.defineTemplateBodyVisitor, sourceCode.visitorKeys.module);
        return {};
      },
    };
    for (const linter of linters) assert.deepEqual(visit(text, rule, linter), []);
    assert.deepEqual(asked, [undefined, ["children"], undefined, ["children"]]);
  });

  it("ends lines where Python does", () => {
    const mixed = sourceOf("a = 1\rb = 2\r\nc = '\u2028'\nd = 4");
    assert.equal(mixed.lines.length, 4);
    assert.deepEqual(mixed.getLocFromIndex(mixed.text.indexOf("d")), { line: 4, column: 0 });
  });

  it("has tokens and comments", () => {
    const call = find("call");
    assert.deepEqual(shown(source.getTokens(call)), [
      "torch",
      ".",
      "arange",
      "(",
      "n",
      ",",
      "dtype",
      "=",
      "dtype",
      ")",
    ]);
    assert.deepEqual(shown([source.getFirstToken(call), source.getLastToken(call)]), ["torch", ")"]);
    assert.deepEqual(shown([source.getTokenBefore(call), source.getTokenAfter(call)]), ["=", "if"]);
    assert.deepEqual(shown([source.getTokenBefore(source.ast)]), ["null"]);
    const body = find("function_definition");
    assert.deepEqual(shown(source.getCommentsInside(body)), ["# positions"]);
    assert.deepEqual(shown(source.getCommentsBefore(call.parent!)), ["# positions"]);
    assert.deepEqual(shown(source.getCommentsAfter(find("import_statement"))), ["# the library"]);
    assert.equal(source.getAllComments().length, 2);
    assert.deepEqual(shown(source.getTokens(find("string"))), ['f"', "{", "t", "!r", "}", "\\n", '"']);
    const between = source.tokens.map(({ range: [start] }, index) =>
      text.slice(source.tokens[index - 1]?.range[1] ?? 0, start),
    );
    assert.ok(
      between.every((gap) => /^(?:\s|#.*)*$/.test(gap)),
      "all of the text but space and comments",
    );
  });
});

RuleTester.describe = describe;
RuleTester.it = it;
RuleTester.itOnly = it.only.bind(it);

const noStar: PythonRuleDefinition<{ MessageIds: "star"; RuleOptions: [] }> = {
  meta: { type: "problem", fixable: "code", messages: { star: "Name what is imported." }, schema: [] },
  create: (context) => ({
    wildcard_import: (node) => {
      context.report({ node, messageId: "star", fix: (fixer) => fixer.replaceText(node, "nn") });
    },
  }),
};

new RuleTester({ plugins: { ropelint }, language: "ropelint/python" }).run("a rule of one's own", noStar, {
  valid: ["from torch import nn\n", "x = y * z\n"],
  invalid: [
    {
      code: "from torch import *\n",
      output: "from torch import nn\n",
      errors: [{ messageId: "star", line: 1, column: 19, endLine: 1, endColumn: 20 }],
    },
  ],
});
