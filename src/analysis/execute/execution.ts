import type { Library } from "../../ir/library.ts";
import { linkedFrom, type Expr, type LinkedModule, type Program, type Span } from "../../ir/program.ts";
import type { DType } from "../../tensors/dtype.ts";
import { GraphBuilder, type AttributeValue, type Node, type NodeKind, type Phase } from "../../ir/graph.ts";
import { eitherRegion, isGraphNode, nodesIn, Scope, type ClassValue, type Value } from "./values.ts";

/** One function call being executed. */
export interface Frame {
  readonly scope: Scope;
  readonly definition: string;
  readonly owner: ClassValue | null;
  readonly self: Value | null;
  /** Conditions under which the statement at hand is reached, within this call. */
  readonly path: Node[];
  readonly returns: { readonly condition: Node; readonly value: Value; readonly heap: Heap }[];
  /** Whether autocast may act where a generator yields. */
  readonly yields: boolean[];
}

/**
 * Attributes of objects of the module's classes, by object. Values and the attributes of an object are immutable, so that a copy of the outer map forks the
 * state: whoever writes an attribute gives the object a map of its own.
 */
export type Heap = ReadonlyMap<number, ReadonlyMap<string, Value>>;

interface Snapshot {
  readonly defaultDtype: Node | null;
  readonly variables: Map<string, Value>;
  readonly heap: Map<number, ReadonlyMap<string, Value>>;
}

/** Bounds that keep time and memory of one unit finite, whatever the source. */
export const limits = { nodes: 40_000, depth: 14, iterations: 8 };

/**
 * What the units of one file may do together: statements executed, and values copied and compared where a path forks. A bundle of a library that is
 * its own has thousands of functions that fork at each step, and no position code that is anybody's to repair.
 */
export class Budget {
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  spend(work: number): void {
    this.#left -= work;
    if (this.#left < 0) throw new TooLarge("more work than a file may ask for");
  }
}

/** The unit is larger than the bounds allow. */
export class TooLarge extends Error {}

/** State of one symbolic execution: the graph it builds and the place it stands at. */
export class Execution {
  readonly graph = new GraphBuilder();
  readonly moduleScope = new Scope(null);
  heap = new Map<number, ReadonlyMap<string, Value>>();
  frame: Frame;
  phase: Phase = "forward";
  autocast = true;
  /** The low dtype that the text switches autocast on for. */
  autocastTo: DType | null = null;
  /** The default dtype that the text has set; null where it is the environment's. */
  defaultDtype: Node | null = null;
  /** The default dtype at the last `yield`: what the body of a `with` sees. */
  yielded: { readonly defaultDtype: Node | null } | null = null;
  /** The function being called was imported by its own name, or is spared: zero.Init's patch does not reach it. */
  held = false;
  /** The library being called, or null. */
  library: Library | null = null;
  /** Libraries that the module imports. */
  readonly imports = new Set<Library>();
  depth = 0;
  instances = 0;
  #span: Span | null = null;
  /** The last place of the program itself: where it uses what a linked module makes. */
  #own: Span | null = null;
  /** Definitions being executed, by span start, innermost last. */
  readonly active: number[] = [];
  /** Definitions executed so far, by span start: what is left over gets an entry of its own. */
  readonly executed = new Set<number>();
  /** Definitions called by the program itself, not from outside. */
  readonly called = new Set<number>();
  /** Items of values from outside, as loops take them. */
  readonly items = new Map<string, Node>();
  /** What lists of unknown length are made of, for the items that loops take. */
  readonly members = new Map<Node, readonly Value[]>();
  /** Expressions a rewrite replaces. */
  readonly substitutions: ReadonlyMap<Expr, Expr>;
  readonly replacing = new Set<Expr>();
  /** What replaced expressions came to, by expression, each time they were met. */
  readonly replaced = new Map<Expr, Node[]>();

  /** Functions of torch that zero.Init does not reach in this package. */
  readonly spared: ReadonlySet<string>;
  readonly budget: Budget | null;
  /** Constants of other modules, by the paths of their imports. */
  constants: NonNullable<Program["constants"]> = new Map();
  links: NonNullable<Program["links"]> = new Map();
  /** Linked modules that are executed; null while they are. */
  readonly linked = new Map<LinkedModule, Frame | null>();

  constructor(
    substitutions: ReadonlyMap<Expr, Expr>,
    spared: ReadonlySet<string>,
    language: Program["language"] = "python",
    budget: Budget | null = null,
  ) {
    this.budget = budget;
    this.graph.language = language;
    this.substitutions = substitutions;
    this.spared = spared;
    this.frame = {
      scope: this.moduleScope,
      definition: "",
      owner: null,
      self: null,
      path: [],
      returns: [],
      yields: [],
    };
  }

  get span(): Span | null {
    return this.#span;
  }

  set span(span: Span | null) {
    this.#span = span;
    if (span !== null && span.start < linkedFrom) this.#own = span;
  }

