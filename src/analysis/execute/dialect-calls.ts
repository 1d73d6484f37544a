import type { Library } from "../../ir/library.ts";
import type { Node } from "../../ir/graph.ts";
import type { Dialect, Row } from "../../frontends/dialects/dialect.ts";
import { values } from "./builtins.ts";
import { callValue, type PassedArgument } from "./calls.ts";
import { dtypeValue } from "./dtype-values.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { callIndexing, sliceValue } from "./index-calls.ts";
import { callTorch } from "./library.ts";
import { callForOutcome } from "./outcomes.ts";
import { isGraphNode, type Value } from "./values.ts";

/** Keywords that change neither values nor dtypes. */
const ignored: ReadonlySet<string> = new Set([
  "name",
  "precision",
  "optimize",
  "out_sharding",
  "sharding",
  "stream",
  "device",
  "place",
  "copy",
  "stop_gradient",
  "sparse",
]);

/** A call of a function of a library besides torch. */
export function callDialect(
  x: Execution,
  dialect: Dialect,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const [first] = values(args);
  if (dialect.identities.has(name) && first) return first;
  if (dialect.indexing?.slice === name) return sliceValue(args);
  const called = dialect.callers?.has(name) === true ? values(args).find(isFunction) : undefined;
  if (called) return callValue(x, called, [], name);
  if (dialect.defaultDtypes.has(name))
    return within(x, dialect.library, () => x.node({ kind: "default-dtype" }));
  return (
    callRow(x, dialect, Object.hasOwn(dialect.functions, name) ? dialect.functions[name] : undefined, args) ??
    callOutcome(x, dialect, name, args) ??
    within(x, dialect.library, () => x.unknown(`${dialect.library}.${name}`, values(args), "ambient"))
  );
}

function isFunction(value: Value): boolean {
  return !isGraphNode(value) && value.kind === "function";
}

/** A method of an array of such a library, or null where the dialect has none of that name. */
export function callDialectMethod(
  x: Execution,
  dialect: Dialect,
  object: Node,
  name: string,
  args: readonly PassedArgument[],
): Value | null {
  if (dialect.identities.has(name)) return object;
  const indexed = within(x, dialect.library, () => callIndexing(x, dialect, object, name, args));
  if (indexed) return indexed;
  const all = [{ name: null, value: object }, ...args];
  const row = Object.hasOwn(dialect.methods, name) ? dialect.methods[name] : undefined;
  return callRow(x, dialect, row, all) ?? callOutcome(x, dialect, name, all);
}

/** A function or method that gives indices, answers or a dtype. */
export function callOutcome(
  x: Execution,
  { library, outcomes }: Dialect,
  name: string,
  args: readonly PassedArgument[],
): Value | null {
  const outcome = Object.hasOwn(outcomes, name) ? outcomes[name] : undefined;
  return within(x, library, () => callForOutcome(x, outcome, `${library}.${name}`, args));
}

function callRow(
  x: Execution,
  dialect: Dialect,
  row: Row | undefined,
  args: readonly PassedArgument[],
): Value | null {
  const bound = row ? translate(x, row, args) : null;
  return row && bound ? within(x, dialect.library, () => callCanonical(x, row, bound)) : null;
}

/** Nodes made meanwhile are this library's. */
function within<Result>(x: Execution, library: Library, work: () => Result): Result {
  const outer = x.library;
  x.library = library;
  try {
    return work();
  } finally {
    x.library = outer;
  }
}

/** Arguments under torch's names; null where they do not fit the row. */
function translate(x: Execution, row: Row, args: readonly PassedArgument[]): Map<string, Value> | null {
  if (args.some((arg) => arg.name === "*")) return null;
  const bound = new Map<string, Value>(
    Object.entries(row.defaults).map(([name, value]) => [
      name,
      typeof value === "number" ? x.number(value) : x.node({ kind: "constant", value }),
    ]),
  );
  const put = (name: string | null, value: Value): void => {
    if (name !== null && !isNone(value)) bound.set(name, name === "dtype" ? dtypeValue(x, value) : value);
  };
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  const isRestFirst = Object.keys(row.parameters)[0] === "indexing";
  if (!isRestFirst)
    for (const own of Object.values(row.parameters)) {
      const next = positional.shift();
      if (next) put(own, next);
    }
  if (row.rest !== null) bound.set(row.rest, listOf(positional.splice(0)));
  if (positional.length > 0) return null;
  for (const { name, value } of args) {
    if (name === null || ignored.has(name)) continue;
    const own = row.parameters[name];
    if (own === undefined) return null;
    put(own, value);
  }
  return bound;
}

/** f(a, b) and f((a, b)) */
function listOf(items: readonly Value[]): Value {
  const [only] = items;
  const isList = items.length === 1 && only && !isGraphNode(only);
  return isList && (only.kind === "tuple" || only.kind === "shape")
    ? only
    : { kind: "tuple", form: "tuple", items };
}

