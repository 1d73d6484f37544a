/** Encodings of Python files. Node decodes them; encoding back is built here from what decoding shows. */

export interface Codec {
  readonly isUtf8: boolean;
  /** Null where a byte has no meaning. */
  decode(bytes: Uint8Array): string | null;
  /** Whether these bytes may begin a text: an unfinished character at their end is no fault. */
  decodesPrefix(bytes: Uint8Array): boolean;
  /** Bytes of a text that came from another by edits; null where a character has none. */
  encode(text: string, original: Original): Uint8Array | null;
}

export interface Original {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Python's names where the Encoding Standard has others (or means something else by them). */
const LABELS: Readonly<Record<string, string>> = {
  "utf-8-sig": "utf-8",
  utf8: "utf-8",
  u8: "utf-8",
  cp65001: "utf-8",
  cp932: "shift_jis",
  ms932: "shift_jis",
  mskanji: "shift_jis",
  "ms-kanji": "shift_jis",
  "s-jis": "shift_jis",
  "shift-jis": "shift_jis",
  "euc-jp": "euc-jp",
  eucjp: "euc-jp",
  ujis: "euc-jp",
  cp936: "gbk",
  ms936: "gbk",
  cp949: "euc-kr",
  ms949: "euc-kr",
  uhc: "euc-kr",
  euckr: "euc-kr",
  cp950: "big5",
  ms950: "big5",
  "mac-roman": "macintosh",
  macroman: "macintosh",
  "mac-cyrillic": "x-mac-cyrillic",
  "iso-2022-jp": "iso-2022-jp",
  iso2022jp: "iso-2022-jp",
};

const LATIN1 = new Set([
  "latin-1",
  "latin1",
  "iso-8859-1",
  "iso8859-1",
  "8859",
  "cp819",
  "l1",
  "latin",
  "iso-latin-1",
]);
const ASCII = new Set(["ascii", "us-ascii", "646", "ansi-x3.4-1968"]);
/** Not supersets of ASCII: Python does not read source in them. */
const REFUSED = /^(?:utf-?16|utf-?32|ucs-?2|x-user-defined|replacement)/;

/** Bytes 0x80 to 0x9f. Some releases of Node 20 decode this encoding as Latin-1. */
const WINDOWS_1252 = Array.from("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ");

const codecs = new Map<string, Codec | null>();

/** The codec for an encoding as a coding comment names it; null for names that are not known here. */
export function codecOf(encoding: string): Codec | null {
  const name = encoding.toLowerCase().replaceAll("_", "-");
  let codec = codecs.get(name);
  if (codec === undefined) {
    codec = makeCodec(name);
    codecs.set(name, codec);
  }
  return codec;
}

function makeCodec(name: string): Codec | null {
  if (LATIN1.has(name)) return byteCodec((byte) => String.fromCharCode(byte));
  if (ASCII.has(name)) return byteCodec((byte) => (byte < 0x80 ? String.fromCharCode(byte) : null));
  if (REFUSED.test(name)) return null;
  const label = labelOf(name);
  if (label === null) return null;
  if (label === "utf-8") return utf8;
  if (label === "windows-1252")
    return byteCodec((byte) => WINDOWS_1252[byte - 0x80] ?? String.fromCharCode(byte));
  const single = singleByteTable(label);
  return single ? byteCodec((byte) => single[byte] ?? null) : multiByteCodec(label);
}

function labelOf(name: string): string | null {
  const candidates = [
    LABELS[name],
    name,
    name.replace(/^cp(\d+)$/, "windows-$1"),
    name.replace(/^cp(\d+)$/, "ibm$1"),
  ];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    try {
      return new TextDecoder(candidate).encoding;
    } catch {
      // Not a label that Node knows.
    }
  }
  return null;
}

function decodeAll(label: string, bytes: Uint8Array, stream: boolean): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

const utf8: Codec = {
  isUtf8: true,
  decode: (bytes) => decodeAll("utf-8", bytes, false),
  decodesPrefix: (bytes) => decodeAll("utf-8", bytes, true) !== null,
  encode: (text) => new TextEncoder().encode(text),
};

