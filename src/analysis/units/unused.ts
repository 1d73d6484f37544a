import type { Program } from "../../ir/program.ts";
import { libraryOf } from "../../frontends/dialects/dialects.ts";
import { findMember, lineage } from "../execute/classes.ts";
import type { ClassValue } from "../execute/values.ts";
import { formOnlyAttributes, isUnread } from "./form-only.ts";

/**
 * Attributes that the file reads for their form alone, or, of a class that extends nothing but a library's module and has a
 * method for data, not at all. What such a class keeps for itself and never uses is no output.
 */
export function unusedAttributes(
  program: Program,
  of: ClassValue,
  forward: readonly string[],
): (attribute: string) => boolean {
  const formOnly = formOnlyAttributes(program);
  const bases = lineage(of).flatMap(({ libraryBases }) => libraryBases);
  const resolved = lineage(of).every(
    (one) => one.bases.length + one.libraryBases.length === one.definition.bases.length,
  );
  const isOwn = resolved && bases.length > 0 && bases.every((base) => libraryOf(base) !== null);
  const takesData = [...forward, "forward"].some((name) => findMember(of, name) !== null);
  return (attribute) => formOnly.has(attribute) || (isOwn && takesData && isUnread(program, attribute));
}
