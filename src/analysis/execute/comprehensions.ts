import type { Comprehension } from "../../ir/program.ts";
import { assign } from "./assignments.ts";
import { literal, type Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { iterate } from "./statements.ts";
import { isGraphNode, Scope, type Value } from "./values.ts";

/** Lists longer than this are not followed item by item. */
const maximumItems = 64;

export function comprehension(x: Execution, expression: Comprehension): Value {
  const outer = x.frame;
  x.frame = { ...outer, scope: new Scope(outer.scope) };
  const { items, complete } = runClauses(x, expression, 0);
  x.frame = outer;
  x.span = expression.span;
  if (expression.form === "dict") return x.unknown("dict", items);
  if (complete && items.length <= maximumItems) return { kind: "tuple", form: "list", items };
  const unknown = x.unknown("comprehension", items);
  x.members.set(unknown, items);
  return unknown;
}

/** Items of a comprehension from one clause on; incomplete where an iterable or a condition is not known. */
function runClauses(
  x: Execution,
  expression: Comprehension,
  depth: number,
): { items: readonly Value[]; complete: boolean } {
  const clause = expression.clauses[depth];
  if (!clause) return { items: [evaluate(x, expression.element)], complete: true };
  const iterable = evaluate(x, clause.iterable);
  const values = iterate(x, iterable, maximumItems);
  let complete = clause.conditions.length === 0 && hasLength(iterable, values.length);
  const items: Value[] = [];
  for (const value of values) {
    assign(x, clause.target, value);
    for (const condition of clause.conditions) evaluate(x, condition);
    const inner = runClauses(x, expression, depth + 1);
    items.push(...inner.items);
    complete &&= inner.complete;
  }
  return { items, complete };
}

/** Whether an iterable certainly has this many items. */
function hasLength(iterable: Value, length: number): boolean {
  if (isGraphNode(iterable)) return false;
  if (iterable.kind === "tuple") return iterable.items.length === length;
  if (iterable.kind !== "count") return false;
  const [start, stop, step] = [literal(iterable.start), literal(iterable.stop), literal(iterable.step)];
  return (
    start !== null &&
    stop !== null &&
    step !== null &&
    Math.max(0, Math.ceil((stop - start) / step)) === length
  );
}
