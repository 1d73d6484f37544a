import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { MissingPathError } from "../engine/discover.ts";
import { nearest } from "../analysis/nearest.ts";
import type { Streams } from "./services.ts";
import { UsageError } from "../engine/usage-error.ts";

/** As ruff does: a name for the input, or '-' for the only path. */
export function wantsStdin(paths: readonly string[], stdinFilename: string | undefined): boolean {
  return stdinFilename !== undefined || (paths.length === 1 && paths[0] === "-");
}

export async function readStdin(
  stdinFilename: string | undefined,
  streams: Streams,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  return { path: (stdinFilename ?? "-").replaceAll("\\", "/"), bytes: await streams.readInput() };
}

/** A path that isn't there, with the name beside it that was probably meant. */
export function missingPath({ path, message }: MissingPathError, cwd: string): UsageError {
  return new UsageError(`${path}: ${message}`, suggestPath(path, cwd));
}

function suggestPath(path: string, cwd: string): string {
  const folder = dirname(path);
  try {
    const name = nearest(basename(path), readdirSync(resolve(cwd, folder)));
    if (name !== null) return `did you mean "${folder === "." ? name : join(folder, name)}"?`;
  } catch {
    return `the folder ${folder} is not there either`;
  }
  return "give files or folders that exist, or none for the current folder";
}
