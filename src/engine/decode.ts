import { decodeSource, describeProblem, encodeSource } from "../frontends/python/source.ts";
import type { SourceText } from "../frontends/python/source.ts";

/** The text of a Python file; throws, with the reason, where the bytes are none. */
export function decode(bytes: Uint8Array): string {
  return decodeOrExplain(bytes).text;
}

/** The bytes of a file after a change of its text: same encoding, same byte order mark, untouched parts byte for byte. */
export function encodeLike(original: Uint8Array, text: string): Uint8Array {
  const source = decodeOrExplain(original);
  const bytes = encodeSource(source, text);
  if (bytes === null) throw new Error(`the rewritten text has no bytes in ${source.encoding}`);
  return bytes;
}

function decodeOrExplain(bytes: Uint8Array): SourceText {
  const decoded = decodeSource(bytes);
  if (!decoded.ok) throw new Error(describeProblem(decoded.problem));
  return decoded.source;
}
