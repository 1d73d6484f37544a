import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { FileSettings } from "../checked-file.ts";
import type { Scopes } from "../discover.ts";
import { UsageError } from "../usage-error.ts";
import { layersOf } from "./chain.ts";
import type { Layer } from "./chain.ts";
import type { Configuration } from "./keys.ts";
import { merge } from "./merge.ts";
import type { ReadContext } from "./read.ts";
import { placesUpTo, Settings } from "./settings.ts";
import type { Purpose } from "./settings.ts";

/** Where a configuration may stand in a folder; the first one counts. */
const fileNames = ["ropelint.toml", "pyproject.toml"] as const;

export interface ConfigurationRequest {
  readonly context: ReadContext;
  readonly purpose: Purpose;
  /** What the command line says; it counts more than any file. */
  readonly flags: Configuration;
  /** One file for everything, null for none at all; else the nearest one of each file. */
  readonly only?: string | null | undefined;
  /** The folder of the user's own configuration, for files that have none above them. */
  readonly userFolder?: string | null;
}

/**
 * The settings of every file: as in ruff, those of the nearest configuration above it and no other, else the user's own, with the
 * command line on top. Files are looked for once a folder.
 */
export class Configurations implements Scopes {
  readonly #request: ConfigurationRequest;
  readonly #cwd: string;
  readonly #byFolder = new Map<string, Settings>();
  #none: Settings | null = null;

  constructor(request: ConfigurationRequest) {
    this.#request = request;
    this.#cwd = realOf(request.context.cwd);
    const { only } = request;
    if (typeof only === "string") {
      const file = path.resolve(request.context.cwd, only);
      // As in ruff, its paths are relative to where it is used.
      const layers = layersOf(file, this.#cwd, request.context);
      if (layers === null) throw new UsageError(`--config: ${only} has no [tool.ropelint]`);
      this.#none = this.#settingsOf(layers, this.#cwd);
    }
  }

  /** The settings of what lies in a folder. */
  of(folder: string): Settings {
    if (this.#request.only !== undefined) return this.#default();
    const known = this.#byFolder.get(folder);
    if (known !== undefined) return known;
    const above = path.dirname(folder);
    const settings = this.#ownOf(folder) ?? (above === folder ? this.#default() : this.of(above));
    this.#byFolder.set(folder, settings);
    return settings;
  }

  settingsFor(file: string): FileSettings {
    return this.settingsAround(file).of(this.#placeOf(file));
  }

  /** The settings of the folder that a file lies in. */
  settingsAround(file: string): Settings {
    return this.of(path.dirname(this.#placeOf(file)));
  }

  /** Text from standard input is known by a name, and lies where a file of that name would. */
  #placeOf(file: string): string {
    if (path.isAbsolute(file)) return file;
    const place = path.resolve(this.#cwd, file);
    return path.join(realOf(path.dirname(place)), path.basename(place));
  }

  /** Settings of the working directory: those that are no file's own. */
  get here(): Settings {
    return this.of(this.#cwd);
  }

  /** Every configuration file that was used. */
  get files(): readonly string[] {
    const all = [...this.#byFolder.values(), ...(this.#none ? [this.#none] : [])];
    return [...new Set(all.flatMap(({ merged }) => merged.files))].sort();
  }

  /** Whether a path that is named is left out all the same: it, or a folder around it within the configuration's own. */
  leavesOut(file: string): boolean {
    const place = this.#placeOf(file);
    const settings = this.of(path.dirname(place));
    if (!settings.merged.forceExclude) return false;
    return placesUpTo(settings.root, place).some((part) => settings.leavesOut(part));
  }

  #default(): Settings {
    return (this.#none ??= this.#settingsOf(this.#layersOfUser() ?? [], this.#cwd));
  }

  /** The user's paths are relative to where ropelint is used, as those of --config are. */
  #layersOfUser(): readonly Layer[] | null {
    const { only, userFolder } = this.#request;
    return only === undefined && userFolder ? this.#layersIn(userFolder, this.#cwd) : null;
  }

  #ownOf(folder: string): Settings | null {
    const layers = this.#layersIn(folder, folder);
    return layers && this.#settingsOf(layers, folder);
  }

  #layersIn(folder: string, base: string): readonly Layer[] | null {
    for (const name of fileNames) {
      const file = path.join(folder, name);
      const layers = isFile(file) ? layersOf(file, base, this.#request.context) : null;
      if (layers !== null) return layers;
    }
    return null;
  }

  #settingsOf(layers: readonly Layer[], root: string): Settings {
    const flags: Layer = { file: null, base: this.#cwd, values: this.#request.flags };
    return new Settings(merge([...layers, flags], root), root, this.#request.purpose);
  }
}

/** A link in a circle is none, nor is what lies where this user may not look: a home that is another's. */
function isFile(place: string): boolean {
  try {
    return statSync(place).isFile();
  } catch {
    return false;
  }
}

/** Files are known by their real paths, and so are the folders above them. */
export function realOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return path.resolve(place);
  }
}
