/** What stands between the parts of an expression: white space, comments, commas. */

const TRIVIA = /(?:\s|\\\r?\n|#[^\r\n]*)*/y;

/** The offset of the first character at or after an offset that is neither white space nor comment. */
export function skipTrivia(text: string, offset: number): number {
  TRIVIA.lastIndex = offset;
  TRIVIA.test(text);
  return Math.max(TRIVIA.lastIndex, offset);
}

/** The offset after a comma that follows, or null. */
export function afterComma(text: string, offset: number): number | null {
  const next = skipTrivia(text, offset);
  return text[next] === "," ? next + 1 : null;
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The end of a line without its line break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  if (end < 0) return text.length;
  return end > offset && text[end - 1] === "\r" ? end - 1 : end;
}

/** The start of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end + 1;
}

/** The white space before the first thing of a line, where that thing starts at the offset; null elsewhere. */
export function ownIndent(text: string, offset: number): string | null {
  const before = text.slice(lineStart(text, offset), offset);
  return /^[ \t\f]*$/.test(before) ? before : null;
}

export function newlineOf(text: string): string {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}
