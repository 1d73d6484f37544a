import type { Edit } from "../ir/rewrite.ts";

/** A place in a text as people and editors count it: both from 1, columns in code points. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

const lineFeed = 10;
const carriageReturn = 13;

/** Finds rows and columns of UTF-16 offsets. Lines end where Python ends them: at LF, CRLF and CR. */
export class LineIndex {
  readonly text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.text = text;
    for (let offset = 0; offset < text.length; offset++) {
      const unit = text.charCodeAt(offset);
      if (unit !== lineFeed && unit !== carriageReturn) continue;
      if (unit === carriageReturn && text.charCodeAt(offset + 1) === lineFeed) offset++;
      this.#starts.push(offset + 1);
    }
  }

  get rowCount(): number {
    return this.#starts.length;
  }

  /** Offset of the first character of a row. */
  start(row: number): number {
    return this.#starts[row - 1] ?? this.text.length;
  }

  /** A row without its line end. */
  line(row: number): string {
    return this.text.slice(this.start(row), this.start(row + 1)).replace(/\r?\n$|\r$/, "");
  }

  row(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  position(offset: number): Position {
    const row = this.row(Math.min(offset, this.text.length));
    return { row, column: this.#codePoints(this.start(row), offset) + 1 };
  }

  // Where a text is the code of a file of another kind, these speak of the file: see hosts/hosted-lines.ts.

  /** The lines of the file that the text is the code of. */
  // eslint-disable-next-line @typescript-eslint/prefer-return-this-type -- another index, where the file is another text
  get file(): LineIndex {
    return this;
  }

  offsetInFile(offset: number): number {
    return offset;
  }

  /** Edits of the text as edits of the file. */
  editsInFile(edits: readonly Edit[]): readonly Edit[] {
    return edits;
  }

  /** The number of the notebook's cell that a place lies in. */
  cell(_offset: number): number | null {
    return null;
  }

  positionInFile(offset: number): Position {
    return this.file.position(this.offsetInFile(offset));
  }

  /** `12`, or `3:12` of a notebook's third cell: what tells a line from all others of the file. */
  lineName(offset: number): string {
    const { row } = this.position(offset);
    const cell = this.cell(offset);
    return cell === null ? String(row) : `${String(row)} of cell ${String(cell)}`;
  }

  #codePoints(start: number, end: number): number {
    let count = 0;
    for (let offset = start; offset < end; offset++) {
      // A byte order mark is no character of the first line.
      if (offset === 0 && this.text.charCodeAt(0) === 0xfeff) continue;
      const unit = this.text.charCodeAt(offset);
      const isLowSurrogate = unit >= 0xdc00 && unit < 0xe000;
      const before = isLowSurrogate && offset > start ? this.text.charCodeAt(offset - 1) : 0;
      if (before < 0xd800 || before >= 0xdc00) count++;
    }
    return count;
  }
}
