import path from "node:path";
import type { Severity } from "../../verify/finding.ts";
import { expand } from "./chain.ts";
import type { Layer } from "./chain.ts";
import type { Configuration } from "./keys.ts";

/** Patterns, and the folder that they are relative to. */
export interface PatternList {
  readonly patterns: readonly string[];
  readonly base: string;
}

export interface PerFileIgnore {
  readonly pattern: string;
  readonly base: string;
  readonly rules: readonly string[];
}

/** What all layers say together. What nobody says is missing. */
export interface Merged {
  /** The configuration files, the nearest first. */
  readonly files: readonly string[];
  readonly select: readonly string[] | undefined;
  readonly extendSelect: readonly string[];
  readonly ignore: readonly string[];
  readonly perFileIgnores: readonly PerFileIgnore[];
  readonly severity: Configuration["severity"];
  readonly environments: readonly string[] | undefined;
  readonly positions: number | undefined;
  readonly headDim: number | undefined;
  readonly base: number | undefined;
  readonly torch: string | undefined;
  readonly include: PatternList | undefined;
  readonly exclude: PatternList | undefined;
  readonly extendExclude: readonly PatternList[];
  readonly markdown: boolean;
  readonly forceExclude: boolean;
  readonly respectGitignore: boolean;
  /** Absolute. */
  readonly cacheDir: string;
}

/** Layers from the farthest to the nearest, the command line last. `root` is the folder of the nearest file, or the working directory. */
export function merge(layers: readonly Layer[], root: string): Merged {
  const last = <Key extends keyof Configuration>(key: Key): Configuration[Key] | undefined =>
    layers.findLast(({ values }) => values[key] !== undefined)?.values[key];
  const lastPatterns = (key: "include" | "exclude"): PatternList | undefined =>
    layers.flatMap((layer) => patternsOf(layer, key)).at(-1);
  const cache = layers.findLast(({ values }) => values["cache-dir"] !== undefined);
  const ignores = layers.findLast(({ values }) => values["per-file-ignores"] !== undefined);
  return {
    files: layers.flatMap(({ file }) => file ?? []).reverse(),
    ...mergeSelections(layers),
    perFileIgnores: Object.entries(ignores?.values["per-file-ignores"] ?? {}).map(([pattern, rules]) => ({
      pattern,
      rules,
      base: ignores?.base ?? root,
    })),
    severity: last("severity"),
    environments: last("environments"),
    positions: last("positions"),
    headDim: last("head-dim"),
    base: last("base"),
    torch: last("torch"),
    include: lastPatterns("include"),
    exclude: lastPatterns("exclude"),
    extendExclude: layers.flatMap((layer) => patternsOf(layer, "extend-exclude")),
    markdown: last("markdown") ?? false,
    forceExclude: last("force-exclude") ?? false,
    respectGitignore: last("respect-gitignore") ?? true,
    cacheDir:
      cache === undefined
        ? path.join(root, ".ropelint_cache")
        : expand(cache.values["cache-dir"] ?? "", cache.base),
  };
}

function patternsOf(
  { values, base }: Layer,
  key: "include" | "exclude" | "extend-exclude",
): readonly PatternList[] {
  const patterns = values[key];
  return patterns === undefined ? [] : [{ patterns, base }];
}

type Selections = Pick<Merged, "select" | "extendSelect" | "ignore">;

/** As ruff does: a selection starts anew, and what a layer says of a rule counts more than what those before it said. */
function mergeSelections(layers: readonly Layer[]): Selections {
  let select: readonly string[] | undefined;
  let extend = new Set<string>();
  let ignore = new Set<string>();
  for (const { values } of layers) {
    if (values.select !== undefined) [select, extend, ignore] = [values.select, new Set(), new Set()];
    for (const rule of values["extend-select"] ?? []) {
      // After all have been left out, one that is asked for is the only one.
      if (ignore.delete("ALL")) select = [];
      if (rule === "ALL") ignore.clear();
      ignore.delete(rule);
      extend.add(rule);
    }
    for (const rule of values.ignore ?? []) {
      if (rule === "ALL") extend.clear();
      extend.delete(rule);
      ignore.add(rule);
    }
  }
  return { select, extendSelect: [...extend], ignore: [...ignore] };
}

/** The least severity that is printed of each rule. */
export function severityOf(severity: Configuration["severity"]): (rule: string) => Severity {
  if (severity === undefined || typeof severity === "string") return () => severity ?? "warning";
  const levels: Readonly<Record<string, Severity | undefined>> = severity;
  return (rule) => levels[rule] ?? levels.ALL ?? "warning";
}
