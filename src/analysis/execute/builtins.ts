import { numpyOutcomes } from "../../frontends/dialects/outcomes.ts";
import type { Node } from "../../ir/graph.ts";
import { itemKey } from "./assignments.ts";
import { attribute, instanceAttribute, nodeAttribute } from "./attributes.ts";
import type { PassedArgument } from "./calls.ts";
import { findMember, lineage } from "./classes.ts";
import { truth } from "./conditions.ts";
import type { Execution } from "./execution.ts";
import { callForOutcome } from "./outcomes.ts";
import { iterate } from "./statements.ts";
import { isGraphNode, type Value } from "./values.ts";

/** The values of arguments, without their names. */
export function values(args: readonly PassedArgument[]): readonly Value[] {
  return args.map((arg) => arg.value);
}

const scalarFunctions: ReadonlySet<string> = new Set([
  "log",
  "log2",
  "log10",
  "exp",
  "sqrt",
  "pow",
  "power",
  "floor",
  "ceil",
  "sin",
  "cos",
  "fabs",
  "abs",
  "trunc",
  "round",
  "float32",
  "float64",
  "int64",
  "int32",
  "prod",
]);

/** math and numpy functions of numbers. Arrays of numpy are foreign: they are never a model's dtype. */
export function callNumbers(
  x: Execution,
  library: string,
  name: string,
  args: readonly PassedArgument[],
): Value {
  const nodes = values(args).map((value) => x.asNode(value));
  if (scalarFunctions.has(name) && nodes.every((node) => !isForeign(node)))
    return x.node({ kind: "scalar", name, ...(library === "math" ? {} : { numpy: true }) }, nodes);
  if (library !== "math" && numpyOutcomes[name] === "promoted dtype") {
    const promoted = callForOutcome(x, "promoted dtype", name, args);
    if (promoted) return promoted;
  }
  return x.unknown(`${library}.${name}`, nodes, library === "math" ? "unknown" : "foreign");
}

/** `Math` of JavaScript. */
export function callMath(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  return name === "max" || name === "min" ? callBuiltin(x, name, args) : callNumbers(x, "math", name, args);
}

function isForeign(node: Node): boolean {
  return (
    (node.what.kind === "call" && node.what.result === "foreign") ||
    (node.what.kind !== "call" && node.inputs.some(isForeign))
  );
}

export function callBuiltin(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const [first, second, third] = values(args);
  const written = name === "float" && first ? spelledNumber(first) : null;
  if (written !== null) return x.number(written, false);
  switch (name) {
    case "int":
    case "float":
    case "abs":
    case "round":
    case "bool":
    case "pow":
      return first
        ? x.node(
            { kind: "scalar", name },
            values(args).map((value) => x.asNode(value)),
          )
        : x.number(0);
    case "max":
    case "min":
      return extremum(x, name, values(args));
    case "len":
      return first ? lengthOf(x, first) : x.unknown("len");
    case "range":
      // Evidence that its arguments are integers.
      x.node(
        { kind: "scalar", name: "range" },
        values(args).map((value) => x.asNode(value)),
      );
      return countOf(x, values(args));
    case "list":
    case "tuple":
    case "reversed":
    case "sorted":
      return first &&
        !isGraphNode(first) &&
        first.kind === "tuple" &&
        name !== "sorted" &&
        name !== "reversed"
        ? { ...first, form: name === "list" ? "list" : "tuple" }
        : x.unknown(name, values(args));
    case "enumerate":
      return first ? enumerate(x, first) : x.unknown(name);
    case "zip":
      return zip(x, values(args));
    case "isinstance":
      return first && second ? isInstance(x, first, second) : x.unknown(name);
    case "hasattr":
      return isYetToCome(x, first, second)
        ? x.node({ kind: "constant", value: false })
        : x.unknown("hasattr", values(args));
    case "getattr":
      return getAttribute(x, first, second, third);
    default:
      return x.unknown(name, values(args));
  }
}

/** `float("-inf")`, `float("1e-5")`; null for what is no number that a text spells. */
function spelledNumber(value: Value): number | null {
  const text = isGraphNode(value) && value.what.kind === "constant" ? value.what.value : null;
  if (typeof text !== "string") return null;
  const infinite = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? -Infinity : Infinity;
  return /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : null;
}

