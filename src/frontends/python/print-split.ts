import { shapeOf, weakest, width } from "./print-tokens.ts";
import type { Shape } from "./print-tokens.ts";

/** Splits one line of code the way black does: at a bracket, with what it holds on lines of its own. */

const INDENT = "    ";

/** `target = `, `target += `, `return `: what black may put in parentheses follows. */
const HEAD = /^\s*(?:return |(?:[^=()]|\([^()]*\))*? (?:[-+*/%@&|^]|\*\*|\/\/|<<|>>)?= )/;

/** The lines of a statement or item that is too long for one, or null where no split makes it fit. */
export function splitLine(line: string, limit: number): string[] | null {
  const head = HEAD.exec(line)?.[0];
  const value = head === undefined ? null : shapeOf(line.slice(head.length));
  if (head !== undefined && value && needsParentheses(value, line)) {
    const indent = indentOf(line);
    const content = line.slice(head.length);
    return [`${head}(`, ...splitContent(content, indent + INDENT, limit), `${indent})`];
  }
  return splitAtBracket(line, limit);
}

/** Chains of two calls or more and several operators are wrapped; one operator before a bracket is not. */
function needsParentheses({ commas, operators, dots, pairs }: Shape, line: string): boolean {
  if (commas.length > 0 || line.endsWith(",")) return false;
  if (operators.length > 0) return weakest(operators).length > 1 || !/(?:[^(][)]|[^[]\]|[^{]\})$/.test(line);
  return dots.length > 1 || pairs.length === 0;
}

/** At the last bracket that leaves the lines around its content short enough. */
function splitAtBracket(line: string, limit: number): string[] | null {
  const indent = indentOf(line);
  for (const { open, close } of shapeOf(line)?.pairs.toReversed() ?? []) {
    const content = line.slice(open + 1, close).trim();
    const head = line.slice(0, open + 1);
    const tail = `${indent}${line.slice(close)}`;
    if (content === "" || width(head) > limit || width(tail) > limit) continue;
    return [head, ...splitContent(content, indent + INDENT, limit), tail];
  }
  return null;
}

/** What a bracket holds: on one line, one item a line with a trailing comma, or split before its operators or dots. */
export function splitContent(content: string, indent: string, limit: number): string[] {
  const shape = shapeOf(content);
  const isMagic = shape?.commas.at(-1) === content.length - 1;
  if (!shape || (!isMagic && width(indent + content) <= limit)) return [indent + content];
  if (shape.commas.length > 0) return splitItems(content, shape.commas, indent, limit);
  if (shape.operators.length > 0) {
    const offsets = weakest(shape.operators).map(({ offset }) => offset);
    return cut(content, offsets, indent).flatMap((part) => fit(part, limit));
  }
  // The first call stays with its object.
  if (shape.dots.length > 1) return cut(content, shape.dots, indent).flatMap((part) => fit(part, limit));
  return splitAtBracket(indent + content, limit) ?? [indent + content];
}

function splitItems(content: string, commas: readonly number[], indent: string, limit: number): string[] {
  const starts = [0, ...commas.map((comma) => comma + 1)];
  return starts
    .map((start, place) => content.slice(start, commas[place]).trim())
    .filter((item) => item !== "")
    .flatMap((item) => fit(`${indent}${item},`, limit));
}

function cut(content: string, offsets: readonly number[], indent: string): string[] {
  return [0, ...offsets].map((start, place) => indent + content.slice(start, offsets[place]).trim());
}

function fit(line: string, limit: number): string[] {
  return width(line) <= limit ? [line] : (splitAtBracket(line, limit) ?? [line]);
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? "";
}
