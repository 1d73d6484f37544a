/** A notebook as JSON, laid out as Jupyter does. */
export function notebook(
  cells: readonly (string | Readonly<Record<string, unknown>>)[],
  metadata: Readonly<Record<string, unknown>> = { language_info: { name: "python" } },
): Record<string, unknown> {
  return {
    cells: cells.map((cell, index) => (typeof cell === "string" ? codeCell(cell, index) : cell)),
    metadata,
    nbformat: 4,
    nbformat_minor: 5,
  };
}

export function codeCell(source: string, index = 0): Record<string, unknown> {
  return {
    cell_type: "code",
    execution_count: null,
    id: `id-${String(index)}`,
    metadata: { tags: ["é", "\u2028"] },
    outputs: [{ name: "stdout", output_type: "stream", text: ["arange(4, dtype=float)\n"] }],
    source: linesOf(source),
  };
}

export function linesOf(source: string): readonly string[] {
  return source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** As Jupyter writes it. */
export function written(value: unknown, indent: string | number = 1): string {
  return `${JSON.stringify(value, null, indent)}\n`;
}

/** As Python writes it when it is not told to leave characters as they are. */
export function inAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
