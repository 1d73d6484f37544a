import type { AttributeValue, Node } from "../../ir/graph.ts";
import {
  tensorTypes,
  torchApi,
  linearLayers,
  transparent,
  wrappers,
  type Api,
} from "../../frontends/dialects/torch.ts";
import { torchOutcomes } from "../../frontends/dialects/outcomes.ts";
import { partialSwitch, regionOf } from "./autocast.ts";
import { callBuiltin, callNumbers, values } from "./builtins.ts";
import type { PassedArgument } from "./calls.ts";
import { setDefaultDtype, setDefaultTensorType } from "./default-dtype.ts";
import { dialectOf, libraryOf, memberOf } from "../../frontends/dialects/dialects.ts";
import { callDialect, callOutcome } from "./dialect-calls.ts";
import { callForOutcome } from "./outcomes.ts";
import { isNone, literal, type Execution } from "./execution.ts";
import { isGraphNode, nodesIn, type Value } from "./values.ts";

/** A call of a library function or builtin, by its dotted path. */
export function callLibrary(
  x: Execution,
  path: string,
  args: readonly PassedArgument[],
  held = false,
): Value {
  const normal = unwrapped(path);
  const region = regionOf(normal, args);
  if (region) return region;
  const [first] = args;
  if (transparent.has(normal) && first) return first.value;
  if (normal === "functools.partial") return partialSwitch(args) ?? x.unknown(normal, values(args));
  const dot = normal.lastIndexOf(".");
  const [library, name] = [normal.slice(0, Math.max(0, dot)), normal.slice(dot + 1)];
  if (library === "torch" || library === "torch.functional" || library === "torch.special")
    return (held && name !== "Tensor") || x.spared.has(name)
      ? callHeld(x, name, args)
      : callTorch(x, name, args);
  if (library === "torch.nn.functional") return callFunctional(x, name, args);
  if ((library === "torch.nn.parameter" || library === "torch.nn") && name === "Buffer")
    return x.node(
      { kind: "stored", form: "buffer", name: "Buffer" },
      values(args).slice(0, 1).flatMap(nodesIn),
    );
  if (library === "torch.nn.parameter" || (library === "torch.nn" && name === "Parameter"))
    return parameter(x, args);
  if (library.startsWith("torch.nn") && /^[A-Z]/.test(name))
    return x.node({ kind: "layer", path: normal }, values(args).flatMap(nodesIn));
  if (library === "torch.Tensor") return callTorch(x, name, args);
  if (library === "math" || library === "numpy" || library === "np")
    return callNumbers(x, library, name, args);
  if (library === "builtins") return callBuiltin(x, name, args);
  const member = memberOf(path);
  if (member) return callDialect(x, member.dialect, member.name, args);
  const owner = libraryOf(path);
  const beside = owner === null ? null : dialectOf(owner);
  const outcome = beside && callOutcome(x, beside, name, args);
  if (outcome) return outcome;
  if (owner !== null && /^[A-Z]/.test(name))
    return x.node({ kind: "layer", path: normal }, values(args).flatMap(nodesIn));
  if (library.startsWith("torch.")) return x.unknown(normal, values(args), "ambient");
  return x.unknown(
    normal,
    values(args),
    library.startsWith("numpy") || library.startsWith("np") ? "foreign" : "unknown",
  );
}

function unwrapped(path: string): string {
  return Object.entries(wrappers).find(([suffix]) => path.endsWith(`.${suffix}`))?.[1] ?? path;
}

function parameter(x: Execution, args: readonly PassedArgument[]): Value {
  const [data, second] = values(args);
  const trained = args.find(({ name }) => name === "requires_grad")?.value ?? second;
  const said =
    trained && isGraphNode(trained) && trained.what.kind === "constant" ? trained.what.value : null;
  const isFrozen = trained !== undefined && said === false;
  const isTrained = trained === undefined || said === true;
  return x.node(
    { kind: "stored", form: "parameter", name: "Parameter" },
    data ? [x.asNode(data)] : [],
    isFrozen ? { frozen: "requires_grad" } : isTrained ? { trained: "requires_grad" } : {},
  );
}

function callFunctional(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const [first] = values(args);
  if (name.startsWith("dropout") && first) return first;
  return x.unknown(
    `torch.nn.functional.${name}`,
    values(args),
    linearLayers.has(name) ? "linear" : "ambient",
  );
}

