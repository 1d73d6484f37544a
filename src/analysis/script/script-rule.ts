import type { Program, Span } from "../../ir/program.ts";
import type { KnownTypes } from "./known-types.ts";
import type { Definition, Edit } from "../../ir/rewrite.ts";

/** What a rule finds in a script, without an evaluation. */
export interface ScriptFinding {
  readonly span: Span;
  readonly message: string;
  /** What would mend it; nothing has verified it, so it is never applied by itself. */
  readonly suggestion: Suggestion | null;
}

export interface Suggestion {
  readonly message: string;
  readonly edits: readonly Edit[];
  /** Where another module's constant decides: what mends it for all that use it. */
  readonly definition?: Definition;
}

/** A rule of JavaScript and TypeScript whose findings follow from the text, whatever the numbers are. */
export interface ScriptRule {
  readonly id: string;
  readonly summary: string;
  readonly strict: boolean;
  readonly language: "javascript";
  readonly severity: "error" | "warning" | "note";
  /** Whether its findings may come with suggestions. */
  readonly suggests: boolean;
  /** Text without one of which no file can hold a finding. */
  readonly literals: readonly string[];
  readonly match: (program: Program, text: string, types: KnownTypes) => readonly ScriptFinding[];
}