function countOf(x: Execution, [first, second, third]: readonly Value[]): Value {
  const [start, stop, step] = second ? [first, second, third] : [undefined, first, undefined];
  return {
    kind: "count",
    start: start ? x.asNode(start) : x.number(0),
    stop: stop ? x.asNode(stop) : x.number(0),
    step: step ? x.asNode(step) : x.number(1),
  };
}

function extremum(x: Execution, name: "max" | "min", items: readonly Value[]): Value {
  const [only] = items;
  const list = items.length === 1 && only ? (knownItems(x, only) ?? items) : items;
  if (list.length < 2) return x.unknown(name, items);
  return x.node(
    { kind: "scalar", name },
    list.map((item) => x.asNode(item)),
  );
}

/** Items of a list, also of one from outside that a loop goes through: they are what is compared there. */
function knownItems(x: Execution, value: Value): readonly Value[] | null {
  if (isGraphNode(value)) return x.items.has(itemKey(x, value, 0)) ? iterate(x, value) : null;
  return value.kind === "tuple" ? value.items : null;
}

function lengthOf(x: Execution, value: Value): Value {
  if (isGraphNode(value)) return x.node({ kind: "shape-of", dim: 0 }, [value]);
  if (value.kind === "tuple") return x.number(value.items.length);
  if (value.kind === "shape") return x.node({ kind: "rank-of" }, [value.of]);
  return x.unknown("len", [value]);
}

function enumerate(x: Execution, value: Value): Value {
  return {
    kind: "tuple",
    form: "list",
    items: iterate(x, value).map((item, i) => ({ kind: "tuple", form: "tuple", items: [x.number(i), item] })),
  };
}

function zip(x: Execution, lists: readonly Value[]): Value {
  const columns = lists.map((list) => iterate(x, list));
  const length = Math.min(...columns.map((column) => column.length));
  const rows = Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, i): Value => ({
    kind: "tuple",
    form: "tuple",
    items: columns.map((column) => column[i] ?? x.none()),
  }));
  return { kind: "tuple", form: "list", items: rows };
}

function isInstance(x: Execution, value: Value, type: Value): Value {
  if (!isGraphNode(value) && value.kind === "instance" && !isGraphNode(type) && type.kind === "class") {
    return x.node({ kind: "constant", value: lineage(value.of).includes(type) });
  }
  return x.unknown("isinstance", [value]);
}

/** The base class of which nothing but the framework's own names is inherited. */
const plainModule = /\bnn\.Module$/;

/**
 * `hasattr(self, "weights")` in a constructor that has not assigned it: a method that also refreshes what it made is there to make
 * it. Of what is assigned, one arm of an `if` may have done it alone.
 */
function isYetToCome(x: Execution, object: Value | undefined, key: Value | undefined): boolean {
  const name = key && isGraphNode(key) && key.what.kind === "constant" ? key.what.value : null;
  if (x.phase !== "construction" || typeof name !== "string") return false;
  if (!object || isGraphNode(object) || object.kind !== "instance") return false;
  const family = lineage(object.of);
  const isWhole = family.every(
    (one) => one.bases.length + one.libraryBases.length === one.definition.bases.length,
  );
  const bases = family.flatMap(({ libraryBases }) => libraryBases);
  return (
    isWhole &&
    bases.every((base) => plainModule.test(base)) &&
    x.heap.get(object.id)?.get(name) === undefined &&
    findMember(object.of, name) === null
  );
}

function getAttribute(
  x: Execution,
  object: Value | undefined,
  key: Value | undefined,
  fallback: Value | undefined,
): Value {
  const name = key && isGraphNode(key) && key.what.kind === "constant" ? key.what.value : null;
  if (!object || typeof name !== "string") return x.unknown("getattr", object ? [object] : []);
  if (!isGraphNode(object) && object.kind === "instance") return instanceAttribute(x, object, name);
  // `getattr(torch, "float32")`
  if (!isGraphNode(object) && object.kind === "library") return attribute(x, object, name);
  const found = nodeAttribute(x, x.asNode(object), name);
  if (!fallback || !isGraphNode(found)) return found;
  return x.select(truth(x, x.unknown("hasattr", [object])), found, fallback);
}
