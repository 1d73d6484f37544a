import type { CallOut } from "../analysis/callers/calls-out.ts";
import type { Use } from "../frontends/typescript/project.ts";
import type { InspectOptions } from "./inspect.ts";
import { hostedToolchain } from "./hosts/hosted-toolchain.ts";
import { hostOf } from "./hosts/hosts.ts";
import { isScript } from "./languages.ts";
import type { Definition, Edit } from "../ir/rewrite.ts";
import type { Finding } from "../verify/finding.ts";

/** What the comments are to say, and of which file: its name tells the dialect. */
export interface IgnoreRequest {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly reason: string;
}

export interface IgnorePlan {
  /** They change comments and nothing else; none where there is no such way. */
  readonly edits: readonly Edit[];
  /** The findings that they are to silence. */
  readonly silenced: readonly Finding[];
}

export type PlanIgnores = (text: string, request: IgnoreRequest) => IgnorePlan;

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
  /** Comments that silence findings; where there are none, findings can't be ignored. */
  readonly planIgnores?: PlanIgnores;
  /** All uses of a constant in its own file and in those that are given by their real paths; null where they cannot be told. */
  usesOf?(definition: Definition, files: ReadonlyMap<string, string>): readonly Use[] | null;
  /** Lets go of what was kept of files that may have changed since. */
  forget?(): void;
  /** The one for JavaScript and TypeScript; where there is none, they are read like all other files. */
  readonly scripts?: Toolchain;
}

/** A toolchain that is loaded for the first file that needs it: most runs of a hook meet none. */
export interface LazyToolchain {
  readonly literals: readonly string[];
  readonly scripts?: Pick<Toolchain, "literals" | "forget">;
  readonly loadToolchain: () => Promise<Toolchain>;
  /** A module whose default export is a `Task` (`inspector.ts`), to be run in threads of its own; null where there is none. */
  readonly worker: URL | null;
}

export function lazily(toolchain: Toolchain | LazyToolchain): LazyToolchain {
  if ("loadToolchain" in toolchain) return toolchain;
  return { ...toolchain, loadToolchain: () => Promise.resolve(toolchain), worker: null };
}

export function toolchainFor(path: string, toolchain: Toolchain): Toolchain {
  if (isScript(path)) return toolchain.scripts ?? toolchain;
  const host = hostOf(path);
  return host === null ? toolchain : hostedToolchain(host, toolchain);
}

export function literalsFor(path: string, { literals, scripts }: LazyToolchain): readonly string[] {
  return isScript(path) ? (scripts?.literals ?? literals) : literals;
}
