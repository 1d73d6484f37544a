import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { RuleTester } from "eslint";
import type { Rule } from "eslint";
import { RuleTester as OldRuleTester } from "eslint-9";
import { parser } from "typescript-eslint";
import { fencesIn } from "../../scripts/generators/documents/blocks.ts";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";
import { rules, scriptRules } from "../../src/engine/rules.ts";
import ropelint from "../../src/eslint/plugin.ts";

// ESLint's own tester asks what no other test does: schemas, default options, messages and their ids, fixes that parse.

const testers = [RuleTester, OldRuleTester as unknown as typeof RuleTester];
for (const Tester of testers) {
  Tester.describe = describe;
  Tester.it = it;
  Tester.itOnly = it.only.bind(it);
}

/** Rules whose page shows what `--fix` alone makes good. */
const fixed: readonly string[] = [
  "autocast-product",
  "default-dtype-frequency",
  "early-cast",
  "float-range",
  "lossy-round-trip",
  "low-precision-trig",
  "precision-leak",
  "tf32-product",
];

function run(Tester: typeof RuleTester, id: string, config: object): void {
  const fences = fencesIn(readFileSync(join(root, `docs/rules/${id}.md`), "utf8"));
  const codes = (...tags: readonly string[]): readonly string[] =>
    fences.filter(({ tag }) => tags.includes(tag)).map(({ code }) => code);
  const [bad = ""] = codes("bad");
  const [good = ""] = codes("good");
  const options = [{ severity: "note" }];
  const output = fixed.includes(id) ? good : null;
  new Tester(config).run(id, ropelint.rules[id] as unknown as Rule.RuleModule, {
    valid: codes("good", "silent").map((code) => ({ code, options })),
    invalid: [{ code: bad, options, errors: 1, output }],
  });
}

for (const Tester of testers) {
  // Which comment silences nothing is known only where other rules run as well.
  for (const { id } of rules.filter((rule) => rule.id !== "unused-ignore"))
    run(Tester, id, { plugins: { ropelint }, language: "ropelint/python" });
  for (const { id } of scriptRules) {
    run(Tester, id, {});
    run(Tester, id, { languageOptions: { parser } });
  }
}
