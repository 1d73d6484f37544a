/**
 * The small language that Python and JavaScript sources are lifted to: expressions and statements,
 * each with the span of source text it came from. Names of libraries mean nothing here yet.
 */

import type { Expr, Span } from "./expressions.ts";
import type { Stmt } from "./statements.ts";

export type * from "./expressions.ts";
export type * from "./statements.ts";

export interface Comment {
  readonly text: string;
  readonly span: Span;
}

/** What keeps an ignore comment from being one; such a comment silences nothing. */
export type IgnoreProblem =
  | "unknown directive"
  | "no brackets"
  | "unclosed brackets"
  | "empty brackets"
  | "no comment of its own"
  | "not on a line of its own"
  | "no block below";

/** A comment that asks for silence: `# ropelint: ignore[id, id] reason`; `ignore-block`, `ignore-file`. */
export interface IgnoreComment {
  /** From its mark to the end of its reason; other comments may stand on the line, before or behind it. */
  readonly span: Span;
  readonly scope: "line" | "block" | "file";
  /** Null where it has no brackets: then every rule is meant. */
  readonly rules: readonly { readonly id: string; readonly span: Span }[] | null;
  /** What stands between the brackets. */
  readonly list: Span | null;
  readonly reason: string;
  /** Findings that touch this text are silenced; null where no code follows. */
  readonly reach: Span | null;
  /** For one that speaks of the head of a block and was perhaps meant for the block: the block, with its head. */
  readonly block: Span | null;
  /** The text that goes where the comment goes: white space before it, or its whole line. */
  readonly removal: Span;
  readonly problem: IgnoreProblem | null;
}

/** What a constant of another module is: a text, a number, or a member of a library by its path (`@frost-beta/mlx.core.float16`). */
export type ImportedValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "member"; readonly path: string };

/** A module of the project that a program imports from: executed where the program is. */
export interface LinkedModule {
  readonly path: string;
  readonly text: string;
  /** Where its spans begin, behind those of the program and of every other module. */
  readonly base: number;
  readonly body: readonly Stmt[];
  readonly comments: readonly Comment[];
  /** What CommonJS gives its callers, by name. */
  readonly exports: ReadonlyMap<string, Expr>;
}

/** What an imported name stands for: a name of such a module. */
export interface Link {
  readonly module: LinkedModule;
  readonly name: string;
}

/** Texts are shorter: a span from here on is one of a linked module. */
export const linkedFrom = 2 ** 32;

/** One lifted file. */
export interface Program {
  readonly language: "python" | "javascript";
  readonly body: readonly Stmt[];
  /** Comments in source order, for ignore comments, `# Copied from` and named deliberate low precision. */
  readonly comments: readonly Comment[];
  /** The ignore comments among them. */
  readonly ignores: readonly IgnoreComment[];
  /** Spans the parser could not make sense of. */
  readonly errors: readonly Span[];
  /** Constants of other modules by the paths of their imports (`./dtypes.POSITIONS`), as far as somebody knows them. */
  readonly constants?: ReadonlyMap<string, ImportedValue>;
  /** What else of the project's modules is known, by the paths of its imports. */
  readonly links?: ReadonlyMap<string, Link>;
}
