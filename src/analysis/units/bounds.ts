import type {
  Call,
  ClassDefinition,
  Expr,
  FunctionDefinition,
  Parameter,
  Program,
  Stmt,
} from "../../ir/program.ts";
import { partsOf } from "../../ir/walk.ts";
import { callsIn, type CallIndex } from "./callers-in-file.ts";
import { probeFor } from "../probes.ts";

/** Roles of sizes that count positions: a larger one moves no less, so the largest that is passed stands for all. */
const counts: ReadonlySet<string> = new Set(["window", "grid", "length", "distance", "timesteps"]);

/** The literal that bounds a parameter of a constructor: what the callers in sight pass, and no default. */
export type LiteralOf = (parameter: Parameter, position: number) => Expr | null;

export function literalsOf(program: Program, name: string): LiteralOf {
  const index = callsIn(program);
  const definitions = definitionsOf(program);
  return (parameter, position) => {
    const called = (index.calls.get(name)?.length ?? 0) > 0;
    const passed = called
      ? followed({ index, definitions }, name, parameter, position, new Set())
      : named({ index, definitions }, name, parameter.name);
    return passed && common(passed, parameter.name);
  };
}

interface File {
  readonly index: CallIndex;
  /** What calls by a bare name enter: functions, and constructors of classes. */
  readonly definitions: ReadonlyMap<string, FunctionDefinition>;
}

function definitionsOf(program: Program): ReadonlyMap<string, FunctionDefinition> {
  return new Map(
    program.body.flatMap((statement): [string, FunctionDefinition][] => {
      if (statement.kind === "function") return [[statement.name, statement]];
      const made = statement.kind === "class" ? constructorOf(statement) : null;
      return made && statement.kind === "class" ? [[statement.name, made]] : [];
    }),
  );
}

function constructorOf(definition: ClassDefinition): FunctionDefinition | null {
  const made = definition.body.find(
    (statement): statement is FunctionDefinition =>
      statement.kind === "function" && statement.name === "__init__",
  );
  return made ? { ...made, parameters: made.parameters.slice(1) } : null;
}

/** Literals at the ends of all chains of calls that pass a parameter on; null where one of them ends in anything else. */
function followed(
  file: File,
  name: string,
  parameter: Parameter,
  position: number,
  seen: ReadonlySet<string>,
): readonly Expr[] | null {
  const key = `${name} ${parameter.name}`;
  const sites = file.index.calls.get(name) ?? [];
  if (seen.has(key) || sites.length === 0) return null;
  const found: Expr[] = [];
  for (const { call, within } of sites) {
    const value = passedTo(call, parameter, position);
    const more =
      value && (isLiteral(value) ? [value] : handedOn(file, value, within, new Set([...seen, key])));
    if (!more) return null;
    found.push(...more);
  }
  return found;
}

/** A parameter of the definition around a call that is passed on as it came. */
function handedOn(
  file: File,
  value: Expr,
  within: string,
  seen: ReadonlySet<string>,
): readonly Expr[] | null {
  const [outer = "", method = "__init__", ...deeper] = within.split(".");
  const around = file.definitions.get(outer);
  if (value.kind !== "name" || !around || method !== "__init__" || deeper.length > 0) return null;
  const at = around.parameters.findIndex(({ name }) => name === value.name);
  const parameter = around.parameters[at];
  if (!parameter || isAssigned(around.body, value.name)) return null;
  return followed(file, outer, parameter, at, seen);
}

/** Whether statements give a name another value: by assignment, as the variable of a loop or of a `with`. */
function isAssigned(statements: readonly Stmt[], name: string): boolean {
  return statements.some((statement) => {
    const targets =
      statement.kind === "assign"
        ? statement.targets
        : statement.kind === "augment" || statement.kind === "for"
          ? [statement.target]
          : statement.kind === "with"
            ? statement.items.flatMap(({ target }) => (target ? [target] : []))
            : [];
    return (
      targets.some((target) => binds(target, name)) ||
      partsOf(statement).bodies.some((body) => isAssigned(body, name))
    );
  });
}

function binds(target: Expr, name: string): boolean {
  if (target.kind === "sequence") return target.items.some((item) => binds(item, name));
  return target.kind === "name" && target.name === name;
}

/**
 * Where a class is handed on as a value nothing says who calls it. Literals that the file passes by the parameter's name
 * bound it if whatever takes that name is called in the file, with literals or with what came in by that name.
 */
function named({ index, definitions }: File, name: string, wanted: string): readonly Expr[] | null {
  if ((index.reads.get(name) ?? 0) === 0) return null;
  const found: Expr[] = [];
  const take = (value: Expr | null): boolean => {
    if (value !== null && isLiteral(value)) found.push(value);
    return value === null || isLiteral(value) || isItself(value, wanted);
  };
  for (const sites of index.calls.values())
    for (const { call } of sites)
      if (!call.args.every((arg) => arg.name !== wanted || take(arg.value))) return null;
  for (const [called, { parameters }] of definitions) {
    const at = parameters.findIndex((parameter) => parameter.name === wanted);
    if (at < 0) continue;
    if ((index.reads.get(called) ?? 0) === 0) return null;
    for (const { call } of index.calls.get(called) ?? []) {
      const positional = call.args.filter((arg) => arg.name === null && arg.spread === "")[at]?.value;
      if (!take(positional ?? null)) return null;
    }
  }
  return found;
}

/** `window` or `self.window`, passed as `window`. */
function isItself(value: Expr, name: string): boolean {
  if (value.kind === "name" || value.kind === "attribute") {
    const own = value.kind === "name" || (value.object.kind === "name" && value.object.name === "self");
    return own && value.name === name;
  }
  return value.kind === "constant" && value.value === null;
}

function passedTo({ args }: Call, parameter: Parameter, position: number): Expr | null {
  const byName = args.find((arg) => arg.name === parameter.name);
  if (byName) return byName.value;
  if (args.some((arg) => arg.spread !== "")) return null;
  const positional =
    parameter.form === "plain" ? args.filter((arg) => arg.name === null)[position] : undefined;
  return positional?.value ?? parameter.initial;
}

function isLiteral(value: Expr): boolean {
  if (value.kind === "sequence")
    return (
      value.form !== "set" && value.items.length > 0 && value.items.every(({ kind }) => kind === "number")
    );
  return value.kind === "number" || value.kind === "constant" || value.kind === "string";
}

/** The one literal that is passed, or the largest where they are counts of positions. */
function common(passed: readonly Expr[], name: string): Expr | null {
  const [first] = passed;
  if (!first || passed.every((other) => textOf(other) === textOf(first))) return first ?? null;
  if (!counts.has(probeFor([name])?.role ?? "")) return null;
  const sizes = passed.map(sizeOf);
  if (sizes.includes(null)) return null;
  const largest = Math.max(...sizes.map((size) => size ?? 0));
  return passed[sizes.indexOf(largest)] ?? null;
}

function textOf(value: Expr): string {
  switch (value.kind) {
    case "sequence":
      return `[${value.items.map(textOf).join()}]`;
    case "number":
    case "constant":
    case "string":
      return `${value.kind} ${String(value.value)}`;
    default:
      return value.kind;
  }
}

function sizeOf(value: Expr): number | null {
  if (value.kind === "number") return value.integer && value.value > 0 ? value.value : null;
  if (value.kind !== "sequence") return null;
  const sizes = value.items.map(sizeOf);
  return sizes.includes(null) ? null : Math.max(...sizes.map((size) => size ?? 0));
}
