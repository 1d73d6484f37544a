import { dtypes, isComplex, isFloating, isLow, type DType, type Promotion } from "../../tensors/dtype.ts";
import {
  NotComputed,
  NotSampled,
  TorchRaise,
  type Operand,
  type Semantics,
} from "../../tensors/operation.ts";
import { isElementwise, readEquation } from "../../tensors/operations/equation.ts";
import { isOperationName, operations, type OperationName } from "../../tensors/operations.ts";
import type { Sampling } from "../../tensors/sample.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { isNode, references, type Graph, type Node } from "../../ir/graph.ts";
import { dialectOf } from "../../frontends/dialects/dialects.ts";
import type { Library } from "../../ir/library.ts";
import {
  autocastClass,
  existsIn,
  patchedConstructors,
  plain,
  tf32Products,
  type Environment,
  type Setting,
} from "../environments.ts";
import { defaultLength, probeFor } from "../probes.ts";
import { resolveAttributes } from "./arguments.ts";
import {
  numberResult,
  opaque,
  unknownResult,
  type Evaluated,
  type NumberResult,
  type TensorResult,
} from "./evaluated.ts";
import type { InputKinds, InputKind } from "./inputs.ts";
import type { TensorCache } from "./cache.ts";
import {
  boolResult,
  constantResult,
  isTensorOf,
  itemOf,
  meetingPlace,
  movedOn,
  movedTo,
  nullSemantics,
  probeTensor,
  promoted,
  roundToTf32,
  targetDtype,
  toOperand,
  truthOf,
} from "./results.ts";
import { numberBinary, numberCompare, numberUnary, scalarFunction } from "./scalars.ts";
import { describeDevice } from "./device.ts";

/** How a graph is to be evaluated, besides the setting. */
export interface EvaluationOptions {
  /** Compute numbers; else dtypes only. */
  readonly numeric: boolean;
  /** Which indices of long axes are held; null for all. */
  readonly sampling: Sampling | null;
  /** Undecided conditions, by node id: which arm to take. Default: the first. */
  readonly choices: ReadonlyMap<number, boolean>;
  /** Nodes whose value is taken from another evaluation: roots held as in plain. */
  readonly replaced: ReadonlyMap<number, Evaluated>;
  /** Nodes whose written low dtype is read as float32: the reference where plain itself is low by the text. */
  readonly lifted: ReadonlySet<number>;
  /** Results shared between settings. */
  readonly cache: TensorCache;
}

/** Elements of a sampled tensor that are still evaluated: a grid of two long axes and its channels. */
const maximumSampled = 2 ** 20;

type CallResult = Extract<Node["what"], { kind: "call" }>["result"];

const binaryOperations: Readonly<Record<string, OperationName>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "&": "and",
  "|": "or",
  "^": "xor",
};

