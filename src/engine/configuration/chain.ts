import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { UsageError } from "../usage-error.ts";
import type { Configuration } from "./keys.ts";
import { readConfiguration, shownPath } from "./read.ts";
import type { ConfigurationFile, ReadContext } from "./read.ts";

/** What one file says, or the command line. */
export interface Layer {
  /** Null for the command line. */
  readonly file: string | null;
  /** The folder that its paths are relative to. */
  readonly base: string;
  readonly values: Configuration;
}

/** The layers of a configuration file, those that it extends first; null where it says nothing. */
export function layersOf(file: string, base: string, context: ReadContext): readonly Layer[] | null {
  const first = readConfiguration(file, context);
  return first && [...extended(first, [], context), { file, base, values: first.values }];
}

function extended(from: ConfigurationFile, above: readonly string[], context: ReadContext): readonly Layer[] {
  const { extend } = from.values;
  if (extend === undefined) return [];
  const target = expand(extend, path.dirname(from.path));
  const seen = [...above, from.path];
  const fail = (message: string, remedy: string | null = null): UsageError =>
    from.source.error(["extend"], "value", message, remedy);
  if (seen.includes(target)) {
    const circle = [...seen.slice(seen.indexOf(target)), target].map((file) => shownPath(file, context.cwd));
    throw fail(`extend goes round in a circle: ${circle.join(" -> ")}`, "take one of them out");
  }
  if (!existsSync(target)) throw fail(`extend: there is no ${shownPath(target, context.cwd)}`);
  const next = readConfiguration(target, context);
  if (next === null) throw fail(`extend: ${extend} has no [tool.ropelint]`);
  const layer = { file: target, base: path.dirname(target), values: next.values };
  return [...extended(next, seen, context), layer];
}

/** A path as a configuration file writes it. */
export function expand(written: string, base: string): string {
  const home = /^~(?=$|[\\/])/;
  return path.resolve(base, home.test(written) ? written.replace(home, () => homedir()) : written);
}
