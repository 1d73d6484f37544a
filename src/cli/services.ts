import type { EnvironmentInfo, RuleInfo } from "../engine/rule-info.ts";
import type { LazyToolchain } from "../engine/toolchain.ts";

/** What a command reads and writes. */
export interface Streams {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly outIsTerminal: boolean;
  readonly errorIsTerminal: boolean;
  readonly out: (text: string | Uint8Array) => void;
  readonly error: (text: string) => void;
  readonly readInput: () => Promise<Uint8Array>;
  /** The same piece by piece, and no faster than it is taken. */
  readonly inputChunks: () => AsyncIterable<Uint8Array>;
  /** Waits until `out` can take more; false where nobody reads it any longer. */
  readonly outHasRoom: () => Promise<boolean>;
  /** Does at once what a signal must not interrupt. */
  readonly undisturbed: <Result>(work: () => Result) => Result;
}

/** What ropelint knows: its rules, its environments, and the layers that do the work. */
export interface Services extends LazyToolchain {
  readonly version: string;
  /** Names the code that finds, for caches; null where it runs from its sources, which change without being told. */
  readonly build: string | null;
  readonly rules: readonly RuleInfo[];
  readonly environments: readonly EnvironmentInfo[];
  /** Why Python is not read by the parser that is wanted first; null where it is, or none was loaded yet. */
  readonly parserFallback?: () => string | null;
}
