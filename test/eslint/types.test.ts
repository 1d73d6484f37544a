import assert from "node:assert/strict";
import { test } from "node:test";
import { defineConfig } from "eslint/config";
import type { Linter } from "eslint";
import type { Linter as OldLinter } from "eslint-9";
import ropelint from "../../src/eslint/plugin.ts";
import type { Python, PythonRuleDefinition, RopelintSettings } from "../../src/eslint/plugin.ts";

// What is asked here is asked of the compiler: `npm run typecheck`.

test("configurations fit the types of both majors of ESLint", () => {
  const settings: RopelintSettings = { environments: ["zero-init"] };
  const own = { files: ["**/*.py"], plugins: { ropelint }, settings: { ropelint: settings } };
  const configs: Linter.Config[] = [ropelint.configs.python, own];
  const old: OldLinter.Config[] = [ropelint.configs.python, own];
  const extended = defineConfig([{ ...own, extends: ["ropelint/python-strict"] }]);
  assert.equal(configs.length + old.length, 4);
  assert.equal(extended[0]?.language, "ropelint/python");
});

test("a rule's visitor knows the nodes of the grammar", () => {
  const rule: PythonRuleDefinition<{ MessageIds: "star"; RuleOptions: [] }> = {
    create: (context) => ({
      import_from_statement(node) {
        const names: readonly Python.ImportFromStatement["name"][number][] = node.name;
        if (names.length === 0) context.report({ node, messageId: "star" });
      },
      "binary_operator:exit"(node) {
        const operator: "+" | "@" | undefined =
          node.operator.type === "+" || node.operator.type === "@" ? node.operator.type : undefined;
        assert.ok(operator === undefined || context.sourceCode.getText(node).includes(operator));
      },
    }),
  };
  assert.equal(typeof rule.create, "function");
});
