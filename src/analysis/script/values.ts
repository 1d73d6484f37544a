import type { Call, Expr, FunctionDefinition, Program } from "../../ir/program.ts";
import { mapChildren } from "../../ir/walk.ts";
import { resultOf } from "./loops.ts";
import { memberOf, Objects } from "./objects.ts";
import { argumentFor } from "./passed.ts";
import { namesIn, placesOf, type Binding, type Scope } from "./scopes.ts";
import { selfName } from "../../frontends/javascript/lift-functions.ts";

/** A call that has been entered: what its arguments are to the function's parameters. */
interface Entered {
  readonly definition: FunctionDefinition;
  readonly call: Call;
  readonly from: Located;
}

/** An expression, and what its names mean. */
export interface Located {
  readonly value: Expr;
  readonly scope: Scope;
  /** The call of a function of the file that it was reached by. */
  readonly entered: Entered | null;
}

/** The operand that a call hands on, as far as the question goes; null for every other expression. */
export type Through = (at: Located) => Expr | null;

const nothing: Through = () => null;

/** A name is followed through no more steps, and to no more values. */
const limits = { depth: 16, values: 24, steps: 200 };

/** A function that calls itself is entered no deeper. */
const deepestCall = 4;

/** What expressions of a file may be, followed through names, functions of the file, and the objects of its classes. */
export class Values {
  readonly #returns = new Map<FunctionDefinition, Located[]>();
  readonly #written = new Map<Scope, Map<string, Located[]>>();
  readonly #calls: Located[] = [];
  readonly #objects: Objects;
  #callers: Map<FunctionDefinition, readonly Located[]> | null = null;

  constructor(program: Program) {
    this.#objects = new Objects(program);
    for (const { statement, expressions, scope } of placesOf(program)) {
      const { owner } = scope;
      if (statement.kind === "return" && statement.value !== null && owner?.kind === "function")
        this.#returns.set(owner, [...(this.#returns.get(owner) ?? []), at(statement.value, scope)]);
      if (statement.kind === "assign" && statement.value !== null)
        for (const target of statement.targets) this.#write(target, at(statement.value, scope));
      for (const value of expressions) if (value.kind === "call") this.#calls.push(at(value, scope));
    }
  }

  static of(program: Program): Values {
    const known = made.get(program) ?? new Values(program);
    made.set(program, known);
    return known;
  }

