import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Call, Expr } from "../../../src/ir/program.ts";
import { attributeOf, methodCall, withKeyword } from "../../../src/ir/build.ts";
import { printRewrite, sameExpr } from "../../../src/frontends/python/print.ts";
import { apply, at, lift, liftExpr } from "./support.ts";

type Change = (expr: Expr) => Expr;

/** Writes changes of parts, named by their text, into a source. */
function rewrite(
  text: string,
  ...changes: readonly (readonly [part: string, change: Change])[]
): string | null {
  const program = lift(text);
  const replacements = changes.map(([part, change]) => {
    const original = at(program, text, part);
    return { original, replacement: change(original) };
  });
  const edits = printRewrite({ replacements }, program, text);
  if (!edits) return null;
  const result = apply(text, edits);
  assert.deepEqual(lift(result).errors, [], result);
  return result;
}

const name = (text: string): Expr => ({ kind: "name", name: text, span: null });
const int64 = attributeOf(name("torch"), "int64");
const asCall = (expr: Expr): Call => {
  assert.equal(expr.kind, "call");
  return expr;
};
const float: Change = (expr) => methodCall(expr, "float");
const to =
  (dtype: string): Change =>
  (expr) =>
    methodCall(expr, "to", [name(dtype)]);
const typed: Change = (expr) => withKeyword(asCall(expr), "dtype", int64);
const keep =
  (...places: readonly number[]): Change =>
  (expr) => ({ ...asCall(expr), args: places.map((place) => asCall(expr).args[place]!) });
const objectOf = (expr: Expr): Expr => {
  const { callee } = asCall(expr);
  assert.equal(callee.kind, "attribute");
  return callee.object;
};

describe("printing a rewrite of a range", () => {
  it("replaces an argument in place and adds a call behind", () => {
    const before = "t = torch.arange(n, device=d, dtype=self.inv_freq.dtype)  # fast\n";
    const change: Change = (expr) =>
      methodCall(typed(expr), "type_as", [attributeOf(name("self"), "inv_freq")]);
    assert.equal(
      rewrite(before, ["torch.arange(n, device=d, dtype=self.inv_freq.dtype)", change]),
      "t = torch.arange(n, device=d, dtype=torch.int64).type_as(self.inv_freq)  # fast\n",
    );
  });
  it("adds an argument in line", () => {
    assert.equal(
      rewrite("torch.arange( n )", ["torch.arange( n )", typed]),
      "torch.arange( n, dtype=torch.int64 )",
    );
    assert.equal(rewrite("torch.arange()", ["torch.arange()", typed]), "torch.arange(dtype=torch.int64)");
  });
  for (const newline of ["\n", "\r\n"]) {
    it(`adds an argument on its own line, with ${JSON.stringify(newline)}`, () => {
      const before = ["t = torch.arange(", "    n,  # length", "    device=d,  # where", ")", ""].join(
        newline,
      );
      const after = [
        "t = torch.arange(",
        "    n,  # length",
        "    device=d,  # where",
        "    dtype=torch.int64,",
        ").float()",
        "",
      ].join(newline);
      const call = before.slice(4, before.indexOf(")") + 1);
      assert.equal(rewrite(before, [call, (expr) => float(typed(expr))]), after);
    });
  }
  it("adds an argument after one without trailing comma, its comment kept", () => {
    assert.equal(
      rewrite("f(\n  a,\n  b  # B\n)", ["f(\n  a,\n  b  # B\n)", typed]),
      "f(\n  a,\n  b,  # B\n  dtype=torch.int64\n)",
    );
  });
  it("adds an argument to a list on one line of its own", () => {
    assert.equal(
      rewrite("f(\n    a, b\n)", ["f(\n    a, b\n)", typed]),
      "f(\n    a, b, dtype=torch.int64\n)",
    );
    assert.equal(rewrite("f(\n    a\n)", ["f(\n    a\n)", typed]), "f(\n    a, dtype=torch.int64\n)");
    assert.equal(rewrite("f(\n    a,\n)", ["f(\n    a,\n)", typed]), "f(\n    a,\n    dtype=torch.int64,\n)");
  });
  it("gives a lone generator its own parentheses", () => {
    assert.equal(
      rewrite("f(x for x in y)", ["f(x for x in y)", typed]),
      "f((x for x in y), dtype=torch.int64)",
    );
  });
});

