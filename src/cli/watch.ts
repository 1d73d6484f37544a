import { statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cache } from "../engine/cache.ts";
import { realOf } from "../engine/configuration/configurations.ts";
import type { Configurations } from "../engine/configuration/configurations.ts";
import { discover, MissingPathError } from "../engine/discover.ts";
import type { Discovery } from "../engine/discover.ts";
import { isMarkdown, isSource } from "../engine/languages.ts";
import { Memory } from "../engine/memory.ts";
import { UsageError } from "../engine/usage-error.ts";
import { placeOfBaseline } from "./baseline-file.ts";
import { check } from "./check.ts";
import type { CheckFlags } from "./check.ts";
import { configurationsFor } from "./configuration.ts";
import { explainFailure } from "./explain-failure.ts";
import { FolderWatch } from "./folder-watch.ts";
import { plural } from "./formats/summary.ts";
import { missingPath, wantsStdin } from "./input.ts";
import type { Services, Streams } from "./services.ts";

/** Editors write a file in several steps, and a branch that is checked out is many files. */
const quietMilliseconds = 50;
const longestWaitMilliseconds = 1000;

/** `ropelint check --watch`: checks again whenever something has changed, until a signal ends the process. */
export async function watch(
  paths: readonly string[],
  flags: CheckFlags,
  services: Services,
  streams: Streams,
): Promise<number> {
  refuseWhatDoesNotFit(paths, flags);
  const watcher = new Watcher(paths.length === 0 ? ["."] : paths, flags, services, streams);
  return watcher.run();
}

function refuseWhatDoesNotFit(paths: readonly string[], flags: CheckFlags): void {
  if (wantsStdin(paths, flags.stdinFilename))
    throw new UsageError("--watch needs files, and standard input is none", "name files or folders");
  const others = {
    "--diff": flags.diff,
    "--output-file": flags.outputFile,
    "--show-files": flags.showFiles,
    "--show-settings": flags.showSettings,
  };
  for (const [name, value] of Object.entries(others))
    if (value !== undefined)
      throw new UsageError(`--watch and ${name} do not go together`, "leave one of them out");
}

/** What changes how files are checked, or which. */
const settingsFile = /^(?:\.gitignore|.*\.toml)$/;
/** What changes the types of scripts. */
const typesFile = /^(?:package|[jt]sconfig.*)\.json$/;

class Watcher {
  readonly #paths: readonly string[];
  readonly #flags: CheckFlags;
  readonly #services: Services;
  readonly #streams: Streams;
  readonly #folders: FolderWatch;
  #memory: Memory;
  #configurations: Configurations;
  #files: ReadonlySet<string> = new Set();
  /** What the system has spoken of since somebody looked. */
  readonly #touched = new Set<string>();
  #wake: () => void = () => undefined;

  constructor(paths: readonly string[], flags: CheckFlags, services: Services, streams: Streams) {
    this.#paths = paths;
    // One memory stands for the cache, and is filled from it.
    this.#flags = { ...flags, cache: false };
    this.#services = services;
    this.#streams = streams;
    this.#configurations = this.#readConfigurations();
    const { cacheDir } = this.#configurations.here.merged;
    const { build } = services;
    this.#memory = new Memory(flags.cache && build !== null ? new Cache(cacheDir, build) : null);
    this.#folders = new FolderWatch((place) => {
      this.#touched.add(place);
      this.#wake();
    });
  }

  async run(): Promise<never> {
    try {
      // What is wrong from the beginning is said and ends the process, as it would without --watch.
      this.#follow();
      await this.#check();
    } catch (error) {
      this.#folders.follow(new Set());
      throw error;
    }
    for (;;) {
      await this.#change();
      try {
        // Folders are entered before files are read: what happens to these later on is told.
        this.#follow();
        await this.#check();
      } catch (error) {
        this.#streams.error(explainFailure(error));
        this.#say();
      }
    }
  }

  async #check(): Promise<void> {
    const { out, outIsTerminal } = this.#streams;
    if (outIsTerminal) out("\u001b[2J\u001b[H");
    const toolchain = await this.#services.loadToolchain();
    toolchain.scripts?.forget?.();
    await check(this.#paths, this.#flags, this.#services, this.#streams, this.#memory);
    this.#say();
  }

  #say(): void {
    const time = new Date().toTimeString().slice(0, 8);
    this.#streams.error(`[${time}] ropelint: watching ${plural(this.#files.size, "file")}; Ctrl-C ends it\n`);
  }

  #follow(): void {
    const { cwd } = this.#streams;
    const configurations = this.#readConfigurations();
    const { files, folders } = this.#discover(configurations);
    // One that can't be read leaves things as they were.
    this.#configurations = configurations;
    this.#files = new Set(files.map(({ real }) => real));
    const named = this.#paths.map((place) => path.dirname(path.resolve(cwd, place)));
    const configured = this.#configurations.files.map((file) => path.dirname(file));
    const around = [cwd, ...named, ...configured].map(realOf);
    // A link's file lies in a folder that nobody has named.
    this.#folders.follow(new Set([...folders, ...around, ...files.map(({ real }) => path.dirname(real))]));
  }

  #discover(configurations: Configurations): Discovery {
    const { cwd } = this.#streams;
    try {
      return discover(this.#paths, cwd, configurations);
    } catch (error) {
      throw error instanceof MissingPathError ? missingPath(error, cwd) : error;
    }
  }

  #readConfigurations(): Configurations {
    return configurationsFor(this.#flags, this.#services, this.#streams, { exhaustive: false });
  }

  /** Waits until something has changed that counts. */
  async #change(): Promise<void> {
    for (;;) {
      if (this.#touched.size === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const deadline = Date.now() + longestWaitMilliseconds;
      for (let size = -1; size !== this.#touched.size && Date.now() < deadline;) {
        size = this.#touched.size;
        await sleep(quietMilliseconds);
      }
      const places = [...this.#touched];
      this.#touched.clear();
      // Each of them is looked at: what is compared is remembered.
      if (places.filter((place) => this.#mayCount(place)).length > 0) return;
    }
  }

  #mayCount(place: string): boolean {
    try {
      return this.#counts(place);
    } catch {
      // A configuration that came to be there meanwhile and can't be read, for one: the run says so.
      return true;
    }
  }

  #counts(place: string): boolean {
    const name = path.basename(place);
    if (settingsFile.test(name) || place === this.#baseline()) return true;
    if (typesFile.test(name)) {
      this.#memory = new Memory();
      return true;
    }
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory())
      return (
        !this.#folders.isWatched(place) && !this.#configurations.of(path.dirname(place)).leavesOut(place)
      );
    if (this.#folders.wasWatched(place)) return true;
    // Swap files and backups of editors are no sources, and a file that holds what it held has not changed.
    return (
      this.#isSource(place) &&
      this.#memory.lastDigest(place) !== this.#memory.digest({ path: place, real: place })
    );
  }

  #isSource(place: string): boolean {
    if (
      this.#files.has(place) ||
      this.#paths.some((named) => realOf(path.resolve(this.#streams.cwd, named)) === place)
    )
      return true;
    return (
      isSource(place) ||
      isMarkdown(place) ||
      this.#configurations.of(path.dirname(place)).includes(place) === true
    );
  }

  #baseline(): string | null {
    const { baseline } = this.#flags;
    if (baseline === false) return null;
    return placeOfBaseline(baseline, this.#configurations, this.#streams.cwd);
  }
}