  #write(target: Expr, value: Located): void {
    if (target.kind !== "attribute" || !isSelf(target.object)) return;
    const around = value.scope.classAround();
    if (around === null) return;
    const members = this.#written.get(around) ?? new Map<string, Located[]>();
    this.#written.set(around, members);
    members.set(target.name, [...(members.get(target.name) ?? []), value]);
  }

  /** Every value that an expression may have: all that a name is ever given, all that a function returns. Null where one of them is not known. */
  from(start: Located, through: Through = nothing): readonly Located[] | null {
    const found = this.#from(start, { through, seen: new Set(), spent: { steps: 0 }, depth: 0 });
    return found === null || found.length === 0 || found.length > limits.values ? null : found;
  }

  /** The one value of an expression; itself where it has none or several. */
  one(start: Located): Located {
    const [only = start, ...more] = this.from(start) ?? [];
    return more.length === 0 ? only : start;
  }

  #from(start: Located, walk: Walk): readonly Located[] | null {
    walk.spent.steps++;
    if (walk.depth > limits.depth || walk.spent.steps > limits.steps) return null;
    const { value, scope, entered } = start;
    const on = (next: Expr): Located => ({ value: next, scope, entered });
    const deeper = (next: Located): readonly Located[] | null =>
      this.#from(next, { ...walk, depth: walk.depth + 1 });
    const handed = walk.through(start);
    if (handed !== null) return deeper(on(handed));
    switch (value.kind) {
      case "name":
        return this.#fromName(start, value.name, walk, deeper);
      case "attribute":
        return isSelf(value.object) ? this.#fromMember(start, deeper) : this.#fromObject(start, deeper);
      case "call": {
        const definition = this.functionOf(start);
        return definition === null ? [start] : this.#fromCall(start, definition, deeper);
      }
      // Each arm is taken by itself; of an unknown one nothing is said.
      case "conditional":
        return either([deeper(on(value.body)), deeper(on(value.orelse))]);
      case "logical":
        return either([deeper(on(value.left)), deeper(on(value.right))]);
      case "unknown": {
        const [awaited] = value.parts;
        return value.type === "AwaitExpression" && awaited ? deeper(on(awaited)) : [start];
      }
      default:
        return [start];
    }
  }

  #fromName(
    start: Located,
    name: string,
    walk: Walk,
    deeper: (next: Located) => readonly Located[] | null,
  ): readonly Located[] | null {
    const bindings = start.scope.lookUpAll(name);
    if (bindings === null) return [start];
    return all(
      bindings.map((binding) => {
        switch (binding.kind) {
          case "module":
          case "function":
            return [start];
          case "parameter":
            return fromParameter(start, name, binding, deeper);
          case "value":
            // What is made of its own former value is what that is: of the others, something is known.
            if (walk.seen.has(binding.value)) return [];
            walk.seen.add(binding.value);
            return released(walk, binding.value, deeper({ ...start, value: binding.value }));
          case "declared":
          case "opaque":
            return null;
        }
      }),
    );
  }

  /** `this.x`, by all that the class writes there. */
  #fromMember(
    start: Located,
    deeper: (next: Located) => readonly Located[] | null,
  ): readonly Located[] | null {
    const { value, scope } = start;
    if (value.kind !== "attribute") return [start];
    const around = scope.classAround();
    const written = around === null ? undefined : this.#written.get(around)?.get(value.name);
    return written === undefined ? [start] : all(written.map(deeper));
  }

  /** `feeds.positions`, by the objects that `feeds` may be; itself where it is no object that the file writes. */
  #fromObject(
    start: Located,
    deeper: (next: Located) => readonly Located[] | null,
  ): readonly Located[] | null {
    const { value, scope, entered } = start;
    if (value.kind !== "attribute" || this.#objects.isWritten(value.name)) return [start];
    const held = deeper({ value: value.object, scope, entered });
    if (held === null || held.some((one) => one.value.kind !== "dict")) return [start];
    const members = held.map((one) => ({ ...one, value: memberOf(one.value, value.name) }));
    // What one of them lacks is something else there.
    return members.every(isThere) ? all(members.map(deeper)) : [start];
  }

  #fromCall(
    start: Located,
    definition: FunctionDefinition,
    deeper: (next: Located) => readonly Located[] | null,
  ): readonly Located[] | null {
    const returned = this.#returns.get(definition);
    if (returned === undefined || start.value.kind !== "call") return [start];
    if (depthOf(start) >= deepestCall) return null;
    const entered: Entered = { definition, call: start.value, from: start };
    return all(returned.map(({ value, scope }) => deeper({ value, scope, entered })));
  }

  /** The function of the file that a call calls, by its name or as a method of the same class. */
  functionOf({ value, scope }: Located): FunctionDefinition | null {
    if (value.kind !== "call") return null;
    const { callee } = value;
    if (callee.kind === "name") {
      const binding = scope.lookUp(callee.name);
      return binding?.kind === "function" ? binding.definition : null;
    }
    if (callee.kind !== "attribute" || !isSelf(callee.object)) return null;
    return scope.classAround()?.memberNamed(callee.name) ?? null;
  }

  /** What a call gives of a function that does nothing else, in the words of the caller; null where those mean something else there. */
  inlined(start: Located): Expr | null {
    const { value: call, scope } = start;
    const definition = this.functionOf(start);
    const [returned, ...more] = (definition && this.#returns.get(definition)) ?? [];
    if (call.kind !== "call" || !definition || !returned || more.length > 0) return null;
    if (resultOf(definition) !== returned.value) return null;
    const given = new Map(
      definition.parameters.flatMap(({ name }) => {
        const argument = argumentFor(name, definition, call);
        return argument ? [[name, argument.value] as const] : [];
      }),
    );
    const means = (name: string): boolean =>
      given.has(name) || returned.scope.lookUp(name) === scope.lookUp(name);
    if (!namesIn(returned.value).every(means)) return null;
    const put = (inner: Expr): Expr =>
      inner.kind === "name" ? (given.get(inner.name) ?? inner) : mapChildren(inner, put);
    return put(returned.value);
  }

  /** What is pushed into a list that is empty before; none for everything else, and where it is filled in other ways too. */
  pushed({ value: list, scope }: Located): readonly Located[] {
    const binding = list.kind === "name" ? scope.lookUp(list.name) : null;
    const isEmpty =
      binding?.kind === "value" && binding.value.kind === "sequence" && binding.value.items.length === 0;
    if (list.kind !== "name" || !isEmpty) return [];
    const changes = this.#calls.flatMap(({ value: call, scope: inner }) => {
      if (call.kind !== "call" || call.callee.kind !== "attribute") return [];
      const { object, name } = call.callee;
      const isOwn = object.kind === "name" && object.name === list.name;
      return isOwn && inner.lookUp(list.name) === binding && filling.has(name) ? [{ name, call, inner }] : [];
    });
    const isPush = changes.every(
      ({ name, call }) => name === "push" && call.args.every(({ spread }) => spread === ""),
    );
    if (!isPush) return [];
    return changes.flatMap(({ call, inner }) => call.args.map(({ value }) => at(value, inner)));
  }

  #callsOf(definition: FunctionDefinition): readonly Located[] {
    if (this.#callers === null) {
      this.#callers = new Map();
      for (const call of this.#calls) {
        const called = this.functionOf(call);
        if (called) this.#callers.set(called, [...(this.#callers.get(called) ?? []), call]);
      }
    }
    return this.#callers.get(definition) ?? [];
  }

  /** What the calls of a function in the file pass for a parameter. */
  passed(name: string, scope: Scope): readonly Located[] {
    const binding = scope.lookUp(name);
    if (binding?.kind !== "parameter") return [];
    const { definition } = binding;
    return this.#callsOf(definition).flatMap((caller) => {
      if (caller.value.kind !== "call") return [];
      const argument = argumentFor(name, definition, caller.value);
      return argument ? [{ ...caller, value: argument.value }] : [];
    });
  }
}