  node(
    what: NodeKind,
    inputs: readonly Node[] = [],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Node {
    if (this.graph.nodes.length > limits.nodes)
      throw new TooLarge(`more than ${String(limits.nodes)} values`);
    this.budget?.spend(10);
    const { phase, autocast, autocastTo, defaultDtype } = this;
    const isLinked = this.#span !== null && this.#span.start >= linkedFrom;
    const [span, origin] = isLinked ? [this.#own, this.#span ?? undefined] : [this.#span, undefined];
    const library = this.library ?? inputs.find((input) => input.library !== null)?.library ?? null;
    const place = { span, origin, phase, autocast, autocastTo, defaultDtype, library };
    const named =
      this.held && what.kind === "operation" ? { ...what, api: `${what.api}, not patched` } : what;
    return this.graph.add(named, inputs, place, attributes);
  }

  /** The module imports something of this library: unmarked values are torch's where it is among them, else the first one's. */
  imported(library: Library): void {
    this.imports.add(library);
    const [first = "torch"] = this.imports;
    this.graph.library = this.imports.has("torch") ? "torch" : first;
  }

  number(value: number, integer = Number.isInteger(value)): Node {
    return this.node({ kind: "number", value, integer });
  }

  none(): Node {
    return this.node({ kind: "constant", value: null });
  }

  /** A call or construct nothing is known of: what goes in leaves the slice here. */
  unknown(
    callee: string,
    values: readonly Value[] = [],
    result: Extract<NodeKind, { kind: "call" }>["result"] = "unknown",
  ): Node {
    return this.node({ kind: "call", callee, result }, values.flatMap(nodesIn));
  }

  /** A value as one node of the graph; structures that have no node become an unknown of their parts. */
  asNode(value: Value): Node {
    if (isGraphNode(value)) return value;
    if (value.kind === "instance") return value.node;
    if (value.kind === "library")
      return this.node({ kind: "input", name: value.path, annotation: null, initial: null });
    return this.unknown(value.kind, [value]);
  }

  takeYielded(): Execution["yielded"] {
    const { yielded } = this;
    this.yielded = null;
    return yielded;
  }

  snapshot(): Snapshot {
    const { defaultDtype } = this;
    this.budget?.spend(this.frame.scope.variables.size + this.heap.size);
    return { variables: new Map(this.frame.scope.variables), heap: copyHeap(this.heap), defaultDtype };
  }

  restore(snapshot: Snapshot): void {
    this.frame.scope.variables = new Map(snapshot.variables);
    this.heap = copyHeap(snapshot.heap);
    this.defaultDtype = snapshot.defaultDtype;
  }

  /** The current state becomes `condition ? taken : current`. */
  merge(condition: Node, taken: Snapshot): void {
    this.frame.scope.variables = this.#mergeMaps(condition, taken.variables, this.frame.scope.variables);
    this.mergeHeap(condition, taken.heap);
    this.#mergeDefault(condition, taken.defaultDtype);
  }

  #mergeDefault(condition: Node, taken: Node | null): void {
    const other = this.defaultDtype;
    if (taken === other) return;
    this.defaultDtype = null;
    const outer = this.node({ kind: "default-dtype" });
    this.defaultDtype = this.node({ kind: "select" }, [condition, taken ?? outer, other ?? outer]);
  }

  mergeHeap(condition: Node, taken: Heap): void {
    this.budget?.spend(taken.size);
    const merged = new Map<number, ReadonlyMap<string, Value>>();
    const nothing: ReadonlyMap<string, Value> = new Map();
    for (const id of new Set([...taken.keys(), ...this.heap.keys()])) {
      const [a, b] = [taken.get(id) ?? nothing, this.heap.get(id) ?? nothing];
      merged.set(id, a === b ? a : this.#mergeMaps(condition, a, b));
    }
    this.heap = merged;
  }

  #mergeMaps(
    condition: Node,
    taken: ReadonlyMap<string, Value>,
    other: ReadonlyMap<string, Value>,
  ): Map<string, Value> {
    this.budget?.spend(taken.size);
    const merged = new Map<string, Value>();
    for (const name of new Set([...other.keys(), ...taken.keys()])) {
      const [a, b] = [taken.get(name), other.get(name)];
      const value = a && b ? this.select(condition, a, b) : (a ?? b);
      if (value) merged.set(name, value);
    }
    return merged;
  }

  /** `condition ? a : b`; structures are chosen between item by item where they have the same form. */
  select(condition: Node, a: Value, b: Value): Value {
    if (a === b) return a;
    if (isGraphNode(a) && isGraphNode(b)) return this.node({ kind: "select" }, [condition, a, b]);
    if (!isGraphNode(a) && !isGraphNode(b)) {
      if (a.kind === "tuple" && b.kind === "tuple" && a.items.length === b.items.length) {
        return { ...a, items: a.items.map((item, i) => this.select(condition, item, b.items[i] ?? item)) };
      }
      if (a.kind === "region" && b.kind === "region") return eitherRegion(a, b);
      if (a.kind === b.kind && a.kind !== "tuple") return b;
    }
    const contexts = [a, b].find((value) => !isGraphNode(value) && value.kind === "region");
    if (contexts) return contexts;
    if (isNone(a)) return b;
    if (isNone(b)) return a;
    // A function that may be another one, of which nothing is known, is the one that can be entered.
    const known = [a, b].find((value) => !isGraphNode(value) && value.kind === "function");
    if (known) return known;
    return this.node({ kind: "select" }, [condition, this.asNode(a), this.asNode(b)]);
  }
}

export function copyHeap(heap: Heap): Map<number, ReadonlyMap<string, Value>> {
  return new Map(heap);
}

export function isNone(value: Value): boolean {
  return isGraphNode(value) && value.what.kind === "constant" && value.what.value === null;
}

/** The fixed number a value is, or null. */
export function literal(value: Value | undefined): number | null {
  if (!value || !isGraphNode(value)) return null;
  if (value.what.kind === "number") return value.what.value;
  const operand = value.inputs[0];
  if (value.what.kind === "unary" && value.what.operator === "-" && operand?.what.kind === "number")
    return -operand.what.value;
  return null;
}
