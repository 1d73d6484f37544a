import type { Span } from "../../ir/program.ts";
import type { Edit } from "../../ir/rewrite.ts";

/** Python in a file of another kind: a cell, a fence. */
export interface Part {
  /** As Python reads it; without the prefixes and the escapes of the file around it. */
  readonly source: string;
  /** The number of a notebook's cell; null where places are those of the file itself. */
  readonly cell: number | null;
  /** Where a character of the source stands in the file. The source's length is its end. */
  readonly offsetOf: (index: number) => number;
  /** The edits of the file that give the part another source. */
  readonly editsTo: (source: string) => readonly Edit[];
}

/** A kind of file that Python stands in. */
export interface Host {
  readonly name: string;
  /** Whether all parts make one module, in their order, or each one is a module. */
  readonly isOneModule: boolean;
  /** The parts of a file in their order; none where it holds no Python. Throws `UnreadableHostError`. */
  readonly read: (file: string) => readonly Part[];
}

/** A file that should hold Python and can't be taken apart. */
export class UnreadableHostError extends Error {
  override readonly name = "UnreadableHostError";
  readonly file: string;
  readonly span: Span;

  constructor(message: string, file: string, start: number) {
    super(message);
    this.file = file;
    this.span = { start, end: start };
  }
}
