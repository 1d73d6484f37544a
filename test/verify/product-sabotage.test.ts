import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { autocastProduct } from "../../rules/autocast-product.ts";
import { tf32Product } from "../../rules/tf32-product.ts";
import type { FileAnalysis } from "../../src/analysis/file.ts";
import type { Rule } from "../../src/analysis/rule.ts";
import { methodCall } from "../../src/ir/build.ts";
import type { Expr } from "../../src/ir/program.ts";
import type { Occurrence } from "../../src/verify/judge.ts";
import { verifyGroup } from "../../src/verify/group.ts";
import { readFixtures } from "../rules/read-fixtures.ts";
import { analyse, number, operate, settings, type Mutant } from "./mutants.ts";

/** One product of a fixture that has but this one: what it is, what it becomes. */
interface Site {
  readonly name: string;
  readonly rule: Rule;
  readonly file: FileAnalysis;
  readonly occurrences: readonly Occurrence[];
  readonly original: Expr;
  readonly right: Expr;
}

const wanted: readonly (readonly [Rule, string])[] = [
  [autocastProduct, "autocast-product/rewritten/relative_sines"],
  [autocastProduct, "autocast-product/rewritten/filled_in_forward"],
  [autocastProduct, "autocast-product/rewritten/published_transformers_27700"],
  [autocastProduct, "autocast-product/rewritten/published_transformers_29285"],
  [tf32Product, "tf32-product/rewritten/construction"],
  [tf32Product, "tf32-product/rewritten/published_transformers_48428"],
];

const sites = wanted.map(([rule, name]): Site => {
  const fixture = readFixtures().find((one) => one.name === name)!;
  const file = analyse(fixture);
  const all = file.units.flatMap((unit) => rule.match(unit, settings, file).map((root) => ({ unit, root })));
  const [first] = all;
  assert.ok(first, name);
  const occurrences = all.filter(({ root }) => root.node.span?.start === first.root.node.span?.start);
  const [candidate] = rule.rewrites!(first.root, first.unit, file)!;
  const [[original, right] = []] = candidate!.substitutions;
  return { name, rule, file, occurrences, original: original!, right: right! };
});

function verdictOf({ file, occurrences, rule, original }: Site, replacement: Expr): string {
  return verifyGroup({
    file,
    occurrences,
    substitutions: new Map([[original, replacement]]),
    named: [rule === tf32Product ? "tf32" : "autocast"],
    settings,
    changesPlain: false,
    movesDevice: false,
  }).verdict;
}

/** The two factors of a right rewrite, and the same rewrite of two others. */
function factors(right: Expr): readonly [Expr, Expr, (a: Expr, b: Expr) => Expr] {
  if (right.kind === "binary")
    return [right.left, right.right, (left, other) => ({ ...right, left, right: other })];
  assert.ok(right.kind === "call");
  const [a, b] = right.args;
  return [
    a!.value,
    b!.value,
    (first, second) => ({
      ...right,
      args: [
        { ...a!, value: first },
        { ...b!, value: second },
      ],
    }),
  ];
}

function mutantsOf({ original, right }: Site): readonly Mutant[] {
  const [a, b, product] = factors(right);
  const low = ["bfloat16", "half"] as const;
  // A vector may come on either side of `*`, with an axis more or without.
  const ofVectors =
    right.kind === "call"
      ? [
          { wrong: "operands swapped", replacement: product(b, a) },
          { wrong: "a wrong axis", replacement: operate(methodCall(a, "unsqueeze", [number(0)]), "*", b) },
        ]
      : [];
  return [
    ...ofVectors,
    { wrong: "transposed", replacement: methodCall(right, "transpose", [number(-1), number(-2)]) },
    { wrong: "flipped", replacement: methodCall(right, "flip", [number(-1)]) },
    { wrong: "an axis more", replacement: methodCall(right, "unsqueeze", [number(0)]) },
    {
      wrong: "no axis at all",
      replacement: operate(methodCall(a, "flatten"), "*", methodCall(b, "flatten")),
    },
    { wrong: "a cast too late", replacement: methodCall(original, "float") },
    ...low.flatMap((name) => [
      { wrong: `${name} at the end`, replacement: methodCall(right, name) },
      { wrong: `through ${name}`, replacement: methodCall(methodCall(right, name), "float") },
      { wrong: `left in ${name}`, replacement: product(methodCall(a, name), b) },
      { wrong: `right in ${name}`, replacement: product(a, methodCall(b, name)) },
      {
        wrong: `both through ${name}`,
        replacement: product(
          methodCall(methodCall(a, name), "float"),
          methodCall(methodCall(b, name), "float"),
        ),
      },
    ]),
    { wrong: "integers", replacement: methodCall(right, "long") },
    { wrong: "off by one", replacement: operate(right, "+", number(1)) },
    { wrong: "left off by one", replacement: product(operate(a, "+", number(1)), b) },
    { wrong: "scaled", replacement: operate(right, "*", number(2)) },
    { wrong: "divided", replacement: operate(a, "/", b) },
    { wrong: "added", replacement: operate(a, "+", b) },
    { wrong: "one factor", replacement: a },
    { wrong: "another device", replacement: methodCall(right, "cuda") },
  ];
}

describe("the verifier can say no to products", () => {
  for (const site of sites) {
    it(site.name, () => {
      assert.equal(verdictOf(site, site.right), "confirmed", "the right one is confirmed");
      for (const { wrong, replacement } of mutantsOf(site)) {
        const verdict = verdictOf(site, replacement);
        assert.ok(!verdict.startsWith("confirmed"), `${wrong}: ${verdict}`);
      }
    });
  }

  it("at least 130 of them", () => {
    assert.ok(sites.flatMap(mutantsOf).length >= 130);
  });
});
