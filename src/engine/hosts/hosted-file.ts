import type { Edit } from "../../ir/rewrite.ts";
import { applyEdits } from "../apply-fixes.ts";
import type { Host, Part } from "./host.ts";
import { joinParts, sourcesIn } from "./hosted-text.ts";

/** A file that Python stands in, taken apart. */
export class HostedFile {
  /** The file as it is. */
  readonly file: string;
  readonly parts: readonly Part[];
  /** Its Python as one text. */
  readonly text: string;
  readonly #host: Host;

  /** Throws `UnreadableHostError`. */
  constructor(host: Host, file: string) {
    this.#host = host;
    this.file = file;
    this.parts = host.read(file);
    this.text = joinParts(this.parts);
  }

  /** The edits of the file that its Python's change to another text asks for. */
  editsFor(text: string): readonly Edit[] {
    const sources = sourcesIn(text);
    if (sources.length !== this.parts.length) throw new Error("its parts are not found again");
    return this.parts.flatMap((part, index) => part.editsTo(sources[index] ?? part.source));
  }

  /** The file with another text for its Python. What comes of it is read once more: nothing but that may have changed. */
  with(text: string): HostedFile {
    if (text === this.text) return this;
    const next = new HostedFile(this.#host, applyEdits(this.file, this.editsFor(text)));
    const isMeant = (source: string, index: number): boolean => source === next.parts[index]?.source;
    if (next.parts.length !== this.parts.length || !sourcesIn(text).every(isMeant))
      throw new Error(`the rewritten ${this.#host.name} would not read back; please report it`);
    return next;
  }
}
