import type { DirectiveType } from "@eslint/core";
import { ConfigCommentParser } from "@eslint/plugin-kit";
import { spanOf, textAt } from "../frontends/javascript/estree.ts";
import type { EstreeNode } from "../frontends/javascript/estree.ts";
import { LineIndex } from "./position.ts";

/** One of ESLint's comments that switch rules off and on. */
export interface DisableDirective {
  readonly type: DirectiveType;
  /** The rules that it speaks of; without one, of all. */
  readonly value: string;
  readonly start: number;
  readonly startLine: number;
  readonly endLine: number;
}

const parser = new ConfigCommentParser();
const types: ReadonlyMap<string, DirectiveType> = new Map([
  ["eslint-disable", "disable"],
  ["eslint-enable", "enable"],
  ["eslint-disable-line", "disable-line"],
  ["eslint-disable-next-line", "disable-next-line"],
]);

/** Whether ESLint drops what a rule reports at a place. */
export function isSuppressed(
  directives: readonly DisableDirective[],
  ruleId: string,
  place: { readonly start: number; readonly line: number },
): boolean {
  let isOff = false;
  for (const directive of directives) {
    if (!speaksOf(directive, ruleId)) continue;
    switch (directive.type) {
      case "disable-line":
        if (directive.startLine === place.line) return true;
        break;
      case "disable-next-line":
        if (directive.endLine + 1 === place.line) return true;
        break;
      case "disable":
      case "enable":
        // The last one before the place decides.
        if (directive.start <= place.start) isOff = directive.type === "disable";
        break;
    }
  }
  return isOff;
}

function speaksOf({ value }: DisableDirective, ruleId: string): boolean {
  const ids = Object.keys(parser.parseListConfig(value));
  return ids.length === 0 || ids.includes(ruleId);
}

/** What ESLint's comments in a script say of our rules. */
export class ScriptComments {
  readonly #directives: readonly DisableDirective[];
  readonly #lines: LineIndex;
  readonly #off: ReadonlySet<string>;

  constructor(comments: readonly EstreeNode[], text: string) {
    const lines = new LineIndex(text);
    this.#lines = lines;
    const speaking = comments.filter((comment) => textAt(comment, "value").includes("eslint"));
    this.#directives = speaking.flatMap((comment) => directiveOf(comment, lines) ?? []);
    this.#off = new Set(speaking.flatMap(switchedOff));
  }

  silences(ruleId: string, start: number): boolean {
    const { row: line } = this.#lines.position(start);
    return this.#off.has(ruleId) || isSuppressed(this.#directives, ruleId, { start, line });
  }
}

function directiveOf(comment: EstreeNode, lines: LineIndex): DisableDirective | null {
  const { label = "", value = "" } = parser.parseDirective(textAt(comment, "value").trim()) ?? {};
  const type = types.get(label);
  const span = spanOf(comment);
  if (type === undefined || span === null) return null;
  const [startLine, endLine] = [span.start, span.end].map((place) => lines.position(place).row);
  const isWhole = !isLine(comment);
  // Behind two slashes only a line can be meant; and a comment over several lines disables none of them.
  if (!isWhole && (type === "disable" || type === "enable")) return null;
  if (type === "disable-line" && startLine !== endLine) return null;
  return { type, value, start: span.start, startLine: startLine ?? 0, endLine: endLine ?? 0 };
}

/** `eslint ropelint/float-range: "off"` */
function switchedOff(comment: EstreeNode): readonly string[] {
  const { label, value = "" } = parser.parseDirective(textAt(comment, "value").trim()) ?? {};
  if (label !== "eslint" || isLine(comment)) return [];
  const result = parser.parseJSONLikeConfig(value);
  if (!result.ok) return [];
  return Object.entries(result.config).flatMap(([id, setting]) => {
    const severity: unknown = Array.isArray(setting) ? setting[0] : setting;
    return severity === "off" || severity === 0 ? [id] : [];
  });
}

function isLine({ type }: EstreeNode): boolean {
  return type === "Line" || type === "CommentLine";
}
