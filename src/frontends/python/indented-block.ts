import type { Span } from "../../ir/program.ts";
import { rowOf } from "./logical-lines.ts";

/** Python's tabs go to the next multiple of this. */
const tabWidth = 8;

/**
 * The rows that begin at `row` and go on to the end of the block that its statement opens: those indented deeper than it. Decorators lead
 * to what they decorate. Null where no block is opened. By the text alone, so that a mistake elsewhere in the file changes nothing.
 *
 * `joined` are the logical lines of several rows: inside them indentation means nothing.
 */
export function blockFrom(text: string, row: Span, joined: readonly Span[]): Span | null {
  const lines = new LogicalLines(text, joined);
  let head: Span | null = lines.from(row);
  const depth = lines.depth(head);
  while (head !== null && text.slice(head.start, head.end).trimStart().startsWith("@"))
    head = lines.below(head);
  if (head === null || lines.depth(head) !== depth) return null;
  let end = head.end;
  for (let line = lines.below(head); line !== null && lines.depth(line) > depth; line = lines.below(line))
    end = line.end;
  if (end === head.end && !holdsBlock(text.slice(head.start, end))) return null;
  return { start: row.start, end: lines.commentsBelow(end, depth) };
}

/** `if x: y = 1`: the block stands behind its head. */
function holdsBlock(line: string): boolean {
  return /^\s*(?:async|case|class|def|elif|else|except|finally|for|if|try|while|with)\b[^]*:[ \t]*[^\s#]/.test(
    line,
  );
}

class LogicalLines {
  readonly #text: string;
  readonly #joined: readonly Span[];

  constructor(text: string, joined: readonly Span[]) {
    this.#text = text;
    this.#joined = joined;
  }

  /** The logical line that begins with a row. */
  from(row: Span): Span {
    return this.#joined.find(({ start }) => start === row.start) ?? row;
  }

  /** The next one that holds code. */
  below(line: Span): Span | null {
    for (let at = line; at.end < this.#text.length;) {
      at = rowOf(this.#text, at.end + 1);
      const code = this.#text.slice(at.start, at.end).trim();
      if (code !== "" && !code.startsWith("#")) return this.from(at);
    }
    return null;
  }

  depth({ start, end }: Span): number {
    let columns = 0;
    for (let offset = start; offset < end; offset++) {
      const character = this.#text[offset];
      if (character === " ") columns++;
      else if (character === "\t") columns += tabWidth - (columns % tabWidth);
      // A form feed begins the count anew; a byte order mark is nothing.
      else if (character === "\f") columns = 0;
      else if (character !== "\ufeff") break;
    }
    return columns;
  }

  /** Where a block ends with the comments that are indented as it is. */
  commentsBelow(end: number, depth: number): number {
    let last = end;
    for (let at = end; at < this.#text.length;) {
      const row = rowOf(this.#text, at + 1);
      const code = this.#text.slice(row.start, row.end).trim();
      if (code !== "" && !(code.startsWith("#") && this.depth(row) > depth)) break;
      if (code !== "") last = row.end;
      at = row.end;
    }
    return last;
  }
}
