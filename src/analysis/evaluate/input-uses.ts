import { attributeNodes, type Graph, type Node } from "../../ir/graph.ts";
import { fractionScale, probeFor } from "../probes.ts";

/** Layers whose first arguments are sizes. */
const sizedLayers = /\.(Linear|Embedding|LayerNorm|Conv[123]d)$/;

/** Layers that look up what is passed to them: a library's, and others by what they say they embed. */
const lookups =
  /\.(Embedding|EmbeddingBag|Embed|functional\.embedding)$|(Token|Word|Vocab)[A-Za-z]{0,60}Embed(ding|der)?s?$/;

/** What a value is used for, by itself and by what is computed from it. */
export interface Uses {
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

/** How every value of a graph is used, gathered once. */
export class InputUses {
  readonly #uses = new Map<number, Uses>();
  /** Tensors asked for their fourth dimension. */
  readonly #images = new Set<number>();
  /** What is divided by a number of heads, by name: an attribute may be read at several places. */
  readonly #shared = new Set<string>();

  constructor(graph: Graph) {
    for (const node of graph.nodes) this.#visit(node);
  }

  of(node: Node): Uses {
    return this.#uses.get(node.id) ?? noUses();
  }

  /** Whether a tensor is asked for more dimensions than sequences have. */
  isImage(tensor: Node): boolean {
    return this.#images.has(tensor.id);
  }

  /** Whether heads share a size: `hidden_size // num_heads` is what each has. */
  isShared(names: readonly string[]): boolean {
    return names.some((name) => this.#shared.has(name));
  }

  #of(node: Node): Uses {
    const uses = this.of(node);
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
        if (what.operator === "//" || what.operator === "/") this.#visitQuotient(inputs);
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

  #visitQuotient([whole, parts]: readonly Node[]): void {
    if (!whole || !parts || probeFor(textNames(parts))?.role !== "heads") return;
    for (const name of textNames(whole)) this.#shared.add(name);
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

/** What the text calls a value. */
export function textNames({ what, names }: Node): readonly string[] {
  const own = what.kind === "input" || what.kind === "attribute" ? [what.name] : [];
  return [...own, ...names];
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

/** Whether an operand has one axis: by `outer`, or by its one label in an einsum. */
function isVectorSide({ what, attributes }: Node, side: number): boolean {
  if (what.kind !== "operation") return false;
  if (what.operation === "outer" || what.operation === "ger") return true;
  if (what.operation !== "einsum" || typeof attributes.equation !== "string") return false;
  return attributes.equation.split("->")[0]?.split(",")[side]?.trim().length === 1;
}
