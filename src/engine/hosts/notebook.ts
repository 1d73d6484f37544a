import type { Span } from "../../ir/program.ts";
import { JsonError, jsonSpans } from "../json-places.ts";
import { offsetsIn } from "./cell.ts";
import type { Cell } from "./cell.ts";
import { UnreadableHostError } from "./host.ts";
import type { Host } from "./host.ts";
import { editCell } from "./notebook-edits.ts";

const remedy = "open it in Jupyter and save it again, or take it from version control";

/** Jupyter's notebooks, nbformat 3 and 4. Their cells are one module: whoever runs them runs them from the first to the last. */
export const notebookHost: Host = {
  name: "notebook",
  isOneModule: true,
  read: (file) => new NotebookReader(file).cells(),
};

type Json = Readonly<Record<string, unknown>>;

class NotebookReader {
  readonly #file: string;
  #spans: ReadonlyMap<string, Span> | null = null;

  constructor(file: string) {
    // A byte order mark is no JSON; a space is, and moves nothing.
    this.#file = file.replace(/^\ufeff/, " ");
  }

  cells(): readonly Cell[] {
    const notebook = this.#parse();
    if (!isObject(notebook)) throw this.#problem("", "a notebook is a JSON object with cells");
    const { nbformat: version } = notebook;
    if (version !== 3 && version !== 4) {
      const own = version === undefined ? "has no nbformat" : `is of nbformat ${JSON.stringify(version)}`;
      throw this.#problem("nbformat", `the notebook ${own}, but ropelint reads 3 and 4`);
    }
    if (!isPython(notebook)) return [];
    return version === 4 ? this.#listOf(notebook, "cells", "", "source", 0) : this.#sheets(notebook);
  }

  /** nbformat 3 keeps cells in worksheets, and a cell's source under another name. */
  #sheets({ worksheets = [] }: Json): readonly Cell[] {
    if (!Array.isArray(worksheets)) throw this.#problem("worksheets", "worksheets has to be a list");
    const found: Cell[] = [];
    let before = 0;
    for (const [index, sheet] of worksheets.entries()) {
      const path = `worksheets.${String(index)}`;
      if (!isObject(sheet)) throw this.#problem(path, "a worksheet has to be an object");
      if (sheet.cells === undefined) continue;
      found.push(...this.#listOf(sheet, "cells", `${path}.`, "input", before));
      before += Array.isArray(sheet.cells) ? sheet.cells.length : 0;
    }
    return found;
  }

  #listOf(holder: Json, key: string, path: string, sourceKey: string, before: number): readonly Cell[] {
    const cells = holder[key];
    if (!Array.isArray(cells)) throw this.#problem(`${path}${key}`, `${key} has to be a list`);
    return cells.flatMap((cell: unknown, index) => {
      const place = `${path}${key}.${String(index)}`;
      if (!isObject(cell)) throw this.#problem(place, "a cell has to be an object");
      if (cell.cell_type !== "code" || isOfAnotherLanguage(cell)) return [];
      return [this.#cell(cell[sourceKey], `${place}.${sourceKey}`, before + index + 1)];
    });
  }

  #cell(source: unknown, path: string, cell: number): Cell {
    const isList = Array.isArray(source);
    const strings: readonly unknown[] = isList ? source : [source];
    if (!strings.every((string) => typeof string === "string"))
      throw this.#problem(path, "the source of a cell has to be a string, or a list of strings");
    const places = this.#places();
    const spanOf = (place: string): Span => places.get(place) ?? { start: 0, end: 0 };
    const spans = isList ? strings.map((_, index) => spanOf(`${path}.${String(index)}`)) : [spanOf(path)];
    const list = isList ? spanOf(path) : null;
    const file = this.#file;
    let offsets: readonly number[] | null = null;
    const found: Cell = {
      source: strings.join(""),
      cell,
      strings: spans,
      list,
      offsetOf: (index) => (offsets ??= offsetsIn(file, spans, list))[index] ?? 0,
      editsTo: (other) => editCell(file, found, other),
    };
    return found;
  }

  #parse(): unknown {
    try {
      return JSON.parse(this.#file);
    } catch (error) {
      const conflict = /^<{7} /m.exec(this.#file);
      if (conflict)
        throw new UnreadableHostError(
          "not valid JSON: an unresolved merge conflict; resolve it (nbdime does that for notebooks)",
          this.#file,
          conflict.index,
        );
      this.#places();
      throw this.#problem("", `not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #places(): ReadonlyMap<string, Span> {
    try {
      return (this.#spans ??= jsonSpans(this.#file));
    } catch (error) {
      if (error instanceof JsonError)
        throw new UnreadableHostError(
          `not valid JSON: ${error.message}; ${remedy}`,
          this.#file,
          error.offset,
        );
      if (error instanceof RangeError)
        throw new UnreadableHostError(`nested too deeply for a notebook; ${remedy}`, this.#file, 0);
      throw error;
    }
  }

  #problem(path: string, message: string): UnreadableHostError {
    const start = this.#places().get(path)?.start ?? 0;
    return new UnreadableHostError(`${message}; ${remedy}`, this.#file, start);
  }
}

/** As the notebook says itself, or its kernel; one that says nothing is Python's, as most are. */
function isPython({ metadata }: Json): boolean {
  if (!isObject(metadata)) return true;
  const { language_info: language, kernelspec: kernel } = metadata;
  const named = (isObject(language) ? language.name : null) ?? (isObject(kernel) ? kernel.language : null);
  return typeof named !== "string" || /^i?python\d*$/i.test(named);
}

/** nbformat 3 names the language of each cell, and VS Code that of cells that have another one. */
function isOfAnotherLanguage({ language, metadata }: Json): boolean {
  const code = isObject(metadata) && isObject(metadata.vscode) ? metadata.vscode.languageId : null;
  return [language, code].some((name) => typeof name === "string" && !/^i?python\d*$/i.test(name));
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
