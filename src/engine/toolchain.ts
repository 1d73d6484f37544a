import type { InspectOptions } from "./inspect.ts";
import type { Finding } from "../verify/finding.ts";

/** A decoded file, able to turn a changed text back into bytes of the same encoding. */
export interface DecodedText {
  readonly text: string;
  encode(text: string): Uint8Array;
}

/** What the engine asks of the layers below it. Tests pass their own. */
export interface Toolchain {
  /** Only files that hold one of these are read further. */
  readonly literals: readonly string[];
  /** May report `syntax-error` findings (see `syntaxError`), or throw a `SyntaxProblem` where nothing can be analysed. */
  inspect(text: string, options: InspectOptions): readonly Finding[];
  /** Throws where the bytes are no text in the encoding they declare. */
  decode(bytes: Uint8Array): DecodedText;
  /** How much of the text does not parse; a rewrite must not raise it. */
  countSyntaxErrors(text: string): number;
}
