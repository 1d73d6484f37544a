import { libraryOf } from "../../frontends/dialects/dialects.ts";
import { defaultOf } from "../../frontends/interop.ts";
import type { Expr, ImportedValue, Program, Span } from "../../ir/program.ts";
import type { KnownConstant, KnownTypes } from "./known-types.ts";
import { placesOf, type Scope } from "./scopes.ts";

/** A constant of another module, and where the file reads it. */
export interface ImportedConstant extends KnownConstant {
  readonly uses: readonly Span[];
}

/** By the paths of their imports: `./dtypes.POSITIONS`. */
export type ImportedConstants = ReadonlyMap<string, ImportedConstant>;

/** What the imported names that a program reads stand for, as far as types tell; what is called is no constant. */
export function importedConstants(program: Program, types: KnownTypes): ImportedConstants {
  const found = new Map<string, ImportedConstant>();
  for (const [path, uses] of pathsIn(program, heldParts)) {
    const [first] = uses;
    const known = first && types.constant(first);
    if (known) found.set(path, { ...known, uses });
  }
  return found;
}

/** Where a program reads or calls what it imports, and members of that, by paths; libraries are known by themselves. */
export function importPaths(program: Program): ReadonlyMap<string, readonly Span[]> {
  return pathsIn(program, () => []);
}

function pathsIn(
  program: Program,
  without: (expression: Expr) => readonly Expr[],
): ReadonlyMap<string, readonly Span[]> {
  const read = new Map<string, Span[]>();
  for (const { expressions, scope } of placesOf(program)) {
    const within = new Set(expressions.flatMap(without));
    for (const expression of expressions) {
      const path = within.has(expression) ? null : pathOf(expression, scope);
      if (path === null || expression.span === null || libraryOf(defaultOf(path)) !== null) continue;
      read.set(path, [...(read.get(path) ?? []), expression.span]);
    }
  }
  return read;
}

export function valuesOf(constants: ImportedConstants): ReadonlyMap<string, ImportedValue> {
  return new Map([...constants].map(([path, { value }]) => [path, value]));
}

/** `a` in `a.b` and in `a()`: no value of its own. */
function heldParts(expression: Expr): readonly Expr[] {
  if (expression.kind === "attribute") return [expression.object];
  return expression.kind === "call" ? [expression.callee] : [];
}

/** The path of a name that an import binds, or of a member of it, as it is written. */
function pathOf(expression: Expr, scope: Scope): string | null {
  if (expression.kind === "name") {
    const binding = scope.lookUp(expression.name);
    return binding?.kind === "module" ? binding.path : null;
  }
  const object = expression.kind === "attribute" ? pathOf(expression.object, scope) : null;
  return object === null || expression.kind !== "attribute" ? null : `${object}.${expression.name}`;
}
