import { attributeNodes, type Graph, type Node } from "../../ir/graph.ts";
import {
  defaultLength,
  floatingTimesteps,
  fractionScale,
  frequencyInputs,
  integerInputs,
  maskInputs,
  positionInputs,
  probeFor,
  timestepInputs,
  sizeIn,
  type ProbeSet,
} from "../probes.ts";

const imageSize = 100;

/** What a value from outside is, as far as its annotation, its uses and its name tell. */
export type InputKind =
  | {
      readonly kind: "number";
      readonly value: number | null;
      readonly type: "int" | "float" | "bool";
      readonly role: string;
    }
  /** `integer`: what an integer default says it is. */
  | { readonly kind: "dtype"; readonly integer?: string }
  | { readonly kind: "device" }
  | {
      readonly kind: "tensor";
      readonly floats: "floating" | "integer" | "undecided";
      readonly values: TensorProbe | null;
    }
  | { readonly kind: "unknown" };

/** Values of a tensor from outside that positions follow from. */
export interface TensorProbe {
  readonly role: "positions" | "timesteps" | "fractions" | "mask" | "frequencies";
  readonly shape: readonly number[];
  readonly isFine?: boolean;
}

/** Layers whose first arguments are sizes. */
const sizedLayers = /\.(Linear|Embedding|LayerNorm|Conv[123]d)$/;

/** Layers that look up what is passed to them: a library's, and others by what they say they embed. */
const lookups =
  /\.(Embedding|EmbeddingBag|Embed|functional\.embedding)$|(Token|Word|Vocab)[A-Za-z]*Embed(ding|der)?s?$/;

interface Uses {
  /** Its items are sizes. */
  items: boolean;
  tensor: boolean;
  /** Start, stop or step of a range. */
  bound: boolean;
  number: boolean;
  size: boolean;
  dtype: boolean;
  index: boolean;
  scanned: boolean;
  /** Multiplied by a number that makes whole steps of fractions. */
  scaled: boolean;
  /** A side of a product of vectors. */
  vector: boolean;
  /** Counted along rows and columns: the mask of an image. */
  image: boolean;
}

/** How every value from outside is used, gathered once for a graph. */
export class InputKinds {
  readonly #uses = new Map<number, Uses>();
  readonly #kinds = new Map<number, InputKind>();
  /** Tensors asked for their fourth dimension. */
  readonly #images = new Set<number>();

  readonly #probeSet: ProbeSet;

  constructor(graph: Graph, probeSet: ProbeSet) {
    this.#probeSet = probeSet;
    for (const node of graph.nodes) this.#visit(node);
  }