const special: Readonly<Record<string, (x: Execution, args: readonly PassedArgument[]) => Value>> = {
  arange: (x, args) => arange(x, args, "arange"),
  range: (x, args) => x.unknown("torch.range", values(args), "ambient"),
  tensor: (x, args) => tensor(x, args, "tensor"),
  as_tensor: (x, args) => tensor(x, args, "as_tensor"),
  asarray: (x, args) => tensor(x, args, "asarray"),
  Tensor: newTensor,
  from_numpy: (x, args) => x.unknown("torch.from_numpy", values(args), "foreign"),
  cat: (x, args) => joined(x, "cat", args),
  concat: (x, args) => joined(x, "cat", args),
  stack: (x, args) => joined(x, "stack", args),
  meshgrid: meshgrid,
  einsum: einsum,
  get_default_dtype: (x) => x.node({ kind: "default-dtype" }),
  is_autocast_enabled: (x) => askAutocast(x, "is_autocast_enabled"),
  get_autocast_dtype: (x) => askAutocast(x, "autocast_dtype"),
  get_autocast_gpu_dtype: (x) => askAutocast(x, "autocast_dtype"),
  set_default_dtype: setDefaultDtype,
  set_default_tensor_type: setDefaultTensorType,
  movedim: (x, args) => x.unknown("torch.movedim", values(args), "ambient"),
};

/** A question whose answer is the environment's, and the region's that it is asked in. */
function askAutocast(x: Execution, name: string): Value {
  return x.node({ kind: "scalar", name }, [x.node({ kind: "constant", value: x.autocast })]);
}

/**
 * A function of torch that was imported by its own name, so that zero.Init, which patches the module, never sees the call (of
 * `Tensor` it patches the class), or that the package keeps out of zero.Init.
 */
function callHeld(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  x.held = true;
  try {
    return callTorch(x, name, args);
  } finally {
    x.held = false;
  }
}

export function callTorch(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const handler = Object.hasOwn(special, name) ? special[name] : undefined;
  if (handler) return handler(x, args);
  if (Object.hasOwn(tensorTypes, name)) return tensorOfType(x, tensorTypes[name] ?? "", args);
  if (name === "chunk" || name === "split" || name === "unbind") return pieces(x, name, args);
  const api = torchApi(name);
  if (api && api.form !== "method") return applyApi(x, api, name, args, false);
  const outcome = Object.hasOwn(torchOutcomes, name) ? torchOutcomes[name] : undefined;
  return (
    callForOutcome(x, outcome, `torch.${name}`, args) ??
    x.unknown(`torch.${name}`, values(args), linearLayers.has(name) ? "linear" : "ambient")
  );
}

/** Binds arguments to an API's parameters by position and name; null where they do not fit. */
export function bindArguments(
  api: Pick<Api, "parameters" | "variadic">,
  args: readonly PassedArgument[],
): Map<string, Value> | null {
  if (args.some((arg) => arg.name === "*")) return null;
  const bound = new Map<string, Value>();
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  for (const name of api.parameters) {
    if (name === api.variadic) {
      const [first] = positional;
      if (first === undefined) continue;
      const whole = !isGraphNode(first) && (first.kind === "tuple" || first.kind === "shape");
      bound.set(name, whole ? first : { kind: "tuple", form: "tuple", items: positional.splice(0) });
      if (whole) positional.shift();
      continue;
    }
    const value = positional.shift();
    if (value) bound.set(name, value);
  }
  const names = args.flatMap(({ name }) => (name === null ? [] : [name]));
  // Python refuses one keyword given twice.
  if (positional.length > 0 || new Set(names).size < names.length) return null;
  for (const arg of args)
    if (arg.name !== null) bound.set(canonicalKeyword(arg.name, api.parameters), arg.value);
  return bound;
}

/** torch accepts numpy's keyword names too. */
function canonicalKeyword(name: string, parameters: readonly string[]): string {
  if (parameters.includes(name)) return name;
  const synonyms: Readonly<Record<string, readonly string[]>> = {
    axis: ["dim", "dims"],
    exponent: ["other"],
    mat2: ["other"],
    vec2: ["other"],
    tensor: ["other"],
    x: ["input"],
    self: ["input"],
    sizes: ["shape", "size"],
    size: ["shape"],
    keepdims: ["keepdim"],
    a_min: ["min"],
    a_max: ["max"],
  };
  return synonyms[name]?.find((candidate) => parameters.includes(candidate)) ?? name;
}

