import type { CallOut } from "../analysis/callers/calls-out.ts";
import type { InspectOptions } from "./inspect.ts";
import { hostedToolchain } from "./hosts/hosted-toolchain.ts";
import { hostOf } from "./hosts/hosts.ts";
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
  /** Forgets what was read of other files. */
  forget?(): void;
  /** The one for JavaScript and TypeScript; where there is none, they are read like all other files. */
  readonly scripts?: Toolchain;
}

export function toolchainFor(path: string, toolchain: Toolchain): Toolchain {
  if (isScript(path)) return toolchain.scripts ?? toolchain;
  const host = hostOf(path);
  return host === null ? toolchain : hostedToolchain(host, toolchain);
}
