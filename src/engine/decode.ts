import { decodeSource, describeProblem, encodeSource } from "../frontends/python/source.ts";
import type { SourceText } from "../frontends/python/source.ts";
import { openHosted } from "./hosts/hosts.ts";

/**
 * The text that is checked of a file: a Python file's own, or the Python that stands in a notebook or in Markdown. Throws, with the
 * reason, where there is none.
 */
export function decode(bytes: Uint8Array, path: string): string {
  return openHosted(bytes, path)?.text ?? decodeOrExplain(bytes).text;
}

/** The bytes of a file after a change of its text: same encoding, same byte order mark, untouched parts byte for byte. */
export function encodeLike(original: Uint8Array, text: string, path: string): Uint8Array {
  const hosted = openHosted(original, path);
  if (hosted !== null) return Buffer.from(hosted.with(text).file);
  const source = decodeOrExplain(original);
  const bytes = encodeSource(source, text);
  if (bytes === null) throw new Error(`the rewritten text has no bytes in ${source.encoding}`);
  return bytes;
}

/** The whole file around a text that is checked of it. */
export function wholeText(original: Uint8Array, text: string, path: string): string {
  return openHosted(original, path)?.with(text).file ?? text;
}

function decodeOrExplain(bytes: Uint8Array): SourceText {
  const decoded = decodeSource(bytes);
  if (!decoded.ok) throw new Error(describeProblem(decoded.problem));
  return decoded.source;
}
