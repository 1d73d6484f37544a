import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { explainFailure } from "../../src/cli/explain-failure.ts";
import { runCommandLine } from "../../src/cli/program.ts";
import type { Services } from "../../src/cli/services.ts";
import { fakeServices } from "./fake-services.ts";

export interface Outcome {
  readonly status: number | null;
  /** What ended it, where it did not end by itself. */
  readonly signal?: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly services?: Services;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
}

/** Runs a command line in this process, over the fake analysis. */
export async function ropelint(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<Outcome & { readonly bytes: Buffer }> {
  const out: Buffer[] = [];
  let error = "";
  const streams = {
    cwd: surroundings.cwd,
    env: surroundings.env ?? {},
    outIsTerminal: surroundings.isTerminal ?? false,
    errorIsTerminal: false,
    out: (text: string | Uint8Array): void => {
      out.push(Buffer.from(text));
    },
    error: (text: string): void => {
      error += text;
    },
    readInput: () => Promise.resolve(Buffer.from(surroundings.input ?? "")),
    inputChunks: () => Readable.from([Buffer.from(surroundings.input ?? "")]),
    outHasRoom: () => Promise.resolve(true),
    undisturbed: <Result>(work: () => Result) => work(),
  };
  let status: number;
  try {
    status = await runCommandLine(words, surroundings.services ?? fakeServices, streams);
  } catch (failure) {
    status = 2;
    error += explainFailure(failure);
  }
  const bytes = Buffer.concat(out);
  return { status, out: bytes.toString(), error, bytes };
}

const loader = import.meta.resolve("tsx");

/** Starts the command line as a process: `fake` over the fake analysis, `real` as it is shipped. */
export function start(
  which: "fake" | "real",
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  user?: number,
): ChildProcess {
  const main = which === "fake" ? "./fake-main.ts" : "../../src/cli/main.ts";
  const file = fileURLToPath(new URL(main, import.meta.url));
  const identity = user === undefined ? {} : { uid: user, gid: user };
  return spawn(process.execPath, ["--import", loader, file, ...words], {
    cwd,
    env: { ...process.env, ...env },
    ...identity,
  });
}

export async function spawnRopelint(
  which: "fake" | "real",
  words: readonly string[],
  { cwd, input, env }: Surroundings,
): Promise<Outcome> {
  const child = start(which, words, cwd, env);
  child.stdin?.end(input ?? "");
  return finished(child);
}

export function finished(child: ChildProcess): Promise<Outcome> {
  let out = "";
  let error = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (error += text));
  return new Promise((resolve) => {
    child.on("close", (status, signal) => {
      resolve({ status, signal, out, error });
    });
  });
}
