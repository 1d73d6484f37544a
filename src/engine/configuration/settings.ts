import path from "node:path";
import type { Sizes } from "../../analysis/probes.ts";
import { isAtLeast } from "../../verify/finding.ts";
import type { Severity } from "../../verify/finding.ts";
import type { FileSettings } from "../checked-file.ts";
import { isExcludedByDefault } from "../discover.ts";
import type { FolderScope } from "../discover.ts";
import { isMarkdown } from "../languages.ts";
import type { EnvironmentInfo, RuleInfo } from "../rule-info.ts";
import { printedFilter, selectEnvironments, selectRules } from "../selection.ts";
import { severityOf } from "./merge.ts";
import type { Merged } from "./merge.ts";
import { Patterns } from "./patterns.ts";

/** What settings are made for. */
export interface Purpose {
  readonly rules: readonly RuleInfo[];
  readonly environments: readonly EnvironmentInfo[];
  /** All positions instead of a sample. */
  readonly exhaustive: boolean;
}

interface PerFile {
  readonly rules: readonly string[];
  readonly applies: (file: string) => boolean;
}

/** One configuration with the command line on top, for all files that it is the nearest of. */
export class Settings implements FolderScope {
  readonly merged: Merged;
  /** The folder of the configuration file, or the working directory. */
  readonly root: string;
  readonly #purpose: Purpose;
  readonly #include: Patterns | null;
  readonly #excludes: readonly Patterns[];
  readonly #perFile: readonly PerFile[];
  readonly #known = new Map<string, FileSettings>();

  constructor(merged: Merged, root: string, purpose: Purpose) {
    this.merged = merged;
    this.root = root;
    this.#purpose = purpose;
    const { include, exclude, extendExclude } = merged;
    this.#include = include ? new Patterns(include.patterns, include.base) : null;
    const excludes = exclude ? [exclude, ...extendExclude] : extendExclude;
    this.#excludes = excludes.map(({ patterns, base }) => new Patterns(patterns, base));
    this.#perFile = merged.perFileIgnores.map((ignore) => perFile(ignore, root));
  }

  get respectsGitignore(): boolean {
    return this.merged.respectGitignore;
  }

  includes(file: string): boolean | null {
    if (this.#include !== null) return this.#include.matches(file);
    return this.merged.markdown && isMarkdown(file) ? true : null;
  }

  leavesOut(place: string): boolean {
    if (this.merged.exclude === undefined && isExcludedByDefault(place)) return true;
    return this.#excludes.some((patterns) => patterns.matches(place));
  }

  /** How a file is checked, and what counts of what is found there. */
  of(file: string): FileSettings {
    const ignored = this.#perFile.filter(({ applies }) => applies(file)).flatMap(({ rules }) => rules);
    const key = ignored.join();
    const known = this.#known.get(key) ?? this.#make(ignored);
    this.#known.set(key, known);
    return known;
  }

  #make(ignored: readonly string[]): FileSettings {
    const { merged } = this;
    const { rules, environments, exhaustive } = this.#purpose;
    const ignore = [...merged.ignore, ...ignored];
    const least = severityOf(merged.severity);
    const wanted = { ...merged, ignore, environment: merged.environments, severityOf: least };
    const selection = selectRules(rules, wanted);
    const chosen = rules.filter(({ id }) => selection.rules.includes(id));
    const { torch } = merged;
    return {
      options: {
        ...selection,
        environments: selectEnvironments(environments, merged.environments, chosen, torch),
        exhaustive,
        severity: leastOf(selection.rules.map(least)),
        ...sizesOf(merged),
        ...(torch === undefined ? {} : { torch }),
      },
      isPrinted: printedFilter(selection, least, ignore),
    };
  }
}

function perFile({ pattern, base, rules }: Merged["perFileIgnores"][number], root: string): PerFile {
  const isNegated = pattern.startsWith("!");
  const patterns = new Patterns([isNegated ? pattern.slice(1) : pattern], base);
  return {
    rules,
    applies: (file) => isNegated !== placesUpTo(root, file).some((place) => patterns.matches(place)),
  };
}

/** A file and the folders that it lies in, up to a root that is not among them. */
export function placesUpTo(root: string, file: string): readonly string[] {
  const above = path.dirname(file);
  return file === root || above === file ? [] : [file, ...placesUpTo(root, above)];
}

/** The engine leaves out what nobody prints. */
function leastOf(severities: readonly Severity[]): Severity {
  const [first = "warning", ...others] = severities;
  return others.reduce((least, severity) => (isAtLeast(least, severity) ? severity : least), first);
}

function sizesOf({ positions, headDim, base }: Merged): { readonly sizes?: Sizes } {
  const sizes = {
    ...(positions === undefined ? {} : { positions }),
    ...(headDim === undefined ? {} : { headDim }),
    ...(base === undefined ? {} : { base }),
  };
  return Object.keys(sizes).length === 0 ? {} : { sizes };
}