export function applyApi(
  x: Execution,
  api: Api,
  name: string,
  args: readonly PassedArgument[],
  inplace: boolean,
): Value {
  const bound = bindArguments(api, args);
  if (!bound) return x.unknown(name, values(args), "ambient");
  const absent = api.operands.filter((operand) => isAbsent(bound.get(operand)));
  const [missing] = absent;
  const operation = missing === undefined ? api.operation : api.without[missing];
  if (operation === undefined || absent.length > 1) return x.unknown(name, values(args), "ambient");
  const attributes: Record<string, AttributeValue> = {};
  for (const [attribute, parameterName] of Object.entries(api.attributes)) {
    const value = bound.get(parameterName);
    if (value && !isNone(value)) attributes[attribute] = attributeValue(x, value);
  }
  const inputs = api.operands.flatMap((operand) => {
    const value = bound.get(operand);
    return value && operand !== missing ? [x.asNode(value)] : [];
  });
  return x.node({ kind: "operation", operation, api: name, inplace }, inputs, attributes);
}

function isAbsent(value: Value | undefined): boolean {
  return value === undefined || isNone(value);
}

export function attributeValue(x: Execution, value: Value): AttributeValue {
  if (!isGraphNode(value) && value.kind === "tuple")
    return value.items.map((item) => attributeValue(x, item));
  if (!isGraphNode(value) && value.kind === "shape") {
    const rank = [...value.of.names].find((name) => name.startsWith("rank:"));
    if (rank !== undefined)
      return Array.from({ length: Number(rank.slice(5)) }, (_, dim) =>
        x.node({ kind: "shape-of", dim }, [value.of]),
      );
    return [x.node({ kind: "attribute", name: "shape" }, [value.of])];
  }
  return x.asNode(value);
}

const arangeParameters = {
  parameters: ["start", "end", "step", "out", "dtype", "layout", "device"],
  variadic: null,
};

/** arange(end), arange(start, end), arange(start, end, step). */
export function arange(x: Execution, args: readonly PassedArgument[], api: string): Value {
  const positional = args.filter((arg) => arg.name === null);
  const single = positional.length === 1 && !args.some((arg) => arg.name === "start" || arg.name === "end");
  const bound = bindArguments(
    arangeParameters,
    single ? args.map((arg) => (arg.name === null ? { ...arg, name: "end" } : arg)) : args,
  );
  if (!bound?.has("end")) return x.unknown("torch.arange", values(args), "ambient");
  const operands = [bound.get("start") ?? x.number(0), bound.get("end"), bound.get("step") ?? x.number(1)];
  return x.node(
    { kind: "operation", operation: "range", api, inplace: false },
    operands.map((operand) => x.asNode(operand ?? x.none())),
    options(x, bound),
  );
}

/** dtype and device of a constructor, where given. */
function options(x: Execution, bound: ReadonlyMap<string, Value>): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {};
  for (const name of ["dtype", "device"]) {
    const value = bound.get(name);
    if (value && !isNone(value)) attributes[name] = attributeValue(x, value);
  }
  return attributes;
}

/** torch.tensor(data): nested lists of numbers become operands; data from elsewhere stays what it is. */
export function tensor(x: Execution, args: readonly PassedArgument[], api: string): Value {
  const bound = bindArguments(
    { parameters: ["data", "dtype", "device", "requires_grad"], variadic: null },
    args,
  );
  const data = bound?.get("data");
  if (!bound || !data) return x.unknown(`torch.${api}`, values(args), "ambient");
  const flat = flatten(data);
  if (!flat) {
    const opaque = x.unknown(`torch.${api}`, [data], "foreign");
    return bound.has("dtype")
      ? x.node({ kind: "operation", operation: "cast", api, inplace: false }, [opaque], options(x, bound))
      : opaque;
  }
  const shape = flat.shape.map((size) => x.number(size));
  return x.node({ kind: "operation", operation: "tensor", api, inplace: false }, flat.items, {
    shape,
    ...options(x, bound),
  });
}

function flatten(data: Value): { shape: readonly number[]; items: readonly Node[] } | null {
  if (isGraphNode(data)) return { shape: [], items: [data] };
  if (data.kind !== "tuple") return null;
  const parts = data.items.map(flatten);
  const first = parts[0];
  const whole = parts.flatMap((part) => (part && part.shape.join() === first?.shape.join() ? [part] : []));
  if (!first || whole.length !== parts.length) return null;
  return { shape: [parts.length, ...first.shape], items: whole.flatMap((part) => part.items) };
}

