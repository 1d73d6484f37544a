import { build, environmentInfos, ruleInfos, scriptRuleInfos, version } from "../engine/catalogue.ts";
import { createToolchain } from "../engine/python-toolchain.ts";
import { loadPythonParser } from "../frontends/python/parser.ts";
import type { Services } from "./services.ts";

/** The one place where the command line meets the rules, the records and the frontends. */
export const services: Services = {
  version,
  build,
  rules: [...ruleInfos, ...scriptRuleInfos],
  environments: environmentInfos,
  loadToolchain: async () => createToolchain(await loadPythonParser()),
};
