import type { Argument, ClassDefinition, Expr, Parameter, Program, Span } from "../../ir/program.ts";
import type { Phase } from "../../ir/graph.ts";
import { childrenOf } from "../../ir/walk.ts";
import { dottedName } from "../execute/classes.ts";
import type { OutsideCall } from "../units/outside-calls.ts";
import { moduleBase } from "../execute/classes.ts";
import { constructors } from "../units/lifecycle.ts";
import { outlineOf, type Caller, type CallSite, type Outline } from "./definitions.ts";
import { inParameters, replaceNames, unknown } from "./substitute.ts";

/** A call of a function of another file of the run. */
export interface CallOut<Target> {
  readonly target: Target;
  readonly span: Span;
  readonly call: Omit<OutsideCall, "name" | "note">;
  /** What is passed for dtypes, as it is written. */
  readonly passes: string;
}

/** Callers of callers are followed this far, in this many ways. */
const limits = { depth: 4, ways: 8 };

/** A call as a method that the framework calls makes it. */
interface Way {
  readonly phase: Phase;
  readonly autocast: boolean;
  readonly args: readonly Argument[];
  readonly parameters: readonly Parameter[];
}

/**
 * The calls that a program makes of what `resolve` knows by the path of its import. Only calls that are made for certain
 * count: from constructors and `forward`, or from what those call in this file.
 */
export function callsOut<Target>(
  program: Program,
  text: string,
  resolve: (path: string) => Target | null,
): readonly CallOut<Target>[] {
  const outline = outlineOf(program);
  return outline.callers.flatMap((caller) =>
    caller.calls.flatMap((site) => {
      const target = targetOf(site, caller, outline, resolve);
      const { span } = site.call;
      if (target === null || span === null) return [];
      const passes = passedDtypes(site, text);
      return waysTo(caller, site.call.args, site.autocast, outline, limits.depth).map((way) => ({
        target,
        span,
        passes,
        call: { ...way, imports: importsIn(way.args, outline) },
      }));
    }),
  );
}

function targetOf<Target>(
  { call }: CallSite,
  caller: Caller,
  outline: Outline,
  resolve: (path: string) => Target | null,
): Target | null {
  const dotted = dottedName(call.callee);
  if (dotted === null) return null;
  const [root = "", ...rest] = dotted.split(".");
  const isShadowed =
    caller.assigned.has(root) ||
    outline.globals.has(root) ||
    caller.definition.parameters.some(({ name }) => name === root);
  if (isShadowed) return null;
  const paths = outline.imports.get(root) ?? starred(outline, root);
  // A fallback of `try: import` may be another function: the first that is known counts.
  for (const path of paths) {
    const target = resolve([path, ...rest].join("."));
    if (target !== null) return target;
  }
  return null;
}

function starred(outline: Outline, name: string): readonly string[] {
  return (outline.imports.get("*") ?? []).map((path) => `${path}${path.endsWith(".") ? "" : "."}${name}`);
}

/** How a function comes to be called: by the framework, or by what else in the file calls it. */
function waysTo(
  caller: Caller,
  args: readonly Argument[],
  autocast: boolean,
  outline: Outline,
  depth: number,
): readonly Way[] {
  const { definition } = caller;
  const here = inParameters(args, caller, outline);
  const phase = phaseOf(caller, outline);
  if (phase !== null)
    return [{ phase, autocast, args: here, parameters: definition.parameters.map(withoutSpans) }];
  if (depth === 0) return [];
  const ways = sitesOf(caller, outline).flatMap(({ from, site }) => {
    const passed = replaceNames(here, passedTo(caller, site));
    return waysTo(from, passed, autocast && site.autocast, outline, depth - 1);
  });
  return ways.slice(0, limits.ways);
}

/** The phase in which the framework calls a method; null for what it does not call. */
function phaseOf({ definition, owner }: Caller, outline: Outline): Phase | null {
  if (owner === null) return null;
  if (definition.name === "forward" || definition.name === "__call__") return "forward";
  return constructors.includes(definition.name) && isModule(owner, outline) ? "construction" : null;
}