  kindOf(node: Node): InputKind {
    const known = this.#kinds.get(node.id);
    if (known) return known;
    const decided = decideKind(node, this.#uses.get(node.id) ?? noUses());
    const kind = this.#sized(decided);
    this.#kinds.set(node.id, kind);
    return kind;
  }

  #sized(kind: InputKind): InputKind {
    if (kind.kind === "number" && kind.value !== null)
      return { ...kind, value: sizeIn(this.#probeSet, kind.role, kind.value) };
    if (kind.kind === "tensor" && kind.values && kind.floats === "floating" && isTimesteps(kind.values))
      return { ...kind, values: { ...kind.values, isFine: this.#probeSet === "fine" } };
    if (kind.kind === "tensor" && kind.values?.role === "frequencies")
      return { ...kind, values: { ...kind.values, shape: [sizeIn(this.#probeSet, "head dim", 128) / 2] } };
    return kind;
  }

  /** Whether a value is used as a size somewhere: evidence that it is an integer. */
  isSize(node: Node): boolean {
    const [object] = node.inputs;
    const isItem = node.what.kind === "operation" && node.what.operation === "index" && object !== undefined;
    return this.#uses.get(node.id)?.size === true || (isItem && this.#uses.get(object.id)?.items === true);
  }

  /** Probe for one dimension of a tensor whose shape nobody names: images are 4-D, sequences (batch, length, channels). */
  sizeOf(tensor: Node, dim: number): number {
    if (this.#images.has(tensor.id) && (dim === 2 || dim === 3 || dim === -1)) return imageSize;
    return dim === -1 ? sizeIn(this.#probeSet, "channels", 128) : dim === 0 ? 1 : defaultLength;
  }

  #of(node: Node): Uses {
    const uses = this.#uses.get(node.id) ?? noUses();
    this.#uses.set(node.id, uses);
    return uses;
  }

  #visit(node: Node): void {
    const { what, inputs, attributes } = node;
    switch (what.kind) {
      case "shape-of":
      case "rank-of":
      case "dtype-of":
      case "device-of":
        if (what.kind === "shape-of" && what.dim === 3 && inputs[0]) this.#images.add(inputs[0].id);
        if (inputs[0] && inputs[0].what.kind !== "attribute") this.#of(inputs[0]).tensor = true;
        break;
      case "operation":
        this.#visitOperation(node, what.operation);
        break;
      case "call":
        if (lookups.test(what.callee) && inputs[0]) this.#of(inputs[0]).index = true;
        break;
      case "layer":
        if (sizedLayers.test(what.path)) for (const input of inputs.slice(0, 2)) this.#markSize(input);
        break;
      case "binary":
        if (what.operator === "*") this.#visitProduct(inputs);
        break;
      case "scalar":
        if (what.name === "range") for (const input of inputs) this.#markSize(input);
        if (what.name !== "promote_types") for (const input of inputs) this.#of(input).number = true;
        break;
      default:
        break;
    }
    // `t.type_as(x)` takes a tensor.
    if (attributes.like) for (const value of attributeNodes(attributes.like)) this.#of(value).tensor = true;
    const dtype = attributes.dtype;
    if (dtype) for (const value of attributeNodes(dtype)) this.#of(value).dtype = true;
  }

  /** `1000 * t`, through views and casts of t. */
  #visitProduct(sides: readonly Node[]): void {
    if (!sides.some((side) => (numberOf(side) ?? 0) >= fractionScale)) return;
    for (const side of sides) {
      let at = side;
      while (at.what.kind === "operation" && at.inputs[0]) at = at.inputs[0];
      this.#of(at).scaled = true;
    }
  }

  #visitOperation(node: Node, operation: string): void {
    const { inputs, attributes } = node;
    const numeric =
      operation === "range" || operation === "linspace" || operation === "full" || operation === "tensor";
    const [first, ...rest] = inputs;
    // Lists and sizes are indexed too.
    if (first && !numeric && operation !== "index") this.#of(first).tensor = true;
    if (numeric) for (const input of inputs) this.#of(input).number = true;
    if (operation === "range") for (const input of inputs) this.#markBound(input);
    if ((operation === "cumsum" || operation === "cumprod") && first)
      this.#markScanned(first, isAlongColumns(attributes.dim));
    inputs.forEach((input, i) => {
      if (isVectorSide(node, i)) this.#markVector(input);
    });
    if (operation === "index_select" || operation === "gather")
      for (const index of rest) this.#of(index).index = true;
    for (const name of ["shape", "repeats", "sizes"] as const) {
      const value = attributes[name];
      if (value) for (const size of attributeNodes(value)) this.#markSize(size);
    }
    const items = attributes.items;
    if (items && typeof items === "object" && "subscripts" in items) {
      // Lists take integers and slices; new axes, ellipses and several items at once are for tensors.
      const forTensors =
        items.subscripts.length > 1 ||
        items.subscripts.some(({ kind }) => kind === "newaxis" || kind === "ellipsis");
      if (first && forTensors) this.#of(first).tensor = true;
      for (const item of items.subscripts) {
        if (item.kind === "item") this.#of(item.value).index = true;
        else if (item.kind === "slice")
          for (const bound of [item.start, item.stop, item.step]) if (bound) this.#markSize(bound);
      }
    }
  }

  /** A vector, and so is what is cast to it. */
  #markVector(node: Node): void {
    this.#of(node).vector = true;
    const [first] = node.inputs;
    if (first && node.what.kind === "operation" && node.what.operation === "cast") this.#markVector(first);
  }

  /** A bound of a range is a number, and so is what it is computed from. */
  #markBound(node: Node): void {
    const uses = this.#of(node);
    if (uses.bound) return;
    uses.bound = true;
    uses.number = true;
    if (node.what.kind === "binary" || node.what.kind === "unary")
      for (const input of node.inputs) this.#markBound(input);
  }

  /** What is counted is what a cast or an arm of a branch hands on. */
  #markScanned(node: Node, image: boolean): void {
    const uses = this.#of(node);
    if (uses.scanned && (uses.image || !image)) return;
    uses.scanned = true;
    uses.image ||= image;
    const { what, inputs } = node;
    const passes = what.kind === "unary" || (what.kind === "operation" && what.operation === "cast");
    const passed = what.kind === "select" ? inputs.slice(1) : passes ? inputs : [];
    for (const input of passed) this.#markScanned(input, image);
  }

  #markSize(node: Node): void {
    const uses = this.#of(node);
    if (uses.size) return;
    uses.size = true;
    uses.number = true;
    const { what, inputs } = node;
    // What a size is computed from, and the list it is taken out of, count as sizes too.
    if (what.kind === "binary" && what.operator !== "/") for (const input of inputs) this.#markSize(input);
    if (what.kind === "operation" && what.operation === "index" && inputs[0])
      this.#of(inputs[0]).items = true;
  }
}

/** A number by the text: a literal, or an argument's default. */
function numberOf({ what }: Node): number | null {
  const literal = what.kind === "input" ? what.initial?.what : what;
  return literal?.kind === "number" ? literal.value : null;
}

/** A third dimension that is counted along. */
function isAlongColumns(dim: Node["attributes"][string] | undefined): boolean {
  return (
    dim !== undefined &&
    dim !== null &&
    typeof dim === "object" &&
    "what" in dim &&
    dim.what.kind === "number" &&
    dim.what.value === 2
  );
}

function noUses(): Uses {
  return {
    items: false,
    tensor: false,
    bound: false,
    number: false,
    size: false,
    dtype: false,
    index: false,
    scanned: false,
    scaled: false,
    vector: false,
    image: false,
  };
}

function decideKind(node: Node, uses: Uses): InputKind {
  const annotation = node.what.kind === "input" ? (node.what.annotation ?? "") : "";
  const own = ownName(node);
  if (/\bdtype\b/.test(annotation) || own.endsWith("dtype") || (uses.dtype && !uses.tensor && !uses.number))
    return dtypeKind(node);
  if (/\bdevice\b/.test(annotation) || own.endsWith("device")) return { kind: "device" };
  if (isFrequency(node, own, uses))
    return { kind: "tensor", floats: "floating", values: { role: "frequencies", shape: [64] } };
  if (annotation.includes("Tensor")) return tensorKind(node, own, annotation, uses);
  const annotated = /\b(int|float|bool)\b/.exec(annotation)?.[1];
  const initial = node.what.kind === "input" ? (node.what.initial?.what ?? null) : null;
  if (annotated === "bool" || (initial?.kind === "constant" && typeof initial.value === "boolean"))
    return { kind: "number", value: null, type: "bool", role: "flag" };
  if (annotated !== undefined || initial?.kind === "number")
    return numberKind(node, own, annotated, initial, uses);
  if (initial?.kind === "dtype") return dtypeKind(node);
  if (initial?.kind === "constant" && typeof initial.value === "string") return { kind: "unknown" };
  if (uses.number || probeFor([own])?.role === "offset") return numberKind(node, own, undefined, null, uses);
  const isSteps = uses.index && timestepInputs.test(own);
  if (uses.tensor || isSteps || positionInputs.test(own) || integerInputs.test(own))
    return tensorKind(node, own, annotation, uses);
  if (own !== "self" && own !== "config" && probeFor([own, ...node.names]))
    return numberKind(node, own, undefined, null, uses);
  return { kind: "unknown" };
}

/** A dtype from outside; one whose default is an integer dtype counts and indexes, and is no model's. */
function dtypeKind({ what }: Node): InputKind {
  const initial = what.kind === "input" ? what.initial?.what : null;
  const isInteger = initial?.kind === "dtype" && /^(u?int\d+|bool)$/.test(initial.dtype);
  return isInteger ? { kind: "dtype", integer: initial.dtype } : { kind: "dtype" };
}

function isFrequency(node: Node, own: string, uses: Uses): boolean {
  const { what } = node;
  const isOutside =
    what.kind === "input" || what.kind === "attribute" || (what.kind === "call" && what.result === "unknown");
  if (!isOutside || uses.number || uses.size || uses.items) return false;
  return [own, ...node.names].some((name) => frequencyInputs.test(name));
}

/** What the text calls a value; an item of a list is called as the list. */
function ownName(node: Node): string {
  const { what, inputs, names } = node;
  if (what.kind === "input" || what.kind === "attribute") return what.name;
  // The list may come from a branch: `sizes if isinstance(sizes, tuple) else (sizes, sizes)`.
  if (what.kind === "select")
    return (
      [...names][0] ??
      inputs
        .slice(1)
        .map(ownName)
        .find((name) => name !== "") ??
      ""
    );
  const [object] = inputs;
  return what.kind === "operation" && what.operation === "index" && object ? ownName(object) : "";
}

function tensorKind(node: Node, own: string, annotation: string, uses: Uses): InputKind {
  const names = [own, ...node.names];
  const integer =
    /Long|Int|Bool/.test(annotation) || uses.index || names.some((name) => integerInputs.test(name));
  const floating = /Float|Half|BFloat/.test(annotation);
  // What a loop or an unknown call yields may be called `t` without being timesteps.
  const probe = node.what.kind === "input" ? tensorProbe(names, uses) : null;
  if (probe?.role === "timesteps" && !uses.index && !/Long|Int/.test(annotation))
    return {
      kind: "tensor",
      floats: "floating",
      values: floatProbe(uses.scaled ? "fractions" : "timesteps"),
    };
  return { kind: "tensor", floats: floating ? "floating" : integer ? "integer" : "undecided", values: probe };
}

export function isTimesteps({ role }: TensorProbe): boolean {
  return role === "timesteps" || role === "fractions";
}

function floatProbe(role: "timesteps" | "fractions"): TensorProbe {
  return { role, shape: [floatingTimesteps[role].length] };
}

function tensorProbe(names: readonly string[], uses: Uses): TensorProbe | null {
  if (names.some((name) => positionInputs.test(name)))
    return { role: "positions", shape: uses.vector ? [defaultLength] : [1, defaultLength] };
  if (names.some((name) => timestepInputs.test(name))) return { role: "timesteps", shape: [1000] };
  if (uses.scanned && names.some((name) => maskInputs.test(name)))
    return { role: "mask", shape: uses.image ? [1, imageSize, imageSize] : [1, defaultLength] };
  return null;
}

/** Whether an operand has one axis: by `outer`, or by its one label in an einsum. */
function isVectorSide({ what, attributes }: Node, side: number): boolean {
  if (what.kind !== "operation") return false;
  if (what.operation === "outer" || what.operation === "ger") return true;
  if (what.operation !== "einsum" || typeof attributes.equation !== "string") return false;
  return attributes.equation.split("->")[0]?.split(",")[side]?.trim().length === 1;
}

/** `shape[0]`: a list of sizes begins with the batch, as a tensor's shape does. */
function isFirstOfShape({ what, attributes }: Node, own: string): boolean {
  const items = attributes.items;
  if (what.kind !== "operation" || what.operation !== "index" || !/(^|_)shape$/.test(own)) return false;
  if (!items || typeof items !== "object" || !("subscripts" in items)) return false;
  const [first, ...rest] = items.subscripts;
  return (
    rest.length === 0 &&
    first?.kind === "item" &&
    first.value.what.kind === "number" &&
    first.value.what.value === 0
  );
}

function numberKind(
  node: Node,
  own: string,
  annotated: string | undefined,
  initial: Node["what"] | null,
  uses: Uses,
): InputKind {
  if (isFirstOfShape(node, own)) return { kind: "number", value: 1, type: "int", role: "batch" };
  const fallback = initial?.kind === "number" ? initial.value : null;
  const probe = probeFor([own, ...node.names].filter((name) => name !== ""));
  const integer = annotated === "int" || (initial?.kind === "number" && initial.integer);
  const type =
    annotated === "float"
      ? "float"
      : integer
        ? "int"
        : initial?.kind === "number"
          ? "float"
          : (probe?.type ?? "int");
  if (!probe)
    return {
      kind: "number",
      value: fallback ?? (uses.size ? 128 : uses.bound ? defaultLength : null),
      type,
      role: "default",
    };
  const value = probe.fromDefault
    ? (fallback ?? probe.value)
    : probe.atLeastDefault
      ? Math.max(probe.value, fallback ?? 0)
      : probe.value;
  return { kind: "number", value, type, role: probe.role };
}
