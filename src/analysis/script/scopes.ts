import type { ClassDefinition, Expr, FunctionDefinition, Program, Stmt } from "../../ir/program.ts";
import { defaultOf } from "../../frontends/interop.ts";
import { childrenOf, partsOf } from "../../ir/walk.ts";

/** What a name stands for: a member of a module, a value, a definition, a parameter, or something that is not followed. */
export type Binding =
  | { readonly kind: "module"; readonly path: string }
  | { readonly kind: "value"; readonly value: Expr }
  | { readonly kind: "function"; readonly definition: FunctionDefinition }
  | { readonly kind: "parameter"; readonly definition: FunctionDefinition }
  /** `let x;` */
  | { readonly kind: "declared" }
  | { readonly kind: "opaque" };

/** A function, a class, or the file. Blocks have none of their own: a name that two of them declare is not followed. */
export class Scope {
  readonly owner: FunctionDefinition | ClassDefinition | null;
  readonly #parent: Scope | null;
  /** Names that functions further in declare, or assign to. */
  readonly #inside = new Set<string>();
  readonly #bindings = new Map<string, Binding[]>();
  readonly #found = new Map<string, readonly Binding[] | null>();

  constructor(parent: Scope | null, owner: Scope["owner"] = null) {
    this.owner = owner;
    this.#parent = parent;
  }

  bind(name: string, binding: Binding): void {
    const known = this.#bindings.get(name) ?? [];
    known.push(binding);
    this.#bindings.set(name, known);
    for (let outer = this.#parent; outer && !outer.#inside.has(name); outer = outer.#parent)
      outer.#inside.add(name);
  }

  /** Null for a name of nobody's: a global. Names that functions further in declare as well are not followed. */
  lookUp(name: string): Binding | null {
    const all = this.lookUpAll(name);
    const [only, ...more] = all ?? [];
    return only === undefined ? null : more.length > 0 ? { kind: "opaque" } : only;
  }

  /** Everything that a name is given, in order; null for a global. Nothing is bound any more when it is asked. */
  lookUpAll(name: string): readonly Binding[] | null {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const found = this.#find(name);
    this.#found.set(name, found);
    return found;
  }

  #find(name: string): readonly Binding[] | null {
    const own = this.#bindings.get(name);
    if (own === undefined) return this.#outer()?.lookUpAll(name) ?? null;
    if (this.#inside.has(name)) return [{ kind: "opaque" }];
    const given = own.filter(({ kind }) => kind !== "declared");
    return given.length > 0 ? given : own;
  }

  /** Members of a class are no names inside its methods. */
  #outer(): Scope | null {
    return this.#parent?.owner?.kind === "class" ? this.#parent.#outer() : this.#parent;
  }

  /** The class whose `this` it is, as the scope of its members; functions inside a method may have another one. */
  classAround(): Scope | null {
    return this.owner?.kind === "class" ? this : (this.#parent?.classAround() ?? null);
  }

  /** The method of that name, where there is one. */
  memberNamed(name: string): FunctionDefinition | null {
    const [only, ...more] = this.#bindings.get(name) ?? [];
    return only?.kind === "function" && more.length === 0 ? only.definition : null;
  }
}

export interface Place {
  readonly statement: Stmt;
  /** All expressions of the statement, at any depth. */
  readonly expressions: readonly Expr[];
  readonly scope: Scope;
}

/** Every rule asks for them. */
const known = new WeakMap<Program, readonly Place[]>();

/** Every statement, with the scope that its names are looked up in. */
export function placesOf(program: Program): readonly Place[] {
  const made = known.get(program);
  if (made !== undefined) return made;
  const places: Place[] = [];
  collect(program.body, new Scope(null), places);
  known.set(program, places);
  return places;
}

function collect(body: readonly Stmt[], scope: Scope, places: Place[]): void {
  for (const statement of body) {
    const { expressions, bodies } = partsOf(statement);
    const all = expressions.flatMap(withDescendants);
    places.push({ statement, expressions: all, scope });
    bindNames(statement, all, scope);
    if (statement.kind === "function") {
      const inner = new Scope(scope, statement);
      for (const { name } of statement.parameters)
        inner.bind(name, { kind: "parameter", definition: statement });
      collect(statement.body, inner, places);
    } else if (statement.kind === "class") collect(statement.body, new Scope(scope, statement), places);
    else for (const block of bodies) collect(block, scope, places);
  }
}

function bindNames(statement: Stmt, expressions: readonly Expr[], scope: Scope): void {
  if (statement.kind === "import")
    for (const { local, path } of statement.bindings) scope.bind(local, { kind: "module", path });
  if (statement.kind === "function") scope.bind(statement.name, { kind: "function", definition: statement });
  if (statement.kind === "class") scope.bind(statement.name, { kind: "opaque" });
  if (statement.kind === "for" || statement.kind === "augment") bindOpaque(statement.target, scope);
  if (statement.kind === "assign") {
    const { value } = statement;
    for (const target of statement.targets) {
      if (target.kind === "name")
        scope.bind(target.name, value ? { kind: "value", value } : { kind: "declared" });
      else if (target.kind === "unknown" || target.kind === "sequence") bindOpaque(target, scope);
    }
  }
  // Assignments inside expressions: which part is the target is not told, and a name that is read may be left alone as well.
  for (const expression of expressions)
    if (expression.kind === "unknown" && /^(?:Assignment|Update)Expression$/.test(expression.type))
      bindOpaque(expression, scope);
}

function bindOpaque(expression: Expr, scope: Scope): void {
  for (const name of namesIn(expression)) scope.bind(name, { kind: "opaque" });
}

/** Every name that is read in an expression. */
export function namesIn(expression: Expr): readonly string[] {
  return withDescendants(expression).flatMap((inner) => (inner.kind === "name" ? [inner.name] : []));
}

function withDescendants(expression: Expr): readonly Expr[] {
  const found: Expr[] = [expression];
  // The list grows while it is walked.
  for (const inner of found) for (const child of childrenOf(inner)) found.push(child);
  return found;
}

/** More names in a row than this are a loop. */
const longestChain = 8;

/** What an expression is, names followed to the one value that they are ever given. */
export function valueOf(expression: Expr, scope: Scope): Expr {
  let value = expression;
  for (let step = 0; step < longestChain && value.kind === "name"; step++) {
    const binding = scope.lookUp(value.name);
    if (binding?.kind !== "value") return value;
    value = binding.value;
  }
  return value;
}

/** `onnxruntime-web.Tensor` for a member of a module, however it was imported; null for everything else. */
export function pathOf(expression: Expr, scope: Scope): string | null {
  const value = valueOf(expression, scope);
  if (value.kind === "name") {
    const binding = scope.lookUp(value.name);
    return binding?.kind === "module" ? binding.path : null;
  }
  if (value.kind !== "attribute") return null;
  const object = pathOf(value.object, scope);
  if (object === null) return null;
  // Compiled code reaches a default export by its name.
  return value.name === "default" ? defaultOf(object) : `${object}.${value.name}`;
}

export function isGlobal(expression: Expr, name: string, scope: Scope): boolean {
  return expression.kind === "name" && expression.name === name && scope.lookUp(name) === null;
}
