import { createHash } from "node:crypto";
import type { Finding } from "../verify/finding.ts";

/**
 * Names findings so that they are known again after lines have moved or were indented anew: rule, enclosing definition, text
 * with its white space folded, and the ordinal among those of the file that are equal in all three.
 */
export function fingerprints(text: string, findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const source = text.slice(finding.span.start, finding.span.end).replace(/\s+/g, " ").trim();
    const key = [finding.rule, finding.definition, source].join("\0");
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return createHash("sha256").update(`${key}\0${ordinal}`).digest("hex").slice(0, 16);
  });
}