/** torch.Tensor(2, 3) is an empty tensor of that size, torch.Tensor([2, 3]) holds the data; both in the default dtype. */
function newTensor(x: Execution, args: readonly PassedArgument[]): Value {
  const [first] = values(args);
  const dtype = { name: "dtype", value: x.node({ kind: "default-dtype" }) };
  if (first && !isGraphNode(first) && first.kind === "tuple") return tensor(x, [...args, dtype], "Tensor");
  const shape = values(args).map((size) => attributeValue(x, size));
  return x.node({ kind: "operation", operation: "empty", api: "Tensor", inplace: false }, [], {
    shape,
    dtype: dtype.value,
  });
}

/** torch.FloatTensor(data): the dtype is in the name; zero.Init does not wrap it. */
function tensorOfType(x: Execution, dtype: string, args: readonly PassedArgument[]): Value {
  const [data] = values(args);
  if (!data) return x.unknown("torch.tensor", values(args), "ambient");
  return tensor(
    x,
    [
      { name: null, value: data },
      { name: "dtype", value: x.node({ kind: "dtype", dtype }) },
    ],
    "FloatTensor",
  );
}

function joined(x: Execution, operation: "cat" | "stack", args: readonly PassedArgument[]): Value {
  const bound = bindArguments({ parameters: ["tensors", "dim"], variadic: null }, args);
  const tensors = bound?.get("tensors");
  if (!bound || !tensors || isGraphNode(tensors) || tensors.kind !== "tuple")
    return x.unknown(`torch.${operation}`, values(args), "ambient");
  const dim = bound.get("dim") ?? bound.get("axis");
  const attributes = { dim: dim ? x.asNode(dim) : x.number(0) };
  return x.node(
    { kind: "operation", operation, api: operation, inplace: false },
    tensors.items.map((item) => x.asNode(item)),
    attributes,
  );
}

function meshgrid(x: Execution, args: readonly PassedArgument[]): Value {
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  const [first] = positional;
  const tensors =
    positional.length === 1 && first && !isGraphNode(first) && first.kind === "tuple"
      ? first.items
      : positional;
  const indexing = args.find((arg) => arg.name === "indexing")?.value;
  const operands = tensors.map((item) => x.asNode(item));
  const text =
    indexing && isGraphNode(indexing) && indexing.what.kind === "constant" ? indexing.what.value : "ij";
  const items = operands.map((_, piece) =>
    x.node({ kind: "operation", operation: "meshgrid", api: "meshgrid", inplace: false }, operands, {
      indexing: typeof text === "string" ? text : "ij",
      piece: x.number(piece),
    }),
  );
  return { kind: "tuple", form: "tuple", items };
}

function einsum(x: Execution, args: readonly PassedArgument[]): Value {
  const [equation, ...operands] = values(args);
  const text =
    equation && isGraphNode(equation) && equation.what.kind === "constant" ? equation.what.value : null;
  if (typeof text !== "string") return x.unknown("torch.einsum", values(args), "linear");
  const [only] = operands;
  const list =
    operands.length === 1 && only && !isGraphNode(only) && only.kind === "tuple" ? only.items : operands;
  return x.node(
    { kind: "operation", operation: "einsum", api: "einsum", inplace: false },
    list.map((item) => x.asNode(item)),
    { equation: text },
  );
}

/** chunk, split and unbind give several tensors; how many is known from literals or from what they are unpacked into. */
export function pieces(x: Execution, name: string, args: readonly PassedArgument[]): Value {
  const bound = bindArguments(
    { parameters: ["input", ...(name === "unbind" ? ["dim"] : ["sizes", "dim"])], variadic: null },
    args,
  );
  const input = bound?.get("input");
  const count = name === "chunk" ? literal(bound?.get("sizes") ?? bound?.get("chunks")) : null;
  if (!bound || !input || count === null || count > 16)
    return x.unknown(`torch.${name}`, values(args), "ambient");
  const dim = bound.get("dim");
  const items = Array.from({ length: count }, (_, piece) =>
    x.node({ kind: "operation", operation: "chunk", api: "chunk", inplace: false }, [x.asNode(input)], {
      sizes: x.number(count),
      dim: dim ? x.asNode(dim) : x.number(0),
      piece: x.number(piece),
    }),
  );
  return { kind: "tuple", form: "tuple", items };
}
