import { isLow } from "../../tensors/dtype.ts";
import type { Graph, Node } from "../../ir/graph.ts";
import type { Setting } from "../environments.ts";
import { numberResult, unknownResult, type Evaluated } from "./evaluated.ts";
import type { Evaluation } from "./evaluation.ts";
import type { InputKinds } from "./inputs.ts";
import { constantResult, targetDtype, truthOf } from "./results.ts";
import { describeDevice } from "./device.ts";
import { operation } from "./apply.ts";
import { isComputed } from "./memo.ts";
import { Met } from "./met.ts";
import type { EvaluationOptions } from "./evaluation.ts";
import { binary, compare, logical, scalar, unary } from "./operators.ts";
import { dtypeOf, outside, propertyOfDtype, rankOf, shapeOf } from "./outside.ts";
import { callResult, stored } from "./state.ts";

/** Reads a graph in one setting. One evaluation is one object; results are kept by node. */
export class Evaluator implements Evaluation {
  /** Conditions that neither the text nor dtypes decide, met on the way. */
  readonly undecided = new Set<Node>();
  readonly failures = new Map<Node, string>();
  readonly graph: Graph;
  readonly inputs: InputKinds;
  readonly setting: Setting;
  readonly options: EvaluationOptions;
  readonly met: Met;
  /** By node id. */
  readonly #results: (Evaluated | undefined)[] = [];
  readonly #plain: Evaluator | null;

  /** `plain` reads the same graph, in plain and with the same options: most values are the same there. */
  constructor(
    graph: Graph,
    inputs: InputKinds,
    setting: Setting,
    options: EvaluationOptions,
    plain: Evaluator | null = null,
  ) {
    this.#plain = plain;
    this.graph = graph;
    this.inputs = inputs;
    this.setting = setting;
    this.options = options;
    this.met = new Met(graph, setting, options, (node) => this.value(node));
  }

