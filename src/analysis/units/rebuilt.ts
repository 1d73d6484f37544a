import type { Expr } from "../../ir/program.ts";
import { visitStatements } from "../../ir/walk.ts";
import { findMember } from "../execute/classes.ts";
import type { ClassValue } from "../execute/values.ts";
import { isGraphNode } from "../execute/values.ts";
import { isCallOf, storeTargets } from "./form-only.ts";

/** What a module makes anew in `_apply`, where every cast of it passes: those buffers are not what the cast left of them. */
export function rebuiltAttributes(of: ClassValue): ReadonlySet<string> {
  const member = findMember(of, "_apply");
  if (!member || isGraphNode(member) || member.kind !== "function") return new Set();
  const { definition } = member;
  if (definition.kind !== "function") return new Set();
  const names = new Set<string>();
  for (const target of storeTargets(definition.body))
    if (target.kind === "attribute" && isSelf(target.object)) names.add(target.name);
  visitStatements(definition.body, "", (expression) => {
    if (!isCallOf(expression, "register_buffer") || !isSelf(expression.callee.object)) return;
    const [name] = expression.args;
    if (name?.value.kind === "string" && name.value.value !== null) names.add(name.value.value);
  });
  return names;
}

function isSelf(object: Expr): boolean {
  return object.kind === "name" && object.name === "self";
}