const compareOperations: Readonly<Record<string, OperationName>> = {
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** Reads a graph in one setting. One evaluation is one object; results are kept by node. */
export class Evaluator {
  /** Conditions that neither the text nor dtypes decide, met on the way. */
  readonly undecided = new Set<Node>();
  /** Operations that could not be computed, with the reason. */
  readonly failures = new Map<Node, string>();
  readonly #results = new Map<number, Evaluated>();
  readonly #environments = new Map<Library, Environment>();
  readonly #graph: Graph;
  readonly #inputs: InputKinds;
  readonly #setting: Setting;
  readonly #options: EvaluationOptions;

  constructor(graph: Graph, inputs: InputKinds, setting: Setting, options: EvaluationOptions) {
    this.#graph = graph;
    this.#inputs = inputs;
    this.#setting = setting;
    this.#options = options;
  }

  get setting(): Setting {
    return this.#setting;
  }

  /** The node's value. Operands come first by construction, so no recursion is deep. */
  value(node: Node): Evaluated {
    const known = this.#results.get(node.id);
    if (known) return known;
    for (const needed of neededBy(node, (id) => this.#results.has(id)))
      this.#results.set(needed.id, this.#evaluate(needed));
    return this.#results.get(node.id) ?? unknownResult;
  }

  #evaluate(node: Node): Evaluated {
    const replaced = this.#options.replaced.get(node.id);
    if (replaced) return replaced;
    const { what } = node;
    switch (what.kind) {
      case "number":
        return numberResult(what.integer ? "int" : "float", what.value, false);
      case "constant":
        return constantResult(what.value);
      case "input":
      case "attribute":
        return this.#outside(node, this.#inputs.kindOf(node));
      case "dtype":
        return { kind: "dtype", dtype: this.#literalDtype(what.dtype) };
      case "default-dtype":
        return { kind: "dtype", dtype: this.#semantics(node).defaultDtype };
      case "dtype-of":
        return this.#dtypeOf(node);
      case "device-of": {
        const of = this.#at(node, 0);
        const known = of.kind === "tensor" && of.device !== "unknown";
        return { kind: "device", key: known ? of.device : describeDevice(node) };
      }
      case "shape-of":
        return this.#shapeOf(node, what.dim);
      case "rank-of":
        return this.#rankOf(node);
      case "binary":
        return this.#binary(node, what.operator, what.inplace);
      case "unary":
        return this.#unary(node, what.operator);
      case "compare":
        return this.#compare(node, what.operator);
      case "logical":
        return this.#logical(node, what.operator);
      case "scalar":
        return this.#scalar(node, what.name, what.numpy === true);
      case "operation":
        return this.#operation(node, what.operation, what.api);
      case "select":
        return this.#select(node);
      case "stored":
        return this.#stored(node);
      case "layer":
        return unknownResult;
      case "call":
        return this.#call(node, what.result);
    }
  }

  #at(node: Node, index: number): Evaluated {
    const input = node.inputs[index];
    return input ? (this.#results.get(input.id) ?? this.value(input)) : unknownResult;
  }

  #inputsOf(node: Node): readonly Evaluated[] {
    return node.inputs.map((_, i) => this.#at(node, i));
  }

  #libraryOf(node: Node): Library {
    return node.library ?? this.#graph.library;
  }

  /** The environment as the node's library meets it: plain where the library has no such thing. */
  #environment(node: Node): Environment {
    const library = this.#libraryOf(node);
    const known = this.#environments.get(library);
    if (known) return known;
    const { environment } = this.#setting;
    const assumes = { ...plain.assumes, device: environment.assumes.device };
    const met = existsIn(environment, library) ? environment : { ...plain, assumes };
    this.#environments.set(library, met);
    return met;
  }

  #semantics(node: Node): Semantics {
    const { low, exact } = this.#setting;
    const environment = this.#environment(node);
    const cuda = environment.assumes.device === "cuda";
    const written = node.defaultDtype && targetDtype(this.value(node.defaultDtype));
    const ambient = environment.defaultDtype.includes(node.phase) ? low : "float32";
    const promotion = dialectOf(this.#libraryOf(node))?.promotion;
    const semantics: Semantics = {
      defaultDtype: exact ? "float64" : (written ?? ambient),
      scalars: cuda ? "fp32" : "rounded",
      ranges: cuda || promotion ? "elements" : "blocks",
      sampling: this.#options.sampling,
    };
    return promotion ? { ...semantics, promotion: this.#promotion(promotion) } : semantics;
  }

  /** The library's promotion as this evaluation needs it. */
  #promotion(own: Promotion): Promotion {
    const floats = this.#setting.exact && own.floatsOfIntegers !== null ? "float64" : own.floatsOfIntegers;
    // A value taken from another evaluation may meet dtypes that it never meets where it comes from.
    const mixed = this.#options.replaced.size > 0 ? "promote" : own.mixed;
    return { ...own, floatsOfIntegers: floats, mixed };
  }

  #literalDtype(name: string): DType | null {
    const dtype = dtypes.find((candidate) => candidate === name) ?? null;
    return this.#setting.exact && dtype !== null && isFloating(dtype) ? "float64" : dtype;
  }

  /** The dtype of floating arguments, and of every dtype taken from them. */
  #ambient(node: Node): DType {
    const { low, exact } = this.#setting;
    return exact ? "float64" : this.#environment(node).lowInputs ? low : "float32";
  }

  #plainFloat(): DType {
    return this.#setting.exact ? "float64" : "float32";
  }

  /** Whether a dtype from outside is that of stored variables, by what the library calls it. */
  #isStored({ library, what }: Node): boolean {
    const dialect = dialectOf(library ?? this.#graph.library);
    const named = what.kind === "attribute" || what.kind === "input" ? what.name : "";
    return dialect?.storedDtypes.has(named) === true;
  }

  #single(): DType {
    return this.#setting.exact ? "float64" : "float32";
  }

  #outside(node: Node, kind: InputKind): Evaluated {
    const forward = this.#ambient(node);
    switch (kind.kind) {
      case "number":
        return numberResult(kind.type, kind.value, true);
      case "dtype":
        if (kind.integer !== undefined) return { kind: "dtype", dtype: this.#literalDtype(kind.integer) };
        return { kind: "dtype", dtype: this.#isStored(node) ? this.#plainFloat() : forward };
      case "device":
        return { kind: "device", key: describeDevice(node) };
      case "tensor": {
        const dtype = kind.floats === "integer" ? "int64" : isOwnState(node, kind) ? this.#single() : forward;
        if (!kind.values || !this.#options.numeric)
          return opaque(dtype, describeDevice(node), kind.values?.shape.length ?? null);
        return probeTensor(kind.values, dtype, describeDevice(node), this.#options.sampling);
      }
      case "unknown":
        return unknownResult;
    }
  }

  #dtypeOf(node: Node): Evaluated {
    const of = this.#at(node, 0);
    if (of.kind === "tensor") return { kind: "dtype", dtype: of.dtype };
    if (of.kind === "number") return { kind: "dtype", dtype: null };
    if (of.kind === "raises") return of;
    return { kind: "dtype", dtype: this.#ambient(node) };
  }

  #shapeOf(node: Node, dim: number): Evaluated {
    const of = this.#at(node, 0);
    if (of.kind === "tensor" && of.data) {
      const { shape } = of.data;
      const size = shape.at(dim);
      return size === undefined ? unknownResult : numberResult("int", size, true);
    }
    const [tensor] = node.inputs;
    const fallback = tensor ? this.#inputs.sizeOf(tensor, dim) : defaultLength;
    return numberResult("int", probeFor(node.names)?.value ?? fallback, true);
  }

  #rankOf(node: Node): Evaluated {
    const of = this.#at(node, 0);
    return of.kind === "tensor" && of.rank !== null
      ? numberResult("int", of.rank, false)
      : numberResult("int", null, true);
  }

  #binary(node: Node, operator: string, inplace: boolean): Evaluated {
    const [left, right] = [this.#at(node, 0), this.#at(node, 1)];
    if (left.kind === "raises") return left;
    if (right.kind === "raises") return right;
    if (left.kind === "number" && right.kind === "number") return numberBinary(operator, left, right);
    if (left.kind !== "tensor" && right.kind !== "tensor") return unknownResult;
    const operation = binaryOperations[operator];
    if (!operation) return this.#unknownOf(left, right);
    const { assumes } = this.#environment(node);
    if (
      operator === "**" &&
      left.kind === "number" &&
      right.kind === "tensor" &&
      assumes.scalarPower === "torch.tensor"
    ) {
      return this.#apply(node, operation, "**", [this.#olderBase(node, left.value, right), right], inplace);
    }
    return this.#apply(node, operation, operation, [left, right], inplace);
  }

  /** torch 1.13: `base ** t` builds torch.tensor(base) in t's dtype, which zero.Init rounds (FACTS.md). */
  #olderBase(node: Node, base: number | null, exponent: TensorResult): Evaluated {
    const dtype = exponent.dtype;
    if (dtype === null || base === null) return opaque(dtype);
    const result = this.#compute(
      node,
      "tensor",
      "tensor",
      [{ kind: "scalar", type: "float", value: base }],
      { dtype, shape: [] },
      true,
    );
    return result;
  }

  #unknownOf(...operands: readonly Evaluated[]): Evaluated {
    const tensor = operands.find((operand) => operand.kind === "tensor");
    return tensor ? opaque(tensor.dtype, tensor.device) : unknownResult;
  }

  #unary(node: Node, operator: string): Evaluated {
    const operand = this.#at(node, 0);
    if (operand.kind === "raises") return operand;
    if (operator === "not") {
      const truth = truthOf(operand);
      return truth === null ? unknownResult : boolResult(!truth, operand.kind === "number" && operand.probe);
    }
    if (operand.kind === "number") return numberUnary(operator, operand);
    if (operand.kind !== "tensor") return unknownResult;
    if (operator === "+") return operand;
    return this.#apply(node, operator === "-" ? "neg" : "not", operator, [operand], false);
  }

  #compare(node: Node, operator: string): Evaluated {
    const [left, right] = [this.#at(node, 0), this.#at(node, 1)];
    if (left.kind === "raises") return left;
    if (right.kind === "raises") return right;
    if (node.inputs[0] === node.inputs[1] && left.kind === "number")
      return boolResult(["==", "<=", ">=", "is"].includes(operator), false);
    if (left.kind === "number" && right.kind === "number") {
      const known = numberCompare(operator, left, right);
      return known === null ? unknownResult : boolResult(known, false);
    }
    if (left.kind === "dtype" && right.kind === "dtype" && left.dtype !== null && right.dtype !== null) {
      const same = left.dtype === right.dtype;
      if (operator === "==" || operator === "is") return boolResult(same, false);
      if (operator === "!=" || operator === "is not") return boolResult(!same, false);
    }
    if (left.kind === "none" && right.kind === "none")
      return boolResult(operator === "is" || operator === "==", false);
    if ((left.kind === "none") !== (right.kind === "none")) {
      const other = left.kind === "none" ? right : left;
      if (other.kind === "tensor" && (operator === "is" || operator === "is not"))
        return boolResult(operator === "is not", true);
      return unknownResult;
    }
    const operation = compareOperations[operator];
    if ((left.kind === "tensor" || right.kind === "tensor") && operation)
      return this.#apply(node, operation, operation, [left, right], false);
    return unknownResult;
  }

  #logical(node: Node, operator: "and" | "or"): Evaluated {
    const [a, b] = [truthOf(this.#at(node, 0)), truthOf(this.#at(node, 1))];
    if (operator === "and")
      return a === false || b === false
        ? boolResult(false, false)
        : a === true && b === true
          ? boolResult(true, false)
          : unknownResult;
    return a === true || b === true
      ? boolResult(true, false)
      : a === false && b === false
        ? boolResult(false, false)
        : unknownResult;
  }

  #scalar(node: Node, name: string, numpy: boolean): Evaluated {
    const args = this.#inputsOf(node);
    const raised = args.find((arg) => arg.kind === "raises");
    if (raised) return raised;
    if (name === "promote_types") return promoted(args);
    if (name === "is_autocast_enabled" || name === "autocast_dtype") return this.#autocastState(node, name);
    const numbers = args.flatMap((arg) => (arg.kind === "number" ? [arg] : []));
    if (numbers.length === args.length) {
      const result = scalarFunction(name, numbers);
      return numpy && result.kind === "number" ? { ...result, numpy } : result;
    }
    const [tensor] = args;
    if (tensor?.kind === "tensor" && (name === "item" || name === "int" || name === "float"))
      return itemOf(tensor, name);
    if (tensor?.kind === "tensor" && isOperationName(name)) return this.#apply(node, name, name, args, false);
    return numberResult(name === "int" ? "int" : "float", null, true);
  }

  /** What torch answers about autocast in the region that asks; outside of it the dtype means nothing. */
  #autocastState(node: Node, name: string): Evaluated {
    const { environment, low } = this.#setting;
    const on = environment.autocast && node.phase === "forward" && truthOf(this.#at(node, 0)) === true;
    if (name === "is_autocast_enabled") return boolResult(on, false);
    return { kind: "dtype", dtype: on ? low : null };
  }

  #select(node: Node): Evaluated {
    const [condition] = node.inputs;
    const truth = condition ? this.#condition(condition) : true;
    return this.#at(node, truth ? 1 : 2);
  }

  /** Which way a condition goes here: decided by dtypes and constants, else chosen. */
  #condition(condition: Node): boolean {
    const chosen = this.#options.choices.get(condition.id);
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

  #stored(node: Node): Evaluated {
    const { low } = this.#setting;
    const environment = this.#environment(node);
    const content = this.#at(node, 0);
    const value =
      content.kind === "tensor"
        ? content
        : content.kind === "none" || content.kind === "raises"
          ? content
          : opaque(this.#ownParameter(node));
    const casts =
      environment.castsModules && node.phase === "forward" && node.inputs[0]?.what.kind === "stored";
    const layerParameter = environment.castsModules && node.phase === "forward" && content.kind !== "tensor";
    if (
      !(casts || layerParameter) ||
      value.kind !== "tensor" ||
      value.dtype === null ||
      !isFloating(value.dtype)
    )
      return value;
    return this.#cast(value, low);
  }

  /** The dtype of parameters that a library layer made for itself. */
  #ownParameter(node: Node): DType {
    const { low, exact } = this.#setting;
    const environment = this.#environment(node);
    if (exact) return "float64";
    const made = node.inputs[0]?.inputs[0]?.phase ?? node.phase;
    const lowered =
      made === "construction" &&
      (environment.patchedConstructors || environment.defaultDtype.includes("construction"));
    return lowered ? low : "float32";
  }

  #call(node: Node, result: CallResult): Evaluated {
    const kind = result === "unknown" ? this.#inputs.kindOf(node) : null;
    if (kind?.kind === "dtype") return this.#givenDtype(node) ?? this.#outside(node, kind);
    if (kind && kind.kind !== "unknown") return this.#outside(node, kind);
    if (result === "unknown" || result === "foreign")
      return result === "foreign" ? opaque(null) : unknownResult;
    const dtype = this.#resultDtype(node, result);
    const lowered = result === "linear" && this.#autocasts(node) && dtype !== "float64";
    return opaque(lowered ? (this.#writtenLow(node) ?? this.#setting.low) : dtype);
  }

  /** A function out of sight that takes one written dtype, and no other, hands on that one or one that the device has instead. */
  #givenDtype(node: Node): Evaluated | null {
    const taken = this.#inputsOf(node);
    if (taken.some(({ kind }) => kind === "tensor")) return null;
    const [written, ...others] = node.inputs.filter((_, i) => taken[i]?.kind === "dtype");
    if (written?.what.kind !== "dtype" || others.length > 0) return null;
    const dtype = this.#literalDtype(written.what.dtype);
    return dtype === null || isLow(dtype) ? null : { kind: "dtype", dtype };
  }

  /** The dtype of the first floating operand; an embedding of ids has that of its own parameters. */
  #resultDtype(node: Node, result: CallResult): DType | null {
    const { low } = this.#setting;
    const environment = this.#environment(node);
    const tensors = this.#inputsOf(node).filter((input) => input.kind === "tensor" && input.dtype !== null);
    const floating = tensors.find((input) => isTensorOf(input, isFloating));
    const [first] = tensors;
    if (floating?.kind === "tensor") return floating.dtype;
    // Many functions of complex numbers give real ones: norms, inverse transforms.
    if (result !== "layer" && isTensorOf(first ?? unknownResult, isComplex)) return null;
    if (result !== "layer") return first?.kind === "tensor" ? first.dtype : this.#ambient(node);
    const constructed = environment.patchedConstructors || environment.defaultDtype.includes("construction");
    return constructed || environment.castsModules
      ? this.#setting.exact
        ? "float64"
        : low
      : this.#ambient(node);
  }

  #operation(node: Node, operation: string, api: string): Evaluated {
    if (!isOperationName(operation)) return opaque(null);
    const raises = node.attributes.raises;
    if (typeof raises === "string") return { kind: "raises", message: raises };
    const inputs = this.#inputsOf(node);
    const raised = inputs.find((input) => input.kind === "raises");
    if (raised) return raised;
    if (operation === "cast") return this.#castNode(node, inputs[0] ?? unknownResult);
    // An item of a list from outside is what the list's name says.
    if (operation === "index" && inputs[0]?.kind === "number") return inputs[0];
    if (operation === "index" && inputs[0]?.kind === "unknown")
      return this.#outside(node, this.#inputs.kindOf(node));
    return this.#apply(node, operation, api, inputs, node.what.kind === "operation" && node.what.inplace);
  }

  /** `.to(...)` and its kin: the target decides what kind of conversion it is. */
  #castNode(node: Node, operand: Evaluated): Evaluated {
    const { dtype, like, target, device } = node.attributes;
    const resolved = {
      dtype: this.#attribute(dtype),
      like: this.#attribute(like),
      target: this.#attribute(target),
    };
    if (resolved.like?.kind === "dtype") {
      return { kind: "raises", message: "type_as(): argument must be a Tensor" };
    }
    const source = resolved.dtype ?? resolved.like ?? resolved.target;
    if (operand.kind !== "tensor")
      return operand.kind === "number"
        ? this.#castNumber(node, operand, targetDtype(source))
        : operand.kind === "raises"
          ? operand
          : opaque(targetDtype(source));
    const moved =
      device !== undefined && isNode(device)
        ? this.#deviceKey(device)
        : movedTo(resolved.target ?? likeOf(resolved.like, operand), operand.device);
    const wanted = this.#lifted(node, operand.dtype, targetDtype(source));
    const result = wanted === null ? operand : this.#cast(operand, wanted);
    return { ...result, device: movedOn(operand.device, moved) };
  }

  /** The dtype of a cast; a written low one that is read as float32 leaves what is floating as it is. */
  #lifted(node: Node, from: DType | null, wanted: DType | null): DType | null {
    if (wanted === null || !isLow(wanted) || !this.#options.lifted.has(node.id)) return wanted;
    return from !== null && isFloating(from) ? null : this.#single();
  }

  /** `jnp.float32(10000)` is an array of its dtype in most libraries, no Python number. */
  #castNumber(node: Node, operand: NumberResult, dtype: DType | null): Evaluated {
    if (!dialectOf(this.#libraryOf(node)) || dtype === null) return operand;
    if (!isFloating(dtype)) return { ...operand, type: "int" };
    const scalar = { kind: "scalar", type: operand.type, value: operand.value } as const;
    return this.#compute(node, "tensor", "tensor", [scalar], { dtype, shape: [] }, true);
  }

  #deviceKey(device: Node): string {
    const value = this.value(device);
    return value.kind === "device" ? value.key : value.kind === "text" ? value.value : describeDevice(device);
  }

  #attribute(value: Node["attributes"][string] | undefined): Evaluated | null {
    return value !== undefined && isNode(value) ? this.value(value) : null;
  }

  #cast(value: TensorResult, dtype: DType): TensorResult {
    if (value.dtype === dtype) return value;
    const operand = toOperand(value);
    const known = value.data && !isComplex(dtype) && operand !== null && operand !== "absent";
    const data = known ? this.#cached("cast", dtype, [operand], {}, nullSemantics) : null;
    return { ...value, dtype, data };
  }

  #apply(
    node: Node,
    operation: OperationName,
    api: string,
    inputs: readonly Evaluated[],
    inplace: boolean,
  ): Evaluated {
    const operands: Operand[] = [];
    for (const input of this.#lowered(node, operation, inputs)) {
      const operand = toOperand(input);
      if (operand === null) return this.#unknownOperand(node, operation, inputs);
      if (operand !== "absent") operands.push(operand);
    }
    const dtype = this.#attribute(node.attributes.dtype);
    const requested = dtype ? this.#requested(node, dtype) : null;
    if (dtype && requested === null && dtype.kind !== "none") return opaque(null);
    const { attributes, complete } = resolveAttributes(node, (n) => this.value(n), requested, operands);
    return this.#compute(
      node,
      operation,
      api,
      operands,
      inplace ? { ...attributes, inplace } : attributes,
      complete,
      this.#deviceOf(node, inputs),
    );
  }

  #requested(node: Node, dtype: Evaluated): DType | null {
    const requested = targetDtype(dtype);
    return requested !== null && isLow(requested) && this.#options.lifted.has(node.id)
      ? "float32"
      : requested;
  }

  #unknownOperand(node: Node, operation: OperationName, inputs: readonly Evaluated[]): Evaluated {
    // A range is a tensor of the dtype it names, whatever its bounds are.
    const dtype = operation === "range" ? this.#attribute(node.attributes.dtype) : null;
    if (dtype) {
      return this.#constructed(
        node,
        "arange",
        opaque(this.#requested(node, dtype), this.#deviceOf(node, [])),
      );
    }
    const keepsFirst = operation === "index" || operation === "assign";
    return this.#unknownOf(...(keepsFirst ? inputs.slice(0, 1) : inputs));
  }

  #compute(
    node: Node,
    operation: OperationName,
    api: string,
    operands: readonly Operand[],
    attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
    complete: boolean,
    device = "default",
  ): Evaluated {
    const row = operations[operation];
    const semantics = this.#semantics(node);
    let dtype: DType;
    let rank: number | null;
    try {
      dtype = row.dtype(operands, attributes, semantics);
      rank = row.rank(operands, attributes);
    } catch (error) {
      if (error instanceof TorchRaise) return { kind: "raises", message: error.message };
      if (error instanceof NotComputed) return opaque(null, device);
      throw error;
    }
    const data = this.#data(node, operation, dtype, operands, attributes, complete, semantics);
    const result: TensorResult = {
      kind: "tensor",
      dtype,
      rank: data ? data.shape.length : rank,
      data,
      device,
    };
    return this.#constructed(node, api, result);
  }

  /** What zero.Init makes of a constructor's floating result. */
  #constructed(node: Node, api: string, result: TensorResult): TensorResult {
    const { low, exact } = this.#setting;
    const environment = this.#environment(node);
    const patched =
      environment.patchedConstructors && node.phase === "construction" && patchedConstructors.has(api);
    const lowers = patched && !exact && result.dtype !== null && isFloating(result.dtype);
    return lowers ? this.#cast(result, low) : result;
  }

  #data(
    node: Node,
    operation: OperationName,
    dtype: DType,
    operands: readonly Operand[],
    attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
    complete: boolean,
    semantics: Semantics,
  ): Tensor | null {
    if (!this.#options.numeric || !complete || isComplex(dtype)) return null;
    if (
      operands.some((operand) => (operand.kind === "tensor" ? operand.data === null : operand.value === null))
    )
      return null;
    try {
      const tensor = this.#cached(operation, dtype, operands, attributes, semantics);
      if (this.#options.sampling !== null && tensor.data.length > maximumSampled)
        throw new RangeError(`a sample of ${String(tensor.data.length)} elements is too large`);
      return tensor;
    } catch (error) {
      if (!(
        error instanceof TorchRaise ||
        error instanceof NotSampled ||
        error instanceof NotComputed ||
        error instanceof RangeError
      ))
        throw error;
      this.failures.set(node, `${operation}: ${error.message}`);
      return null;
    }
  }

  #cached(
    operation: OperationName,
    dtype: DType,
    operands: readonly Operand[],
    attributes: Parameters<(typeof operations)["add"]["compute"]>[1],
    semantics: Semantics,
  ): Tensor {
    const withDtype = operation === "cast" ? { ...attributes, dtype } : attributes;
    return this.#options.cache.get(operation, dtype, operands, withDtype, semantics, () =>
      operations[operation].compute(operands, withDtype, dtype, semantics),
    );
  }

  /** Operands as autocast and TF32 hand them to the operation. */
  #lowered(node: Node, operation: OperationName, inputs: readonly Evaluated[]): readonly Evaluated[] {
    const low = this.#writtenLow(node) ?? this.#setting.low;
    if (this.#environment(node).tf32 && usesTf32(node)) return inputs.map((input) => roundToTf32(input));
    if (!this.#autocasts(node)) return inputs;
    const lowers = autocastClass[operation];
    if (lowers === "low")
      return inputs.map((input) =>
        isTensorOf(input, (d) => d === "float32" || isLow(d)) ? this.#cast(input, low) : input,
      );
    if (lowers === "float32")
      return inputs.map((input) => (isTensorOf(input, isLow) ? this.#cast(input, "float32") : input));
    return inputs;
  }

  /** Whether autocast acts on a node. */
  #autocasts(node: Node): boolean {
    const isOn = this.#environment(node).autocast || this.#writtenLow(node) !== null;
    return isOn && node.phase === "forward" && node.autocast;
  }

  /** The low dtype of a region that the text itself switches on, but where a reference reads it as float32. */
  #writtenLow(node: Node): DType | null {
    return this.#options.lifted.has(node.id) ? null : node.autocastTo;
  }

  #deviceOf(node: Node, inputs: readonly Evaluated[]): string {
    const { device } = node.attributes;
    if (device !== undefined && isNode(device)) return this.#deviceKey(device);
    const tensors = inputs.filter((input) => input.kind === "tensor");
    const dimensioned = tensors.filter((input) => input.rank !== 0);
    return meetingPlace(dimensioned.length > 0 ? dimensioned : tensors.slice(0, 1), node);
  }

  /** Every node in order, for scans over the whole graph. */
  get nodes(): readonly Node[] {
    return this.#graph.nodes;
  }
}

/** An einsum that contracts nothing is an elementwise product in torch, on no matrix unit (measured: it calls aten::mul). */
export function usesTf32({ what, attributes }: Node): boolean {
  const equation = typeof attributes.equation === "string" ? readEquation(attributes.equation) : null;
  return (
    what.kind === "operation" &&
    tf32Products.has(what.operation) &&
    (equation === null || !isElementwise(equation))
  );
}

/** `type_as` moves to the other tensor's device; where the operand's own is named, the text takes the two for one. */
function likeOf(like: Evaluated | null, operand: TensorResult): Evaluated | null {
  return operand.device === "default" ? like : null;
}

/** Frequencies that a module keeps are no argument: callers do not lower them. */
function isOwnState({ what }: Node, kind: InputKind): boolean {
  return kind.kind === "tensor" && kind.values?.role === "frequencies" && what.kind !== "input";
}

/** The node and everything it refers to that has no result yet, operands first. */
function neededBy(node: Node, known: (id: number) => boolean): readonly Node[] {
  const seen = new Map<number, Node>();
  const stack = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (seen.has(next.id) || known(next.id)) continue;
    seen.set(next.id, next);
    stack.push(...references(next));
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}
