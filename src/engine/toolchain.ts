import type { CallOut } from "../analysis/callers/calls-out.ts";
import type { Definition } from "../ir/rewrite.ts";
import type { Use } from "../frontends/typescript/project.ts";
import type { InspectOptions } from "./inspect.ts";
import { isScript } from "./languages.ts";
import type { Finding } from "../verify/finding.ts";

/** What the engine asks of the layers below it. Tests pass their own. */
export interface Toolchain {
  /** Only files that hold one of these are read further. */
  readonly literals: readonly string[];
  /** May report `syntax-error` findings (see `syntaxError`), or throw a `SyntaxProblem` where nothing can be analysed. */
  inspect(text: string, options: InspectOptions): readonly Finding[];
  /** The calls that a text makes of what `resolve` knows by the path of its import. */
  callsOut<Target>(text: string, resolve: (path: string) => Target | null): readonly CallOut<Target>[];
  /** How much of the text does not parse; a rewrite must not raise it. */
  countSyntaxErrors(text: string): number;
  /** All uses of a constant in its own file and in those that are given by their real paths; null where they cannot be told. */
  usesOf?(definition: Definition, files: ReadonlyMap<string, string>): readonly Use[] | null;
  /** Lets go of what was kept of files that may have changed since. */
  forget?(): void;
  /** The one for JavaScript and TypeScript; where there is none, they are read like all other files. */
  readonly scripts?: Toolchain;
}

export function toolchainFor(path: string, toolchain: Toolchain): Toolchain {
  return isScript(path) ? (toolchain.scripts ?? toolchain) : toolchain;
}