function isModule(of: ClassDefinition, outline: Outline, seen: ReadonlySet<string> = new Set()): boolean {
  if (of.body.some((statement) => statement.kind === "function" && statement.name === "forward")) return true;
  return of.bases.some((base) => {
    const dotted = dottedName(base) ?? "";
    const inFile = outline.classes.get(dotted);
    if (inFile && !seen.has(dotted)) return isModule(inFile, outline, new Set([...seen, of.name, dotted]));
    return moduleBase.test(outline.imports.get(dotted)?.[0] ?? dotted);
  });
}

function sitesOf(
  { definition, owner }: Caller,
  outline: Outline,
): readonly { readonly from: Caller; readonly site: CallSite }[] {
  const isConstructor = owner !== null && definition.name === "__init__";
  return outline.callers.flatMap((from) =>
    from.calls.flatMap((site) => {
      const { callee } = site.call;
      const name = owner === null || isConstructor ? (owner?.name ?? definition.name) : null;
      const isHere =
        name !== null
          ? callee.kind === "name" && callee.name === name && !from.assigned.has(name)
          : callee.kind === "attribute" && callee.name === definition.name;
      return isHere && from.definition !== definition ? [{ from, site }] : [];
    }),
  );
}

/** What a call passes for each parameter, defaults included. */
function passedTo({ definition, owner }: Caller, { call }: CallSite): ReadonlyMap<string, Expr> {
  const isStatic = definition.decorators.some((decorator) => dottedName(decorator) === "staticmethod");
  const [self, ...rest] = definition.parameters;
  const isBound = owner !== null && !isStatic && self !== undefined;
  const values = new Map<string, Expr>();
  if (isBound) {
    const receiver = call.callee.kind === "attribute" ? call.callee.object : unknown;
    values.set(self.name, receiver);
  }
  const isOpen = call.args.some((arg) => arg.spread !== "");
  const positional = call.args.filter((arg) => arg.name === null && arg.spread === "");
  for (const [position, parameter] of (isBound ? rest : definition.parameters).entries()) {
    const named = call.args.find((arg) => arg.name === parameter.name);
    const passed = named ?? (parameter.form === "keyword-only" || isOpen ? undefined : positional[position]);
    values.set(parameter.name, passed?.value ?? (isOpen ? unknown : literalOf(parameter.initial)));
  }
  return values;
}

function withoutSpans(parameter: Parameter): Parameter {
  const initial = parameter.initial && literalOf(parameter.initial);
  return { ...parameter, initial: initial === unknown ? null : initial, span: null };
}

/** A default that needs no scope, or unknown. */
function literalOf(expression: Expr | null): Expr {
  switch (expression?.kind) {
    case "number":
    case "string":
    case "constant":
      return { ...expression, span: null };
    case "attribute":
      return dottedName(expression)?.startsWith("torch.") ? withoutSpan(expression) : unknown;
    default:
      return unknown;
  }
}

function withoutSpan(expression: Expr): Expr {
  if (expression.kind === "attribute")
    return { ...expression, span: null, object: withoutSpan(expression.object) };
  return { ...expression, span: null };
}

function importsIn(args: readonly Argument[], outline: Outline): OutsideCall["imports"] {
  const names = new Set<string>();
  const visit = (expression: Expr): void => {
    if (expression.kind === "name") names.add(expression.name);
    childrenOf(expression).forEach(visit);
  };
  for (const arg of args) visit(arg.value);
  return [...names].sort().flatMap((local) => {
    const path = outline.imports.get(local)?.[0];
    return path === undefined ? [] : [{ local, path }];
  });
}

/** Arguments that speak of dtypes, as they are written. */
function passedDtypes({ call }: CallSite, text: string): string {
  return call.args
    .flatMap(({ value, name }) => {
      const { start, end } = value.span ?? { start: 0, end: 0 };
      const written = text.slice(start, end);
      const speaks = (name ?? "").endsWith("dtype") || /(dtype|\.b?float\d*|\.half|\.double)$/.test(written);
      return speaks && written.length <= 60 ? [name === null ? written : `${name}=${written}`] : [];
    })
    .join(", ");
}
