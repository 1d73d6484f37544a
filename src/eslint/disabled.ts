import { ConfigCommentParser } from "@eslint/plugin-kit";
import type { Directive } from "@eslint/core";
import type { Span } from "../ir/program.ts";
import type { ConfigComment } from "./python/directives.ts";
import type { TextSource } from "./rule-meta.ts";

const parser = new ConfigCommentParser();

/**
 * Whether ESLint's own comments will suppress what a rule reports at a place. ESLint asks no rule about that, and a suppressed
 * finding must not be repaired by way of another one's fix.
 */
export function isDisabled(sourceCode: TextSource, ruleId: string, { start }: Span): boolean {
  const { line } = sourceCode.getLocFromIndex(start);
  let isOff = false;
  for (const directive of sourceCode.getDisableDirectives?.().directives ?? []) {
    if (!speaksOf(directive, ruleId)) continue;
    const { loc, range } = directive.node as ConfigComment;
    switch (directive.type) {
      case "disable-line":
        if (loc.start.line === line) return true;
        break;
      case "disable-next-line":
        if (loc.end.line + 1 === line) return true;
        break;
      case "disable":
      case "enable":
        // The last one before the place decides.
        if (range[0] <= start) isOff = directive.type === "disable";
        break;
    }
  }
  return isOff;
}

/** Without a list a comment speaks of every rule. */
function speaksOf({ value }: Directive, ruleId: string): boolean {
  const ids = Object.keys(parser.parseListConfig(value));
  return ids.length === 0 || ids.includes(ruleId);
}
