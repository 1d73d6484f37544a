import type { Expr, With } from "../../ir/program.ts";
import { assign } from "./assignments.ts";
import { enterRegion } from "./autocast.ts";
import { callValue } from "./calls.ts";
import { boundMember, findMember } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { executeBlock, type Completion } from "./statements.ts";
import { isGraphNode, type Value } from "./values.ts";

/** `with A as a, B as b: ...` */
export function enter(x: Execution, { items, body }: With): Completion {
  const { autocast, autocastTo } = x;
  const leave: (() => void)[] = [];
  for (const { context, target } of items) {
    const { value, exit } = open(x, context);
    enterRegion(x, value);
    leave.unshift(exit);
    if (target) assign(x, target, value);
  }
  const completion = executeBlock(x, body);
  for (const exit of leave) exit();
  x.autocast = autocast;
  x.autocastTo = autocastTo;
  return completion;
}

interface Opened {
  readonly value: Value;
  readonly exit: () => void;
}

/**
 * A context manager of the module's own. One written as a generator has run to its end when it is called here: what the
 * body sees of it is the default dtype at its `yield`.
 */
function open(x: Execution, context: Expr): Opened {
  const outer = x.yielded;
  x.yielded = null;
  const value = evaluate(x, context);
  const yielded = x.takeYielded();
  x.yielded = outer;
  if (yielded !== null) {
    const after = x.defaultDtype;
    x.defaultDtype = yielded.defaultDtype;
    return { value, exit: () => void (x.defaultDtype = after) };
  }
  const entered = callMember(x, value, "__enter__", []);
  if (entered === null) return { value, exit: () => undefined };
  return {
    value: entered,
    exit: () => void callMember(x, value, "__exit__", [x.none(), x.none(), x.none()]),
  };
}

function callMember(x: Execution, object: Value, name: string, args: readonly Value[]): Value | null {
  if (isGraphNode(object) || object.kind !== "instance") return null;
  const member = findMember(object.of, name);
  if (!member) return null;
  const passed = args.map((value) => ({ name: null, value }));
  return callValue(x, boundMember(x, member, object.of, object), passed, name);
}
