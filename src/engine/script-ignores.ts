import { isNode, nodesBelow, spanOf, textAt } from "../frontends/javascript/estree.ts";
import type { EstreeNode } from "../frontends/javascript/estree.ts";
import { parseScript, UnreadableScriptError } from "../frontends/javascript/parse.ts";
import type { ParsedScript } from "../frontends/javascript/parse.ts";
import type { Span } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import { applyEdits } from "./apply-fixes.ts";
import { LineIndex } from "./position.ts";
import type { IgnorePlan, IgnoreRequest } from "./toolchain.ts";

/**
 * ESLint's comments: above the row of a finding, in the one that is there, or, where the row begins inside a template, a pair of them around
 * the statement.
 */
export function planScriptIgnores(text: string, { findings, reason, path }: IgnoreRequest): IgnorePlan {
  const parsed = read(text, path);
  if (parsed === null) return { edits: [], silenced: [] };
  const place = new ScriptPlace(text, parsed);
  const rulesAt = new Map<number, Set<string>>();
  for (const { rule, span } of findings) {
    const row = place.lines.row(span.start);
    rulesAt.set(row, (rulesAt.get(row) ?? new Set()).add(`ropelint/${rule}`));
  }
  const edits = place.edits(rulesAt, reason);
  const changed = read(applyEdits(text, edits), path);
  const isHarmless = changed !== null && isSame(parsed.program, changed.program);
  return isHarmless ? { edits, silenced: findings } : { edits: [], silenced: [] };
}

function read(text: string, path: string): ParsedScript | null {
  try {
    return parseScript(text, path);
  } catch (error) {
    if (error instanceof UnreadableScriptError) return null;
    throw error;
  }
}

/** The rows of a statement. */
interface Enclosure extends Span {
  /** No row is behind it. */
  readonly isLast: boolean;
}

class ScriptPlace {
  readonly lines: LineIndex;
  readonly #text: string;
  readonly #parsed: ParsedScript;
  /** Where a row can't begin with a comment: it would be text. */
  readonly #texts: readonly Span[];
  readonly #statements: readonly Span[];

