import type { Language } from "@eslint/core";
import { isAbout } from "../analysis/rule.ts";
import { version } from "../engine/catalogue.ts";
import { rules as pythonRules, scriptRules } from "../engine/rules.ts";
import { pythonLanguage } from "./python/language.ts";
import type { PythonLanguageTypes } from "./python/language.ts";
import { createRule } from "./rule.ts";
import type { RopelintRule } from "./rule-meta.ts";
import { createScriptRule } from "./script-rule.ts";
import type { RuleOptions } from "./settings.ts";

export type { PythonNode, PythonToken } from "./python/node.ts";
export type * as Python from "./python/node-types.ts";
export type { PythonRuleDefinition, PythonRuleVisitor } from "./python/rule-types.ts";
export type { PythonSourceCode } from "./python/source-code.ts";
export type { RopelintSettings, RuleOptions } from "./settings.ts";

/** An entry of eslint.config.js. */
interface Config {
  readonly name: string;
  readonly plugins: { ropelint: RopelintPlugin };
  readonly rules: Record<`ropelint/${string}`, ["error", RuleOptions]>;
}

/** An entry for Python files. */
export interface PythonConfig extends Config {
  readonly files: string[];
  readonly language: "ropelint/python";
}

/** An entry for JavaScript and TypeScript: for whichever files the other entries say. */
export interface ScriptConfig extends Config {
  readonly ignores: string[];
}

export interface RopelintPlugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly languages: { readonly python: Language<PythonLanguageTypes> };
  readonly rules: Record<string, RopelintRule>;
  readonly configs: {
    /** JavaScript and TypeScript: errors and warnings. */
    readonly recommended: ScriptConfig;
    /** Notes as well, and strict rules. */
    readonly strict: ScriptConfig;
    /** Python, what `ropelint check` prints: errors and warnings. */
    readonly python: PythonConfig;
    /** What `ropelint check --select ALL --severity note` prints. */
    readonly "python-strict": PythonConfig;
    /** Every rule in every language: `strict` and `python-strict`. */
    readonly all: [ScriptConfig, PythonConfig];
  };
}

/** Files of Python, and what @eslint/markdown makes of blocks of it: it names them by what stands behind their fence. */
const pythonFiles = ["**/*.py", "**/*.md/*.{py3,python,python3}"];

/** Those that Python has as well, and those of scripts alone. */
const rulesOfScripts = [...pythonRules.filter((rule) => isAbout(rule, "javascript")), ...scriptRules];

const plugin: RopelintPlugin = {
  meta: { name: "ropelint", version, namespace: "ropelint" },
  languages: { python: pythonLanguage },
  rules: {
    ...Object.fromEntries(pythonRules.map((rule) => [rule.id, createRule(rule)])),
    ...Object.fromEntries(scriptRules.map((rule) => [rule.id, createScriptRule(rule)])),
  },
  configs: {
    get recommended() {
      return forScripts("recommended", rulesOfScripts.filter(isDefault), "warning");
    },
    get strict() {
      return forScripts("strict", rulesOfScripts, "note");
    },
    get python() {
      return forPython("python", pythonRules.filter(isDefault), "warning");
    },
    get "python-strict"() {
      return forPython("python-strict", pythonRules, "note");
    },
    get all() {
      return [
        plugin.configs.strict,
        plugin.configs["python-strict"],
      ] satisfies RopelintPlugin["configs"]["all"];
    },
  },
};

function isDefault({ strict }: { readonly strict: boolean }): boolean {
  return !strict;
}

function forScripts(
  name: string,
  rules: readonly { readonly id: string }[],
  severity: RuleOptions["severity"],
): ScriptConfig {
  return {
    name: `ropelint/${name}`,
    ignores: [...pythonFiles],
    plugins: { ropelint: plugin },
    rules: rulesAt(rules, severity),
  };
}

function forPython(name: string, rules: typeof pythonRules, severity: RuleOptions["severity"]): PythonConfig {
  return {
    name: `ropelint/${name}`,
    files: [...pythonFiles],
    language: "ropelint/python",
    plugins: { ropelint: plugin },
    rules: rulesAt(rules, severity),
  };
}

function rulesAt(
  rules: readonly { readonly id: string }[],
  severity: RuleOptions["severity"],
): Config["rules"] {
  return Object.fromEntries(rules.map(({ id }) => [`ropelint/${id}`, ["error", { severity }]]));
}

export default plugin;
