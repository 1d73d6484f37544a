import type { RowRange } from "./changed-lines.ts";

/** The changed rows of each file in the output of `git diff --unified=0`, by its new name. */
export function readDiff(diff: string): ReadonlyMap<string, readonly RowRange[]> {
  const files = new Map<string, RowRange[]>();
  let rows: RowRange[] = [];
  /** Lines of a hunk that are still to come: they may look like anything. */
  let left = 0;
  for (const line of linesOf(diff)) {
    if (left > 0) {
      if (!line.startsWith("\\")) left--;
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      const [, before = "1", start = "", count = "1"] = hunk;
      rows.push({ start: Number(start), count: Number(count) });
      left = Number(before) + Number(count);
    } else if (line.startsWith("diff ")) rows = [];
    else if (line.startsWith("+++ ")) files.set(nameOf(line.slice(4)), rows);
  }
  return files;
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const next = text.indexOf("\n", start);
    const end = next === -1 ? text.length : next;
    yield text.slice(start, end);
    start = end + 1;
  }
}

/** `b/src/model.py`; behind a name with spaces stands a tab. */
function nameOf(text: string): string {
  const name = text.startsWith('"') ? unquote(text) : text.replace(/\t$/, "");
  return name.replace(/^b\//, "");
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
};

/** A name as git quotes it: as in C, bytes by their octal numbers. */
function unquote(text: string): string {
  return text
    .slice(1, text.lastIndexOf('"'))
    .replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, letter: string) =>
      octal === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
    );
}

/** One file of `git diff --numstat -z`. */
export interface FileChange {
  readonly path: string;
  readonly isBinary: boolean;
  /** Whether any row was added or taken out; else only its name or mode has changed. */
  readonly isTouched: boolean;
}

/** `3\t1\tpath\0`, or `3\t1\t\0old path\0new path\0`. */
export function readNumstat(text: string): readonly FileChange[] {
  const fields = text.split("\0");
  const files: FileChange[] = [];
  for (let index = 0; index < fields.length; index++) {
    const [, added, deleted, name] = /^(\d+|-)\t(\d+|-)\t([^]*)$/.exec(fields[index] ?? "") ?? [];
    if (added === undefined || deleted === undefined || name === undefined) continue;
    const isRenamed = name === "";
    const path = isRenamed ? (fields[index + 2] ?? "") : name;
    if (isRenamed) index += 2;
    files.push({ path, isBinary: added === "-", isTouched: added !== "0" || deleted !== "0" });
  }
  return files;
}