describe("removing arguments", () => {
  const inLine = "f(a, b=c,  d=e)";
  it("takes the comma along", () => {
    assert.equal(rewrite(inLine, [inLine, keep(0, 2)]), "f(a, d=e)");
    assert.equal(rewrite(inLine, [inLine, keep(0)]), "f(a)");
    assert.equal(rewrite(inLine, [inLine, keep(2)]), "f(d=e)");
    assert.equal(rewrite(inLine, [inLine, keep()]), "f()");
    assert.equal(rewrite("f(a, b,)", ["f(a, b,)", keep(0)]), "f(a,)");
    assert.equal(rewrite("f(a, b,)", ["f(a, b,)", keep()]), "f()");
  });
  it("takes the line along, and leaves comments", () => {
    const lines = "f(\n  a,\n  b=c,\n  d=e,\n)";
    assert.equal(rewrite(lines, [lines, keep(0, 2)]), "f(\n  a,\n  d=e,\n)");
    assert.equal(rewrite(lines, [lines, keep(0, 1)]), "f(\n  a,\n  b=c,\n)");
    const commented = "f(\n  a,  # A\n  b=c,  # B\n  d=e,  # D\n)";
    assert.equal(rewrite(commented, [commented, keep(1)]), "f(\n  # A\n  b=c,  # B\n  # D\n)");
    const bare = "f(\n  a,  # A\n  b,\n)";
    assert.equal(rewrite(bare, [bare, keep(0)]), "f(\n  a,  # A\n)");
  });
});

describe("parentheses", () => {
  const wrapped: Readonly<Record<string, string>> = {
    x: "x.float()",
    "x.y": "x.y.float()",
    "x[0]": "x[0].float()",
    "f(x)": "f(x).float()",
    "-x": "(-x).float()",
    "not x": "(not x).float()",
    "a + b": "(a + b).float()",
    "a ** b": "(a ** b).float()",
    "await x": "(await x).float()",
    "a if b else c": "(a if b else c).float()",
    "a < b": "(a < b).float()",
    "a or b": "(a or b).float()",
    "lambda: x": "(lambda: x).float()",
    "2": "(2).float()",
    "2.5": "(2.5).float()",
    "a, b": "(a, b).float()",
    "(a), b": "((a), b).float()",
    "(a, b)": "(a, b).float()",
    "[a]": "[a].float()",
    "{a: b}": "{a: b}.float()",
    "'a'": "'a'.float()",
    "[x for x in y]": "[x for x in y].float()",
  };
  for (const [before, after] of Object.entries(wrapped)) {
    it(`${before} becomes ${after}`, () => {
      assert.equal(rewrite(`y = ${before}\n`, [before, float]), `y = ${after}\n`);
    });
  }
  it("that are there already are used", () => {
    assert.equal(rewrite("y = b ** (a + c)", ["a + c", float]), "y = b ** (a + c).float()");
    assert.equal(
      rewrite("y = (\n  a +  # A\n  c\n)", ["a +  # A\n  c", float]),
      "y = (\n  a +  # A\n  c\n).float()",
    );
  });
  it("come where a new operator binds looser than its place", () => {
    const product: Change = (expr) => ({
      kind: "binary",
      operator: "*",
      left: asCall(expr).args[0]!.value,
      right: asCall(expr).args[1]!.value,
      span: null,
    });
    assert.equal(rewrite("y = b ** f(a + c, d)", ["f(a + c, d)", product]), "y = b ** ((a + c) * d)");
    assert.equal(rewrite("y = -f(a, d)", ["f(a, d)", product]), "y = -(a * d)");
    assert.equal(rewrite("y = f(a, d) + 1", ["f(a, d)", product]), "y = a * d + 1");
    assert.equal(rewrite("y = f(a,\n  -\n  d)", ["f(a,\n  -\n  d)", product]), "y = a * (-\n  d)");
    assert.equal(rewrite("y = g(f(a, d))", ["f(a, d)", product]), "y = g(a * d)");
  });
});

