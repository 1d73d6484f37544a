import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { BaselineError, formatBaseline, parseBaseline } from "../engine/baseline-text.ts";
import type { BaselineEntry } from "../engine/baseline.ts";
import { realOf } from "../engine/configuration/configurations.ts";
import type { Configurations } from "../engine/configuration/configurations.ts";
import { shownPath } from "../engine/configuration/read.ts";
import { errorCode, explainError } from "../engine/io.ts";
import type { BaselineRequest } from "../engine/known-findings.ts";
import { LineIndex } from "../engine/position.ts";
import type { RunRequest } from "../engine/run.ts";
import { UsageError } from "../engine/usage-error.ts";
import { createFile, replaceFile, WriteError } from "../engine/write-file.ts";

const fileName = "ropelint-baseline.json";

/** A baseline on the disk, or the place of one that is to be written. */
export class BaselineFile {
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  /** As read; null where there is none yet. */
  readonly bytes: Uint8Array | null;
  readonly entries: readonly BaselineEntry[];
  readonly #folder: string;
  readonly #cwd: string;

  constructor(file: string, cwd: string) {
    this.path = file;
    this.shown = shownPath(file, cwd);
    this.#folder = realOf(path.dirname(file));
    this.#cwd = cwd;
    this.bytes = this.#read();
    this.entries = this.bytes === null ? [] : this.#parse(Buffer.from(this.bytes).toString("utf8"));
  }

  /** What a run has to know of it. */
  requestFor(input: RunRequest["input"]): BaselineRequest {
    const reaches = (place: string): boolean =>
      !path.relative(realOf(path.resolve(this.#cwd, place)), this.#folder).startsWith("..");
    return {
      entries: this.entries,
      placeOf: ({ real }) => this.#placeOf(real),
      exists: (place) => existsSync(path.join(this.#folder, place)),
      isComplete: !("bytes" in input) && input.some(reaches),
    };
  }

  /** Writes it as a whole, or not at all; false where it says that already. */
  write(entries: readonly BaselineEntry[]): boolean {
    const content = Buffer.from(formatBaseline(entries));
    if (this.bytes !== null && content.equals(this.bytes)) return false;
    try {
      if (this.bytes === null) createFile(this.path, content);
      else replaceFile(this.path, this.bytes, content);
      return true;
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      throw new UsageError(`${this.shown} can't be written: ${error.message}`);
    }
  }

  /** Text from standard input lies where a file of its name would. */
  #placeOf(real: string): string {
    const place = path.resolve(this.#cwd, real);
    const resolved = path.join(realOf(path.dirname(place)), path.basename(place));
    return path.relative(this.#folder, resolved).split(path.sep).join("/");
  }

  #read(): Uint8Array | null {
    try {
      const status = statSync(this.path);
      // A pipe would be waited for, and a device read without end.
      if (!status.isFile() && !status.isDirectory())
        throw new UsageError(`${this.shown} can't be read: not a regular file`);
      return readFileSync(this.path);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (errorCode(error) === "ENOENT") return null;
      throw new UsageError(`${this.shown} can't be read: ${explainError(error)}`);
    }
  }

  #parse(text: string): readonly BaselineEntry[] {
    try {
      return parseBaseline(text.replace(/^\ufeff/, ""));
    } catch (error) {
      if (!(error instanceof BaselineError)) throw error;
      const { row, column } = new LineIndex(text).position(error.offset);
      throw new UsageError(
        `${this.shown}:${String(row)}:${String(column)}: ${error.message}`,
        "repair it, or remove it and write it again with: ropelint baseline",
      );
    }
  }
}

/** The baseline that counts: the one that is named, else beside the nearest configuration, else in the working directory. */
export function placeOfBaseline(
  named: string | undefined,
  configurations: Configurations,
  cwd: string,
): string {
  if (named !== undefined) return path.resolve(cwd, named);
  const places = [configurations.here.root, realOf(cwd)].map((folder) => path.join(folder, fileName));
  return places.find((place) => existsSync(place)) ?? places[0] ?? fileName;
}
