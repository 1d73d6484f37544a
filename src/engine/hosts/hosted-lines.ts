import type { Span } from "../../ir/program.ts";
import type { Edit } from "../../ir/rewrite.ts";
import { applyEdits } from "../apply-fixes.ts";
import { LineIndex } from "../position.ts";
import type { Position } from "../position.ts";
import type { HostedFile } from "./hosted-file.ts";
import type { Part } from "./host.ts";
import { partsIn } from "./hosted-text.ts";

/** The lines of a hosted file's Python; places are those that its readers count: of a cell, or of the file. */
export class HostedLines extends LineIndex {
  readonly #hosted: HostedFile;
  readonly #spans: readonly Span[];
  readonly #cells = new Map<Part, LineIndex>();
  #file: LineIndex | null = null;

  constructor(hosted: HostedFile) {
    super(hosted.text);
    this.#hosted = hosted;
    this.#spans = partsIn(hosted.text);
  }

  override get file(): LineIndex {
    return (this.#file ??= new LineIndex(this.#hosted.file));
  }

  override offsetInFile(offset: number): number {
    const [part, index] = this.#placeOf(offset);
    return part?.offsetOf(index) ?? 0;
  }

  override editsInFile(edits: readonly Edit[]): readonly Edit[] {
    return this.#hosted.editsFor(applyEdits(this.text, edits));
  }

  override cell(offset: number): number | null {
    return this.#placeOf(offset)[0]?.cell ?? null;
  }

  override position(offset: number): Position {
    const [part, index] = this.#placeOf(offset);
    if (part === undefined) return { row: 1, column: 1 };
    if (part.cell === null) return this.file.position(part.offsetOf(index));
    const lines = this.#cells.get(part) ?? new LineIndex(part.source);
    this.#cells.set(part, lines);
    return lines.position(index);
  }

  /** The part that a place lies in, or behind. */
  #placeOf(offset: number): readonly [part: Part | undefined, index: number] {
    const found = Math.max(
      0,
      this.#spans.findLastIndex(({ start }) => start <= offset),
    );
    const { start = 0, end = 0 } = this.#spans[found] ?? {};
    return [this.#hosted.parts[found], Math.max(0, Math.min(offset, end) - start)];
  }
}
