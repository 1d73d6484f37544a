import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import Parser from "web-tree-sitter";
import { liftPython } from "../../../src/frontends/python/lift.ts";
import { SymbolTable, SyntaxTree } from "../../../src/frontends/python/syntax-tree.ts";
import type { Expr } from "../../../src/ir/program.ts";
import { dump, dumpStatement } from "./dump.ts";
import { expressionsOf, lift, liftExpr } from "./support.ts";

const expressions: Readonly<Record<string, string>> = {
  // numbers
  "1_000": "1000",
  "0x10": "16",
  "0b101": "5",
  "0o17": "15",
  "1e4": "10000f",
  "1.": "1f",
  ".5": "0.5f",
  "2j": "?imaginary()",
  "-1": "(- 1)",
  // strings
  "'a'": '"a"',
  "r'\\n'": '"\\\\n"',
  "'\\n\\x41\\u00e9\\N{BULLET}'": "str",
  "'\\x41\\u00e9\\101\\z'": '"AéA\\\\z"',
  "'''a\nb'''": '"a\\nb"',
  "'i,j' \"->ij\"": '"i,j->ij"',
  "f'{x}'": "str",
  "f'{x}' 'y'": "str",
  "b'x'": "str",
  "''": '""',
  // names, attributes, calls
  None: "None",
  "torch.nn.Module": "torch.nn.Module",
  "f()": "f()",
  "f(a, *b, c=d, **e)": "f(a, *b, c=d, **e)",
  "f(x for x in y)": "f(generator<x for x in y>)",
  "f(*a or b)": "f(*(a or b))",
  "f(*a + b)": "f(*(a + b))",
  "f((a), b=(c))": "f(a, b=c)",
  "f(  # why\n  a,  # because\n)": "f(a)",
  "torch.arange(0, n, 2).float()": "torch.arange(0, n, 2).float()",
  // operators
  "a + b * -c ** d": "(a + (b * (- (c ** d))))",
  "a // b % c @ d": "(((a // b) % c) @ d)",
  "a | b & c << 1": "(a | (b & (c << 1)))",
  "(a + b) * c": "((a + b) * c)",
  "not a and b or c": "(((not a) and b) or c)",
  "a < b <= c": "(a < b <= c)",
  "a not in b is not c": "(a not in b is not c)",
  "a <> b": "(a != b)",
  "a if b else c if d else e": "(a if b else (c if d else e))",
  "(y := f(x))": "?named_expression(y, f(x))",
  "await f(x)": "?await(f(x))",
  // subscripts
  "x[1]": "x[1]",
  "x[a, b]": "x[a, b]",
  "x[(a, b)]": "x[tuple(a, b)]",
  "x[:, None, ...]": "x[_:_:_, None, ...]",
  "x[a:b, ::2, -1:]": "x[a:b:_, _:_:2, (- 1):_:_]",
  "x[::]": "x[_:_:_]",
  "x[*a]": "x[*a]",
  "x[a := 1]": "x[?named_expression(a, 1)]",
  // displays
  "()": "tuple()",
  "(a,)": "tuple(a)",
  "a, b": "tuple(a, b)",
  "a,": "tuple(a)",
  "[a, *b.c[0].d()]": "list(a, *b.c[0].d())",
  "[*a < b]": "list(*(a < b))",
  "{a, b}": "set(a, b)",
  "{a: b, **c}": "{a: b, **: c}",
  "{}": "{}",
  "[x async for x in y]": "list<x for x in y>",
  "[x for x, in y if a if b for z in x]": "list<x for tuple(x) in y if a if b for z in x>",
  "{k: v for k, v in d}": "dict<v for tuple(k, v) in d>",
  "lambda: 0": "(lambda : 0)",
  "lambda a, *b, c=1, **d: a": "(lambda plain a, * b, keyword-only c = 1, ** d: a)",
  "(yield a, b)": "?yield(tuple(a, b))",
};

