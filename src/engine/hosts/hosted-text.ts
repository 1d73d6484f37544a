import type { Span } from "../../ir/program.ts";
import type { Part } from "./host.ts";

/**
 * Parts as one text, which the rest of ropelint reads as a Python file: before each part stands a line that no part holds, a comment.
 * It says itself where parts begin, so that they are found again after edits.
 */
export function joinParts(parts: readonly Pick<Part, "source">[]): string {
  let marker = "# %%";
  while (parts.some(({ source }) => `\n${source}\n`.includes(`\n${marker}\n`))) marker += "%";
  return parts.map(({ source }) => `${marker}\n${source}\n`).join("");
}

/** Where the sources of its parts stand in a joined text. */
export function partsIn(text: string): readonly Span[] {
  if (!isJoined(text)) return [];
  const marker = text.slice(0, text.indexOf("\n") + 1);
  const spans: Span[] = [];
  for (let at = 0; at !== -1;) {
    const start = at + marker.length;
    // The line end before the next marker is no part's own.
    const next = text.indexOf(`\n${marker}`, start);
    spans.push({ start, end: next === -1 ? text.length - 1 : next });
    at = next === -1 ? -1 : next + 1;
  }
  return spans;
}

/** Not so for a file that could not be taken apart: its text is its own. */
export function isJoined(text: string): boolean {
  return /^# %%+\n/.test(text);
}

export function sourcesIn(text: string): readonly string[] {
  return partsIn(text).map(({ start, end }) => text.slice(start, end));
}
