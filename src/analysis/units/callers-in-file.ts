import type { Call, Program, Stmt } from "../../ir/program.ts";
import { visitExpressions } from "../../ir/walk.ts";

/** A call and the definition it stands in, "Class.method" or "function". */
export interface CallSite {
  readonly call: Call;
  readonly within: string;
}

/** Who calls and who names what in one file, by bare names: functions and classes as `name`, methods as `.name`. */
export interface CallIndex {
  readonly calls: ReadonlyMap<string, readonly CallSite[]>;
  /** How often a name is read, calls included. */
  readonly reads: ReadonlyMap<string, number>;
  readonly classes: ReadonlySet<string>;
}

const knownBefore = new WeakMap<Program, CallIndex>();

export function callsIn(program: Program): CallIndex {
  const known = knownBefore.get(program) ?? readCalls(program);
  knownBefore.set(program, known);
  return known;
}

function readCalls(program: Program): CallIndex {
  const calls = new Map<string, CallSite[]>();
  const reads = new Map<string, number>();
  visitExpressions(program, (expression, within) => {
    const name =
      expression.kind === "name"
        ? expression.name
        : expression.kind === "attribute"
          ? `.${expression.name}`
          : null;
    if (name !== null) reads.set(name, (reads.get(name) ?? 0) + 1);
    if (expression.kind !== "call") return;
    const { callee } = expression;
    const called =
      callee.kind === "name" ? callee.name : callee.kind === "attribute" ? `.${callee.name}` : null;
    if (called !== null) calls.set(called, [...(calls.get(called) ?? []), { call: expression, within }]);
  });
  return { calls, reads, classes: new Set(classNames(program.body)) };
}

function classNames(statements: readonly Stmt[]): readonly string[] {
  return statements.flatMap((statement) => (statement.kind === "class" ? [statement.name] : []));
}

/** Whether the file calls something, never hands it on uncalled, and calls it from code alone that runs with the data. */
export function isCalledInForwardOnly(
  index: CallIndex,
  name: string,
  lifecycle: { readonly forward: readonly string[] },
  seen: ReadonlySet<string> = new Set(),
): boolean {
  if (seen.has(name)) return false;
  const sites = index.calls.get(name) ?? [];
  if (sites.length === 0 || index.reads.get(name) !== sites.length) return false;
  return sites.every(({ within }) => {
    const [outer = "", inner] = within.split(".");
    if (outer === "") return false;
    const definition = index.classes.has(outer) ? `.${inner ?? ""}` : outer;
    return (
      lifecycle.forward.some((method) => definition === `.${method}`) ||
      isCalledInForwardOnly(index, definition, lifecycle, new Set([...seen, name]))
    );
  });
}
