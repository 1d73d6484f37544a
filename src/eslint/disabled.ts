import { isSuppressed } from "../engine/eslint-comments.ts";
import type { Span } from "../ir/program.ts";
import type { ConfigComment } from "./python/directives.ts";
import type { TextSource } from "./rule-meta.ts";

/**
 * Whether ESLint's own comments will suppress what a rule reports at a place. ESLint asks no rule about that, and a suppressed
 * finding must not be repaired by way of another one's fix.
 */
export function isDisabled(sourceCode: TextSource, ruleId: string, { start }: Span): boolean {
  const { line } = sourceCode.getLocFromIndex(start);
  const { directives = [] } = sourceCode.getDisableDirectives?.() ?? {};
  const placed = directives.map(({ type, value, node }) => {
    const { loc, range } = node as ConfigComment;
    return { type, value, start: range[0], startLine: loc.start.line, endLine: loc.end.line };
  });
  return isSuppressed(placed, ruleId, { start, line });
}
