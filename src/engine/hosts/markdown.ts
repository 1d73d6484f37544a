import { createRequire } from "node:module";
import type MarkdownItModule from "markdown-it";
import type { Edit } from "../../ir/rewrite.ts";
import { LineIndex } from "../position.ts";
import type { Host, Part } from "./host.ts";
import { hunksBetween, narrowed } from "./hunks.ts";

const require = createRequire(import.meta.url);

/** A line of a fence, without what stands before it: an indentation, the mark of a quotation, a prompt. */
interface FenceLine {
  /** Where the line begins in the file, and its code; and where both end. */
  readonly start: number;
  readonly code: number;
  readonly end: number;
  /** What stands before a line that comes after this one. */
  readonly prefix: string;
}

/** Fences of Markdown that hold Python. Each is a module: a document shows the same function more than once. */
export const markdownHost: Host = {
  name: "Markdown",
  isOneModule: false,
  read: fencesIn,
};

/** `python`, `py`, `{.python .numberLines}`, `python title="model.py"`, `{python}`, `pycon`, `ipython3`. */
const python = /^(?:\{[ ]*\.?)?(?:i?python[23]?|py3?|pycon|python-repl)(?=[\s,:{}]|$)/i;

function fencesIn(file: string): readonly Part[] {
  if (!/```|~~~/.test(file)) return [];
  const lines = new LineIndex(file);
  return tokensOf(file).flatMap((token) => {
    if (token.type !== "fence" || token.map === null || !python.test(token.info.trim())) return [];
    return fenceAt(file, lines, token.map[0] + 2, token.content) ?? [];
  });
}

type MarkdownIt = InstanceType<typeof MarkdownItModule>;
let parser: MarkdownIt | null = null;

/** Blocks alone: what stands within a paragraph is of no interest. Most runs never come here, so the parser is loaded late. */
function tokensOf(file: string): ReturnType<MarkdownIt["parse"]> {
  if (parser === null) {
    parser = new (require("markdown-it") as typeof MarkdownItModule)("commonmark");
    parser.core.ruler.enableOnly(["normalize", "block"]);
  }
  return parser.parse(file.replace(/^\ufeff/, ""), {});
}

/** The fence whose code begins on a row; null where a tab stands partly before the code, so that lines are not where they seem. */
function fenceAt(file: string, index: LineIndex, row: number, content: string): Part | null {
  const shown = content === "" ? [] : content.replace(/\n$/, "").split("\n");
  const lines: FenceLine[] = [];
  let indentation = "";
  for (const [i, code] of shown.entries()) {
    const whole = index.line(row + i);
    if (!whole.endsWith(code)) return null;
    const start = index.start(row + i);
    const prefix = whole.slice(0, whole.length - code.length);
    // A blank line need not be indented; one that is no longer blank has to be.
    if (code.trim() !== "") indentation = prefix;
    const shortened = prefix.length < indentation.length ? indentation : prefix;
    lines.push({ start, code: start + prefix.length, end: start + whole.length, prefix: shortened });
  }
  return partOf(file, isDialogue(shown) ? lines.map((line) => withoutPrompt(file, line)) : lines);
}

function partOf(file: string, lines: readonly FenceLine[]): Part {
  const sources = lines.map(({ code, end }) => file.slice(code, end));
  const starts: number[] = [];
  let length = 0;
  for (const source of sources) {
    starts.push(length);
    length += source.length + 1;
  }
  return {
    source: sources.join("\n"),
    cell: null,
    offsetOf: (index) => {
      const line = starts.findLastIndex((start) => start <= index);
      return (lines[line]?.code ?? 0) + index - (starts[line] ?? 0);
    },
    editsTo: (source) => editFence(file, lines, sources, source.split("\n")),
  };
}

/** What was typed, and what came out. */
function isDialogue(lines: readonly string[]): boolean {
  return /^[ \t]*>>>(?: |$)/.test(lines.find((line) => line.trim() !== "") ?? "");
}

/** What was typed is code; of what came out nothing is left but the line. */
function withoutPrompt(file: string, line: FenceLine): FenceLine {
  const [prompt] = /^[ \t]*(?:>>>|\.\.\.)(?: |$)/.exec(file.slice(line.code, line.end)) ?? [];
  if (prompt === undefined) return { ...line, code: line.end };
  const before = line.prefix + prompt.replace(">>>", "...").replace(/\.\.\.$/, "... ");
  return { ...line, code: line.code + prompt.length, prefix: before };
}

function editFence(
  file: string,
  places: readonly FenceLine[],
  before: readonly string[],
  after: readonly string[],
): readonly Edit[] {
  return hunksBetween(before, after).flatMap(({ from, to, lines }) => {
    const first = places[from] ?? places.at(-1);
    if (first === undefined) return [];
    if (lines.length === to - from)
      return lines.map((line, index) => within(places[from + index], before[from + index] ?? "", line));
    const lineEnd = file.startsWith("\r\n", first.end) ? "\r\n" : "\n";
    const written = lines.map((line) => first.prefix + line).join(lineEnd);
    if (from === places.length) return [{ start: first.end, end: first.end, content: lineEnd + written }];
    if (to === from) return [{ start: first.start, end: first.start, content: written + lineEnd }];
    const last = places[to - 1] ?? first;
    if (lines.length > 0)
      return [{ start: first.code, end: last.end, content: written.slice(first.prefix.length) }];
    return [{ start: first.start, end: last.end + lineEnd.length, content: "" }];
  });
}

function within(line: FenceLine | undefined, before: string, after: string): Edit {
  const { start, end, content } = narrowed(before, after);
  const { start: whole = 0, code = 0, prefix = "" } = line ?? {};
  if (code - whole < prefix.length && before === "")
    return { start: whole, end: code, content: prefix + after };
  return { start: code + start, end: code + end, content };
}
