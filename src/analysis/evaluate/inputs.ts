import type { Graph, Node } from "../../ir/graph.ts";
import {
  floatingTimesteps,
  frequencyInputs,
  gridSize,
  integerInputs,
  maskInputs,
  positionInputs,
  ProbeValues,
  scoreInputs,
  timestepInputs,
  type ProbeSet,
  type Sizes,
} from "../probes.ts";
import { plainName } from "../names.ts";
import { InputUses, textNames, type Uses } from "./input-uses.ts";

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

/** What every value from outside is, decided once for a graph. */
export class InputKinds {
  readonly #uses: InputUses;
  readonly #kinds = new Map<number, InputKind>();
  readonly #probeSet: ProbeSet;
  readonly language: Graph["language"];
  readonly #values: ProbeValues;

  constructor(graph: Graph, probeSet: ProbeSet, sizes: Sizes = {}) {
    this.#probeSet = probeSet;
    this.language = graph.language;
    this.#values = new ProbeValues(sizes, probeSet);
    this.#uses = new InputUses(graph);
  }

  kindOf(node: Node): InputKind {
    const known = this.#kinds.get(node.id);
    if (known) return known;
    const seen = { uses: this.#uses.of(node), values: this.#values };
    const decided = decideKind(node, seen, this.language);
    const kind = this.#sized(decided, this.#uses.isShared(textNames(node)));
    this.#kinds.set(node.id, kind);
    return kind;
  }

  /** A width that heads share has a head's channels for each of them. */
  #sized(kind: InputKind, isShared: boolean): InputKind {
    if (kind.kind === "number" && kind.value !== null) {
      const size = this.#values.sizeOf(kind.role, kind.value);
      const isWidth = isShared && kind.role === "channels";
      return { ...kind, value: isWidth ? size * this.#values.heads : size };
    }
    if (kind.kind === "tensor" && kind.values && kind.floats === "floating" && isTimesteps(kind.values))
      return { ...kind, values: { ...kind.values, isFine: this.#probeSet === "fine" } };
    if (kind.kind === "tensor" && kind.values?.role === "frequencies")
      return { ...kind, values: { ...kind.values, shape: [this.#values.channels / 2] } };
    return kind;
  }

  /** Whether a value is used as a size somewhere: evidence that it is an integer. */
  isSize(node: Node): boolean {
    const [object] = node.inputs;
    const isItem = node.what.kind === "operation" && node.what.operation === "index" && object !== undefined;
    return this.#uses.of(node).size || (isItem && this.#uses.of(object).items);
  }

  /** Probe for one dimension of a tensor whose shape nobody names: images are 4-D, sequences (batch, length, channels), scores (batch, heads, length, length). */
  sizeOf(tensor: Node, dim: number): number {
    if (scoreInputs.test(plainName(ownName(tensor), this.language)) && (dim >= 2 || dim === -1))
      return this.#values.length;
    if (this.#uses.isImage(tensor) && (dim === 2 || dim === 3 || dim === -1)) return gridSize;
    return dim === -1 ? this.#values.channels : dim === 0 ? 1 : this.#values.length;
  }

  /** A size of a tensor, or of something that is none, by the names of the size itself. */
  sizeCalled(names: Iterable<string>, tensor: Node | undefined, dim: number): number {
    const probe = this.#values.probeFor(names);
    return probe?.value ?? (tensor ? this.sizeOf(tensor, dim) : this.#values.length);
  }
}

/** What is known of a value besides its node. */
interface Seen {
  readonly uses: Uses;
  readonly values: ProbeValues;
}

function decideKind(node: Node, seen: Seen, language: Graph["language"]): InputKind {
  const { uses, values } = seen;
  const annotation = node.what.kind === "input" ? (node.what.annotation ?? "") : "";
  const own = plainName(ownName(node), language);
  if (/\bdtype\b/.test(annotation) || own.endsWith("dtype") || (uses.dtype && !uses.tensor && !uses.number))
    return dtypeKind(node);
  if (/\bdevice\b/.test(annotation) || own.endsWith("device")) return { kind: "device" };
  if (isFrequency(node, own, uses))
    return { kind: "tensor", floats: "floating", values: { role: "frequencies", shape: [64] } };
  // Where functions are traced, a number is an array of no dimensions.
  if (language === "javascript" && values.probeFor([own])?.role === "offset")
    return numberKind(node, own, undefined, null, seen);
  if (annotation.includes("Tensor")) return tensorKind(node, own, annotation, seen);
  const annotated = /\b(int|float|bool)\b/.exec(annotation)?.[1];
  const initial = node.what.kind === "input" ? (node.what.initial?.what ?? null) : null;
  if (annotated === "bool" || (initial?.kind === "constant" && typeof initial.value === "boolean"))
    return { kind: "number", value: null, type: "bool", role: "flag" };
  const isNumber = annotated !== undefined || (language === "javascript" && annotation === "number");
  if (isNumber || initial?.kind === "number") return numberKind(node, own, annotated, initial, seen);
  if (initial?.kind === "dtype") return dtypeKind(node);
  if (initial?.kind === "constant" && typeof initial.value === "string") return { kind: "unknown" };
  if (uses.number || values.probeFor([own])?.role === "offset")
    return numberKind(node, own, undefined, null, seen);
  const isSteps = uses.index && timestepInputs.test(own);
  if (uses.tensor || isSteps || positionInputs.test(own) || integerInputs.test(own))
    return tensorKind(node, own, annotation, seen);
  if (own !== "self" && own !== "config" && values.probeFor([own, ...node.names]))
    return numberKind(node, own, undefined, null, seen);
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

function tensorKind(node: Node, own: string, annotation: string, seen: Seen): InputKind {
  const { uses } = seen;
  const names = [own, ...node.names];
  const integer =
    /Long|Int|Bool/.test(annotation) || uses.index || names.some((name) => integerInputs.test(name));
  const floating = /Float|Half|BFloat/.test(annotation);
  // What a loop or an unknown call yields may be called `t` without being timesteps.
  const probe = node.what.kind === "input" ? tensorProbe(names, seen) : null;
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

function tensorProbe(names: readonly string[], { uses, values }: Seen): TensorProbe | null {
  if (names.some((name) => positionInputs.test(name)))
    return { role: "positions", shape: uses.vector ? [values.length] : [1, values.length] };
  if (names.some((name) => timestepInputs.test(name))) return { role: "timesteps", shape: [1000] };
  if (uses.scanned && names.some((name) => maskInputs.test(name)))
    return { role: "mask", shape: uses.image ? [1, gridSize, gridSize] : [1, values.length] };
  return null;
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
  { uses, values }: Seen,
): InputKind {
  if (isFirstOfShape(node, own)) return { kind: "number", value: 1, type: "int", role: "batch" };
  const fallback = initial?.kind === "number" ? initial.value : null;
  const probe = values.probeFor([own, ...node.names].filter((name) => name !== ""));
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
      value: fallback ?? (uses.size ? 128 : uses.bound ? values.length : null),
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
