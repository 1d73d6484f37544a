import {
  closeSync,
  existsSync,
  constants,
  accessSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { dirname } from "node:path";
import { explainError } from "./io.ts";
import { temporaryIn } from "./temporaries.ts";

/** A file that could not be replaced, and was left as it was. */
export class WriteError extends Error {
  override readonly name = "WriteError";
}

export interface Replacement {
  readonly path: string;
  /** What the file must still hold. */
  readonly expected: Uint8Array;
  readonly content: Uint8Array;
}

/** Replaces a file's content as a whole or not at all; see `replaceFiles`. */
export function replaceFile(path: string, expected: Uint8Array, content: Uint8Array): void {
  replaceFiles([{ path, expected, content }]);
}

/**
 * Replaces the contents of files, each as a whole or not at all, and all of them or none as far as a file system goes: the new contents go to files beside
 * the old ones, and when all are there they take their names. Mode bits stay, ownership where the system allows it; a link is followed and stays
 * a link.
 *
 * Everything happens within one turn of the event loop: where signals are handled (`undisturbed` in src/cli/signals.ts), that is
 * before or after it, never in between.
 */
export function replaceFiles(replacements: readonly Replacement[]): void {
  const ready: Prepared[] = [];
  const done: Prepared[] = [];
  let current: Replacement | undefined;
  try {
    for (current of replacements) ready.push(prepare(current));
    for (const prepared of ready) checkUnchanged((current = prepared));
    for (const prepared of ready) {
      current = prepared;
      renameSync(prepared.temporary, prepared.target);
      done.push(prepared);
    }
  } catch (error) {
    for (const prepared of ready) if (!done.includes(prepared)) unlinkSync(prepared.temporary);
    for (const { path, expected } of done) putBack(path, expected);
    const reason = error instanceof WriteError ? error.message : explainError(error);
    // Which one it was is told where there are several.
    const named = replacements.length > 1 && current ? `${current.path}: ${reason}` : reason;
    throw new WriteError(named, { cause: error });
  }
  for (const folder of new Set(ready.map(({ target }) => dirname(target)))) syncFolder(folder);
}

/** New content in a file of its own, beside the one whose name it is to take. */
interface Prepared extends Replacement {
  readonly target: string;
  readonly temporary: string;
}

function prepare(replacement: Replacement): Prepared {
  const target = realpathSync(replacement.path);
  const status = statSync(target);
  refuseReadOnly(target, status);
  const folder = dirname(target);
  const temporary = temporaryIn(folder);
  const descriptor = openBeside(temporary, folder);
  try {
    try {
      writeFileSync(descriptor, replacement.content);
      keepOwner(descriptor, status);
      fchmodSync(descriptor, status.mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  }
  return { ...replacement, target, temporary };
}

function checkUnchanged({ target, expected }: Prepared): void {
  if (!readFileSync(target).equals(expected)) throw new WriteError("the file has changed since it was read");
}

/** Where the second of two could not be named, the first gets its old content again; where that fails too, nothing more can be done. */
function putBack(path: string, content: Uint8Array): void {
  try {
    const prepared = prepare({ path, expected: content, content });
    renameSync(prepared.temporary, prepared.target);
  } catch {
    // What went wrong first is what is reported.
  }
}

/** Writes a new file as a whole or not at all. One that has come to be there meanwhile is left as it is. */
export function createFile(path: string, content: Uint8Array): void {
  const folder = dirname(path);
  const temporary = temporaryIn(folder);
  try {
    const descriptor = openBeside(temporary, folder, 0o666);
    try {
      try {
        writeFileSync(descriptor, content);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      if (existsSync(path)) throw new WriteError("it has come to be there since it was looked for");
      renameSync(temporary, path);
    } catch (error) {
      unlinkSync(temporary);
      throw error;
    }
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(explainError(error), { cause: error });
  }
  syncFolder(folder);
}

function refuseReadOnly(target: string, status: Stats): void {
  // Renaming would succeed all the same, and the superuser may write to anything: the mode bits are what was meant.
  if ((status.mode & 0o222) === 0) throw new WriteError("the file is read-only");
  try {
    accessSync(target, constants.W_OK);
  } catch (error) {
    throw new WriteError(`the file can't be written: ${explainError(error)}`, { cause: error });
  }
}

function openBeside(temporary: string, folder: string, mode = 0o600): number {
  try {
    return openSync(temporary, "wx", mode);
  } catch (error) {
    throw new WriteError(`no file can be written in ${folder}: ${explainError(error)}`, { cause: error });
  }
}

function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only the superuser may give files away.
  }
}

/** Makes the new name durable, where the system can; the content is safe already. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows opens no folders.
  }
}
