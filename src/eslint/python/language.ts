import type { File, Language, LanguageOptions, OkParseResult, ParseResult } from "@eslint/core";
import { loadPythonParser } from "../../frontends/python/parser.ts";
import type { PythonParser } from "../../frontends/python/parser.ts";
import { ParseLimitError } from "../../frontends/python/parse-limits.ts";
import { TreeTooDeepError } from "../../frontends/python/syntax-tree.ts";
import type { SyntaxTree } from "../../frontends/python/syntax-tree.ts";
import { LineIndex } from "../../engine/position.ts";
import { PythonDocument } from "./node.ts";
import type { PythonNode } from "./node.ts";
import { isInClass } from "./selector-classes.ts";
import { PythonSourceCode, visitorKeys } from "./source-code.ts";

/**
 * ESLint parses synchronously and wasm loads asynchronously, so the parser is loaded with this module: `import` waits for it.
 * It is the wasm one whatever the machine has: native code does not belong into an editor's process.
 */
const wasm = await loadPythonParser("wasm");

let latest: SyntaxTree | null = null;

/** The analysis reads the text that ESLint has just parsed: it need not be parsed again for that. */
export const parser: PythonParser = {
  ...wasm,
  parse: (text) => (latest?.text === text ? latest : wasm.parse(text)),
};

export interface PythonLanguageTypes {
  LangOptions: LanguageOptions;
  Code: PythonSourceCode;
  RootNode: PythonNode;
  Node: PythonNode;
}

/** `language: "ropelint/python"`. */
export const pythonLanguage: Language<PythonLanguageTypes> = {
  fileType: "text",
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: "type",
  visitorKeys,
  // Options of JavaScript come here from configurations that speak of all files.
  validateLanguageOptions: () => undefined,
  matchesSelectorClass: isInClass,
  parse,
  createSourceCode: (
    _file,
    { document }: OkParseResult<PythonNode> & { readonly document?: PythonDocument },
  ) => {
    if (document === undefined) throw new TypeError("this is no parse result of ropelint's Python language");
    return new PythonSourceCode(document);
  },
};

function parse({ body }: File): ParseResult<PythonNode> {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  try {
    latest = wasm.parse(text);
  } catch (error) {
    if (error instanceof ParseLimitError)
      return { ok: false, errors: [{ message: error.message, line: 1, column: 1 }] };
    if (!(error instanceof TreeTooDeepError)) throw error;
    const { row: line, column } = new LineIndex(text).position(error.index);
    return { ok: false, errors: [{ message: error.message, line, column }] };
  }
  const document = new PythonDocument(latest);
  return { ok: true, ast: document.node(0), document };
}
