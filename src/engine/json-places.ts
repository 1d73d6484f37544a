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
  const reader = new Reader(text);
  reader.read("");
  reader.expectEnd();
  return reader.places;
}

/** Only errors need places: what is right is read by `JSON.parse`. */
class Reader {
  readonly places = new Map<string, number>();
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(path: string): void {
    this.#skip();
    this.places.set(path, this.#offset);
    if (this.#has("{")) this.#members("}", path, () => this.#key());
    else if (this.#has("[")) this.#members("]", path, (index) => String(index));
    else if (this.#match(scalar) === null) throw this.#unexpected();
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
    const key = this.#match(string);
    if (key === null) throw this.#unexpected();
    this.#skip();
    if (!this.#has(":")) throw this.#unexpected();
    return String(JSON.parse(key));
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

const string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = new RegExp(
  `${string.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`,
  "uy",
);
