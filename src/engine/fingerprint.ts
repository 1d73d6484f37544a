import { createHash } from "node:crypto";
import type { Finding } from "../verify/finding.ts";

/**
 * Names findings so that they are known again after lines have moved or were indented anew: rule, enclosing definition, text
 * with its white space folded, and the ordinal among those of the file that are equal in all three.
 */
export function fingerprints(text: string, findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const key = keyOf(text, finding);
    const ordinal = seen.get(key) ?? 0;
    seen.set(key, ordinal + 1);
    return digest(key, ordinal);
  });
}

/** One name for all findings of a file that are equal: the fingerprint of the first of them. */
export function sharedFingerprint(text: string, finding: Finding): string {
  return digest(keyOf(text, finding), 0);
}

function keyOf(text: string, finding: Finding): string {
  const source = text.slice(finding.span.start, finding.span.end).replace(/\s+/g, " ").trim();
  return [finding.rule, finding.definition, source].join("\0");
}

function digest(key: string, ordinal: number): string {
  return createHash("sha256").update(`${key}\0${ordinal}`).digest("hex").slice(0, 16);
}
