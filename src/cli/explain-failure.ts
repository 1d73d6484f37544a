import { escapeText } from "./formats/display.ts";
import { UsageError } from "../engine/usage-error.ts";

/** What goes to standard error when a command could not do its work. */
export function explainFailure(error: unknown): string {
  if (error instanceof UsageError) {
    const help = error.remedy === null ? "" : `  = help: ${error.remedy}\n`;
    return escapeLines(`ropelint: error: ${error.message}\n${help}`);
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return escapeLines(`ropelint: internal error, please report it\n${details}\n`);
}

/** A configuration's keys and a file's name are as much a stranger's text as code is. */
function escapeLines(text: string): string {
  return text.split("\n").map(escapeText).join("\n");
}
