import { createRequire } from "node:module";
import type * as Babel from "@babel/parser";
import type { ParserOptions, ParserPlugin } from "@babel/parser";
import type { Span } from "../../ir/program.ts";
import { isNode, nodeAt, nodesAt, spanOf } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";

type Parser = typeof Babel;

const require = createRequire(import.meta.url);
let loaded: Parser | null = null;

/** The parser is loaded with the first file that needs it: runs over Python alone never do. */
function load(): Parser {
  loaded ??= require("@babel/parser") as Parser;
  return loaded;
}

export interface ParsedScript {
  readonly program: EstreeNode;
  readonly comments: readonly EstreeNode[];
  /** What does not parse and could be read over. */
  readonly problems: readonly ScriptProblem[];
}

export interface ScriptProblem {
  readonly message: string;
  readonly span: Span;
}

/** Thrown for text of which no tree can be made. */
export class UnreadableScriptError extends Error {
  override readonly name = "UnreadableScriptError";
  readonly problem: ScriptProblem;

  constructor(problem: ScriptProblem, cause: unknown) {
    super(problem.message, { cause });
    this.problem = problem;
  }
}

/** A text as an ESTree, in the dialect that its file's name tells. */
export function parseScript(text: string, path: string): ParsedScript {
  let file: unknown;
  try {
    file = load().parse(text, optionsFor(path));
  } catch (error) {
    // Too deep a nesting is for the caller to explain.
    if (error instanceof RangeError) throw error;
    throw new UnreadableScriptError(problemOf(error), error);
  }
  const program = isNode(file) ? nodeAt(file, "program") : null;
  if (!isNode(file) || program === null) throw new TypeError("the parser returned no program");
  const { errors } = file;
  const comments = nodesAt(file, "comments").map(withRange);
  return {
    // Where ESLint's parsers have them.
    program: { ...program, comments },
    comments,
    problems: Array.isArray(errors) ? errors.map(problemOf) : [],
  };
}

/** Lenient: what a bundler or a type checker would object to is not ours to report. */
function optionsFor(path: string): ParserOptions {
  return {
    sourceType: "unambiguous",
    ranges: true,
    errorRecovery: true,
    createImportExpressions: true,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
    allowNewTargetOutsideFunction: true,
    allowUndeclaredExports: true,
    plugins: [
      ["estree", { classFeatures: true }],
      "decorators-legacy",
      "explicitResourceManagement",
      ...dialectOf(path),
    ],
  };
}

/** `<T>x` is a cast in .ts and markup in .tsx; Flow's types stand in plain .js. */
function dialectOf(path: string): readonly ParserPlugin[] {
  if (/\.[cm]?ts$/.test(path)) return ["typescript"];
  if (path.endsWith(".tsx")) return ["typescript", "jsx"];
  return ["jsx", "flow"];
}

/** Comments have a start and an end, and a range only in some versions. */
function withRange(comment: EstreeNode): EstreeNode {
  const { start, end } = comment;
  return spanOf(comment) === null ? { ...comment, range: [start, end] } : comment;
}

function problemOf(error: unknown): ScriptProblem {
  const start =
    typeof error === "object" && error !== null && "pos" in error && typeof error.pos === "number"
      ? error.pos
      : 0;
  const message = error instanceof Error ? error.message : String(error);
  // The position stands beside the message.
  return { message: message.replace(/ \(\d+:\d+\)$/, ""), span: { start, end: start + 1 } };
}
