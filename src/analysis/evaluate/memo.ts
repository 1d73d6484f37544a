import { isNode, type AttributeValue, type Node } from "../../ir/graph.ts";
import type { Library } from "../../ir/library.ts";
import { describeDevice } from "./device.ts";
import type { Evaluated } from "./evaluated.ts";

/** What an operation of the graph came to, and why its numbers could not be computed. */
export interface Known {
  readonly value: Evaluated;
  readonly failure: string | null;
}

/** Results by what they depend on, one part after the other. */
interface Step<Result> {
  readonly further: Map<unknown, Step<Result>>;
  readonly results: Map<unknown, Result>;
}

function emptyStep<Result>(): Step<Result> {
  return { further: new Map(), results: new Map() };
}

function find<Result>(first: Step<Result>, parts: readonly unknown[]): Result | undefined {
  let step: Step<Result> | undefined = first;
  const last = parts.length - 1;
  for (let at = 0; at < last; at++) step = step?.further.get(parts[at]);
  return step?.results.get(parts[last]);
}

function keep<Result>(first: Step<Result>, parts: readonly unknown[], result: Result): void {
  let step = first;
  const last = parts.length - 1;
  for (let at = 0; at < last; at++) {
    const next = step.further.get(parts[at]) ?? emptyStep();
    step.further.set(parts[at], next);
    step = next;
  }
  step.results.set(parts[last], result);
}

/** Results kept; beyond, everything is forgotten and made again where it is asked for. */
const maximumKept = 250_000;

/**
 * What operations came to, by what they are, by what they see of the setting, and by their operands. Most of a unit is the same in
 * every environment, on every way through its branches, and before and after a rewrite: there a value is found instead of evaluated.
 *
 * Operands are compared by identity. So equal values must be one object: `intern` makes them so.
 */
export class EvaluationMemo {
  #known = emptyStep<Known>();
  #values = emptyStep<Evaluated>();
  #kept = 0;
  readonly #forms = new Map<string, string>();
  readonly #formOf = new WeakMap<Node, string>();

  /** What a node does, without what it does it to: part of what its result depends on. */
  formOf(node: Node, library: Library): string {
    const known = this.#formOf.get(node);
    if (known !== undefined) return known;
    const described = describe(node, library);
    const form = this.#forms.get(described) ?? described;
    this.#forms.set(form, form);
    this.#formOf.set(node, form);
    return form;
  }

  find(parts: readonly unknown[]): Known | undefined {
    return find(this.#known, parts);
  }

  keep(parts: readonly unknown[], known: Known): void {
    this.#make();
    keep(this.#known, parts, known);
  }

  /** The one object that stands for all values equal to this one. */
  intern(value: Evaluated): Evaluated {
    const parts = partsOf(value);
    const known = find(this.#values, parts);
    if (known) return known;
    this.#make();
    keep(this.#values, parts, value);
    return value;
  }

  #make(): void {
    if (++this.#kept > maximumKept) this.clear();
  }

  clear(): void {
    this.#kept = 0;
    this.#known = emptyStep();
    this.#values = emptyStep();
  }
}

/**
 * Whether a node's value follows from its form, its operands and what it sees of the setting. Others depend on more: values from
 * outside on how they are used, branches on the choices, what a module keeps on how it was made.
 */
export function isComputed({ what }: Node): boolean {
  switch (what.kind) {
    case "binary":
    case "unary":
    case "compare":
    case "scalar":
    case "operation":
      return true;
    default:
      return false;
  }
}

function describe(node: Node, library: Library): string {
  const { what, inputs, attributes, phase, autocast, autocastTo, defaultDtype } = node;
  const own = Object.entries(attributes).map(([name, value]) => [name, outline(name, value)]);
  const isSame = inputs.length === 2 && inputs[0] === inputs[1];
  const place = [phase, autocast, autocastTo, defaultDtype === null];
  return JSON.stringify([what, own, inputs.length, library, place, isSame]);
}

/** An attribute without its values; a device counts by its text. */
function outline(name: string, value: AttributeValue): unknown {
  if (value === null || typeof value === "string") return value;
  if (isNode(value)) return name === "device" ? { device: describeDevice(value) } : {};
  if (!("subscripts" in value)) return value.map((item) => outline(name, item));
  return value.subscripts.map((item) =>
    item.kind === "slice" ? [item.start, item.stop, item.step].map((bound) => bound !== null) : [item.kind],
  );
}

/** All that a value consists of. */
function partsOf(value: Evaluated): readonly unknown[] {
  switch (value.kind) {
    case "tensor":
      return [value.kind, value.data, value.dtype, value.rank, value.device];
    case "number":
      // A Map takes the two zeros for one key.
      return [
        value.kind,
        value.type,
        Object.is(value.value, -0) ? "-0" : value.value,
        value.probe,
        value.numpy,
      ];
    case "dtype":
      return [value.kind, value.dtype];
    case "text":
      return [value.kind, value.value];
    case "device":
      return [value.kind, value.key];
    case "raises":
      return [value.kind, value.message];
    case "none":
    case "unknown":
      return [value.kind];
  }
}
