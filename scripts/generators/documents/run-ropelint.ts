import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { AnyRule } from "../../../src/analysis/rule.ts";
import { runCommandLine } from "../../../src/cli/program.ts";
import { services } from "../../../src/cli/wiring.ts";

/** The repository's root: where the commands of the documents are run. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface Outcome {
  readonly status: number;
  /** Both streams, in the order in which a terminal would show them. */
  readonly output: string;
}

/** Runs ropelint in this process. A failure of ropelint's own is none of the outcomes that a document may show. */
export async function runRopelint(words: readonly string[], input = "", cwd = root): Promise<Outcome> {
  let output = "";
  const write = (text: string | Uint8Array): void => {
    output += typeof text === "string" ? text : Buffer.from(text).toString();
  };
  const status = await runCommandLine(words, services, {
    cwd,
    env: {},
    outIsTerminal: false,
    errorIsTerminal: false,
    out: write,
    error: write,
    readInput: () => Promise.resolve(Buffer.from(input)),
    inputChunks: () => Readable.from([Buffer.from(input)]),
    outHasRoom: () => Promise.resolve(true),
    undisturbed: (work) => work(),
  });
  if (status === 2 || output.includes("internal-error"))
    throw new Error(`ropelint ${words.join(" ")} failed:\n${output}`);
  return { status, output };
}

/** The parts of a finding's JSON that the documents use. */
export interface Figures {
  readonly distinct: number | null;
  readonly first_collision: number | null;
  readonly max_abs_cos_error: number | null;
  readonly max_abs_value_error: number | null;
  readonly moved: number | null;
}
interface Position {
  readonly row: number;
  readonly column: number;
}
export interface FoundJson {
  readonly code: string;
  readonly severity: string;
  readonly environments: readonly string[];
  readonly location: Position;
  readonly fix: {
    readonly applicability: string;
    readonly edits: readonly {
      readonly content: string;
      readonly location: Position;
      readonly end_location: Position;
    }[];
  } | null;
  readonly evidence: {
    readonly verdict: string | null;
    readonly runs: readonly {
      readonly environment: string;
      readonly dtype: string;
      readonly outcome: string | null;
      readonly before: Figures;
      readonly after: Figures | null;
    }[];
  } | null;
}

/** What the command line has to say for a rule to report: a strict rule is selected, and may have notes only. */
export function flagsFor({ id, strict, most }: Pick<AnyRule, "id" | "strict" | "most">): readonly string[] {
  const selected = strict ? ["--select", id] : [];
  return strict || most === "note" ? [...selected, "--severity", "note"] : selected;
}

/** Every finding in a text, notes too. */
export async function findingsIn(code: string, flags: readonly string[] = []): Promise<readonly FoundJson[]> {
  const format = ["--severity", "note", "--output-format", "json"];
  const words = ["check", "--stdin-filename", "example.py", ...flags, ...format];
  return JSON.parse((await runRopelint(words, code)).output) as readonly FoundJson[];
}
