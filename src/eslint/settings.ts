import { environmentInfos } from "../engine/catalogue.ts";
import { UsageError } from "../engine/usage-error.ts";
import { suggest } from "../analysis/nearest.ts";
import type { Severity } from "../verify/finding.ts";

/** The one option of every rule. */
export interface RuleOptions {
  /** What counts less is not reported. */
  readonly severity: Severity;
}

/** `settings.ropelint` of a configuration: what holds for all rules. */
export interface RopelintSettings {
  /** Environments to evaluate, as `--environment` takes them; by default those that the command line evaluates. */
  readonly environments?: readonly string[];
}

const known: readonly string[] = ["environments"];

/** ESLint checks no settings, and a misspelt one would be silently without effect. */
export function readSettings(settings: Readonly<Record<string, unknown>>): RopelintSettings {
  const { ropelint = {} } = settings;
  if (typeof ropelint !== "object" || ropelint === null || Array.isArray(ropelint))
    throw new UsageError("settings.ropelint has to be an object");
  for (const key of Object.keys(ropelint)) if (!known.includes(key)) throw unknown("setting", key, known);
  const { environments } = ropelint as { readonly environments?: unknown };
  if (environments === undefined) return {};
  if (!Array.isArray(environments)) throw new UsageError("settings.ropelint.environments has to be an array");
  const names = environmentInfos.map(({ name }) => name);
  const wanted = environments.map(String);
  for (const name of wanted)
    if (name !== "ALL" && !names.includes(name)) throw unknown("environment", name, names);
  return { environments: wanted };
}

function unknown(what: string, word: string, candidates: readonly string[]): UsageError {
  const remedy = suggest(word, candidates);
  return new UsageError(`unknown ${what} "${word}" in settings.ropelint; ${remedy}`, remedy);
}
