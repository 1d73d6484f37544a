import { findMember } from "../execute/classes.ts";
import type { ClassValue } from "../execute/values.ts";
import { isGraphNode } from "../execute/values.ts";

/** What a module makes anew in `_apply`, where every cast of it passes: those buffers are not what the cast left of them. */
export function rebuiltAttributes(of: ClassValue, text: string): ReadonlySet<string> {
  const member = findMember(of, "_apply");
  if (!member || isGraphNode(member) || member.kind !== "function") return new Set();
  const { start, end } = member.definition.span ?? { start: 0, end: 0 };
  const body = text.slice(start, end);
  const names = [...body.matchAll(/\bself\.(?:register_buffer\(\s*["'](\w+)["']|(\w+)[ \t]*=[^=])/g)];
  return new Set(names.map(([, registered, assigned]) => registered ?? assigned ?? ""));
}
