import { createRequire } from "node:module";
import { defaultEnvironments, environments, lowDTypes } from "../analysis/environments.ts";
import type { EnvironmentInfo, RuleInfo } from "../engine/rule-info.ts";
import { inspect } from "../engine/inspect.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { loadPythonParser } from "../frontends/python/parser.ts";
import type { Services } from "./services.ts";

// The one place where the command line meets the rules, the records and the frontends.

const { version } = createRequire(import.meta.url)("#package.json") as { readonly version: string };

const rules: readonly RuleInfo[] = ["float-range", "invalid-type-as"].map((id) => ({
  id,
  summary: "",
  strict: false,
  page: `# ${id}\n`,
  url: null,
}));

const literals: readonly string[] = ["arange", "type_as"];

const environmentInfos: readonly EnvironmentInfo[] = environments.map(
  ({ name, summary, met, decides, assumes }) => ({
    name,
    summary,
    met,
    dtypes: name === "plain" ? ["float32"] : lowDTypes,
    assumes: assumes.scalarPower === "torch.tensor" ? "base ** tensor builds a tensor of the base" : null,
    decides,
    isDefault: defaultEnvironments.includes(name),
  }),
);

async function loadToolchain(): Promise<Toolchain> {
  const parser = await loadPythonParser();
  return {
    literals,
    inspect,
    decode: (bytes) => ({
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      encode: (text) => Buffer.from(text),
    }),
    countSyntaxErrors: (text) => {
      const { rootNode } = parser.parse(text);
      if (!rootNode.hasError) return 0;
      let errors = 0;
      for (const node of rootNode.descendants()) if (node.isError || node.isMissing) errors++;
      return Math.max(1, errors);
    },
  };
}

export const services: Services = { version, rules, environments: environmentInfos, loadToolchain };
