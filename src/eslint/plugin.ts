import type { Language } from "@eslint/core";
import { version } from "../engine/catalogue.ts";
import { rules as allRules } from "../engine/rules.ts";
import { pythonLanguage } from "./python/language.ts";
import type { PythonLanguageTypes } from "./python/language.ts";
import { createRule } from "./rule.ts";
import type { RopelintRule } from "./rule.ts";
import type { RuleOptions } from "./settings.ts";

export type { PythonNode, PythonToken } from "./python/node.ts";
export type * as Python from "./python/node-types.ts";
export type { PythonRuleDefinition, PythonRuleVisitor } from "./python/rule-types.ts";
export type { PythonSourceCode } from "./python/source-code.ts";
export type { RopelintSettings, RuleOptions } from "./settings.ts";

/** An entry of eslint.config.js. */
export interface RopelintConfig {
  readonly name: string;
  readonly files: string[];
  readonly language: "ropelint/python";
  readonly plugins: { ropelint: RopelintPlugin };
  readonly rules: Record<`ropelint/${string}`, ["error", RuleOptions]>;
}

export interface RopelintPlugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly languages: { readonly python: Language<PythonLanguageTypes> };
  readonly rules: Record<string, RopelintRule>;
  readonly configs: {
    /** What `ropelint check` prints: errors and warnings. */
    readonly python: RopelintConfig;
    /** What `ropelint check --select ALL --severity note` prints. */
    readonly "python-strict": RopelintConfig;
  };
}

const plugin: RopelintPlugin = {
  meta: { name: "ropelint", version, namespace: "ropelint" },
  languages: { python: pythonLanguage },
  rules: Object.fromEntries(allRules.map((rule) => [rule.id, createRule(rule)])),
  configs: {
    get python() {
      return configOf(
        "python",
        allRules.filter(({ strict }) => !strict),
        "warning",
      );
    },
    get "python-strict"() {
      return configOf("python-strict", allRules, "note");
    },
  },
};

function configOf(name: string, rules: typeof allRules, severity: RuleOptions["severity"]): RopelintConfig {
  return {
    name: `ropelint/${name}`,
    files: ["**/*.py"],
    language: "ropelint/python",
    plugins: { ropelint: plugin },
    rules: Object.fromEntries(rules.map(({ id }) => [`ropelint/${id}`, ["error", { severity }]])),
  };
}

export default plugin;