/** What each byte stands for, in an encoding of one byte a character; null for others. */
function singleByteTable(label: string): (string | null)[] | null {
  const table: (string | null)[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const character = decodeAll(label, Uint8Array.of(byte), false);
    table.push(character);
    if (byte < 0x80 && character !== String.fromCharCode(byte)) return null;
  }
  const twoBytes = table.some((character, byte) => character === null && canLead(label, byte));
  return twoBytes ? null : table;
}

/** Whether a byte that means nothing alone begins a character of several. */
function canLead(label: string, byte: number): boolean {
  return decodeAll(label, Uint8Array.of(byte), true) !== null;
}

function byteCodec(characterOf: (byte: number) => string | null): Codec {
  const characters = Array.from({ length: 256 }, (_, byte) => characterOf(byte));
  const bytesOf = new Map(characters.map((character, byte) => [character, byte]));
  const decode = (bytes: Uint8Array): string | null => {
    const parts: string[] = [];
    for (const byte of bytes) {
      const character = characters[byte];
      if (character === null || character === undefined) return null;
      parts.push(character);
    }
    return parts.join("");
  };
  return {
    isUtf8: false,
    decode,
    decodesPrefix: (bytes) => decode(bytes) !== null,
    encode: (text) => {
      const bytes = new Uint8Array(text.length);
      for (let index = 0; index < text.length; index++) {
        const byte = bytesOf.get(text[index] ?? "");
        if (byte === undefined) return null;
        bytes[index] = byte;
      }
      return bytes;
    },
  };
}

/** Lines that an edit leaves alone keep their bytes, since one character may have several encodings. */
function multiByteCodec(label: string): Codec {
  return {
    isUtf8: false,
    decode: (bytes) => decodeAll(label, bytes, false),
    decodesPrefix: (bytes) => decodeAll(label, bytes, true) !== null,
    encode: (text, original) => {
      const oldLines = linesOf(label, original.bytes);
      const characters = new Map<string, Uint8Array>(oldLines.flatMap((line) => line.characters));
      const parts: Uint8Array[] = [];
      let next = 0;
      for (const line of text.split(/(?<=\n)/)) {
        const same = oldLines.findIndex((old, index) => index >= next && old.text === line);
        if (same >= 0) next = same + 1;
        const bytes = oldLines[same]?.bytes ?? encodeLine(line, characters);
        if (!bytes) return null;
        parts.push(bytes);
      }
      return new Uint8Array(Buffer.concat(parts));
    },
  };
}

interface Line {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly characters: readonly (readonly [string, Uint8Array])[];
}

/** The lines of a text, and what bytes its characters were written with. */
function linesOf(label: string, bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length;) {
    // No encoding that Python reads has a line feed inside a character.
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    const part = bytes.subarray(start, end);
    lines.push({
      text: decodeAll(label, part, false) ?? "",
      bytes: part,
      characters: charactersOf(label, part),
    });
    start = end;
  }
  return lines;
}

function charactersOf(label: string, bytes: Uint8Array): (readonly [string, Uint8Array])[] {
  if (bytes.every((byte) => byte < 0x80)) return [];
  const decoder = new TextDecoder(label, { ignoreBOM: true });
  const characters: (readonly [string, Uint8Array])[] = [];
  let start = 0;
  for (let index = 0; index < bytes.length; index++) {
    const character = decoder.decode(bytes.subarray(index, index + 1), { stream: true });
    if (character === "") continue;
    characters.push([character, bytes.subarray(start, index + 1)]);
    start = index + 1;
  }
  return characters;
}

function encodeLine(line: string, characters: ReadonlyMap<string, Uint8Array>): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of line) {
    const code = character.charCodeAt(0);
    const known = code < 0x80 ? [code] : characters.get(character);
    if (!known) return null;
    bytes.push(...known);
  }
  return Uint8Array.from(bytes);
}
