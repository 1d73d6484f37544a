import { UsageError } from "../engine/usage-error.ts";

/** What goes to standard error when a command could not do its work. */
export function explainFailure(error: unknown): string {
  if (error instanceof UsageError) {
    const help = error.remedy === null ? "" : `  = help: ${error.remedy}\n`;
    return `ropelint: error: ${error.message}\n${help}`;
  }
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `ropelint: internal error, please report it\n${details}\n`;
}
