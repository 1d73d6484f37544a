import type { DType } from "../tensors/dtype.ts";
import type { Library } from "./library.ts";
import type { Program, Span } from "./program.ts";

/**
 * The value graph: what a definition computes, independent of any environment. Executing a program
 * symbolically builds it once; the evaluator then reads it in every environment, over dtypes or over numbers.
 */

/** Construction: `__init__`, `post_init`, `_init_weights` and what they call. Forward: everything else. */
export type Phase = "construction" | "forward";

/** A named attribute of an operation: a value of the graph, a list of them, or fixed text. */
export type AttributeValue = Node | string | null | readonly AttributeValue[] | Subscripts;

/** The items between the brackets of x[...]. */
export interface Subscripts {
  readonly subscripts: readonly SubscriptValue[];
}
export type SubscriptValue =
  | { readonly kind: "item"; readonly value: Node }
  | {
      readonly kind: "slice";
      readonly start: Node | null;
      readonly stop: Node | null;
      readonly step: Node | null;
    }
  | { readonly kind: "ellipsis" }
  | { readonly kind: "newaxis" };

export type NodeKind =
  /** Literals. */
  | { readonly kind: "number"; readonly value: number; readonly integer: boolean }
  | { readonly kind: "constant"; readonly value: boolean | string | null }
  /** An argument nobody visible passes, `self`, a name nobody visible binds. */
  | {
      readonly kind: "input";
      readonly name: string;
      readonly annotation: string | null;
      readonly initial: Node | null;
    }
  /** `object.name` of an object that is not known. */
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "dtype"; readonly dtype: string }
  | { readonly kind: "default-dtype" }
  | { readonly kind: "dtype-of" }
  | { readonly kind: "device-of" }
  | { readonly kind: "shape-of"; readonly dim: number }
  | { readonly kind: "rank-of" }
  /** Arithmetic whose operands may be numbers or tensors: decided in evaluation. */
  | { readonly kind: "binary"; readonly operator: string; readonly inplace: boolean }
  | { readonly kind: "unary"; readonly operator: string }
  | { readonly kind: "compare"; readonly operator: string }
  | { readonly kind: "logical"; readonly operator: "and" | "or" }
  /** A function of Python numbers: math.log, int, max, ...; of numpy's where it says so */
  | { readonly kind: "scalar"; readonly name: string; readonly numpy?: boolean }
  /** An operation of the op table; `api` is the library's name for it. */
  | {
      readonly kind: "operation";
      readonly operation: string;
      readonly api: string;
      readonly inplace: boolean;
    }
  /** [condition, then, else] */
  | { readonly kind: "select" }
  /** [value] kept in a module: a cast of the module rounds it. */
  | { readonly kind: "stored"; readonly form: "buffer" | "parameter"; readonly name: string }
  /** A library layer, by its class. Calling it is a `call`. */
  | { readonly kind: "layer"; readonly path: string }
  /** A call or construct nothing is known of; `result` says what kind of value comes back. */
  | {
      readonly kind: "call";
      readonly callee: string;
      readonly result: "unknown" | "ambient" | "linear" | "layer" | "foreign" | "integer" | "bool";
    };

export interface Node {
  readonly id: number;
  readonly what: NodeKind;
  readonly inputs: readonly Node[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** For what another module makes: where the program uses it. */
  readonly span: Span | null;
  /** The span in the linked module that makes it. */
  readonly origin?: Span | undefined;
  readonly phase: Phase;
  /** False inside a disabled autocast region. */
  readonly autocast: boolean;
  /** The low dtype of a region in which the text itself switches autocast on; null elsewhere. */
  readonly autocastTo: DType | null;
  /** The default dtype that the text has set when the node is made; null where it is the environment's. */
  readonly defaultDtype: Node | null;
  /** The library whose value it is; null where nothing tells (numbers, arguments): then the file's. */
  readonly library: Library | null;
  /** Names the value is bound to, for probe values and ties. */
  readonly names: Set<string>;
  /** Every node it refers to: operands first, then attributes. */
  readonly references: readonly Node[];
}

/** Where a value leaves a unit: the end of a slice, if nothing earlier is. */
export interface Sink {
  readonly kind: "return" | "attribute";
  /** Stable under rewrites: definition and attribute name or position in the returned value. */
  readonly key: string;
  readonly node: Node;
  /** Kept in a module of its own, which reads it again. */
  readonly isElsewhere?: boolean;
}

export interface Graph {
  /** What the file's values are where a node does not tell. */
  readonly library: Library;
  /** What the file is written in. */
  readonly language: Program["language"];
  readonly nodes: readonly Node[];
  readonly sinks: readonly Sink[];
  /** Values that functions of the module return, to callers in sight or out of it. */
  readonly returned: ReadonlySet<Node>;
}

/** Nodes reached through attributes, in order. */
export function attributeNodes(value: AttributeValue): readonly Node[] {
  if (value === null || typeof value === "string") return [];
  if (isNode(value)) return [value];
  if ("subscripts" in value) return value.subscripts.flatMap(subscriptNodes);
  return value.flatMap(attributeNodes);
}

function subscriptNodes(subscript: SubscriptValue): readonly Node[] {
  switch (subscript.kind) {
    case "item":
      return [subscript.value];
    case "slice":
      return [subscript.start, subscript.stop, subscript.step].filter((node) => node !== null);
    case "ellipsis":
    case "newaxis":
      return [];
  }
}

export function isNode(value: AttributeValue): value is Node {
  return value !== null && typeof value === "object" && "what" in value;
}

function referencesOf(
  inputs: readonly Node[],
  attributes: Readonly<Record<string, AttributeValue>>,
): readonly Node[] {
  const values = Object.values(attributes);
  return values.length === 0 ? inputs : [...inputs, ...values.flatMap(attributeNodes)];
}

/** Builds a graph. Nodes without a place of their own in a slice (numbers, shapes, dtypes) are shared. */
export class GraphBuilder implements Graph {
  library: Library = "torch";
  language: Program["language"] = "python";
  readonly nodes: Node[] = [];
  readonly sinks: Sink[] = [];
  readonly returned = new Set<Node>();
  readonly #shared = new Map<string, Node>();

  add(
    what: NodeKind,
    inputs: readonly Node[],
    place: Pick<Node, "span" | "origin" | "phase" | "autocast" | "autocastTo" | "defaultDtype" | "library">,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): Node {
    const key = shareable(what)
      ? `${place.phase} ${what.kind === "default-dtype" ? String(place.defaultDtype?.id) : ""} ${JSON.stringify(what, replaceNodes)} ${inputs.map((n) => n.id).join()}`
      : null;
    const known = key === null ? undefined : this.#shared.get(key);
    if (known) return known;
    const node: Node = {
      id: this.nodes.length,
      what,
      inputs,
      attributes,
      ...place,
      names: new Set(),
      references: referencesOf(inputs, attributes),
    };
    this.nodes.push(node);
    if (key !== null) this.#shared.set(key, node);
    return node;
  }
}

function replaceNodes(_key: string, value: unknown): unknown {
  // JSON has one word for all of them.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value !== null && typeof value === "object" && "id" in value ? value.id : value;
}

function shareable(what: NodeKind): boolean {
  switch (what.kind) {
    case "number":
    case "constant":
    case "input":
    case "attribute":
    case "dtype":
    case "default-dtype":
    case "dtype-of":
    case "device-of":
    case "shape-of":
    case "rank-of":
    case "compare":
    case "logical":
    case "scalar":
      return true;
    case "binary":
    case "unary":
    case "operation":
    case "select":
    case "stored":
    case "layer":
    case "call":
      return false;
  }
}
