import type { Configurations } from "../engine/configuration/configurations.ts";
import { keyNames, keys } from "../engine/configuration/keys.ts";
import type { Key } from "../engine/configuration/keys.ts";
import { shownPath } from "../engine/configuration/read.ts";
import { defaultExcludes, discover, MissingPathError } from "../engine/discover.ts";
import type { SourceFile } from "../engine/discover.ts";
import { missingPath, wantsStdin } from "./input.ts";
import { escapeText } from "./formats/display.ts";
import type { Streams } from "./services.ts";

interface ShowFlags {
  readonly showFiles?: true;
  readonly stdinFilename?: string;
}

/** `--show-files`, `--show-settings`: what a run would do, without doing it. */
export function show(
  paths: readonly string[],
  flags: ShowFlags,
  configurations: Configurations,
  streams: Streams,
): number {
  const files = filesOf(paths, flags, configurations, streams);
  if (flags.showFiles)
    for (const file of files) streams.out(`${streams.outIsTerminal ? escapeText(file.path) : file.path}\n`);
  const [first] = files;
  if (first === undefined)
    streams.error(`ropelint: warning: no files to check under ${paths.join(", ") || "."}\n`);
  else if (!flags.showFiles) streams.out(describeSettings(first, configurations, streams.cwd));
  return 0;
}

function filesOf(
  paths: readonly string[],
  { stdinFilename }: ShowFlags,
  configurations: Configurations,
  { cwd }: Streams,
): readonly SourceFile[] {
  if (wantsStdin(paths, stdinFilename)) {
    const name = stdinFilename ?? "-";
    return configurations.leavesOut(name) ? [] : [{ path: name, real: name }];
  }
  try {
    return discover(paths.length === 0 ? ["."] : paths, cwd, configurations).files;
  } catch (error) {
    if (error instanceof MissingPathError) throw missingPath(error, cwd);
    throw error;
  }
}

/** As TOML: what holds for the file in the end, of whatever layer; what nobody has set is a comment. */
function describeSettings(file: SourceFile, configurations: Configurations, cwd: string): string {
  const { options } = configurations.settingsFor(file.real);
  const { merged } = configurations.settingsAround(file.real);
  const listed = (lists: readonly { readonly patterns: readonly string[] }[]): readonly string[] =>
    lists.flatMap(({ patterns }) => patterns);
  const values: Partial<Record<Key, unknown>> = {
    select: options.rules,
    severity: merged.severity ?? "warning",
    environments: options.environments,
    positions: merged.positions,
    "head-dim": merged.headDim,
    base: merged.base,
    torch: merged.torch,
    include: merged.include?.patterns,
    exclude: merged.exclude?.patterns ?? [...defaultExcludes],
    "extend-exclude": listed(merged.extendExclude),
    markdown: merged.markdown,
    "force-exclude": merged.forceExclude,
    "respect-gitignore": merged.respectGitignore,
    "cache-dir": shownPath(merged.cacheDir, cwd),
  };
  const sources = merged.files.map((source) => shownPath(source, cwd)).join(", ");
  const lines = keyNames.flatMap((key) => {
    if (!Object.hasOwn(values, key)) return [];
    const value = values[key];
    return value === undefined ? `# ${key}: ${keys[key].default}` : `${key} = ${inToml(value)}`;
  });
  const head = [
    `# settings of ${escapeText(file.path)}`,
    `# configuration: ${sources === "" ? "none" : sources}`,
  ];
  return `${[...head, ...lines].join("\n")}\n`;
}

function inToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inToml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${key} = ${inToml(inner)}`);
  return `{ ${pairs.join(", ")} }`;
}
