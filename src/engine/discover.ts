import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { basename, join, resolve, sep } from "node:path";
import { IgnoreRules } from "./ignore-rules.ts";
import { explainError } from "./io.ts";
import { isSource } from "./languages.ts";

/** A file to be checked. */
export interface SourceFile {
  /** As given on the command line or found below it, with '/' separators. */
  readonly path: string;
  /** Absolute, symbolic links resolved where that is possible. */
  readonly real: string;
  /** A link below a named folder that leads out of all that was named: it is read, and never written to. */
  readonly leadsOut?: true;
}

export interface Discovery {
  /** Sorted by path; no file twice, whatever links lead to it. */
  readonly files: readonly SourceFile[];
  /** Folders and links that can't be followed. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Every folder that was looked into, as the system knows it. */
  readonly folders: readonly string[];
}

/** A path of the command line that isn't there. */
export class MissingPathError extends Error {
  override readonly name = "MissingPathError";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(explainError(cause), { cause });
    this.path = path;
  }
}

/** Folders that hold no code of the reader's own; ruff's list, and caches beside them. */
export const defaultExcludes: ReadonlySet<string> = new Set([
  ".bzr",
  ".direnv",
  ".eggs",
  ".git",
  ".git-rewrite",
  ".hg",
  ".ipynb_checkpoints",
  ".mypy_cache",
  ".nox",
  ".pants.d",
  ".pyenv",
  ".pytest_cache",
  ".pytype",
  ".ropelint_cache",
  ".ruff_cache",
  ".svn",
  ".tox",
  ".venv",
  ".vscode",
  "__pycache__",
  "__pypackages__",
  "_build",
  "buck-out",
  "dist",
  "node_modules",
  "site-packages",
  "venv",
]);

export function isExcludedByDefault(place: string): boolean {
  return defaultExcludes.has(basename(place));
}

/** What a configuration says of what lies in a folder. */
export interface FolderScope {
  /** Null where nothing is said: then every file that can be read. */
  readonly includes: (file: string) => boolean | null;
  readonly leavesOut: (place: string) => boolean;
  readonly respectsGitignore: boolean;
}

export interface Scopes {
  readonly of: (folder: string) => FolderScope;
  /** Whether a path is left out although it is named. */
  readonly leavesOut: (place: string) => boolean;
}

const unconfigured: FolderScope = {
  includes: () => null,
  leavesOut: isExcludedByDefault,
  respectsGitignore: true,
};
const nowhereConfigured: Scopes = { of: () => unconfigured, leavesOut: () => false };

/**
 * Finds the source files below the given paths. A path that is named is taken whatever it is called; below a folder, ignored
 * and excluded entries are left out, and links to folders are not followed, so that no loop and no foreign tree is entered.
 */
export function discover(
  paths: readonly string[],
  cwd: string,
  scopes: Scopes = nowhereConfigured,
): Discovery {
  const walk = new Walk(scopes);
  for (const path of paths) walk.addArgument(path, cwd);
  return walk.result();
}

class Walk {
  readonly #found: { file: SourceFile; isLink: boolean }[] = [];
  readonly #unreadable: { path: string; reason: string }[] = [];
  readonly #folders: string[] = [];
  readonly #scopes: Scopes;
  /** Folders that were named. */
  readonly #roots: string[] = [];
  /** Files that were named. */
  readonly #named = new Set<string>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  addArgument(path: string, cwd: string): void {
    const absolute = resolve(cwd, path);
    const shown = normalise(path);
    const kind = kindOfArgument(path, absolute);
    if (this.#scopes.leavesOut(resolveLinks(absolute))) return;
    if (kind === "folder") {
      const real = resolveLinks(absolute);
      this.#roots.push(real);
      this.#enter(shown, real, IgnoreRules.above(real));
    } else if (kind === "file") {
      this.#named.add(resolveLinks(absolute));
      this.#add(shown, absolute, true);
    } else this.#unreadable.push({ path: shown, reason: kind.reason });
  }

  #enter(shown: string, real: string, above: IgnoreRules): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(real, { withFileTypes: true });
    } catch (error) {
      this.#unreadable.push({ path: shown, reason: `the folder can't be read: ${explainError(error)}` });
      return;
    }
    this.#folders.push(real);
    const rules = entries.some((entry) => entry.name === ".gitignore") ? above.within(real) : above;
    const scope = this.#scopes.of(real);
    for (const entry of entries) {
      const place = join(real, entry.name);
      const isIgnored = (): boolean =>
        scope.leavesOut(place) || (scope.respectsGitignore && rules.ignores(place, entry.isDirectory()));
      const name = shown === "." ? entry.name : `${shown.replace(/\/$/, "")}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isIgnored()) this.#enter(name, place, rules);
      } else if ((scope.includes(place) ?? isSource(entry.name)) && !isIgnored())
        this.#visit(name, place, entry);
    }
  }

  #visit(shown: string, place: string, entry: Dirent): void {
    if (entry.isFile()) this.#add(shown, place, false);
    else if (entry.isSymbolicLink()) this.#visitLink(shown, place, entry.name);
    // Pipes, sockets and devices are nobody's source code.
  }

  #visitLink(shown: string, place: string, name: string): void {
    try {
      if (statSync(place).isFile()) this.#add(shown, place, true);
    } catch (error) {
      // Emacs locks a file by a link `.#name` that leads nowhere.
      if (name.startsWith(".#")) return;
      this.#unreadable.push({ path: shown, reason: `the link can't be followed: ${explainError(error)}` });
    }
  }

  #add(path: string, place: string, isLink: boolean): void {
    this.#found.push({ file: { path, real: isLink ? resolveLinks(place) : place }, isLink });
  }

  #isWithin(real: string): boolean {
    if (this.#named.has(real)) return true;
    return this.#roots.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep));
  }

  /** A file that several paths lead to is kept under its own name rather than a link's, then under the first. */
  result(): Discovery {
    const sorted = this.#found.sort(
      (a, b) => Number(a.isLink) - Number(b.isLink) || comparePaths(a.file.path, b.file.path),
    );
    const byPlace = new Map<string, SourceFile>();
    for (const { file } of sorted) if (!byPlace.has(file.real)) byPlace.set(file.real, file);
    const files = [...byPlace.values()]
      .map((file) => (this.#isWithin(file.real) ? file : { ...file, leadsOut: true as const }))
      .sort((a, b) => comparePaths(a.path, b.path));
    return { files, unreadable: this.#unreadable, folders: this.#folders };
  }
}

type ArgumentKind = "folder" | "file" | { readonly reason: string };

function kindOfArgument(path: string, absolute: string): ArgumentKind {
  try {
    lstatSync(absolute);
  } catch (error) {
    throw new MissingPathError(path, error);
  }
  try {
    const status = statSync(absolute);
    if (status.isDirectory()) return "folder";
    return status.isFile() ? "file" : { reason: "not a regular file" };
  } catch (error) {
    return { reason: `the link can't be followed: ${explainError(error)}` };
  }
}

/** A path that can't be resolved any more will be reported when it is read. */
function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** './src//model.py' and 'src\model.py' (on Windows) are shown as 'src/model.py'. */
function normalise(path: string): string {
  const slashed = process.platform === "win32" ? path.replaceAll("\\", "/") : path;
  const short = slashed.replace(/\/{2,}/g, "/").replace(/^(?:\.\/)+(?=.)/, "");
  return short === "" ? "." : short;
}

/** The same order on every machine: by code unit, not by locale. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
