import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { literalsOf } from "../../src/analysis/units/bounds.ts";
import { callsIn, isCalledInForwardOnly } from "../../src/analysis/units/callers-in-file.ts";
import { formOnlyAttributes } from "../../src/analysis/units/form-only.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import type { Parameter } from "../../src/ir/program.ts";
import { parser } from "../rules/read-fixtures.ts";

const lift = (text: string): ReturnType<typeof liftPython> => liftPython(parser.parse(text));

function parameter(name: string): Parameter {
  return { name, form: "plain", annotation: null, initial: null, span: null };
}

/** The number that bounds the first parameter of class A. */
function bound(name: string, text: string): unknown {
  const literal = literalsOf(lift(text), "A")(parameter(name), 0);
  if (literal?.kind === "sequence") return literal.items.map((item) => item.kind === "number" && item.value);
  return literal?.kind === "number" ? literal.value : null;
}

const classA = (name: string): string => `class A:\n    def __init__(self, ${name}): pass\n`;
const classB = (name: string, body: string): string =>
  `class B:\n    def __init__(self, ${name}, other=A):\n        ${body}\n`;

describe("literals that bound a constructor's parameter", () => {
  const calls: readonly (readonly [string, string, unknown])[] = [
    ["window", "A(8)\nA(window=8)\n", 8],
    ["window", "A(8)\nA(7)\n", 8],
    ["window", "A([7, 7])\nA([8, 8])\n", [8, 8]],
    ["dim", "A(64)\nA(128)\n", null],
    ["window", "A(8)\nA(config.window)\n", null],
    ["window", "def f(window):\n    A(window=window)\nf(8)\n", 8],
    ["window", "def f(window):\n    window = window // 2\n    A(window=window)\nf(8)\n", null],
    ["window", "def f(window):\n    A(window=window)\n", null],
    ["window", classB("window", "A(window)") + "B(window=8)\n", 8],
    ["window", classB("window", "A(window)"), null],
    ["window", "def f(window):\n    f(window)\n    A(window)\nf(8)\n", null],
    ["window", classB("window", "other(window)") + "B(window=8)\n", 8],
    ["window", classB("window", "other(window)"), null],
    ["window", classB("window", "other(window)") + "B(window=8)\nB(config.window)\n", null],
    ["window", classB("window", "other(window)") + "B(window=8)\nB(window=config.window)\n", null],
    ["window", "x = 8\n", null],
  ];
  for (const [name, text, expected] of calls)
    it(JSON.stringify(text), () => {
      assert.deepEqual(bound(name, classA(name) + text), expected);
    });
});

describe("what forward alone makes", () => {
  const made: readonly (readonly [string, boolean])[] = [
    ["class M:\n    def forward(self): A()\n", true],
    ["def f(): A()\nclass M:\n    def forward(self): f()\n", true],
    ["class M:\n    def g(self): A()\n    def forward(self): self.g()\n", true],
    ["class M:\n    def __init__(self): A()\n", false],
    ["class M:\n    def forward(self): A()\n    def __init__(self): A()\n", false],
    ["def f(): A()\n", false],
    ["def f():\n    A()\n    f()\n", false],
    ["A()\n", false],
    ["class M:\n    def forward(self): A()\nclass N(A): pass\n", false],
    ["class M:\n    def forward(self): A()\nmade = [A]\n", false],
    ["", false],
  ];
  for (const [text, expected] of made)
    it(JSON.stringify(text), () => {
      const index = callsIn(lift("class A: pass\n" + text));
      assert.equal(isCalledInForwardOnly(index, "A", { forward: ["forward"] }), expected);
    });
});

describe("buffers asked for their form alone", () => {
  const asked: readonly (readonly [string, boolean])[] = [
    ["f(self.x.dtype, self.x.device)\n", true],
    ["f(self.x.dtype, self.x)\n", false],
    ["f(other.x.shape)\n", true],
    ['f(self.x.dtype, getattr(self, "x"))\n', false],
    ["", false],
  ];
  for (const [text, expected] of asked)
    it(JSON.stringify(text), () => {
      const found = formOnlyAttributes(lift('self.register_buffer("x", t)\n' + text));
      assert.equal(found.has("x"), expected);
    });
});