const statements: Readonly<Record<string, string>> = {
  "a = b = c": "a = b = c",
  "a, *b = c": "tuple(a, *b) = c",
  "for _, (x) in y: pass": "for tuple(_, x) in y {pass} else {}",
  "(a, [b, c]) = d": "tuple(a, list(b, c)) = d",
  "x: int": "x: int = _",
  "x: List[int] = 1": "x: List[int] = 1",
  "x: Optional[a.b] | None = 1": "x: (Optional[a.b] | None) = 1",
  "x += 1": "x += 1",
  "x //= y, z": "x //= tuple(y, z)",
  "x @= y": "x @= y",
  return: "return _",
  "return a, b": "return tuple(a, b)",
  "pass; break; continue": "pass; break; continue",
  "if a: b\nelif c: d\nelif e: f\nelse: g": "if a {b} else {if c {d} else {if e {f} else {g}}}",
  "while a:\n  b\nelse:\n  c": "while a {b} else {c}",
  "for i in a, b:\n  c\nelse:\n  d": "for i in tuple(a, b) {c} else {d}",
  "async def f():\n  async for x in y: await z": "def f() -> _ {for x in y {?await(z)} else {}}",
  "with a as b, c: d": "with a as b, c as _ {d}",
  "with (a as b, c() as (d, e)): f": "with a as b, c() as tuple(d, e) {f}",
  "try:\n  a\nexcept E as e:\n  b\nexcept (F, G):\n  c\nelse:\n  d\nfinally:\n  e":
    "try {a} except {b} {c} else {d} finally {e}",
  "try:\n  a\nexcept* E:\n  b": "try {a} except {b} else {} finally {}",
  "def f(a, /, b: int = 1, *, c, **k) -> x: return a":
    "def f(positional-only a, plain b : int = 1, keyword-only c, ** k) -> x {return a}",
  "def f(*args: int, dtype=None): ...": "def f(* args : int, keyword-only dtype = None) -> _ {...}",
  "@torch.no_grad()\n@x\ndef f(): pass": "@torch.no_grad() @x def f() -> _ {pass}",
  "@a\nclass A(B, c.D, metaclass=E):\n  x = 1": "@a class A(B, c.D) {x = 1}",
  "class A: pass": "class A() {pass}",
  "import torch": "import torch=torch",
  "import torch.nn.functional": "import torch=torch",
  "import torch.nn as nn, numpy as np": "import nn=torch.nn np=numpy",
  "from torch import (arange, int64 as i,)": "import arange=torch.arange i=torch.int64",
  "from torch import *": "import *=torch",
  "from .utils import logging": "import logging=.utils.logging",
  "from . import x": "import x=.x",
  "from ...a.b import c as d": "import d=...a.b.c",
  "from __future__ import annotations": "import annotations=__future__.annotations",
  "raise ValueError(x) from e": "raise",
  "assert a, b": "assert a",
  "del a, b[0]": "?delete_statement(tuple(a, b[0]))",
  "global a": "?global_statement(a)",
  "match x:\n  case [a] if a > 1: b\n  case _: c": "?match_statement(x, (a > 1)){b}{c}",
  "type X = int": "?type_alias_statement(X, int)",
  "print 'x'": '?print_statement("x")',
};

describe("lifting Python", () => {
  for (const [source, expected] of Object.entries(expressions)) {
    it(`lifts ${JSON.stringify(source)}`, () => {
      assert.equal(dump(liftExpr(source)), expected);
    });
  }
  for (const [source, expected] of Object.entries(statements)) {
    it(`lifts ${JSON.stringify(source)}`, () => {
      const program = lift(source);
      assert.deepEqual(program.errors, []);
      assert.equal(program.body.map(dumpStatement).join("; "), expected);
    });
  }
});

describe("spans", () => {
  const source = "é = '𝟙'; x = (  # why\n  (a.b + c) * 2,)[0]\nf(( (g) ), k = (h))\n";
  const textOf = (span: { start: number; end: number } | null | undefined) =>
    span ? source.slice(span.start, span.end) : null;
  const all = expressionsOf(lift(source));
  const named = (name: string): Expr => all.find((e) => e.kind === "name" && e.name === name)!;

  it("count UTF-16 units", () => {
    for (const expr of all) if (expr.kind === "name") assert.equal(textOf(expr.span), expr.name);
  });
  it("leave redundant parentheses out, and keep them apart", () => {
    const sum = all.find((expr) => expr.kind === "binary" && expr.operator === "+")!;
    assert.equal(textOf(sum.span), "a.b + c");
    assert.equal(textOf(sum.outer), "(a.b + c)");
    assert.equal(textOf(named("g").outer), "( (g) )");
    assert.equal(named("c").outer, undefined);
  });
  it("of arguments hold keyword and parentheses", () => {
    const call = all.find((expr) => expr.kind === "call")!;
    assert.deepEqual(
      call.args.map((argument) => textOf(argument.span)),
      ["( (g) )", "k = (h)"],
    );
  });
  it("of decorated definitions begin at the first decorator", () => {
    const text = "# Copied from x\n@a\n@b\ndef f(): pass\n";
    assert.equal(lift(text).body[0]?.span?.start, text.indexOf("@a"));
  });
  it("of tuples without parentheses reach to the last comma", () => {
    assert.deepEqual(liftExpr("a,").span, { start: 0, end: 2 });
    assert.deepEqual(liftExpr("a, b").span, { start: 0, end: 4 });
  });
});