describe("chains", () => {
  it("lose a step", () => {
    const change: Change = (expr) => methodCall(objectOf(objectOf(expr)), "float");
    assert.equal(rewrite("y = f(x).to(low).float()", ["f(x).to(low).float()", change]), "y = f(x).float()");
    assert.equal(rewrite("y = (a * b).to(low)", ["(a * b).to(low)", objectOf]), "y = (a * b)");
  });
  it("change a step", () => {
    const change: Change = (expr) =>
      methodCall(objectOf(expr), "to", [attributeOf(name("torch"), "float32")]);
    assert.equal(
      rewrite("y = t.type_as(torch.float32)", ["t.type_as(torch.float32)", change]),
      "y = t.to(torch.float32)",
    );
  });
  it("turn into an elementwise product", () => {
    const change: Change = (expr) => {
      const [, position, frequency] = asCall(expr).args;
      const colon = { kind: "slice", start: null, stop: null, step: null } as const;
      const none = { kind: "item", value: { kind: "constant", value: null, span: null } } as const;
      return {
        kind: "binary",
        operator: "*",
        left: { kind: "index", object: position!.value, items: [colon, none], span: null },
        right: frequency!.value,
        span: null,
      };
    };
    const call = "torch.einsum('i,j->ij', t, self.f)";
    assert.equal(rewrite(`y = ${call}`, [call, change]), "y = t[:, None] * self.f");
  });
});

describe("several replacements", () => {
  it("nest", () => {
    assert.equal(
      rewrite("y = a + b", ["a + b", to("d")], ["a", float], ["b", float]),
      "y = (a.float() + b.float()).to(d)",
    );
    assert.equal(
      rewrite(
        "y = torch.sin(\n    torch.arange(n) / d,  # phase\n)",
        ["torch.sin(\n    torch.arange(n) / d,  # phase\n)", to("dt")],
        ["torch.arange(n)", (expr) => float(typed(expr))],
      ),
      "y = torch.sin(\n    torch.arange(n, dtype=torch.int64).float() / d,  # phase\n).to(dt)",
    );
  });
  it("nest where the outer one is printed anew", () => {
    const negated: Change = (expr) => ({
      kind: "unary",
      operator: "-",
      operand: asCall(expr).args[0]!.value,
      span: null,
    });
    assert.equal(rewrite("y = f(a + b)", ["f(a + b)", negated], ["a + b", float]), "y = -(a + b).float()");
    assert.equal(rewrite("y = f(a + b)", ["f(a + b)", negated], ["b", float]), "y = -(a + b.float())");
  });
  it("contradict", () => {
    const program = lift("y = f(a)");
    const original = at(program, "y = f(a)", "a");
    const replacements = [
      { original, replacement: name("b") },
      { original, replacement: name("c") },
    ];
    assert.equal(printRewrite({ replacements }, program, "y = f(a)"), null);
    assert.equal(rewrite("y = f(a)", ["f(a)", () => name("x")], ["a", float]), null);
  });
  it("must stand in the program", () => {
    const program = lift("y = f(a)");
    const replacements = [{ original: liftExpr("f(a)"), replacement: name("b") }];
    assert.equal(printRewrite({ replacements }, program, "y = f(a)"), null);
  });
});

