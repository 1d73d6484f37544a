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

/**
 * Replaces a file's content as a whole or not at all: the new content goes to a file beside it, which then takes its name. Mode
 * bits stay, ownership where the system allows it; a link is followed and stays a link. The file must still hold `expected`.
 *
 * Everything happens within one turn of the event loop: where signals are handled (`undisturbed` in src/cli/signals.ts), that is
 * before or after it, never in between.
 */
export function replaceFile(path: string, expected: Uint8Array, content: Uint8Array): void {
  try {
    const target = realpathSync(path);
    const status = statSync(target);
    refuseReadOnly(target, status);
    replace(target, status, expected, content);
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(explainError(error), { cause: error });
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

function replace(target: string, status: Stats, expected: Uint8Array, content: Uint8Array): void {
  const folder = dirname(target);
  const temporary = temporaryIn(folder);
  let isThere = false;
  try {
    const descriptor = openBeside(temporary, folder);
    isThere = true;
    try {
      writeFileSync(descriptor, content);
      keepOwner(descriptor, status);
      fchmodSync(descriptor, status.mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (!readFileSync(target).equals(expected))
      throw new WriteError("the file has changed since it was read");
    renameSync(temporary, target);
    isThere = false;
  } finally {
    if (isThere) unlinkSync(temporary);
  }
  syncFolder(folder);
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