  /** The node's value. Operands come first by construction, so no recursion is deep. */
  value(node: Node): Evaluated {
    const known = this.#results[node.id];
    if (known) return known;
    for (const needed of neededBy(node, this.#results)) this.#results[needed.id] ??= this.#evaluate(needed);
    return this.#results[node.id] ?? unknownResult;
  }

  #evaluate(node: Node): Evaluated {
    const replaced = this.options.replaced.get(node.id);
    if (replaced) return replaced;
    const { memo } = this.options.cache;
    if (!isComputed(node) || this.#isItemOfUnknown(node)) return memo.intern(this.#evaluateAnew(node));
    const inPlain = this.#valueInPlain(node);
    if (inPlain) return inPlain;
    const parts = this.#dependencies(node);
    const known = memo.find(parts);
    if (known) {
      if (known.failure !== null) this.failures.set(node, known.failure);
      return known.value;
    }
    const value = memo.intern(this.#evaluateAnew(node));
    memo.keep(parts, { value, failure: this.failures.get(node) ?? null });
    return value;
  }

  /** An item of something unknown is what its uses make of it. */
  #isItemOfUnknown(node: Node): boolean {
    const { what } = node;
    return what.kind === "operation" && what.operation === "index" && this.at(node, 0).kind === "unknown";
  }

  /** The value in plain, where the node sees the same of the setting and all that it refers to is worth the same. */
  #valueInPlain(node: Node): Evaluated | null {
    const plain = this.#plain;
    if (plain?.met.viewOf(node) !== this.met.viewOf(node)) return null;
    const { defaultDtype, references } = node;
    if (defaultDtype && plain.value(defaultDtype) !== this.value(defaultDtype)) return null;
    for (const reference of references) {
      const value = this.value(reference);
      if (plain.value(reference) !== value || (this.#isOnCuda && isLowPart(value))) return null;
    }
    if (this.#isOnCuda && this.met.isLowering(node)) return null;
    const value = plain.value(node);
    const failure = plain.failures.get(node);
    if (failure !== undefined) this.failures.set(node, failure);
    return value;
  }

  /** All that a computed node's value depends on: its operands, and what it sees of the setting. */
  #dependencies(node: Node): readonly unknown[] {
    const { defaultDtype } = node;
    const form = this.options.cache.memo.formOf(node, this.met.libraryOf(node));
    const parts: unknown[] = [form, this.met.viewOf(node), defaultDtype && this.value(defaultDtype)];
    for (const reference of node.references) parts.push(this.value(reference));
    // CPU and CUDA agree on all that no low value enters.
    if (this.#isOnCuda && (parts.some(isLowPart) || this.met.isLowering(node)))
      parts[1] = `${this.met.viewOf(node)}, cuda`;
    return parts;
  }

  get #isOnCuda(): boolean {
    return this.options.numeric && this.setting.environment.assumes.device === "cuda";
  }

  #evaluateAnew(node: Node): Evaluated {
    const { what } = node;
    switch (what.kind) {
      case "number":
        return numberResult(what.integer ? "int" : "float", what.value, false);
      case "constant":
        return constantResult(what.value);
      case "input":
      case "attribute":
        return propertyOfDtype(this, node) ?? outside(this, node, this.inputs.kindOf(node));
      case "dtype":
        return { kind: "dtype", dtype: this.met.literal(what.dtype) };
      case "default-dtype":
        return { kind: "dtype", dtype: this.met.semanticsOf(node).defaultDtype };
      case "dtype-of":
        return dtypeOf(this, node);
      case "device-of": {
        const of = this.at(node, 0);
        const known = of.kind === "tensor" && of.device !== "unknown";
        return { kind: "device", key: known ? of.device : describeDevice(node) };
      }
      case "shape-of":
        return shapeOf(this, node, what.dim);
      case "rank-of":
        return rankOf(this, node);
      case "binary":
        return binary(this, node, what.operator, what.inplace);
      case "unary":
        return unary(this, node, what.operator);
      case "compare":
        return compare(this, node, what.operator);
      case "logical":
        return logical(this, node, what.operator);
      case "scalar":
        return scalar(this, node, what.name, what.numpy === true);
      case "operation":
        return operation(this, node, what.operation, what.api);
      case "select":
        return this.#select(node);
      case "stored":
        return stored(this, node);
      case "layer":
        return unknownResult;
      case "call":
        return callResult(this, node, what.result);
    }
  }

  at(node: Node, index: number): Evaluated {
    const input = node.inputs[index];
    return input ? (this.#results[input.id] ?? this.value(input)) : unknownResult;
  }

  inputsOf(node: Node): readonly Evaluated[] {
    return node.inputs.map((_, i) => this.at(node, i));
  }

  #select(node: Node): Evaluated {
    const [condition] = node.inputs;
    const truth = condition ? this.#condition(condition) : true;
    return this.at(node, truth ? 1 : 2);
  }

  /** Which way a condition goes here: decided by dtypes and constants, else chosen. */
  #condition(condition: Node): boolean {
    const chosen = this.options.choices.get(condition.id);
    if (chosen !== undefined) return chosen;
    const value = this.value(condition);
    const truth = value.kind === "number" && value.probe ? null : truthOf(value);
    if (truth !== null) return truth;
    const { what, inputs } = condition;
    if (what.kind === "unary" && what.operator === "not" && inputs[0]) return !this.#condition(inputs[0]);
    if (what.kind === "logical" && inputs[0] && inputs[1]) {
      const [a, b] = [this.#condition(inputs[0]), this.#condition(inputs[1])];
      return what.operator === "and" ? a && b : a || b;
    }
    this.undecided.add(condition);
    return true;
  }
}

/** Whether a part of what a value depends on is low, or asks for a low dtype. */
function isLowPart(part: unknown): boolean {
  if (part === null || typeof part !== "object") return false;
  const dtype = targetDtype(part as Evaluated);
  return dtype !== null && isLow(dtype);
}

/** The node and everything it refers to that has no result yet, operands first. */
function neededBy(node: Node, known: readonly (Evaluated | undefined)[]): readonly Node[] {
  const isKnown = ({ id }: Node): boolean => known[id] !== undefined;
  if (node.references.every(isKnown)) return [node];
  const needed = new Set([node]);
  for (const next of needed)
    for (const reference of next.references) if (!isKnown(reference)) needed.add(reference);
  return [...needed].sort((a, b) => a.id - b.id);
}
