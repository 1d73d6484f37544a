import type { Span } from "../../ir/program.ts";
import type { Part } from "./host.ts";

/** A code cell, and where its source stands. */
export interface Cell extends Part {
  readonly cell: number;
  /** The strings that make up the source, with their quotes. */
  readonly strings: readonly Span[];
  /** The list that holds them; null where the source is one string. */
  readonly list: Span | null;
}

/** Where each UTF-16 unit of the joined strings is written, and where they end. */
export function offsetsIn(file: string, strings: readonly Span[], list: Span | null): readonly number[] {
  const offsets: number[] = [];
  for (const { start, end } of strings)
    for (let offset = start + 1; offset < end - 1;) {
      offsets.push(offset);
      offset += writtenLength(file, offset);
    }
  offsets.push((strings.at(-1)?.end ?? list?.end ?? 1) - 1);
  return offsets;
}

/** How long a unit of a JSON string is as it is written: `a`, `\n`, `\u00e9`. */
export function writtenLength(file: string, offset: number): number {
  if (file[offset] !== "\\") return 1;
  return file[offset + 1] === "u" ? 6 : 2;
}
