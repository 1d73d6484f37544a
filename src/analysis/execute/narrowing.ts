import type { ClassDefinition, Expr } from "../../ir/program.ts";
import { visitStatements } from "../../ir/walk.ts";
import { createInstance } from "./instances.ts";
import { invoke } from "./invoke.ts";
import { outsideInputs } from "./parameters.ts";
import { findMember, isModule } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { isGraphNode, nodesIn, type ClassValue, type InstanceValue, type Value } from "./values.ts";

/** A name that stands for an object of a known class inside a branch. */
export interface Narrowed {
  readonly name: string;
  readonly before: Value;
  readonly of: ClassValue;
}

/**
 * `if isinstance(module, Rotary):` in construction (`_init_weights`): inside, `module` is what `Rotary(...)` constructed. Only of
 * classes that keep buffers: what initialisation writes into other modules is no table.
 */
export function narrowedBy(x: Execution, test: Expr): Narrowed | null {
  if (x.phase !== "construction" || test.kind !== "call" || test.callee.kind !== "name") return null;
  const [object, type] = test.args;
  if (test.callee.name !== "isinstance" || object?.value.kind !== "name" || !type) return null;
  const before = x.frame.scope.lookup(object.value.name);
  const of = evaluate(x, type.value);
  if (!before || !isGraphNode(before) || before.what.kind !== "input") return null;
  if (isGraphNode(of) || of.kind !== "class" || !isModule(of) || !keepsBuffers(of.definition)) return null;
  return { name: object.value.name, before, of };
}

/** Executes the branch with the name bound to the object as its constructor leaves it; what is written into it leaves the slice. */
export function withinNarrowed<Result>(
  x: Execution,
  { name, before, of }: Narrowed,
  work: () => Result,
): Result {
  const instance = construct(x, of);
  const constructed = new Map(x.heap.get(instance.id));
  x.frame.scope.variables.set(name, instance);
  const result = work();
  if (x.frame.scope.variables.get(name) === instance) x.frame.scope.variables.set(name, before);
  for (const [attribute, value] of x.heap.get(instance.id) ?? []) {
    if (constructed.get(attribute) === value) continue;
    const key = `${of.definition.name}.${attribute} after ${x.frame.definition}`;
    nodesIn(value).forEach((node, i) =>
      x.graph.sinks.push({ kind: "attribute", key: `${key} ${String(i)}`, node, isElsewhere: true }),
    );
  }
  return result;
}

function construct(x: Execution, of: ClassValue): InstanceValue {
  const instance = createInstance(x, of);
  const initialiser = findMember(of, "__init__");
  if (!initialiser || isGraphNode(initialiser) || initialiser.kind !== "function") return instance;
  const bound = { ...initialiser, self: instance };
  invoke(x, bound, outsideInputs(x, bound));
  return instance;
}

const known = new WeakMap<ClassDefinition, boolean>();

function keepsBuffers(definition: ClassDefinition): boolean {
  const before = known.get(definition);
  if (before !== undefined) return before;
  let found = false;
  visitStatements(definition.body, "", (expression) => {
    const isNamed = expression.kind === "attribute" || expression.kind === "name";
    found ||= isNamed && (expression.name === "register_buffer" || expression.name === "Buffer");
  });
  known.set(definition, found);
  return found;
}
