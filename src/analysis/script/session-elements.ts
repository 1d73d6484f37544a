import type { Call, Expr, Program, Span } from "../../ir/program.ts";
import {
  convertingMethod,
  elementTypes,
  isSessionTensor,
  keepingMethods,
  madeByFunction,
} from "../../frontends/dialects/session-tensors.ts";
import type { KnownTypes, Origin } from "./known-types.ts";
import { isGlobal, pathOf, type Scope } from "./scopes.ts";
import { Values, type Located } from "./values.ts";

/** The element type of a tensor, and the words for where it comes from. */
export interface Element {
  readonly name: string;
  readonly from: string;
  /** The call that makes the tensor, or that converts it. */
  readonly call: Call;
  /** What says it: a type that is written, the data whose type it is, the number that fills it, or the function itself. */
  readonly by: {
    readonly form: "written" | "data" | "converted" | "fill" | "function";
    readonly value: Expr;
  };
  /** Whether a caller of the function that makes the tensor says it. */
  readonly isPassed: boolean;
  /** Where the call stands. */
  readonly scope: Scope;
  /** The constant of another module that names it. */
  readonly origin?: Origin | null;
}

/** Tensors of one file that go to an inference session. */
export class SessionElements {
  readonly #values: Values;
  readonly #types: KnownTypes;

  constructor(program: Program, types: KnownTypes) {
    this.#values = Values.of(program);
    this.#types = types;
  }

  /** The element types that a tensor may have, one for each place that makes it; null where one of them is not known. */
  of(given: Located, depth = 0): readonly Element[] | null {
    const made = depth > deepest ? null : this.#values.from(given, keptFrom);
    if (made === null) return null;
    const elements = made
      // What is not there yet is no tensor.
      .filter(({ value }) => value.kind !== "constant" || value.value !== null)
      .map((one) => this.#elementOf(one, depth));
    const known = elements.filter((element) => element !== null);
    return known.length === elements.length && known.length > 0 ? known.flat() : null;
  }

  #elementOf(tensor: Located, depth: number): readonly Element[] | null {
    const { value: call, scope } = tensor;
    if (call.kind !== "call") return null;
    const [first] = call.args;
    const { callee } = call;
    const path = pathOf(callee, scope);
    if (path === null) {
      const isCast =
        callee.kind === "attribute" && callee.name === convertingMethod && call.args.length === 1;
      return isCast && first ? this.#written(tensor, call, first.value, "converted") : null;
    }
    if (isSessionTensor(path))
      return first?.spread === "" ? this.#constructed(tensor, call, first.value) : null;
    const made = madeByFunction(path);
    if (made === null) return null;
    if ("element" in made)
      return [
        {
          name: made.element,
          from: "",
          call,
          by: { form: "function", value: callee },
          isPassed: false,
          scope,
        },
      ];
    if ("like" in made) return first ? this.#first({ ...tensor, value: first.value }, depth + 1) : null;
    const fill = call.args[made.place]?.value;
    return fill && isNumber(fill)
      ? [{ name: "float32", from: "", call, by: { form: "fill", value: fill }, isPassed: false, scope }]
      : null;
  }

  /** The first tensor of a list, or the tensor itself; of a list that is filled one by one, all of them. */
  #first(given: Located, depth: number): readonly Element[] | null {
    const list = this.#values.one(given);
    const [item] = list.value.kind === "sequence" ? list.value.items : [];
    if (item) return this.of({ ...list, value: item }, depth);
    const pushed = this.#values.pushed(given);
    if (pushed.length === 0) return this.of(given, depth);
    const elements = pushed.map((one) => this.of(one, depth));
    return elements.some((one) => one === null) ? null : elements.flatMap((one) => one ?? []);
  }

  /** `new Tensor(type, data, dims)`, and `new Tensor(data, dims)` */
  #constructed(tensor: Located, call: Call, first: Expr): readonly Element[] | null {
    const written = this.#written(tensor, call, first, "written");
    if (written !== null) return written;
    const data = this.#values.from({ ...tensor, value: first });
    const names = data?.map(elementOfArray);
    const [name] = names ?? [];
    if (name && names?.every((other) => other === name))
      return [
        { name, from: "", call, by: { form: "data", value: first }, isPassed: false, scope: tensor.scope },
      ];
    return this.#known(call, first, tensor.scope);
  }

  /** A type as a string, however it comes there. */
  #written(
    tensor: Located,
    call: Call,
    type: Expr,
    form: "written" | "converted",
  ): readonly Element[] | null {
    const types = this.#values.from({ ...tensor, value: type });
    const names = types?.map(({ value }) => (value.kind === "string" ? value.value : null));
    const [name] = names ?? [];
    if (!name || !names?.every((other) => other === name)) return null;
    const isPassed = type.kind === "name" && tensor.scope.lookUp(type.name)?.kind === "parameter";
    return [{ name, from: "", call, by: { form, value: type }, isPassed, scope: tensor.scope }];
  }

  /** A constant of another module. */
  #known(call: Call, first: Expr, scope: Scope): readonly Element[] | null {
    const span: Span | null = first.span;
    const known = first.kind === "call" ? null : span && this.#types.text(span);
    if (!known) return null;
    const { value, origin } = known;
    const file = origin?.path.slice(origin.path.lastIndexOf("/") + 1);
    const from = origin && file ? ` (as ${file} says in line ${String(origin.line)})` : "";
    const by = { form: "written", value: first } as const;
    return [{ name: value, from, call, by, isPassed: false, scope, origin }];
  }
}

/** Lists of tensors nest no deeper. */
const deepest = 6;

/** `ids.slice(...)` and the like: the tensor that it is taken from. */
function keptFrom({ value, scope }: Located): Expr | null {
  if (value.kind !== "call" || value.callee.kind !== "attribute") return null;
  const { name, object } = value.callee;
  return keepingMethods.has(name) && pathOf(value.callee, scope) === null ? object : null;
}

/** A number, and no big integer: those two don't mix. */
function isNumber(value: Expr): boolean {
  switch (value.kind) {
    case "number":
      return true;
    case "attribute":
      return value.name === "length";
    case "unary":
      return isNumber(value.operand);
    case "binary":
      return isNumber(value.left) || isNumber(value.right);
    default:
      return false;
  }
}

/** `new Float32Array(n)`, `Float32Array.from(...)`, and what its own methods make of it. */
function elementOfArray({ value, scope }: Located): string | null {
  if (value.kind !== "call") return null;
  const { callee } = value;
  if (callee.kind === "attribute" && keepingArray.has(callee.name))
    return elementOfArray({ value: callee.object, scope, entered: null });
  const isMaker = callee.kind === "attribute" && (callee.name === "from" || callee.name === "of");
  const array = isMaker ? callee.object : callee;
  if (array.kind !== "name" || !isGlobal(array, array.name, scope)) return null;
  return elementTypes.get(array.name) ?? null;
}

/** Methods of typed arrays that give an array of the same type. */
const keepingArray: ReadonlySet<string> = new Set([
  "map",
  "fill",
  "slice",
  "subarray",
  "filter",
  "sort",
  "reverse",
]);
