import {
  build,
  environmentInfos,
  literalsOf,
  ruleInfos,
  scriptRuleInfos,
  version,
} from "../engine/catalogue.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import type { Services } from "./services.ts";

/** The one place where the command line meets the rules, the records and the frontends. */
export const services: Services = {
  version,
  build,
  rules: [...ruleInfos, ...scriptRuleInfos],
  environments: environmentInfos,
  literals: literalsOf("python"),
  scripts: {
    literals: literalsOf("javascript"),
    forget: () => {
      loaded?.scripts?.forget?.();
    },
  },
  loadToolchain,
  parserFallback: () => fallback,
  worker: build === null ? null : new URL("worker.js", import.meta.url),
};

let loaded: Toolchain | null = null;
let fallback: string | null = null;
let loading: Promise<Toolchain> | null = null;

function loadToolchain(): Promise<Toolchain> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Toolchain> {
  const [{ createToolchain }, { loadPythonParser }] = await Promise.all([
    import("../engine/python-toolchain.ts"),
    import("../frontends/python/parser.ts"),
  ]);
  const parser = await loadPythonParser();
  fallback = parser.fallbackReason ?? null;
  loaded = createToolchain(parser);
  return loaded;
}
