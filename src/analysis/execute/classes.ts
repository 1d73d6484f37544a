import type { Dialect } from "../../frontends/dialects/dialect.ts";
import { dialectOf, libraryOf } from "../../frontends/dialects/dialects.ts";
import type { ClassDefinition, Expr } from "../../ir/program.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { invoke } from "./invoke.ts";
import { executeBlock } from "./statements.ts";
import {
  isGraphNode,
  Scope,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Value,
} from "./values.ts";

/** A class of the module: its body is executed for constants, methods are bound by name. */
export function defineClass(x: Execution, definition: ClassDefinition): ClassValue {
  const bases = definition.bases.map((base) => evaluate(x, base));
  const outer = x.frame;
  const scope = new Scope(outer.scope);
  const members = new Map<string, Value>();
  const value: ClassValue = {
    kind: "class",
    definition,
    scope: outer.scope,
    bases: bases.flatMap((base) => (!isGraphNode(base) && base.kind === "class" ? [base] : [])),
    libraryBases: bases.flatMap((base) => (!isGraphNode(base) && base.kind === "library" ? [base.path] : [])),
    members,
  };
  const path = outer.definition === "" ? definition.name : `${outer.definition}.${definition.name}`;
  x.frame = { ...outer, scope, definition: path };
  executeBlock(x, definition.body);
  x.frame = outer;
  for (const [name, member] of scope.variables) {
    const isMethod = !isGraphNode(member) && member.kind === "function" && member.self === null;
    // A method looks names up in the module, not in the class body.
    members.set(name, isMethod ? { ...member, scope: outer.scope, owner: value } : member);
  }
  return value;
}

/** The class and its bases in the module, most derived first. */
export function lineage(of: ClassValue): readonly ClassValue[] {
  return [...new Set([of, ...of.bases.flatMap(lineage)])];
}

export function findMember(of: ClassValue, name: string): Value | null {
  for (const candidate of lineage(of)) {
    const member = candidate.members.get(name);
    if (member) return member;
  }
  return null;
}

/** A member as it is seen through an object or its class: methods bound, properties called. */
export function boundMember(
  x: Execution,
  member: Value,
  through: ClassValue,
  self: InstanceValue | null,
): Value {
  if (isGraphNode(member) || member.kind !== "function") return member;
  const decorators = decoratorNames(member);
  if (decorators.includes("staticmethod")) return member;
  if (decorators.includes("classmethod")) return { ...member, self: through };
  if (!self) return member;
  const bound: FunctionValue = { ...member, self };
  const isProperty = decorators.some((name) => name === "property" || name.endsWith("cached_property"));
  return isProperty ? invoke(x, bound, []) : bound;
}

export function decoratorNames(value: FunctionValue): readonly string[] {
  if (value.definition.kind === "lambda") return [];
  return value.definition.decorators.map(
    (decorator) => dottedName(decorator.kind === "call" ? decorator.callee : decorator) ?? "",
  );
}

/** `a.b.c` of names and attributes, or null. */
export function dottedName(expression: Expr): string | null {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "attribute") return null;
  const object = dottedName(expression.object);
  return object === null ? null : `${object}.${expression.name}`;
}

/** How modules' library bases are called. */
export const moduleBase = /(^|\.)nn\.|(Module|Model|Layer|Embeddings?|Attention|Block|Encoder|Decoder)$/;

/** Whether a class is a module that a framework constructs and calls. */
export function isModule(of: ClassValue): boolean {
  return lineage(of).some(({ libraryBases }) => libraryBases.some((path) => moduleBase.test(path)));
}

/** The dialect of the library that a class derives from, else of the file; null for torch. */
export function dialectOfClass(x: Execution, of: ClassValue): Dialect | null {
  const paths = lineage(of).flatMap(({ libraryBases }) => libraryBases);
  const [library = x.graph.library] = paths.map(libraryOf).filter((found) => found !== null);
  return dialectOf(library);
}

/** Whether annotated class attributes are arguments of the constructor. */
export function takesFields(x: Execution, of: ClassValue): boolean {
  const dialect = dialectOfClass(x, of);
  return lineage(of).some(({ libraryBases }) =>
    libraryBases.some((path) => dialect?.fieldBases.includes(path) === true),
  );
}

export function memberAfter(of: ClassValue, after: ClassValue, name: string): Value | null {
  const order = lineage(of);
  const position = order.indexOf(after);
  for (const candidate of order.slice(position + 1)) {
    const member = candidate.members.get(name);
    if (member) return member;
  }
  return null;
}

export function findInBases(of: ClassValue, name: string): Value | null {
  for (const base of of.bases) {
    const member = findMember(base, name);
    if (member) return member;
  }
  return null;
}
