import type { Dialect } from "../../frontends/dialects/dialect.ts";
import type { Node, SubscriptValue } from "../../ir/graph.ts";
import { values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { isNone, type Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

/** `x.index(mx.Slice(), mx.newaxis)` and `x.slice([], null)`: brackets of languages that have none; null for other methods. */
export function callIndexing(
  x: Execution,
  { indexing }: Dialect,
  object: Node,
  name: string,
  args: readonly PassedArgument[],
): Value | null {
  if (indexing?.method !== name) return null;
  const subscripts = values(args).map((value) => subscriptOf(x, value));
  if (subscripts.includes(null)) return null;
  return x.node({ kind: "operation", operation: "index", api: "index", inplace: false }, [object], {
    items: { subscripts: subscripts.filter((one) => one !== null) },
  });
}

/** `mx.Slice(start, stop, step)`: a list of its bounds, as `[start, stop]` is elsewhere. */
export function sliceValue(args: readonly PassedArgument[]): Value {
  return { kind: "tuple", form: "list", items: values(args) };
}

function subscriptOf(x: Execution, value: Value): SubscriptValue | null {
  if (isNone(value)) return { kind: "newaxis" };
  if (isGraphNode(value)) {
    if (value.what.kind === "constant") return value.what.value === "..." ? { kind: "ellipsis" } : null;
    return { kind: "item", value };
  }
  if (value.kind !== "tuple" || value.items.length > 3) return null;
  const [start, stop, step] = value.items.map((bound) => (isNone(bound) ? null : x.asNode(bound)));
  return { kind: "slice", start: start ?? null, stop: stop ?? null, step: step ?? null };
}
