import type { Expr } from "./program.ts";

/**
 * A rewrite replaces expressions of one file. A replacement shares the nodes it keeps with the original
 * (same objects), so that a printer can keep their text, comments and line breaks and print only what is new.
 */
export interface Rewrite {
  readonly replacements: readonly Replacement[];
}

export interface Replacement {
  /** A node of the program, with its span. */
  readonly original: Expr;
  readonly replacement: Expr;
}

/** A text edit: `content` takes the place of [start, end), in UTF-16 code units of the decoded text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly content: string;
}
