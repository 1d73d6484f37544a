import { resolve } from "node:path";
import { removeCache } from "../engine/cache-file.ts";
import { explainError } from "../engine/io.ts";
import { UsageError } from "../engine/usage-error.ts";
import type { Streams } from "./services.ts";

/** `ropelint clean`: the exit status. */
export function clean(folder: string, streams: Streams): number {
  const place = resolve(streams.cwd, folder);
  try {
    streams.error(
      removeCache(place) ? `ropelint: removed the cache in ${folder}\n` : `ropelint: no cache in ${folder}\n`,
    );
    return 0;
  } catch (error) {
    throw new UsageError(`the cache in ${folder} can't be removed: ${explainError(error)}`);
  }
}
