import type { Edit } from "../../ir/rewrite.ts";
import { splitContent, splitLine } from "./print-split.ts";
import { width } from "./print-tokens.ts";
import { lineEnd, lineStart, newlineOf } from "./print-trivia.ts";

/** Limits that formatters are commonly given. */
const LIMITS = [88, 100, 119, 120] as const;
const WIDEST = 120;

/** Splits the lines that edits make too long for the file, the way black does; leaves all other edits alone. */
export function layOut(edits: readonly Edit[], text: string): Edit[] {
  if (edits.length === 0) return [];
  const limit = lineLimit(text);
  return regionsOf(edits, text).flatMap((region) => {
    const lines = changedLines(region, text);
    const isLong = (line: string) => width(line) > limit;
    if (!lines.some(isLong) || text.slice(region.start, region.end).split(/\r?\n/).some(isLong))
      return region.edits;
    const before = text.slice(lineStart(text, region.start - 1), Math.max(region.start - 1, 0)).trimEnd();
    const after = text.slice(region.end).trimStart();
    const split = splitLines(lines, { before, after }, limit);
    return split ? [trimmed(region, split.join(newlineOf(text)), text)] : region.edits;
  });
}

/** Lines with a comment, or that begin with a string: no formatter makes them shorter. */
const UNSPLITTABLE = /#|^\s*(?:\w+ ?= ?)?[a-zA-Z]{0,2}["']/;

/** The limit that the file's code keeps: the smallest common one that no line of code exceeds. */
function lineLimit(text: string): number {
  let longest = 0;
  const code = text.replaceAll(/("""|''')[^]*?\1/g, "\n");
  for (const line of code.split("\n")) {
    if (line.length <= 88 || UNSPLITTABLE.test(line)) continue;
    longest = Math.max(longest, width(line.trimEnd()));
  }
  return LIMITS.find((limit) => longest <= limit) ?? WIDEST;
}

/** Whole lines, and the edits in them. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly Edit[];
}

function regionsOf(edits: readonly Edit[], text: string): Region[] {
  const regions: Region[] = [];
  for (const edit of edits) {
    const start = lineStart(text, edit.start);
    const end = lineEnd(text, edit.end);
    const last = regions.at(-1);
    if (last && start <= last.end) {
      regions[regions.length - 1] = {
        start: last.start,
        end: Math.max(last.end, end),
        edits: [...last.edits, edit],
      };
    } else {
      regions.push({ start, end, edits: [edit] });
    }
  }
  return regions;
}

function changedLines({ start, end, edits }: Region, text: string): string[] {
  let result = "";
  let offset = start;
  for (const edit of edits) {
    result += text.slice(offset, edit.start) + edit.content;
    offset = edit.end;
  }
  return (result + text.slice(offset, end)).split(/\r?\n/);
}

interface Surroundings {
  /** The line before, without white space at its end. */
  readonly before: string;
  /** What follows, without white space at its start. */
  readonly after: string;
}

function splitLines(lines: readonly string[], around: Surroundings, limit: number): string[] | null {
  const split = lines.map((line, place) => {
    if (width(line) <= limit) return null;
    const before = place === 0 ? around.before : (lines[place - 1] ?? "");
    const after = place === lines.length - 1 ? around.after : (lines[place + 1] ?? "").trimStart();
    return isWholeContent(before, after) ? explode(line, limit) : splitLine(line, limit);
  });
  return split.some((parts) => parts !== null)
    ? split.flatMap((parts, place) => parts ?? [lines[place] ?? ""])
    : null;
}

/** Whether a line is all that a bracket holds, with the brackets on the lines around it. */
function isWholeContent(before: string, after: string): boolean {
  return /[([{]$/.test(before) && /^[)\]}]/.test(after);
}

function explode(line: string, limit: number): string[] | null {
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  const lines = splitContent(line.trim(), indent, limit);
  return lines.length > 1 ? lines : null;
}

/** One edit for a region, without what stays at its ends. */
function trimmed(region: Region, content: string, text: string): Edit {
  const old = text.slice(region.start, region.end);
  let start = 0;
  while (start < old.length && start < content.length && old[start] === content[start]) start++;
  let end = 0;
  const shortest = Math.min(old.length, content.length) - start;
  while (end < shortest && old.at(-1 - end) === content.at(-1 - end)) end++;
  return {
    start: region.start + start,
    end: region.end - end,
    content: content.slice(start, content.length - end),
  };
}
