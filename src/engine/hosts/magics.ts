/**
 * IPython's own syntax is no Python. Each piece of it makes room for Python of the same length that does nothing, so that every place
 * stays what it was: https://ipython.readthedocs.io/en/stable/interactive/reference.html
 */

/** Cell magics whose cell is Python in the notebook's own kernel; in any other one stands something else. The list is ruff's. */
const transparent: ReadonlySet<string> = new Set([
  "capture",
  "debug",
  "ipytest",
  "memit",
  "prun",
  "pypy",
  "python",
  "python3",
  "scalene",
  "time",
  "timeit",
]);

/** The source of a cell with nothing in it but Python. */
export function withoutMagics(source: string): string {
  const [head, before = "", name] = /^((?:[ \t]*\r?\n)*[ \t]*)%%(\w*)[^\n]*/.exec(source) ?? [];
  if (head !== undefined && name !== undefined) {
    if (!transparent.has(name)) return blank(source);
    return (
      blank(before) + statement(head.slice(before.length)) + withoutLineMagics(source.slice(head.length))
    );
  }
  return withoutLineMagics(source);
}

/**
 * What a line of IPython begins with: magics, shell commands, help, and calls without brackets; and the magics that people write
 * without their sign, which IPython adds.
 */
const escape = /[ \t]*(?:[%!?,;/]|(?:pip3?|conda|mamba|micromamba|uv)[ \t]+[a-z])/y;
/** `files = !ls`, `a, b = %magic` */
const assignment = /[^\S\n]*[\w \t.,*[\]]+=[ \t]*(?=[!%])/y;
const mayBeMagic = /^[ \t]*(?:[%!?,;/]|pip|conda|mamba|micromamba|uv)|\?|=[ \t]*[!%]/m;

function withoutLineMagics(source: string): string {
  if (!mayBeMagic.test(source)) return source;
  const parts: string[] = [];
  for (let start = 0; start < source.length;) {
    const [end, line] = matches(escape, source, start)
      ? escapedLine(source, start)
      : (assignedLine(source, start) ?? logicalLine(source, start));
    parts.push(line);
    start = end;
  }
  return parts.join("");
}

type Line = readonly [end: number, text: string];

/** A command goes on where its line ends with a backslash. */
function escapedLine(source: string, start: number): Line {
  const end = endOfCommand(source, start);
  return [end, statement(source.slice(start, end))];
}

function assignedLine(source: string, start: number): Line | null {
  if (!matches(assignment, source, start)) return null;
  const value = assignment.lastIndex;
  const end = endOfCommand(source, value);
  const [name = "", ...rest] = source.slice(value, end).split(/(?=\r?\n)/);
  return [end, source.slice(start, value) + name.replace(/[^\r\n]/g, "_") + blank(rest.join(""))];
}

function endOfCommand(source: string, start: number): number {
  for (let at = start; ;) {
    const feed = source.indexOf("\n", at);
    if (feed === -1) return source.length;
    if (!/\\\r?$/.test(source.slice(at, feed))) return feed + 1;
    at = feed + 1;
  }
}

const token = /#[^\n]*|[rbuft]{0,3}("""|'''|"|')|[()[\]{}]|\\\r?\n|\n|\?|[^\W\d]\w*|[^]/giy;

/** One statement of Python, over as many lines as it takes; or a name with a question mark behind it, which asks for help. */
function logicalLine(source: string, start: number): Line {
  let depth = 0;
  let isHelp = false;
  token.lastIndex = start;
  for (;;) {
    const found = token.exec(source);
    if (found === null) return lineTo(source.length);
    const [text, quote] = found;
    if (quote !== undefined) token.lastIndex = endOfString(source, token.lastIndex, quote);
    else if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth--;
    else if (text === "?") isHelp = true;
    else if (text === "\n" && depth <= 0) return lineTo(found.index + 1);
  }
  function lineTo(end: number): Line {
    const line = source.slice(start, end);
    return [end, isHelp ? statement(line) : line];
  }
}

/** One that does not end takes its line, or all that follows where it may hold lines. */
function endOfString(source: string, start: number, quote: string): number {
  for (let at = start; at < source.length; at++) {
    if (source[at] === "\\") at += source.startsWith("\r\n", at + 1) ? 2 : 1;
    else if (source.startsWith(quote, at)) return at + quote.length;
    else if (source[at] === "\n" && quote.length === 1) return at;
  }
  return source.length;
}

/** A statement that does nothing, as indented as what stood there. */
function statement(text: string): string {
  const indent = text.length - text.trimStart().length;
  return (
    text.slice(0, indent) +
    text.slice(indent, indent + 1).replace(/[^\r\n]/, "0") +
    blank(text.slice(indent + 1))
  );
}

/** The same lines with nothing in them. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

function matches(pattern: RegExp, text: string, start: number): boolean {
  pattern.lastIndex = start;
  return pattern.test(text);
}
