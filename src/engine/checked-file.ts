import type { Surroundings } from "../analysis/units/outside-calls.ts";
import type { Finding } from "../verify/finding.ts";
import type { SourceFile } from "./discover.ts";

/** A file with findings, or with text that others may refer to, on its way through a run. */
export interface CheckedFile {
  readonly file: SourceFile;
  /** As read; null for what could not be read. */
  readonly bytes: Uint8Array | null;
  /** As decoded; '' for what could not be. */
  readonly text: string;
  readonly findings: readonly Finding[];
  /** What it was judged by besides its text. */
  readonly surroundings?: Surroundings;
}

/** The same file after its fixes. */
export interface RepairedFile extends CheckedFile {
  readonly original: CheckedFile;
  /** Findings whose fixes were applied. */
  readonly fixed: readonly Finding[];
  /** Why a fix that was due was not applied. */
  readonly withheld: string | null;
}
