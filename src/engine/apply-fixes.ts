import type { Edit } from "../ir/rewrite.ts";
import type { Applicability, Finding, Fix } from "../verify/finding.ts";

/** A group that can be applied, and how many findings it repairs. */
export interface FixGroup {
  readonly id: string;
  readonly edits: readonly Edit[];
  readonly members: readonly Finding[];
}

/** Whether a repair takes more than the file it is found in. */
export function isShared({ edits }: Fix): boolean {
  return edits.some(({ filename }) => filename !== undefined);
}

/** The groups that one file alone is repaired by; a group counts when one of its members is wanted. */
export function fixGroups(
  findings: readonly Finding[],
  isWanted: (finding: Finding) => boolean,
  accepted: ReadonlySet<Applicability>,
): readonly FixGroup[] {
  const groups = new Map<string, { fix: Fix; members: Finding[]; wanted: boolean }>();
  for (const finding of findings) {
    const { fix } = finding;
    if (fix === null || isShared(fix) || !accepted.has(fix.applicability)) continue;
    const group = groups.get(fix.group) ?? { fix, members: [], wanted: false };
    group.members.push(finding);
    group.wanted ||= isWanted(finding);
    groups.set(fix.group, group);
  }
  return [...groups]
    .filter(([, group]) => group.wanted)
    .map(([id, { fix, members }]) => ({ id, edits: inOrder(fix.edits), members }))
    .sort((a, b) => (a.edits[0]?.start ?? 0) - (b.edits[0]?.start ?? 0));
}

/**
 * The groups that can be applied together: where two overlap, the first one wins and the other has to wait. What the first ones
 * do already is done: such a group stays, without edits of its own.
 */
export function compatibleGroups(groups: readonly FixGroup[]): readonly FixGroup[] {
  const taken: Edit[] = [];
  return groups.flatMap((group) => {
    const { edits } = group;
    if (overlapsItself(edits)) return [];
    if (edits.every((edit) => taken.some((other) => isSame(edit, other)))) return [{ ...group, edits: [] }];
    if (edits.some((edit) => taken.some((other) => overlap(edit, other)))) return [];
    taken.push(...edits);
    return [group];
  });
}

/** The same text in place of the same; insertions may have to be made twice. */
function isSame(a: Edit, b: Edit): boolean {
  return a.start < a.end && a.start === b.start && a.end === b.end && a.content === b.content;
}

/** Applies edits that do not overlap. Line ends in what they insert become the text's own. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const edit of inOrder(edits)) {
    parts.push(text.slice(end, edit.start), withLineEndsOf(text, edit.content));
    end = edit.end;
  }
  return parts.join("") + text.slice(end);
}

/** What is to be inserted into a text, with that text's own line ends. */
export function withLineEndsOf(text: string, content: string): string {
  return content.includes("\n") ? content.replace(/\r?\n/g, dominantLineEnd(text)) : content;
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

function overlapsItself(edits: readonly Edit[]): boolean {
  return edits.some((edit, index) => {
    const next = edits[index + 1];
    return next !== undefined && overlap(edit, next);
  });
}

/** Two insertions at one place overlap as well: nothing says which comes first. */
function overlap(a: Edit, b: Edit): boolean {
  if (a.start === b.start) return true;
  return a.start < b.end && b.start < a.end;
}

function dominantLineEnd(text: string): string {
  const feeds = text.split("\n").length - 1;
  if (feeds === 0) return text.includes("\r") ? "\r" : "\n";
  const pairs = text.split("\r\n").length - 1;
  return pairs * 2 > feeds ? "\r\n" : "\n";
}
