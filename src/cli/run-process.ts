import { fstatSync } from "node:fs";
import { errorCode, explainError } from "../engine/io.ts";
import { explainFailure } from "./explain-failure.ts";
import { runCommandLine } from "./program.ts";
import type { Services, Streams } from "./services.ts";
import { UsageError } from "../engine/usage-error.ts";
import { undisturbed } from "./signals.ts";

/** Runs ropelint as this process: its arguments, streams and exit status. */
export async function runProcess(services: Services): Promise<void> {
  // Whoever reads the output may stop early, as `head` does: that is no failure.
  process.stdout.on("error", (error: Error) => {
    readerIsGone = true;
    endQuietly(error);
  });
  process.stderr.on("error", endQuietly);
  try {
    process.exitCode = await runCommandLine(process.argv.slice(2), services, processStreams());
  } catch (error) {
    process.exitCode = 2;
    process.stderr.write(explainFailure(error));
  }
}

let readerIsGone = false;

function endQuietly(error: Error): void {
  if (errorCode(error) === "EPIPE") return;
  process.stderr.write(`ropelint: error: the output can't be written: ${explainError(error)}\n`);
  process.exit(2);
}

function processStreams(): Streams {
  return {
    cwd: currentFolder(),
    env: process.env,
    outIsTerminal: process.stdout.isTTY,
    errorIsTerminal: process.stderr.isTTY,
    out: (text) => {
      process.stdout.write(text);
    },
    error: (text) => {
      process.stderr.write(text);
    },
    readInput,
    inputChunks,
    outHasRoom,
    undisturbed,
  };
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new UsageError(`the current folder: ${explainError(error)}`, "change to a folder that exists");
  }
}

async function readInput(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Node takes a folder for an empty file. */
function inputChunks(): AsyncIterable<Uint8Array> {
  if (isFolder(0)) throw new Error("is a directory");
  return process.stdin;
}

function isFolder(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    return false;
  }
}

async function outHasRoom(): Promise<boolean> {
  // That a pipe is closed is told in the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  if (!readerIsGone && process.stdout.writableNeedDrain)
    await new Promise<void>((resolve) => {
      const go = (): void => {
        for (const event of ["drain", "close", "error"]) process.stdout.removeListener(event, go);
        resolve();
      };
      for (const event of ["drain", "close", "error"]) process.stdout.on(event, go);
    });
  return !readerIsGone;
}