/** Methods that put something into a list. */
const filling: ReadonlySet<string> = new Set(["push", "unshift", "splice", "fill", "copyWithin"]);

const made = new WeakMap<Program, Values>();

interface Walk {
  readonly through: Through;
  readonly seen: Set<Expr>;
  readonly spent: { steps: number };
  readonly depth: number;
}

function released<Result>({ seen }: Walk, value: Expr, result: Result): Result {
  seen.delete(value);
  return result;
}

export function at(value: Expr, scope: Scope): Located {
  return { value, scope, entered: null };
}

function depthOf({ entered }: Located): number {
  return entered === null ? 0 : 1 + depthOf(entered.from);
}

function isSelf(object: Expr): boolean {
  return object.kind === "name" && object.name === selfName;
}

function all(found: readonly (readonly Located[] | null)[]): readonly Located[] | null {
  return found.some((one) => one === null) ? null : found.flatMap((one) => one ?? []);
}

function either(found: readonly (readonly Located[] | null)[]): readonly Located[] | null {
  const known = found.filter((one) => one !== null);
  return known.length === 0 ? null : known.flat();
}

function fromParameter(
  { entered }: Located,
  name: string,
  { definition }: Extract<Binding, { kind: "parameter" }>,
  deeper: (next: Located) => readonly Located[] | null,
): readonly Located[] | null {
  if (entered?.definition !== definition) return null;
  const argument = argumentFor(name, definition, entered.call);
  return argument ? deeper({ ...entered.from, value: argument.value }) : null;
}

function isThere(one: { readonly value: Expr | null }): one is Located {
  return one.value !== null;
}
