import type { IgnoreComment, Program, Span } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import type { AnyRule } from "../analysis/rule.ts";
import { isMaskOnly, type Hazard } from "./hazards.ts";
import { readableIgnores, silences } from "./ignores.ts";

/** What the repair of an ignore comment is checked against. */
export interface Silence {
  readonly ignores: readonly IgnoreComment[];
  /** Everything that is known to be found, in whatever environment. */
  readonly hazards: readonly Hazard[];
  readonly registry: readonly AnyRule[];
  /** The program after an edit that changes no code; null where it does. */
  readonly reread: (edit: Edit) => Program | null;
}

/** Whether the text says the same without a comment, or a part of it: no code goes with it, and what was silenced stays so. */
export function isHarmless(edit: Edit, { ignores, hazards, registry, reread }: Silence): boolean {
  const after = reread(edit);
  if (!after) return false;
  const left = readableIgnores(after.ignores, registry);
  return hazards.every((hazard) => {
    const { span } = hazard.worst.root.node;
    if (!span || isMaskOnly(hazard)) return true;
    const moved = movedBy(edit, span);
    const isSilent = ignores.some((ignore) => silences(ignore, hazard.rule, span));
    return isSilent === left.some((ignore) => silences(ignore, hazard.rule, moved));
  });
}

/** Where a place is after an edit that does not touch it. */
function movedBy({ start, end, content }: Edit, span: Span): Span {
  const change = content.length - (end - start);
  const at = (offset: number): number => (offset >= end ? offset + change : offset);
  return { start: at(span.start), end: at(span.end) };
}
