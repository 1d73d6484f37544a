import type { Graph, Node } from "../../ir/graph.ts";
import type { ClassDefinition, Expr, FunctionDefinition, Program } from "../../ir/program.ts";
import { literalsOf, type LiteralOf } from "./bounds.ts";
import { callsIn, isCalledInForwardOnly } from "./callers-in-file.ts";
import { boundMember, dialectOfClass, findMember, isModule, lineage } from "../execute/classes.ts";
import { copyHeap, Execution, TooLarge, type Budget } from "../execute/execution.ts";
import { createInstance } from "../execute/instances.ts";
import { invoke } from "../execute/invoke.ts";
import { outsideInputs } from "../execute/parameters.ts";
import { executeBlock } from "../execute/statements.ts";
import {
  isGraphNode,
  nodesIn,
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Value,
} from "../execute/values.ts";
import { frameworkMethods, torchLifecycle, type Lifecycle } from "./lifecycle.ts";
import { outsideArguments, type OutsideCall } from "./outside-calls.ts";
import { mentionsCall, type UnitPlan } from "./plan-units.ts";
import { rebuiltAttributes } from "./rebuilt.ts";
import { unusedAttributes } from "./unused.ts";

/** Part of a unit: one function executed from outside, and the nodes it made. */
export interface Entry {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** No caller in sight and none that the framework makes: at most a note. */
  readonly capped: boolean;
  /** Start of the span of the definition executed. */
  readonly definition: number;
  /** Called by the framework, whatever callers are in sight. */
  readonly given: boolean;
}

export interface Unit {
  readonly plan: UnitPlan;
  readonly graph: Graph;
  readonly entries: readonly Entry[];
  /** What the expressions that a rewrite replaces came to, each time they were met. */
  readonly replaced: ReadonlyMap<Expr, readonly Node[]>;
  /** Why execution stopped early, or null. */
  readonly incomplete: string | null;
  /** Starts of the spans of the definitions that the unit itself calls. */
  readonly called: ReadonlySet<number>;
}

/** What took a node's place in the text, each time that a rewritten unit met it. */
export function replacementsOf({ span }: Node, { replaced }: Unit): readonly Node[] {
  if (span === null) return [];
  return [...replaced].flatMap(([{ span: own }, nodes]) =>
    own?.start === span.start && own.end === span.end ? nodes : [],
  );
}

export interface ExecutionOptions {
  /** Expressions and what replaces them. */
  readonly substitutions?: ReadonlyMap<Expr, Expr>;
  /** Functions of torch that zero.Init does not reach in this package. */
  readonly spared?: ReadonlySet<string>;
  /** What is left to do for the units of the file. */
  readonly budget?: Budget | null;
}

/** Executes one unit: a class with its construction and its methods, or a function. */
export function executeUnit(
  program: Program,
  text: string,
  plan: UnitPlan,
  { substitutions = new Map(), spared = new Set(), budget = null }: ExecutionOptions = {},
): Unit {
  const x = new Execution(substitutions, spared, program.language, budget);
  x.constants = program.constants ?? x.constants;
  x.links = program.links ?? x.links;
  const entries: Entry[] = [];
  let incomplete: string | null = null;
  try {
    executeBlock(x, program.body);
    x.executed.clear();
    const value = x.moduleScope.lookup(plan.definition.name);
    if (value && !isGraphNode(value) && value.kind === "class")
      executeClass(x, value, program, text, entries);
    else if (value && !isGraphNode(value) && value.kind === "function" && plan.outside)
      runOutside(x, value, entries, plan.outside);
    else if (value && !isGraphNode(value) && value.kind === "function")
      runEntry(
        x,
        value,
        entries,
        !isCalled(text, value.name, plan.definition),
        frameworkMethods.has(plan.definition.name),
      );
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    incomplete = error.message;
  }
  return { plan, graph: x.graph, entries, replaced: x.replaced, incomplete, called: x.called };
}

function isCalled(text: string, name: string, definition: ClassDefinition | FunctionDefinition): boolean {
  const { start, end } = definition.span ?? { start: 0, end: 0 };
  return mentionsCall(text.slice(0, start), name) || mentionsCall(text.slice(end), name);
}

