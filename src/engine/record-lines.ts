/** A line of a stream, by its number. */
export interface RecordLine {
  readonly number: number;
  /** Without its line break; null for a line beyond the limit, of which nothing is kept. */
  readonly bytes: Uint8Array | null;
  /** In bytes. */
  readonly length: number;
}

const newline = 0x0a;

/** Cuts a stream of bytes into lines. Holds one line at most, and of a line no more than the limit. */
export class LineSplitter {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #length = 0;
  #number = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that end in this chunk. */
  *push(chunk: Uint8Array): Generator<RecordLine> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#take(chunk.subarray(start, end));
      yield this.#finish();
      start = end + 1;
    }
    this.#take(chunk.subarray(start));
  }

  /** The last line, where no line break ends it. */
  end(): RecordLine | null {
    return this.#length === 0 ? null : this.#finish();
  }

  #take(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#limit) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #finish(): RecordLine {
    const parts = this.#parts;
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    this.#number++;
    const [only] = parts;
    const bytes = length > this.#limit ? null : parts.length === 1 && only ? only : Buffer.concat(parts);
    return { number: this.#number, bytes, length };
  }
}
