import type { Expr, Span } from "./program.ts";

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
  /** The file, as the run shows it; absent for edits of the text that was read. */
  readonly filename?: string;
}

/** A constant of another module, and how it would be rewritten instead of what uses it. */
export interface Definition {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  /** The literal as it is written there, and what would take its place. */
  readonly span: Span;
  readonly written: string;
  readonly content: string;
  /** The words for that, where they are others than those for the rewrite of its use. */
  readonly message?: string;
  /** Where this file uses it, and what is to be rewritten here all the same. */
  readonly use: Span;
  readonly edits: readonly Edit[];
}
