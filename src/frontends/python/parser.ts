import { createRequire } from "node:module";
import type WasmParser from "web-tree-sitter";
import { parseLimits, PatientParser, type ParseLimits, type TimedParser } from "./parse-limits.ts";
import { SymbolTable, SyntaxTree } from "./syntax-tree.ts";
import type { SourceTree } from "./syntax-tree.ts";

/** Which build of tree-sitter reads the code. Both give the same trees. */
export type ParserKind = "native" | "wasm";

export interface PythonParser {
  readonly kind: ParserKind;
  /** Why the native parser is not the one in use, where it was wanted first. */
  readonly fallbackReason?: string;
  /**
   * The native parser's own trees are freed once the event loop turns: who parses many files in a row should await
   * something between them.
   *
   * @throws TreeTooDeepError where the code nests deeper than later stages can follow.
   * @throws ParseLimitError where it is too long, or the parser would have to be waited for.
   */
  parse(text: string): SyntaxTree;
}

const require = createRequire(import.meta.url);
const loaded = new Map<ParserKind, Promise<PythonParser>>();

/**
 * Loads the native parser, or the wasm one where its prebuilt binary is missing or does not load (musl, optional
 * dependencies omitted). ROPELINT_PARSER=native or =wasm forces one of them.
 */
export async function loadPythonParser(choice = process.env.ROPELINT_PARSER): Promise<PythonParser> {
  switch (choice) {
    case "native":
      return load("native").catch((cause: unknown) => {
        throw new Error(
          `ROPELINT_PARSER=native, but tree-sitter's native binding does not load: ${reason(cause)}`,
          { cause },
        );
      });
    case "wasm":
      return load("wasm");
    case undefined:
    case "":
      return load("native").catch(async (cause: unknown) => ({
        ...(await load("wasm")),
        fallbackReason: reason(cause),
      }));
    default:
      throw new Error(`ROPELINT_PARSER must be "native" or "wasm", not "${choice}"`);
  }
}

function load(kind: ParserKind): Promise<PythonParser> {
  let parser = loaded.get(kind);
  if (parser === undefined) {
    parser = createPythonParser(kind);
    loaded.set(kind, parser);
  }
  return parser;
}

/** A parser of its own limits. */
export function createPythonParser(kind: ParserKind, limits = parseLimits): Promise<PythonParser> {
  return kind === "native" ? loadNative(limits) : loadWasm(limits);
}

function reason(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0] ?? "";
}

/** Types of our own: the build must not need an optional dependency's declarations. */
interface NativeParser extends TimedParser {
  setLanguage(language: unknown): void;
  parse(text: string, oldTree: null, options: { bufferSize: number }): SourceTree | null | undefined;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a failing require must reject, not throw
async function loadNative(limits: ParseLimits): Promise<PythonParser> {
  const Parser = require("tree-sitter") as new () => NativeParser;
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-python"));
  const patient = new PatientParser(parser, limits);
  return withSymbols("native", (text) =>
    // The default buffer holds 32,767 code units and refuses longer strings; this one takes any text in one piece.
    patient.parse(text, () => parser.parse(text, null, { bufferSize: text.length + 1 })),
  );
}

async function loadWasm(limits: ParseLimits): Promise<PythonParser> {
  const { default: Parser } = await import("web-tree-sitter");
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Parser.Language.load(require.resolve("#assets/tree-sitter-python.wasm")));
  const patient = new PatientParser(parser, limits);
  return withSymbols("wasm", (text) => patient.parse(text, () => unlessUnfinished(parser, text)));
}

/** web-tree-sitter throws where it is out of time, and nowhere else once it has a language. */
function unlessUnfinished(parser: WasmParser, text: string): SourceTree | null {
  try {
    return parser.parse((index) => chunk(text, index));
  } catch (error) {
    if (error instanceof Error && error.message === "Parsing failed") return null;
    throw error;
  }
}

/** Well below the size of web-tree-sitter's input buffer. */
const chunkLength = 4096;

/**
 * Cuts the text where no surrogate pair is: left to itself web-tree-sitter cuts pairs in two at the end of its buffer,
 * and the lexer then sees an error.
 */
function chunk(text: string, index: number): string {
  const end = index + chunkLength;
  const last = text.charCodeAt(end - 1);
  return text.slice(index, last >= 0xd800 && last <= 0xdbff ? end - 1 : end);
}

function withSymbols(kind: ParserKind, parse: (text: string) => SourceTree): PythonParser {
  const symbols = new SymbolTable();
  const parser: PythonParser = {
    kind,
    parse(text) {
      const source = parse(text);
      try {
        return SyntaxTree.read(source, text, symbols);
      } finally {
        source.delete?.();
      }
    },
  };
  // A binding may load and still not work here; better to find out before the first file.
  if (parser.parse("x = 1\n").rootNode.type !== "module")
    throw new Error(`the ${kind} parser misreads Python`);
  return parser;
}
