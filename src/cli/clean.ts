import { removeCache } from "../engine/cache-file.ts";
import { shownPath } from "../engine/configuration/read.ts";
import { explainError } from "../engine/io.ts";
import { UsageError } from "../engine/usage-error.ts";
import { configurationsFor, type ConfigurationFlags } from "./configuration.ts";
import type { Services, Streams } from "./services.ts";

/** `ropelint clean`: the exit status. */
export function clean(flags: ConfigurationFlags, services: Services, streams: Streams): number {
  const folder = configurationsFor(flags, services, streams, { exhaustive: false }).here.merged.cacheDir;
  const shown = shownPath(folder, streams.cwd);
  try {
    const isRemoved = removeCache(folder);
    streams.error(`ropelint: ${isRemoved ? "removed the cache in" : "no cache in"} ${shown}\n`);
    return 0;
  } catch (error) {
    throw new UsageError(`the cache in ${shown} can't be removed: ${explainError(error)}`);
  }
}
