import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore from "ignore";
import type { Ignore } from "ignore";

interface Layer {
  readonly folder: string;
  readonly rules: Ignore;
}

/** Git compares names as the file system does. */
const ignoreCase = process.platform === "win32" || process.platform === "darwin";

/** The .gitignore files that apply in a folder, the nearest first. A nearer file overrules a farther one. */
export class IgnoreRules {
  readonly #layers: readonly Layer[];

  private constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /**
   * The rules that reach a folder from above, up to the top of its repository. Where they ignore the folder itself, whoever
   * named it has overruled them.
   */
  static above(folder: string): IgnoreRules {
    const none = new IgnoreRules([]);
    const parents = parentsInRepository(folder);
    if (parents === null) return none;
    const own = join(".git", "info", "exclude");
    if (parents.length === 0) return none.within(folder, join(folder, own));
    let rules = none;
    for (const [index, parent] of parents.entries()) {
      rules = rules.within(parent, join(parent, own)).within(parent);
      if (rules.ignores(parents[index + 1] ?? folder, true)) return none;
    }
    return rules;
  }

  /** These rules and those of a folder's own file. */
  within(folder: string, file = join(folder, ".gitignore")): IgnoreRules {
    const text = readIfThere(file);
    if (text === null) return this;
    const rules = ignore({ ignorecase: ignoreCase }).add(text);
    return new IgnoreRules([{ folder, rules }, ...this.#layers]);
  }

  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, rules } of this.#layers) {
      const name = relative(folder, path).split(sep).join("/");
      if (!ignore.isPathValid(name)) continue;
      const { ignored, unignored } = rules.test(isFolder ? `${name}/` : name);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** From the top of the repository down to the folder's parent; empty at the top itself, null outside a repository. */
function parentsInRepository(folder: string): readonly string[] | null {
  const parents: string[] = [];
  for (let place = folder; ; place = dirname(place)) {
    if (place !== folder) parents.unshift(place);
    if (existsSync(join(place, ".git"))) return parents;
    if (dirname(place) === place) return null;
  }
}

function readIfThere(file: string): string | null {
  try {
    // A pipe would be waited for, and a device read without end.
    return statSync(file).isFile() ? readFileSync(file, "utf8") : null;
  } catch {
    return null;
  }
}