function callCanonical(x: Execution, row: Row, bound: ReadonlyMap<string, Value>): Value {
  const { as } = row;
  const input = bound.get("input");
  switch (as) {
    case "cast":
      return input ? cast(x, input, bound.get("dtype")) : x.unknown("cast");
    case "convert":
      return input ? convert(x, input, bound.get("dtype")) : x.unknown("array");
    case "shape":
      return input && isGraphNode(input)
        ? { kind: "shape", of: input }
        : x.unknown("shape", [...bound.values()]);
    case "arange":
    case "iota":
      return callTorch(x, "arange", named(rangeArguments(row.dtypeAfterStop ? withDtype(bound) : bound)));
    case "einsum":
    case "meshgrid":
      return callTorch(x, as, spreadArguments(bound));
    case "unsqueeze":
      return unsqueezed(x, bound);
    case "permute":
      if (isEmpty(bound.get("dims"))) return x.unknown("transpose", [...bound.values()], "ambient");
      return callTorch(x, as, named(bound));
    default:
      return callTorch(x, as, named(bound));
  }
}

/** `expandDims(a, [0, 1])` names axes of the result: from the front in order, from the back in turn. */
function unsqueezed(x: Execution, bound: ReadonlyMap<string, Value>): Value {
  const [input, dim] = [bound.get("input"), bound.get("dim")];
  const isList = dim !== undefined && !isGraphNode(dim) && dim.kind === "tuple";
  if (!isList || !input) return callTorch(x, "unsqueeze", named(bound));
  const axes = dim.items.map(literal).filter((axis) => axis !== null);
  const areFromFront = axes.every((axis) => axis >= 0);
  if (axes.length < dim.items.length || !(areFromFront || axes.every((axis) => axis < 0)))
    return x.unknown("expand_dims", [...bound.values()], "ambient");
  return axes
    .sort((a, b) => (areFromFront ? a - b : b - a))
    .reduce<Value>(
      (value, axis) =>
        callTorch(x, "unsqueeze", named(new Map([...bound, ["input", value], ["dim", x.number(axis)]]))),
      input,
    );
}

function named(bound: ReadonlyMap<string, Value>): readonly PassedArgument[] {
  return [...bound].map(([name, value]) => ({ name, value }));
}

/** arange(n, dtype) is a stop and a dtype. */
function withDtype(bound: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const second = bound.get("end");
  if (bound.has("step") || bound.has("dtype") || !second || !isDtype(second)) return bound;
  return new Map([...bound].map(([name, value]) => [name === "end" ? "dtype" : name, value]));
}

/** A dtype by its kind, or by what a value from outside is called. */
function isDtype(value: Value): boolean {
  if (!isGraphNode(value)) return false;
  const { what } = value;
  if (what.kind === "input" || what.kind === "attribute") return /dtype$/i.test(what.name);
  if (what.kind === "select") return value.inputs.slice(1).some(isDtype);
  return what.kind === "dtype" || what.kind === "dtype-of";
}

/** arange(n) is a stop without a start. */
function rangeArguments(bound: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const start = bound.get("start");
  if (bound.has("end") || !start) return bound;
  return new Map([...bound].map(([name, value]) => [name === "start" ? "end" : name, value]));
}

/** The equation and then the operands, each on its own. */
function spreadArguments(bound: ReadonlyMap<string, Value>): readonly PassedArgument[] {
  return [...bound].flatMap(([name, value]): readonly PassedArgument[] => {
    if (name === "equation") return [{ name: null, value }];
    if (!isGraphNode(value) && value.kind === "tuple")
      return value.items.map((item) => ({ name: null, value: item }));
    return [{ name, value }];
  });
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || (!isGraphNode(value) && value.kind === "tuple" && value.items.length === 0);
}

function cast(x: Execution, input: Value, dtype: Value | undefined): Value {
  if (!dtype) return input;
  return x.node({ kind: "operation", operation: "cast", api: "cast", inplace: false }, [x.asNode(input)], {
    dtype: x.asNode(dtype),
  });
}

/** `jnp.asarray(data, dtype)`: a list of numbers becomes a tensor, an array is cast. */
function convert(x: Execution, input: Value, dtype: Value | undefined): Value {
  if (isGraphNode(input)) return cast(x, input, dtype);
  if (!isLiteral(input)) return x.unknown("array", [input], "ambient");
  const options = dtype ? [{ name: "dtype", value: dtype }] : [];
  return callTorch(x, "tensor", [{ name: "data", value: input }, ...options]);
}

function isLiteral(value: Value): boolean {
  if (isGraphNode(value)) return literal(value) !== null;
  return value.kind === "tuple" && value.items.every(isLiteral);
}
