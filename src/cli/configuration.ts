import { Configurations } from "../engine/configuration/configurations.ts";
import type { Configuration } from "../engine/configuration/keys.ts";
import { namesIn, requireKnown } from "../engine/selection.ts";
import type { Severity } from "../verify/finding.ts";
import type { Services, Streams } from "./services.ts";
import { userFolder } from "./user-folder.ts";

/** Flags that say what a configuration may say as well. */
export interface ConfigurationFlags {
  readonly config?: string;
  readonly isolated?: true;
  readonly select?: readonly string[];
  readonly extendSelect?: readonly string[];
  readonly ignore?: readonly string[];
  readonly environment?: readonly string[];
  readonly severity?: Severity;
  readonly exclude?: readonly string[];
  readonly extendExclude?: readonly string[];
  readonly forceExclude?: true;
  readonly markdown?: true;
  readonly respectGitignore?: boolean;
  readonly cacheDir?: string;
}

/** The settings of every file: configuration files, the user's own last, and the flags on top. */
export function configurationsFor(
  flags: ConfigurationFlags,
  services: Services,
  { cwd, env }: Streams,
  { exhaustive }: { readonly exhaustive: boolean },
): Configurations {
  const { rules, environments, version } = services;
  const names = namesIn(services);
  const words = [...names.rules, ...names.codes];
  requireKnown("rule", "--select", flags.select, words);
  requireKnown("rule", "--extend-select", flags.extendSelect, words);
  requireKnown("rule", "--ignore", flags.ignore, words);
  requireKnown("environment", "--environment", flags.environment, names.environments);
  return new Configurations({
    context: { cwd, names, version },
    purpose: { rules, environments, exhaustive },
    flags: asConfiguration(flags),
    only: flags.isolated ? null : flags.config,
    userFolder: userFolder(env, process.platform),
  });
}

function asConfiguration(flags: ConfigurationFlags): Configuration {
  const { select, extendSelect, ignore, environment, severity } = flags;
  const { exclude, extendExclude, markdown, forceExclude, respectGitignore, cacheDir } = flags;
  return {
    ...(select && { select: [...select] }),
    ...(extendSelect && { "extend-select": [...extendSelect] }),
    ...(ignore && { ignore: [...ignore] }),
    ...(environment && { environments: [...environment] }),
    ...(severity && { severity }),
    ...(exclude && { exclude: [...exclude] }),
    ...(extendExclude && { "extend-exclude": [...extendExclude] }),
    ...(markdown && { markdown }),
    ...(forceExclude && { "force-exclude": forceExclude }),
    ...(cacheDir !== undefined && { "cache-dir": cacheDir }),
    ...(respectGitignore === false && { "respect-gitignore": false }),
  };
}