describe("comments", () => {
  it("come in source order, wherever they stand", () => {
    const text = "# a\r\nx = f(  # b\r\n  1, # c\r\n)\r\n\r\ndef g():\r\n    # d\r\n    pass\r\n# e";
    const { comments } = lift(text);
    assert.deepEqual(
      comments.map((comment) => comment.text),
      ["# a", "# b", "# c", "# d", "# e"],
    );
    for (const comment of comments) {
      assert.equal(text.slice(comment.span.start, comment.span.end), comment.text);
    }
  });
});

describe("damaged code", () => {
  it("is reported, and what is whole is lifted", () => {
    const text = "import torch\nx = f(1 2)\ndef g(:\n  pass\ny = torch.arange(3)\n";
    const program = lift(text);
    assert.ok(program.errors.length > 0);
    const found = expressionsOf(program).map(dump);
    assert.ok(found.includes("torch.arange(3)"), found.join(" "));
    assert.equal(program.body[0]?.kind, "import");
  });
  it("never throws", () => {
    const text = "class A(:\n def f(self, x=: return [1, for\nwith as:\n @\n x[: = lambda : if else\n'''";
    for (let end = 0; end <= text.length; end++) {
      assert.doesNotThrow(() => expressionsOf(lift(text.slice(0, end))), text.slice(0, end));
    }
  });
});

describe("function bodies", () => {
  it("are the same statements each time they are read", () => {
    const [definition] = lift("def f():\n  def g(): return 1\n  return g").body;
    assert.equal(definition?.kind, "function");
    assert.equal(definition.body, definition.body);
    assert.equal(definition.body.map(dumpStatement).join("; "), "def g() -> _ {return 1}; return g");
  });
});

describe("deep code", async () => {
  await Parser.init();
  const parser = new Parser();
  const wasm = createRequire(import.meta.url).resolve("#assets/tree-sitter-python.wasm");
  parser.setLanguage(await Parser.Language.load(wasm));
  const liftDeep = (text: string) => {
    const tree = parser.parse((index) => text.slice(index, index + 4096));
    return liftPython(SyntaxTree.read(tree, text, new SymbolTable(), Number.POSITIVE_INFINITY));
  };
  const chains: Readonly<Record<string, string>> = {
    "a sum of 10,000 terms": `x = ${Array.from({ length: 10_000 }, (_, i) => `a${i}`).join(" + ")}\ny = 1\n`,
    "3,000 nested brackets": `x = ${"[".repeat(3000)}1${"]".repeat(3000)}\ny = 1\n`,
    "3,000 nested parentheses": `x = ${"(".repeat(3000)}1${")".repeat(3000)}\ny = 1\n`,
    "3,000 calls in a chain": `x = a${".b()".repeat(3000)}\ny = 1\n`,
    "3,000 elifs": `if a: pass\n${"elif b: c\n".repeat(3000)}else: d\ny = 1\n`,
    "200 nested blocks": `${Array.from({ length: 200 }, (_, i) => `${" ".repeat(i)}if a:\n`).join("")}${" ".repeat(200)}b\ny = 1\n`,
  };
  for (const [name, text] of Object.entries(chains)) {
    it(`lifts ${name}`, () => {
      const program = liftDeep(text);
      assert.deepEqual(program.errors, []);
      const last = program.body.at(-1);
      assert.equal(last && dumpStatement(last), "y = 1");
      assert.ok(expressionsOf(program).length < 10_000);
    });
  }
});
