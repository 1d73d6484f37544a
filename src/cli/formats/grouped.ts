import { inCell } from "../../engine/report.ts";
import type { Diagnostic } from "../../engine/report.ts";
import type { Paint } from "../palette.ts";
import { escapeText } from "./display.ts";

/** Findings under the name of their file. */
export function formatGrouped(diagnostics: readonly Diagnostic[], paint: Paint): string {
  return [...byPath(diagnostics)]
    .map(([path, found]) => `${paint("bold", `${escapeText(path)}:`)}\n${rows(found, paint)}\n`)
    .join("");
}

/** Findings of each file, in the order in which they come. */
export function byPath(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, readonly Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    const found = files.get(diagnostic.path);
    if (found === undefined) files.set(diagnostic.path, [diagnostic]);
    else found.push(diagnostic);
  }
  return files;
}

function rows(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const places = diagnostics.map(inCell);
  const width = Math.max(...places.map((place) => place.length));
  return diagnostics
    .map(({ finding, fix }, i) => {
      const label = paint(finding.severity, `${finding.severity}[${finding.rule}]`);
      const mark = fix?.applicability === "safe" ? " [*]" : "";
      return `  ${(places[i] ?? "").padEnd(width)} ${label} ${escapeText(finding.message)}${mark}\n`;
    })
    .join("");
}
