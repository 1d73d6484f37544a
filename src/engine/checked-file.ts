import type { Surroundings } from "../analysis/units/outside-calls.ts";
import type { Finding } from "../verify/finding.ts";
import type { SourceFile } from "./discover.ts";
import type { ChangedText } from "./changed-lines.ts";
import type { InspectOptions } from "./inspect.ts";
import type { Known } from "./known-findings.ts";

/** How a file is checked, and which of its findings count. */
export interface FileSettings {
  readonly options: InspectOptions;
  /** What counts: only what is printed is fixed, too. */
  readonly isPrinted: (finding: Finding) => boolean;
}

/** A file with findings, or with text that others may refer to, on its way through a run. */
export interface CheckedFile {
  readonly file: SourceFile;
  /** As read; null for what could not be read. */
  readonly bytes: Uint8Array | null;
  /** As decoded; '' for what could not be. */
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly settings: FileSettings;
  /** What it was judged by besides its text. */
  readonly surroundings?: Surroundings;
  /** What a baseline knows of it; its settings print none of that. */
  readonly known?: Known;
  /** What has changed in it, where only that counts; its settings print what is found there. */
  readonly changed?: ChangedText;
}

/** The same file after its fixes. */
export interface RepairedFile extends CheckedFile {
  readonly original: CheckedFile;
  /** Findings whose fixes were applied. */
  readonly fixed: readonly Finding[];
  /** Why a fix that was due was not applied. */
  readonly withheld: string | null;
  /** Files that are repaired together with it, by their real paths: all of them are written, or none. */
  readonly partners: ReadonlySet<string>;
}
