import { importedConstants, importPaths, valuesOf } from "../analysis/script/imported-constants.ts";
import type { KnownModule, KnownTypes } from "../analysis/script/known-types.ts";
import { libraryOf } from "../frontends/dialects/dialects.ts";
import { defaultOf } from "../frontends/interop.ts";
import {
  linkedFrom,
  type Expr,
  type ImportedValue,
  type Link,
  type LinkedModule,
  type Program,
  type Span,
  type Stmt,
} from "../ir/program.ts";
import type { Lift } from "../verify/translate.ts";

/** Modules that one program links, how long each may be, and how far they may import each other. */
const limits = { modules: 12, text: 100_000, depth: 3 };

export interface Linked {
  readonly links: ReadonlyMap<string, Link>;
  /** Constants that the linked modules import. */
  readonly constants: ReadonlyMap<string, ImportedValue>;
}

export const nothingLinked: Linked = { links: new Map(), constants: new Map() };

/** What a program imports of the project's modules, beside the constants that are known: to be executed with it. */
export function linkedModules(
  program: Program,
  types: KnownTypes,
  known: ReadonlySet<string>,
  lift: Lift,
): Linked {
  const linking = new Linking(lift);
  linking.link({ program, types, known, prefix: "" }, 0);
  return linking;
}

interface Importing {
  readonly program: Program;
  readonly types: KnownTypes;
  /** Paths that are constants. */
  readonly known: ReadonlySet<string>;
  /** What its local paths begin with: two modules mean different ones by `./dtypes`. */
  readonly prefix: string;
}

class Linking implements Linked {
  readonly links = new Map<string, Link>();
  readonly constants = new Map<string, ImportedValue>();
  readonly #modules = new Map<string, LinkedModule | null>();
  readonly #lift: Lift;

  constructor(lift: Lift) {
    this.#lift = lift;
  }

  link({ program, types, known, prefix }: Importing, depth: number): void {
    for (const [path, [span]] of importPaths(program)) {
      if (span === undefined || known.has(path)) continue;
      const found = types.module(span);
      const module = found && this.#moduleOf(found, depth);
      if (found && module) this.links.set(prefix + path, { module, name: found.name });
    }
  }

  #moduleOf(found: KnownModule, depth: number): LinkedModule | null {
    const { path, text, types } = found;
    const linked = this.#modules.get(path);
    if (linked !== undefined) return linked;
    this.#modules.set(path, null);
    if (depth >= limits.depth || this.#modules.size > limits.modules || text.length > limits.text)
      return null;
    const program = this.#lift(text);
    if (program.errors.length > 0) return null;
    const base = linkedFrom + this.#modules.size * 2 * limits.text;
    const prefix = `${path}>`;
    const body = moved(program.body, base, prefix);
    const { comments } = program;
    const module: LinkedModule = { path, text, base, body, comments, exports: exportsOf(body) };
    this.#modules.set(path, module);
    const constants = valuesOf(importedConstants(program, types));
    for (const [name, value] of constants) this.constants.set(prefix + name, value);
    this.link({ program, types, known: new Set(constants.keys()), prefix }, depth + 1);
    return module;
  }
}

/** Statements with their spans behind everything else, and with local paths that no other module has. */
function moved(body: readonly Stmt[], base: number, prefix: string): readonly Stmt[] {
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    if (isSpan(value)) return { start: value.start + base, end: value.end + base };
    const entries = Object.entries(value).map(([key, part]): [string, unknown] => [
      key,
      key === "path" && isLocal(part) ? `${prefix}${part}` : visit(part),
    ]);
    return Object.fromEntries(entries);
  };
  return visit(body) as readonly Stmt[];
}

function isSpan(value: object): value is Span {
  return (
    "start" in value && typeof value.start === "number" && "end" in value && typeof value.end === "number"
  );
}

/** Only imports have paths. */
function isLocal(path: unknown): path is string {
  return typeof path === "string" && libraryOf(defaultOf(path)) === null;
}

/** `exports.a = ...`, `module.exports = { a, b: ... }`, by name. */
function exportsOf(body: readonly Stmt[]): ReadonlyMap<string, Expr> {
  const found = new Map<string, Expr>();
  for (const statement of body) {
    if (statement.kind !== "assign" || statement.value === null) continue;
    for (const target of statement.targets) {
      if (target.kind !== "attribute") continue;
      if (isExports(target.object)) found.set(target.name, statement.value);
      else if (isExports(target) && statement.value.kind === "dict")
        for (const { key, value } of statement.value.entries)
          if (key?.kind === "string" && key.value !== null) found.set(key.value, value);
    }
  }
  return found;
}

/** `exports`, `module.exports` */
function isExports(expression: Expr): boolean {
  if (expression.kind === "name") return expression.name === "exports";
  if (expression.kind !== "attribute" || expression.name !== "exports") return false;
  return expression.object.kind === "name" && expression.object.name === "module";
}
