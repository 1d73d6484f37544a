import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defaultEnvironments, environments, lowDTypes } from "../analysis/environments.ts";
import { callsOut } from "../analysis/callers/calls-out.ts";
import type { AnyRule } from "../analysis/rule.ts";
import type { EnvironmentInfo, RuleInfo } from "../engine/rule-info.ts";
import { createInspect } from "../engine/inspect.ts";
import { rules } from "../engine/rules.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { liftPython } from "../frontends/python/lift.ts";
import { loadPythonParser } from "../frontends/python/parser.ts";
import type { Services } from "./services.ts";

// The one place where the command line meets the rules, the records and the frontends.

const require = createRequire(import.meta.url);
const { version } = require("#package.json") as { readonly version: string };

const ruleInfos: readonly RuleInfo[] = rules.map((rule) => ({
  id: rule.id,
  summary: rule.summary,
  strict: rule.strict,
  environment: rule.environment ?? null,
  ...(rule.tally ? { tally: rule.tally } : {}),
  get page() {
    return pageOf(rule);
  },
  url: null,
}));

const literals = [...new Set(rules.flatMap((rule) => rule.literals))];

const environmentInfos: readonly EnvironmentInfo[] = environments.map(
  ({ name, summary, met, decides, assumes, tf32 }) => ({
    name,
    summary,
    met,
    dtypes: name === "plain" ? ["float32"] : tf32 ? ["tf32"] : lowDTypes,
    assumes: assumes.scalarPower === "torch.tensor" ? "base ** tensor builds a tensor of the base" : null,
    decides,
    isDefault: defaultEnvironments.includes(name),
  }),
);

/** docs/rules/ID.md, read when it is asked for; the marks of its generated parts are nothing to a reader. */
function pageOf({ id, summary }: AnyRule): string {
  let page: string;
  try {
    page = readFileSync(require.resolve(`#docs/rules/${id}.md`), "utf8");
  } catch {
    return `# ${id}\n\n${summary}\n`;
  }
  return page.replace(/^<!-- .* -->\n\n?/gm, "");
}

async function loadToolchain(): Promise<Toolchain> {
  const parser = await loadPythonParser();
  return {
    literals,
    inspect: createInspect(parser),
    callsOut: (text, resolve) => callsOut(liftPython(parser.parse(text)), text, resolve),
    countSyntaxErrors: (text) => {
      const { rootNode } = parser.parse(text);
      if (!rootNode.hasError) return 0;
      let errors = 0;
      for (const node of rootNode.descendants()) if (node.isError || node.isMissing) errors++;
      return Math.max(1, errors);
    },
  };
}

export const services: Services = {
  version,
  rules: ruleInfos,
  environments: environmentInfos,
  loadToolchain,
};
