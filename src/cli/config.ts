import { keyNames, keys } from "../engine/configuration/keys.ts";
import { suggest } from "../analysis/nearest.ts";
import { UsageError } from "../engine/usage-error.ts";
import type { Streams } from "./services.ts";

/** `ropelint config [KEY]`: what a key of the configuration means, or the list of keys. */
export function explainKeys(name: string | undefined, streams: Streams): number {
  if (name === undefined) {
    const width = Math.max(...keyNames.map((key) => key.length));
    for (const key of keyNames)
      streams.out(`${key.padEnd(width)}  ${firstSentence(keys[key].description)}\n`);
    return 0;
  }
  const key = keyNames.find((known) => known === name);
  if (key === undefined) throw new UsageError(`unknown key "${name}"`, suggest(name, keyNames));
  const { description, type, default: initial, example } = keys[key];
  streams.out(
    `${key}\n\n${description}\n\nType: ${type}\nDefault: ${initial}\nExample:\n\n` +
      `    # pyproject.toml\n    [tool.ropelint]\n    ${key} = ${example}\n`,
  );
  return 0;
}

function firstSentence(text: string): string {
  return text.split(/(?<=[.;]) /, 1)[0]?.replace(/[.;]$/, "") ?? text;
}
