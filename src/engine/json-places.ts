import type { Span } from "../ir/program.ts";

/** What is wrong in a JSON text, and where. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Where the values of a JSON text begin, by their paths: "", "findings", "findings.0.count". Throws `JsonError`. */
export function jsonPlaces(text: string): ReadonlyMap<string, number> {
  return new Map([...jsonSpans(text)].map(([path, { start }]) => [path, start]));
}

/** Where they begin and end. */
export function jsonSpans(text: string): ReadonlyMap<string, Span> {
  const reader = new Reader(text);
  reader.read("");
  reader.expectEnd();
  return reader.spans;
}

/** For places alone: what is right is read by `JSON.parse`. */
class Reader {
  readonly spans = new Map<string, Span>();
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(path: string): void {
    this.#skip();
    const start = this.#offset;
    if (this.#has("{")) this.#members("}", path, () => this.#key());
    else if (this.#has("[")) this.#members("]", path, (index) => String(index));
    else if (this.#string() === null && this.#match(scalar) === null) throw this.#unexpected();
    this.spans.set(path, { start, end: this.#offset });
  }

  expectEnd(): void {
    this.#skip();
    if (this.#offset < this.#text.length) throw this.#unexpected();
  }

  #members(close: string, path: string, nameOf: (index: number) => string): void {
    this.#skip();
    if (this.#has(close)) return;
    for (let index = 0; ; index++) {
      const name = nameOf(index);
      this.read(path === "" ? name : `${path}.${name}`);
      this.#skip();
      if (this.#has(close)) return;
      if (!this.#has(",")) throw this.#unexpected();
    }
  }

  #key(): string {
    this.#skip();
    const key = this.#string();
    if (key === null) throw this.#unexpected();
    this.#skip();
    if (!this.#has(":")) throw this.#unexpected();
    return String(JSON.parse(key));
  }

  /** Strings may be megabytes long (a picture in a notebook): too long for a pattern that tries its alternatives at each character. */
  #string(): string | null {
    if (this.#text[this.#offset] !== '"') return null;
    for (let end = this.#offset + 1; ;) {
      end = this.#text.indexOf('"', end) + 1;
      if (end === 0) throw new JsonError("a string that does not end", this.#offset);
      let slashes = 0;
      while (this.#text[end - 2 - slashes] === "\\") slashes++;
      if (slashes % 2 === 1) continue;
      const written = this.#text.slice(this.#offset, end);
      if (!isString(written)) throw this.#unexpected();
      this.#offset = end;
      return written;
    }
  }

  #skip(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #has(symbol: string): boolean {
    if (this.#text[this.#offset] !== symbol) return false;
    this.#offset++;
    return true;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#offset;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#offset += found?.length ?? 0;
    return found;
  }

  #unexpected(): JsonError {
    const at = this.#text.slice(this.#offset, this.#offset + 20).split("\n", 1)[0];
    const what = this.#offset >= this.#text.length ? "the text ends too early" : `unexpected ${at ?? ""}`;
    return new JsonError(what, this.#offset);
  }
}

function isString(written: string): boolean {
  try {
    return typeof JSON.parse(written) === "string";
  } catch {
    return false;
  }
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
