import { isCommentRule } from "../analysis/rule.ts";
import { liftPython } from "../frontends/python/lift.ts";
import { joinedRows, rowOf } from "../frontends/python/logical-lines.ts";
import type { PythonParser } from "../frontends/python/parser.ts";
import type { IgnoreComment, Span } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import type { Finding } from "../verify/finding.ts";
import { rereadSame } from "../verify/translate.ts";
import { applyEdits } from "./apply-fixes.ts";
import { rules } from "./rules.ts";
import type { IgnorePlan, IgnoreRequest } from "./toolchain.ts";

/** Comments that other tools tie to the very next row: nothing may come between. */
const bindsNextRow =
  /^[ \t\f]*#.*(?:\bpylint[ \t]*:[ \t]*disable-next\b|\bruff[ \t]*:[ \t]*ignore\b|\bCopied from\b)/i;

/**
 * A comment alone above each statement with findings, or the rule in the one that is there. Above, because behind a statement is not always
 * room for a comment (a backslash, a string), and because formatters leave it there.
 */
export function planPythonIgnores(
  text: string,
  { findings, reason }: IgnoreRequest,
  parser: PythonParser,
): IgnorePlan {
  // Rows are counted by line feeds here, and Python ends them at a lone carriage return too.
  if (/\r(?!\n)/.test(text)) return { edits: [], silenced: [] };
  const silenced = findings.filter(isIgnorable);
  const tree = parser.parse(text);
  const program = liftPython(tree);
  const joined = joinedRows(tree);
  const rulesAt = new Map<number, Set<string>>();
  for (const { rule, span } of silenced) {
    const line = lineAt(span.start, text, joined);
    rulesAt.set(line.start, (rulesAt.get(line.start) ?? new Set()).add(rule));
  }
  const edits = [...rulesAt].flatMap(([start, ids]) => {
    const known = program.ignores.find((ignore) => isAbove(ignore, start));
    return known === undefined ? [added(text, start, ids, reason)] : extended(text, known, ids, reason);
  });
  const whole: Edit = { start: 0, end: text.length, content: applyEdits(text, edits) };
  const lift = (other: string): typeof program => liftPython(parser.parse(other));
  return rereadSame(whole, program, text, lift) === null ? { edits: [], silenced: [] } : { edits, silenced };
}

/** Comments that are wrong themselves are for nobody to ignore. */
function isIgnorable({ rule }: Finding): boolean {
  return !rules.some((each) => each.id === rule && isCommentRule(each));
}

/** The logical line that holds an offset. */
function lineAt(offset: number, text: string, joined: readonly Span[]): Span {
  return joined.find(({ start, end }) => start <= offset && offset <= end) ?? rowOf(text, offset);
}

/** Whether a comment speaks of the logical line that begins there, and names rules. */
function isAbove({ scope, problem, list, reach }: IgnoreComment, start: number): boolean {
  return scope === "line" && problem === null && list !== null && reach?.start === start;
}

function added(text: string, line: number, ids: ReadonlySet<string>, reason: string): Edit {
  let start = line;
  while (start > 0) {
    const above = rowOf(text, start - 1);
    if (!bindsNextRow.test(text.slice(above.start, above.end))) break;
    start = above.start;
  }
  // A byte order mark is no part of the first row.
  if (start === 0 && text.startsWith("\ufeff")) start = 1;
  const code = line === 0 && start === 1 ? 1 : line;
  const [indent = ""] = /^[ \t\f]*/.exec(text.slice(code)) ?? [];
  const comment = `${indent}# ropelint: ignore[${[...ids].sort().join(", ")}] ${reason}`.trimEnd();
  return { start, end: start, content: `${comment}\n` };
}

function extended(
  text: string,
  { rules, list, reason: present, span }: IgnoreComment,
  ids: ReadonlySet<string>,
  reason: string,
): readonly Edit[] {
  if (list === null) return [];
  const all = new Set([...(rules ?? []).map(({ id }) => id), ...ids]);
  const edits: Edit[] = [{ ...list, content: [...all].join(", ") }];
  if (reason === "" || present.includes(reason)) return edits;
  const content = present === "" ? ` ${reason}` : `; ${reason}`;
  // In front of the white space that may stand before the next comment of the row.
  const end = span.start + text.slice(span.start, span.end).trimEnd().length;
  return [...edits, { start: end, end, content }];
}
