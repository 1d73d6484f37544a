import { ParseLimitError } from "../frontends/python/parse-limits.ts";
import { TreeTooDeepError } from "../frontends/python/syntax-tree.ts";
import type { Finding } from "../verify/finding.ts";
import { decode } from "./decode.ts";
import { engineFinding, SyntaxProblem, syntaxError } from "./engine-findings.ts";
import { UnreadableHostError } from "./hosts/host.ts";
import type { InspectOptions } from "./inspect.ts";
import { explainError } from "./io.ts";
import { containsAny } from "./prefilter.ts";
import type { Toolchain } from "./toolchain.ts";

/** What became of one file. */
export interface FileOutcome {
  /** Null where the file was not read further: no literal of interest, or no text. */
  readonly text: string | null;
  readonly findings: readonly Finding[];
}

const nothing: FileOutcome = { text: null, findings: [] };

/** One file's bytes in, its findings out. Never throws: what goes wrong with a file is a finding of that file. */
export function inspectBytes(bytes: Uint8Array, options: InspectOptions, toolchain: Toolchain): FileOutcome {
  if (!containsAny(bytes, toolchain.literals)) return nothing;
  let text: string;
  try {
    text = decode(bytes, options.path ?? "");
  } catch (error) {
    if (error instanceof UnreadableHostError)
      return { text: error.file, findings: [syntaxError(error.message, error.span)] };
    return failed(explainError(error));
  }
  return { text, findings: inspectText(text, options, toolchain) };
}

/** Findings of a text in order of position; an exception in the analysis becomes one of them. */
export function inspectText(text: string, options: InspectOptions, toolchain: Toolchain): readonly Finding[] {
  try {
    return [...toolchain.inspect(text, options)].sort(byPosition);
  } catch (error) {
    return [explainFailure(error)];
  }
}

function failed(message: string): FileOutcome {
  return { text: null, findings: [engineFinding("io-error", message)] };
}

function explainFailure(error: unknown): Finding {
  if (error instanceof SyntaxProblem) return syntaxError(error.message, error.span);
  if (error instanceof TreeTooDeepError)
    return syntaxError(`${error.message}; not analysed`, { start: error.index, end: error.index + 1 });
  if (error instanceof ParseLimitError)
    return {
      ...syntaxError(`${error.message}; not analysed`, { start: 0, end: 0 }),
      isPassing: error.isTimed,
    };
  if (error instanceof RangeError && error.message.includes("call stack"))
    return syntaxError("the code is nested too deeply to be analysed", { start: 0, end: 0 });
  return engineFinding(
    "internal-error",
    `ropelint failed on this file (${describe(error)}); please report it`,
  );
}

/** The exception and the innermost place of ours that it came from: enough to start looking. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\((?:file:\/\/)?[^()]*\/((?:src|rules|dist)\/[^()]+:\d+:\d+)\)/.exec(error.stack ?? "")?.[1];
  return `${error.name}: ${error.message.split("\n", 1)[0] ?? ""}${place === undefined ? "" : `, at ${place}`}`;
}

function byPosition(a: Finding, b: Finding): number {
  return a.span.start - b.span.start || a.span.end - b.span.end || compare(a.rule, b.rule);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
