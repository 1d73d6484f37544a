import { codecOf } from "./source-codec.ts";
import type { Codec } from "./source-codec.ts";

/** A Python file as text, with what it takes to turn a changed text back into its bytes. */
export interface SourceText {
  /** Without the byte order mark. */
  readonly text: string;
  /** Python's name for the encoding, as the file declares it; `utf-8` where it declares none. */
  readonly encoding: string;
  readonly bom: boolean;
  /** The first line break of the file; `\n` where it has none. */
  readonly newline: "\n" | "\r\n" | "\r";
  readonly bytes: Uint8Array;
}

export type SourceProblem =
  | { readonly kind: "binary"; readonly offset: number }
  | {
      readonly kind: "undecodable";
      readonly offset: number;
      readonly line: number;
      readonly encoding: string;
    }
  | { readonly kind: "unknown-encoding"; readonly encoding: string };

export type Decoded =
  | { readonly ok: true; readonly source: SourceText }
  | { readonly ok: false; readonly problem: SourceProblem };

const BOM = [0xef, 0xbb, 0xbf];

/** Reads the bytes of a Python file the way Python does: byte order mark, coding comment, else UTF-8. */
export function decodeSource(bytes: Uint8Array): Decoded {
  const binary = bytes.indexOf(0);
  if (binary >= 0) return failed({ kind: "binary", offset: binary });
  const bom = BOM.every((byte, index) => bytes[index] === byte);
  const content = bom ? bytes.subarray(BOM.length) : bytes;
  const encoding = declaredEncoding(content) ?? "utf-8";
  const codec = codecOf(encoding);
  // Python refuses a byte order mark together with a declaration of anything but UTF-8.
  if (!codec || (bom && !codec.isUtf8)) return failed({ kind: "unknown-encoding", encoding });
  const text = codec.decode(content);
  if (text === null) {
    const offset = firstUndecodable(codec, content);
    const line = content.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
    return failed({ kind: "undecodable", offset: offset + (bom ? BOM.length : 0), line, encoding });
  }
  return { ok: true, source: { text, encoding, bom, newline: newlineOf(text), bytes } };
}

/** The bytes of a changed text; null where the encoding has no bytes for it. Unchanged text gives the same bytes. */
export function encodeSource(source: SourceText, text: string): Uint8Array | null {
  if (text === source.text) return source.bytes;
  const start = source.bom ? BOM.length : 0;
  const codec = codecOf(source.encoding);
  const original = source.bytes.subarray(start);
  const content = codec?.encode(text, { text: source.text, bytes: original }) ?? null;
  if (!content || codec?.decode(content) !== text) return null;
  const bytes = new Uint8Array(start + content.length);
  bytes.set(source.bytes.subarray(0, start));
  bytes.set(content, start);
  return bytes;
}

export function describeProblem(problem: SourceProblem): string {
  switch (problem.kind) {
    case "binary":
      return `not a text file: NUL byte at offset ${problem.offset}`;
    case "undecodable":
      return `not valid ${problem.encoding}: byte offset ${problem.offset}, line ${problem.line}`;
    case "unknown-encoding":
      return `unknown encoding: ${problem.encoding}`;
  }
}

function failed(problem: SourceProblem): Decoded {
  return { ok: false, problem };
}

/** PEP 263: a comment in one of the first two lines, the second only if the first holds nothing else. */
const CODING = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const BLANK = /^[ \t\f]*(?:#.*)?$/;

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  const [first = "", second = ""] = head.split(/\r\n|\r|\n/, 2);
  const declared = CODING.exec(first) ?? (BLANK.test(first) ? CODING.exec(second) : null);
  return declared?.[1] ?? null;
}

/** The offset of the first byte that the codec can't read, by bisection. */
function firstUndecodable(codec: Codec, bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (codec.decodesPrefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function newlineOf(text: string): SourceText["newline"] {
  const found = /\r\n|\n|\r/.exec(text)?.[0];
  return found === "\r\n" || found === "\r" ? found : "\n";
}
