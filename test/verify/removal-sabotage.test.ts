import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isGraphRule } from "../../src/analysis/rule.ts";
import { FileAnalysis } from "../../src/analysis/file.ts";
import { rules } from "../../src/engine/rules.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import type { IgnoreComment, Program } from "../../src/ir/program.ts";
import type { Edit } from "../../src/ir/rewrite.ts";
import { hazardsOf, matchAll } from "../../src/verify/hazards.ts";
import { isHarmless, type Silence } from "../../src/verify/removal.ts";
import { rereadSame } from "../../src/verify/translate.ts";
import { parser, readFixtures } from "../rules/read-fixtures.ts";
import { settings } from "./mutants.ts";

const lift = (text: string): Program => liftPython(parser.parse(text));

function silenceOf(text: string): Silence & { readonly program: Program } {
  const program = lift(text);
  const { ignores } = program;
  const graphRules = rules.filter(isGraphRule).filter(({ strict }) => !strict);
  const literals = graphRules.flatMap((rule) => rule.literals);
  const file = new FileAnalysis(program, text, literals, false);
  const matched = matchAll(file, graphRules, settings);
  const hazards = graphRules.flatMap((rule) =>
    hazardsOf(file, rule, matched(rule), { ignores, floor: "note", listed: new Set() }),
  );
  return {
    program,
    ignores,
    hazards,
    registry: rules,
    reread: (edit) => rereadSame(edit, program, text, lift),
  };
}

const without = ({ removal }: IgnoreComment): Edit => ({ ...removal, content: "" });

describe("a comment that silences something is not removed", () => {
  for (const name of ["every_form", "reason_names_the_dtype", "whole_file"]) {
    const { text } = readFixtures().find((fixture) => fixture.name === `unused-ignore/silent/${name}`)!;
    it(name, () => {
      const silence = silenceOf(text);
      assert.ok(silence.ignores.length > 0);
      const removed = silence.ignores.filter((ignore) => isHarmless(without(ignore), silence));
      assert.deepEqual(
        removed.map(({ span }) => text.slice(span.start, span.end)),
        [],
      );
    });
  }
});

const used = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int, length: int = 4096):
        super().__init__()
        bands = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        t = torch.arange(length, dtype=torch.float32)  # ropelint: ignore[float-range, invalid-type-as]
        size = 1  # ropelint: ignore[float-range]
        self.register_buffer("sin", torch.outer(t, bands).sin(), persistent=False)

    def forward(self, x):
        return x
`;

/** What one mistake in an edit would leave. */
const mistakes: readonly (readonly [name: string, wrong: string, left: string])[] = [
  ["the id that is used", "float-range, invalid-type-as", "invalid-type-as"],
  ["both ids", "float-range, invalid-type-as", ""],
  ["an id that is misspelt", "float-range, invalid-type-as", "float-rang"],
  ["the bracket", "[float-range, invalid-type-as]", "[float-range"],
  ["the other rule instead", "[float-range, invalid-type-as]", "[early-cast]"],
  [
    "the comment, and code with it",
    ", dtype=torch.float32)  # ropelint: ignore[float-range, invalid-type-as]",
    ")",
  ],
  ["the code before the comment", "size = 1  # ropelint: ignore[float-range]", "pass"],
  ["the line end", "  # ropelint: ignore[float-range]\n", " "],
  ["the mark alone", "# ropelint: ignore[float-range]\n", "ropelint: ignore[float-range]\n"],
];

describe("wrong removals are refused", () => {
  for (const [name, wrong, left] of mistakes) {
    it(name, () => {
      const start = used.indexOf(wrong);
      assert.ok(start > 0);
      const edit = { start, end: start + wrong.length, content: left };
      assert.equal(isHarmless(edit, silenceOf(used)), false);
    });
  }

  it("the id that silences nothing, and the comment that does not either, may go", () => {
    const silence = silenceOf(used);
    const list = "float-range, invalid-type-as";
    const start = used.indexOf(list);
    assert.equal(isHarmless({ start, end: start + list.length, content: "float-range" }, silence), true);
    assert.equal(isHarmless(without(silence.ignores[1]!), silence), true);
  });
});
