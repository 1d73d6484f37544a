import { format } from "prettier";
import type { AnyRule } from "../../src/analysis/rule.ts";
import type { DerivedFiles } from "./generator.ts";

type Listed = Partial<Pick<AnyRule, "languages" | "environment" | "tally">> &
  Pick<AnyRule, "id" | "summary" | "strict" | "literals">;

/** What is said of a rule before its code is loaded: most runs find no file that needs it. */
export async function generate(): Promise<DerivedFiles> {
  const { rules, scriptRules } = await import("../../src/engine/rules.ts");
  const all: readonly (readonly [Listed, readonly string[]])[] = [
    ...rules.map((rule) => [rule, rule.languages ?? ["python"]] as const),
    ...scriptRules.map((rule) => [rule, ["javascript"]] as const),
  ];
  const summaries = all.map(([{ id, summary, strict, environment = null, tally, literals }, languages]) => ({
    id,
    summary,
    strict,
    environment,
    ...(tally ? { tally } : {}),
    languages,
    literals,
  }));
  const source = `// Written by \`npm run generate\` from the files in rules/.
import type { RuleSummary } from "./rule-info.ts";

/** The rules without their code. */
export const ruleSummaries: readonly RuleSummary[] = ${JSON.stringify(summaries)};
`;
  return new Map([
    ["src/engine/rule-summaries.ts", await format(source, { parser: "typescript", printWidth: 110 })],
  ]);
}