  constructor(text: string, parsed: ParsedScript) {
    this.#text = text;
    this.#parsed = parsed;
    this.lines = new LineIndex(text);
    const nodes = everyNode(parsed.program);
    const spans = (kept: (node: EstreeNode) => boolean): readonly Span[] =>
      nodes.filter(kept).flatMap((node) => spanOf(node) ?? []);
    this.#texts = [
      ...spans(({ type }) => type === "TemplateElement" || type === "JSXText" || type === "Literal"),
      ...parsed.comments.flatMap((comment) => spanOf(comment) ?? []),
    ];
    this.#statements = spans(
      ({ type }) => /(?:Statement|Declaration)$/.test(type) && type !== "BlockStatement",
    );
  }

  edits(rulesAt: ReadonlyMap<number, ReadonlySet<string>>, reason: string): readonly Edit[] {
    const statements = new Map<Enclosure, Set<string>>();
    for (const [row, ids] of rulesAt) {
      if (this.#commentOn(row) !== undefined || !this.#isText(this.lines.start(row))) continue;
      const statement = this.#statementAround(this.lines.start(row));
      if (statement === null) continue;
      const known = [...statements.keys()].find(({ start }) => start === statement.start) ?? statement;
      const all = statements.get(known) ?? new Set();
      statements.set(known, new Set([...all, ...ids]));
    }
    const rows = [...rulesAt].flatMap(([row, ids]) => {
      const start = this.lines.start(row);
      const left = [...ids].filter(
        (id) =>
          ![...statements].some(([{ start: from, end }, off]) => from <= start && start < end && off.has(id)),
      );
      return left.length === 0 ? [] : this.#editsOn(row, left.sort(), reason);
    });
    const pairs = [...statements].flatMap(([statement, ids]) =>
      this.#pair(statement, [...ids].sort(), reason),
    );
    return [...rows, ...pairs];
  }

  #editsOn(row: number, ids: readonly string[], reason: string): readonly Edit[] {
    const known = this.#commentOn(row);
    if (known !== undefined) return extended(known, ids, reason);
    const start = this.lines.start(row);
    if (this.#isText(start)) return [];
    const words = ["// eslint-disable-next-line", ids.join(", "), ...described(reason)];
    return [{ start, end: start, content: `${this.#indent(start)}${words.join(" ")}\n` }];
  }

  #commentOn(row: number): EstreeNode | undefined {
    return this.#parsed.comments.find((comment) => this.#isAbout(comment, row));
  }

  /** A comment that disables some rules on a row. */
  #isAbout(comment: EstreeNode, row: number): boolean {
    const span = spanOf(comment);
    const [, kind] = /^\s*eslint-disable-(next-line|line)\s+[^\s-]/.exec(textAt(comment, "value")) ?? [];
    if (span === null || kind === undefined) return false;
    return this.lines.row(span.end) === (kind === "line" ? row : row - 1);
  }

  #isText(offset: number): boolean {
    return this.#texts.some(({ start, end }) => start < offset && offset <= end);
  }

  #indent(offset: number): string {
    return /^[ \t]*/.exec(this.#text.slice(offset))?.[0] ?? "";
  }

  /** The innermost statement around an offset before and behind which a row is free. */
  #statementAround(offset: number): Enclosure | null {
    const { lines } = this;
    const around = this.#statements
      .filter(({ start, end }) => start <= offset && offset < end)
      .sort((a, b) => a.end - a.start - (b.end - b.start));
    for (const { start, end } of around) {
      const first = lines.start(lines.row(start));
      const isLast = lines.row(end) === lines.rowCount;
      const behind = isLast ? this.#text.length : lines.start(lines.row(end) + 1);
      if (this.#text.slice(first, start).trim() !== "" || this.#isText(first)) continue;
      if (isLast || !this.#isText(behind)) return { start: first, end: behind, isLast };
    }
    return null;
  }

  #pair({ start, end, isLast }: Enclosure, ids: readonly string[], reason: string): readonly Edit[] {
    const indent = this.#indent(start);
    const opening = ["/* eslint-disable", ids.join(", "), ...described(reason), "*/"].join(" ");
    const closing = `${indent}/* eslint-enable ${ids.join(", ")} */`;
    return [
      { start, end: start, content: `${indent}${opening}\n` },
      { start: end, end, content: isLast ? `\n${closing}` : `${closing}\n` },
    ];
  }
}

function described(reason: string): readonly string[] {
  return reason === "" ? [] : ["--", reason];
}

/** `eslint-disable-line a -- why` */
function extended(comment: EstreeNode, ids: readonly string[], reason: string): readonly Edit[] {
  const span = spanOf(comment);
  if (span === null) return [];
  const value = textAt(comment, "value");
  const [, rules = "", why = ""] = /^([^]*?)(\s-{2,}\s[^]*)?$/.exec(value) ?? [];
  const body = span.start + 2;
  const atRules = body + rules.trimEnd().length;
  const more = ids.map((id) => `, ${id}`).join("");
  if (reason === "" || why.includes(reason)) return [{ start: atRules, end: atRules, content: more }];
  if (why === "") return [{ start: atRules, end: atRules, content: `${more} -- ${reason}` }];
  const atEnd = body + value.trimEnd().length;
  return [
    { start: atRules, end: atRules, content: more },
    { start: atEnd, end: atEnd, content: `; ${reason}` },
  ];
}

function everyNode(root: EstreeNode): readonly EstreeNode[] {
  const found = [root];
  for (const node of found) found.push(...nodesBelow(node));
  return found;
}

const places: ReadonlySet<string> = new Set(["start", "end", "range", "loc", "extra", "comments", "tokens"]);

/** Whether two trees are of the same code, wherever it stands. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => isSame(each, b[index]));
  if (!isNode(a) || !isNode(b)) return typeof a === "object" || Object.is(a, b);
  const keys = Object.keys(a).filter((key) => !places.has(key) && !key.endsWith("Comments"));
  return keys.every((key) => isSame(a[key], b[key]));
}