describe("a line that would get too long", () => {
  const long = "x" + "y".repeat(98);
  const wide = (code: string) => `${code}\nz = ${long} + ${"w".repeat(10)}\n`;
  const split = (before: string, part: string, change: Change) =>
    rewrite(wide(before), [part, change])?.split("\nz = ")[0];

  it("is split at its last bracket", () => {
    const call = "torch.arange(self.max_seq_len_cached_and_more, device=self.inv_freq.device)";
    assert.equal(
      split(`    if a:\n        freqs = ${call}`.replace(/^ {4}/gm, ""), call, (expr) =>
        methodCall(typed(expr), "type_as", [name("self.inv_freq")]),
      ),
      [
        "if a:",
        "    freqs = torch.arange(self.max_seq_len_cached_and_more, device=self.inv_freq.device, dtype=torch.int64).type_as(",
        "        self.inv_freq",
        "    )",
      ].join("\n"),
    );
  });
  it("is split inside the brackets before an empty one", () => {
    const call = `torch.arange(self.max_seq_len_cached_and_more, device=self.inv_freq.device_of_all)`;
    assert.equal(
      split(`frequencies = ${call}`, call, (expr) => float(typed(expr))),
      [
        "frequencies = torch.arange(",
        "    self.max_seq_len_cached_and_more, device=self.inv_freq.device_of_all, dtype=torch.int64",
        ").float()",
      ].join("\n"),
    );
  });
  it("goes into parentheses where calls are chained", () => {
    const call = "torch.arange(self.max_position_embeddings, device=hidden_states.device)";
    assert.equal(
      split(`positions_of_it = ${call}.view(-1, 1)`, call, (expr) => float(typed(expr))),
      [
        "positions_of_it = (",
        "    torch.arange(self.max_position_embeddings, device=hidden_states.device, dtype=torch.int64).float().view(-1, 1)",
        ")",
      ].join("\n"),
    );
  });
  it("becomes one argument a line where it is a whole list", () => {
    const list =
      "self.max_seq_len_cached_and_more_than_that_and_more, device=self.inv_freq.device, requires_grad=False";
    assert.equal(
      split(`t = torch.arange(\n    ${list}\n)`, `torch.arange(\n    ${list}\n)`, typed),
      [
        "t = torch.arange(",
        ...list.split(", ").map((item) => `    ${item},`),
        "    dtype=torch.int64,",
        ")",
      ].join("\n"),
    );
  });
  it("stays where the file has longer ones or the line has a comment", () => {
    const call = "torch.arange(self.max_seq_len_cached_and_more, device=self.inv_freq.device)";
    const before = `t = ${call}  # ${"c".repeat(30)}\n`;
    assert.equal(rewrite(before, [call, typed]), before.replace(".device)", ".device, dtype=torch.int64)"));
  });
});

describe("what can't be printed", () => {
  it("gives null", () => {
    assert.equal(rewrite("y = a", ["a", () => ({ kind: "string", value: null, span: null })]), null);
    assert.equal(
      rewrite("y = a", ["a", () => ({ kind: "unknown", type: "x", parts: [], span: null })]),
      null,
    );
  });
  it("does not include nodes from elsewhere in the file", () => {
    const text = "x = f'{a}'\ny = b\n";
    const program = lift(text);
    const replacements = [{ original: at(program, text, "b"), replacement: at(program, text, "f'{a}'") }];
    const edits = printRewrite({ replacements }, program, text);
    assert.ok(edits);
    assert.equal(apply(text, edits), "x = f'{a}'\ny = f'{a}'\n");
  });
});

describe("sameExpr", () => {
  it("ignores places, parentheses and layout", () => {
    assert.ok(sameExpr(liftExpr("f( (a),b = 1 )"), liftExpr("f(a, b=1)")));
    assert.ok(sameExpr(liftExpr("x[:, 1]"), liftExpr("x[ : ,1]")));
  });
  it("sees every difference", () => {
    const texts = [
      "a",
      "1",
      "1.0",
      "'a'",
      "None",
      "True",
      "...",
      "a.b",
      "a.c",
      "a()",
      "a(b)",
      "a(b=b)",
      "a(*b)",
      "a(**b)",
    ];
    texts.push(
      "a[b]",
      "a[b:]",
      "a[:b]",
      "a[::b]",
      "(a,)",
      "[a]",
      "{a}",
      "{a: a}",
      "{**a}",
      "a + a",
      "a - a",
      "-a",
      "+a",
    );
    texts.push(
      "a < a",
      "a <= a",
      "a and a",
      "a or a",
      "a if a else a",
      "lambda: a",
      "lambda a: a",
      "await a",
    );
    texts.push("[a for a in a]", "{a for a in a}", "[a for a in a if a]", "(a for a in a)", "[*a]");
    for (const [i, a] of texts.entries()) {
      for (const [j, b] of texts.entries())
        assert.equal(sameExpr(liftExpr(a), liftExpr(b)), i === j, `${a} ${b}`);
    }
  });
});
