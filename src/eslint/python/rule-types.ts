import type { CustomRuleDefinitionType, CustomRuleTypeDefinitions } from "@eslint/plugin-kit";
import type { LanguageOptions, RuleVisitor } from "@eslint/core";
import type { PythonNode } from "./node.ts";
import type { NodeMap } from "./node-types.ts";
import type { PythonSourceCode } from "./source-code.ts";

/** What a rule's `create` returns: functions by type of node, by `TYPE:exit`, or by any other selector. */
export type PythonRuleVisitor = RuleVisitor & {
  [Type in keyof NodeMap as Type | `${Type}:exit`]?: ((node: NodeMap[Type]) => void) | undefined;
};

/** A rule for Python, of whoever writes one: `const rule: PythonRuleDefinition = { meta, create }`. */
export type PythonRuleDefinition<Options extends Partial<CustomRuleTypeDefinitions> = object> =
  CustomRuleDefinitionType<
    {
      LangOptions: LanguageOptions;
      Code: PythonSourceCode;
      Visitor: PythonRuleVisitor;
      Node: PythonNode;
    },
    Options
  >;
