import { accessSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errorCode, explainError } from "../engine/io.ts";
import { UsageError } from "../engine/usage-error.ts";

export interface ReportFile {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** A report that goes to a file once it is complete. A wrong path is said before the work begins. */
export function openReport(path: string, cwd: string): ReportFile {
  const place = resolve(cwd, path);
  const orExplain = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      const remedy = "name a file in a folder that exists and can be written";
      throw new UsageError(`--output-file ${path} can't be written: ${explainError(error)}`, remedy);
    }
  };
  orExplain(() => {
    requireWritable(place);
  });
  const parts: string[] = [];
  return {
    write: (text) => {
      parts.push(text);
    },
    close: () => {
      orExplain(() => {
        writeFileSync(place, parts.join(""));
      });
    },
  };
}

function requireWritable(place: string): void {
  try {
    if (statSync(place).isDirectory()) throw new Error("is a directory");
    accessSync(place, constants.W_OK);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    accessSync(dirname(place), constants.W_OK);
  }
}