function executeClass(x: Execution, of: ClassValue, program: Program, text: string, entries: Entry[]): void {
  const literals = literalsOf(program, of.definition.name);
  const instance = createInstance(x, of);
  const lifecycle: Lifecycle = dialectOfClass(x, of) ?? torchLifecycle;
  const goesNowhere = unusedAttributes(program, of, lifecycle.forward);
  const given = new Set([...lifecycle.construction, ...lifecycle.forward]);
  // Only modules are constructed inside zero.Init and from_pretrained; any other class needs a caller in sight.
  const module = isModule(of);
  const unseen = !module && !mentionsCall(text, of.definition.name);
  const late = isCalledInForwardOnly(callsIn(program), of.definition.name, torchLifecycle);
  x.phase = module && !late ? "construction" : "forward";
  for (const name of lifecycle.construction) {
    const method = methodOf(x, of, name, instance);
    if (method && !x.executed.has(method.definition.span?.start ?? -1))
      runEntry(x, method, entries, unseen, module, name === "__init__" ? literals : noLiterals);
  }
  attributeSinks(x, instance, "construction", new Map(), goesNowhere);
  x.phase = "forward";
  // A module that only forward makes is no part of the model that is cast.
  if (!late) storeForForward(x, instance, rebuiltAttributes(of));
  const constructed = copyHeap(x.heap);
  for (const method of forwardMethods(x, of, instance, lifecycle)) {
    if (x.executed.has(method.definition.span?.start ?? -1)) continue;
    x.heap = copyHeap(constructed);
    const name = method.definition.kind === "function" ? method.definition.name : "";
    runEntry(x, method, entries, !given.has(name) && !mentionsCall(text, `.${name}`), given.has(name));
    attributeSinks(x, instance, name, constructed.get(instance.id) ?? new Map(), goesNowhere);
  }
}

function methodOf(x: Execution, of: ClassValue, name: string, instance: InstanceValue): FunctionValue | null {
  const member = findMember(of, name);
  if (!member || isGraphNode(member) || member.kind !== "function") return null;
  const bound = boundMember(x, member, of, instance);
  return !isGraphNode(bound) && bound.kind === "function" ? bound : null;
}

/** `forward` first: what it calls needs no entry of its own. */
function forwardMethods(
  x: Execution,
  of: ClassValue,
  instance: InstanceValue,
  lifecycle: Lifecycle,
): readonly FunctionValue[] {
  const names = new Set([
    ...lifecycle.forward,
    ...lineage(of).flatMap((ancestor) => [...ancestor.members.keys()]),
  ]);
  return [...names].flatMap((name) => {
    if (lifecycle.construction.includes(name)) return [];
    const method = methodOf(x, of, name, instance);
    return method ? [method] : [];
  });
}

const noLiterals: LiteralOf = () => null;

function runEntry(
  x: Execution,
  target: FunctionValue,
  entries: Entry[],
  capped: boolean,
  given: boolean,
  literals = noLiterals,
): void {
  const from = x.graph.nodes.length;
  // Importing the module is no part of what its callers do: what it sets is theirs to set.
  x.defaultDtype = null;
  const value = invoke(x, target, outsideInputs(x, target, literals));
  returnSinks(x, target.name, value);
  entries.push({ ...entryOf(x, target, from), capped, given });
}

function entryOf(x: Execution, target: FunctionValue, from: number): Omit<Entry, "capped" | "given"> {
  const definition = target.definition.span?.start ?? -1;
  return { name: target.name, from, to: x.graph.nodes.length, definition };
}

/** A function as another file of the run calls it: in that caller's phase, with what it passes. */
function runOutside(x: Execution, target: FunctionValue, entries: Entry[], call: OutsideCall): void {
  const from = x.graph.nodes.length;
  x.phase = call.phase;
  x.autocast = call.autocast;
  const value = invoke(x, target, outsideArguments(x, call, target));
  returnSinks(x, target.name, value);
  entries.push({ ...entryOf(x, target, from), capped: false, given: true });
}

function returnSinks(x: Execution, name: string, value: Value): void {
  nodesIn(value).forEach((node, i) =>
    x.graph.sinks.push({ kind: "return", key: `${name}:return ${String(i)}`, node }),
  );
}

function attributeSinks(
  x: Execution,
  instance: InstanceValue,
  entry: string,
  before: ReadonlyMap<string, Value>,
  goesNowhere: (attribute: string) => boolean,
): void {
  const name = instance.of.definition.name;
  for (const [attribute, value] of x.heap.get(instance.id) ?? []) {
    if (before.get(attribute) === value || goesNowhere(attribute)) continue;
    nodesIn(value).forEach((node, i) =>
      x.graph.sinks.push({
        kind: "attribute",
        key: `${name}.${attribute} ${String(i)} after ${entry}`,
        node,
      }),
    );
  }
}

/** What construction kept in the module is read in forward through the module: a cast of the module has rounded it. */
function storeForForward(x: Execution, { id }: InstanceValue, rebuilt: ReadonlySet<string>): void {
  for (const [object, constructed] of x.heap) {
    const attributes = new Map(constructed);
    x.heap.set(object, attributes);
    for (const [name, value] of constructed) {
      if (object === id && rebuilt.has(name)) continue;
      if (!isGraphNode(value) || value.what.kind !== "stored") continue;
      // Another name for a buffer is a plain attribute, which holds what the buffer held before the cast.
      if (value.what.form === "buffer" && value.what.name !== name) continue;
      x.span = value.span;
      attributes.set(name, x.node(value.what, [value]));
    }
  }
}
