import type { Diagnostic } from "../../engine/report.ts";
import type { Paint } from "../palette.ts";
import { headline } from "./text.ts";

/** One line a finding, for editors, grep and logs. `[*]` marks what `--fix` would repair. */
export function formatConcise(diagnostic: Diagnostic, paint: Paint): string {
  const { environments, message } = diagnostic.finding;
  const isSaid = environments.every((name) => name === "plain" || message.includes(name));
  const where = isSaid ? "" : paint("dim", ` (${environments.join(", ")})`);
  const mark = diagnostic.fix?.applicability === "safe" ? " [*]" : "";
  return `${headline(diagnostic, paint)}${where}${mark}\n`;
}
