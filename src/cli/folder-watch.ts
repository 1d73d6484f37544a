import { statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { join } from "node:path";
import { errorCode, explainError } from "../engine/io.ts";
import { UsageError } from "../engine/usage-error.ts";

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that takes another one's name is another folder. */
  readonly identity: string | null;
}

/**
 * Watches folders, each by itself, and tells what may have happened in them. Recursive watching, Node's and libraries', has a watcher a
 * file on Linux and would have to be told what is left out; a run knows that, and says which folders it looked into.
 */
export class FolderWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #onChange: (place: string) => void;

  /** `onChange` is given a path; the folder's own where the system does not say more. */
  constructor(onChange: (place: string) => void) {
    this.#onChange = onChange;
  }

  /** Watches these folders and no others. */
  follow(folders: ReadonlySet<string>): void {
    for (const folder of [...this.#watched.keys()])
      if (!folders.has(folder) || !this.isWatched(folder)) this.#leave(folder);
    for (const folder of folders) if (!this.#watched.has(folder)) this.#enter(folder);
  }

  /** Whether a folder is watched, and is still the one that was entered. */
  isWatched(folder: string): boolean {
    const watched = this.#watched.get(folder);
    return watched?.identity === identityOf(folder);
  }

  /** Whether a folder of this name was watched, whatever has become of it. */
  wasWatched(folder: string): boolean {
    return this.#watched.has(folder);
  }

  #enter(folder: string): void {
    try {
      const identity = identityOf(folder);
      const watcher = watch(folder, (_, name) => {
        this.#onChange(name === null ? folder : join(folder, name));
      });
      watcher.on("error", () => {
        this.#leave(folder);
        this.#onChange(folder);
      });
      this.#watched.set(folder, { watcher, identity });
    } catch (error) {
      // One that is gone by now, or can't be looked into, is what the run reports.
      if (!isLimit(error)) return;
      throw new UsageError(
        `--watch: the system watches no further folders (${explainError(error)})`,
        "raise its limits (on Linux fs.inotify.max_user_watches and max_user_instances), or name fewer folders",
      );
    }
  }

  #leave(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }
}

function isLimit(error: unknown): boolean {
  return ["ENOSPC", "EMFILE", "ENFILE"].includes(errorCode(error) ?? "");
}

/** Numbers of folders are given again once a folder is gone. */
function identityOf(folder: string): string | null {
  const status = statSync(folder, { throwIfNoEntry: false });
  return status ? [status.dev, status.ino, status.birthtimeMs].join() : null;
}
