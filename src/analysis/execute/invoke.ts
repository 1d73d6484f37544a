import { enterDecorators, yieldedRegion } from "./autocast.ts";
import type { PassedArgument } from "./calls.ts";
import { decoratorNames } from "./classes.ts";
import { copyHeap, limits, type Execution, type Frame } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { bind } from "./parameters.ts";
import { executeBlock } from "./statements.ts";
import { nodesIn, Scope, type FunctionValue, type Value } from "./values.ts";

/** Executes a function of the module where it is called, in the caller's phase and autocast region. */
export function invoke(x: Execution, target: FunctionValue, args: readonly PassedArgument[]): Value {
  const { definition } = target;
  const key = definition.span?.start ?? -1;
  if (x.depth >= limits.depth || x.active.filter((start) => start === key).length >= 2) {
    return x.unknown(
      target.name,
      args.map((arg) => arg.value),
      "ambient",
    );
  }
  const outer = x.frame;
  const { autocast, autocastTo } = x;
  const span = x.span;
  const scope = new Scope(target.scope);
  x.depth += 1;
  x.active.push(key);
  x.executed.add(key);
  if (x.depth > 1) x.called.add(key);
  bind(x, scope, target, args);
  const frame: Frame = {
    scope,
    definition: target.name,
    owner: target.owner,
    self: target.self,
    path: [],
    returns: [],
    yields: [],
  };
  x.frame = frame;
  enterDecorators(x, target);
  const returned =
    definition.kind === "lambda" ? evaluate(x, definition.body) : runBody(x, definition.body, frame);
  const value = isContextManager(target) ? yieldedRegion(autocast, frame.yields) : returned;
  x.frame = outer;
  x.autocast = autocast;
  x.autocastTo = autocastTo;
  x.span = span;
  x.active.pop();
  x.depth -= 1;
  return value;
}

function isContextManager(target: FunctionValue): boolean {
  return decoratorNames(target).some((name) => name.endsWith("contextmanager"));
}

/** The value a body returns: what each path returns, chosen by the conditions that lead there. */
function runBody(x: Execution, body: Parameters<typeof executeBlock>[1], frame: Frame): Value {
  const completion = executeBlock(x, body);
  let value: Value | null = completion === "normal" ? x.none() : null;
  for (const { condition, value: returned, heap } of [...frame.returns].reverse()) {
    if (value === null) {
      value = returned;
      x.heap = copyHeap(heap);
      continue;
    }
    if (heap !== x.heap) x.mergeHeap(condition, heap);
    value = x.select(condition, returned, value);
  }
  for (const node of value ? nodesIn(value) : []) x.graph.returned.add(node);
  return value ?? x.none();
}
