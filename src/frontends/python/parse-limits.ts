import { createHash } from "node:crypto";
import type { SourceTree } from "./syntax-tree.ts";

/** Code that is longer than any module a person has written: a tree of it would take gigabytes. The longest in 27 releases has 327,000. */
const maximumCharacters = 2 ** 22;

/**
 * tree-sitter recovers from some errors in time that grows with the square of the text: `f(a=b a=b ...` of a megabyte takes an hour. Its steps
 * can't be counted from outside, so that only a clock can end it. Turns are counted and not the time, lest a process that is stopped for
 * a while has its file refused.
 */
export interface ParseLimits {
  /** Microseconds. */
  readonly turn: number;
  readonly turnsFor: (characters: number) => number;
}

/** Valid code takes less than one of these turns for a megabyte. */
export const parseLimits: ParseLimits = {
  turn: 1_000_000,
  turnsFor: (characters) => 10 + Math.floor(characters / 50_000),
};

/** Code that is too long to be parsed, or that the parser would have to be waited for. */
export class ParseLimitError extends Error {
  override readonly name = "ParseLimitError";
  /** Whether a clock has ended it: another time it may not. */
  readonly isTimed: boolean;

  constructor(message: string, isTimed: boolean) {
    super(message);
    this.isTimed = isTimed;
  }
}

/** Parsers of tree-sitter, native and wasm: one that has used up its time can be asked to go on. */
export interface TimedParser {
  setTimeoutMicros(microseconds: number): void;
  /** Forgets what it would go on with. */
  reset(): void;
}

/** Parses text after text within limits. What has been waited for in vain once is not waited for again. */
export class PatientParser {
  readonly #parser: TimedParser;
  readonly #limits: ParseLimits;
  readonly #refused = new Set<string>();

  constructor(parser: TimedParser, limits: ParseLimits) {
    this.#parser = parser;
    this.#limits = limits;
    parser.setTimeoutMicros(limits.turn);
  }

  /**
   * A tree by as many attempts as it may take: one that gives nothing has used up its turn.
   *
   * @throws ParseLimitError
   */
  parse(text: string, attempt: () => SourceTree | null | undefined): SourceTree {
    if (text.length > maximumCharacters)
      throw new ParseLimitError(`the code is longer than ${String(maximumCharacters)} characters`, false);
    const turns = this.#limits.turnsFor(text.length);
    const isRefused = this.#refused.size > 0 && this.#refused.has(digest(text));
    for (let i = 0; i < turns && !isRefused; i++) {
      const tree = attempt();
      if (tree) return tree;
    }
    this.#parser.reset();
    this.#refused.add(digest(text));
    const seconds = Math.round((turns * this.#limits.turn) / 1e6);
    throw new ParseLimitError(
      `the parser finds no end to the errors in this code within ${String(seconds)} seconds`,
      true,
    );
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
