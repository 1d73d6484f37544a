import type { OperationName } from "../../tensors/operations.ts";

/**
 * PyTorch's names as data: which operation of the op table an API is, what its parameters are called and
 * which of them are operands. The same row serves torch.cos(x) and x.cos(): as a method, the object is the
 * first parameter. Parameter names after torch's documentation, versions 1.13 to 2.4.
 */
export interface Api {
  readonly operation: OperationName;
  readonly parameters: readonly string[];
  /** Parameters that are operands, in the op table's order. */
  readonly operands: readonly string[];
  /** Attribute of the op table <- parameter. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The parameter that takes all remaining positional arguments: zeros(2, 3) and zeros((2, 3)). */
  readonly variadic: string | null;
  /** Optional operands, with the operation that it is without them. */
  readonly without: Readonly<Record<string, OperationName>>;
  /** Whether it is a function of the torch module, a method of tensors, or both. */
  readonly form: "function" | "method" | "both";
}

const options = { dtype: "dtype", device: "device" };

function api(operation: OperationName, row: Partial<Omit<Api, "operation">> & Pick<Api, "parameters">): Api {
  const { parameters } = row;
  return {
    operation,
    operands: parameters.slice(0, 1),
    attributes: {},
    variadic: null,
    without: {},
    form: "both",
    ...row,
  };
}

function named<Name extends string>(names: readonly Name[], row: (name: Name) => Api): Record<Name, Api> {
  return Object.fromEntries(names.map((name) => [name, row(name)])) as Record<Name, Api>;
}

const unary = named(
  [
    "neg",
    "abs",
    "sign",
    "exp",
    "log",
    "log2",
    "log10",
    "log1p",
    "expm1",
    "sqrt",
    "rsqrt",
    "reciprocal",
    "sin",
    "cos",
    "tan",
    "tanh",
    "sigmoid",
    "relu",
    "floor",
    "ceil",
    "trunc",
    "square",
    "isnan",
    "isinf",
  ],
  (name) => api(name, { parameters: ["input"] }),
);

const binary = named(
  [
    "add",
    "sub",
    "mul",
    "pow",
    "maximum",
    "minimum",
    "atan2",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "outer",
    "ger",
    "matmul",
    "mm",
    "bmm",
    "mv",
    "dot",
  ],
  (name) => api(name, { parameters: ["input", "other"], operands: ["input", "other"] }),
);

const likes = named(["zeros_like", "ones_like", "empty_like"], (name) =>
  api(name, { parameters: ["input", "dtype", "layout", "device"], attributes: options, form: "function" }),
);

const filled = named(["zeros", "ones", "empty"], (name) =>
  api(name, {
    parameters: ["size", "dtype", "device", "out", "layout", "requires_grad"],
    operands: [],
    attributes: { shape: "size", ...options },
    variadic: "size",
    form: "function",
  }),
);

const news = named(["new_zeros", "new_ones", "new_empty"], (name) =>
  api(name, {
    parameters: ["input", "size", "dtype", "device"],
    attributes: { shape: "size", ...options },
    variadic: "size",
    form: "method",
  }),
);

const reductions = named(["sum", "mean", "prod", "amax", "amin"], (name) =>
  api(name, {
    parameters: ["input", "dim", "keepdim", "dtype"],
    attributes: { dim: "dim", keepdim: "keepdim", dtype: "dtype" },
  }),
);

const scans = named(["cumsum", "cumprod"], (name) =>
  api(name, { parameters: ["input", "dim", "dtype"], attributes: { dim: "dim", dtype: "dtype" } }),
);

const synonyms: Readonly<Record<string, string>> = {
  absolute: "abs",
  multiply: "mul",
  divide: "div",
  true_divide: "div",
  subtract: "sub",
  power: "pow",
  negative: "neg",
  concat: "cat",
  concatenate: "cat",
  remainder: "fmod_floor",
  swapaxes: "transpose",
  moveaxis: "movedim",
  clip: "clamp",
  arcsin: "asin",
};

const rows: Readonly<Record<string, Api>> = {
  ...unary,
  ...binary,
  ...likes,
  ...filled,
  ...news,
  ...reductions,
  ...scans,
  polar: api("polar", { parameters: ["abs", "angle"], operands: ["abs", "angle"], form: "function" }),
  complex: api("complex", { parameters: ["real", "imag"], operands: ["real", "imag"], form: "function" }),
  view_as_complex: api("view_as_complex", { parameters: ["input"], form: "function" }),
  view_as_real: api("view_as_real", { parameters: ["input"], form: "function" }),
  real: api("real", { parameters: ["input"], form: "function" }),
  imag: api("imag", { parameters: ["input"], form: "function" }),
  angle: api("angle", { parameters: ["input"] }),
  div: api("div", {
    parameters: ["input", "other", "rounding_mode"],
    operands: ["input", "other"],
    attributes: { rounding: "rounding_mode" },
  }),
  floor_divide: api("floordiv", { parameters: ["input", "other"], operands: ["input", "other"] }),
  fmod_floor: api("mod", { parameters: ["input", "other"], operands: ["input", "other"] }),
  round: api("round", { parameters: ["input"] }),
  logical_not: api("logical_not", { parameters: ["input"] }),
  clamp: api("clamp", {
    parameters: ["input", "min", "max"],
    operands: ["input", "min", "max"],
    without: { min: "clamp_max", max: "clamp_min" },
  }),
  clamp_min: api("clamp_min", { parameters: ["input", "min"], operands: ["input", "min"] }),
  clamp_max: api("clamp_max", { parameters: ["input", "max"], operands: ["input", "max"] }),
  where: api("where", {
    parameters: ["condition", "input", "other"],
    operands: ["condition", "input", "other"],
    form: "function",
  }),
  masked_fill: api("masked_fill", {
    parameters: ["input", "mask", "value"],
    operands: ["input", "mask", "value"],
    form: "method",
  }),
  full: api("full", {
    parameters: ["size", "fill_value", "dtype", "device"],
    operands: ["fill_value"],
    attributes: { shape: "size", ...options },
    form: "function",
  }),
  full_like: api("full_like", {
    parameters: ["input", "fill_value", "dtype", "device"],
    operands: ["input", "fill_value"],
    attributes: options,
    form: "function",
  }),
  new_full: api("new_full", {
    parameters: ["input", "size", "fill_value", "dtype", "device"],
    operands: ["input", "fill_value"],
    attributes: { shape: "size", ...options },
    form: "method",
  }),
  eye: api("eye", {
    parameters: ["n", "m", "dtype", "device"],
    operands: [],
    attributes: { rows: "n", columns: "m", ...options },
    form: "function",
  }),
  linspace: api("linspace", {
    parameters: ["start", "end", "steps", "dtype", "device"],
    operands: ["start", "end", "steps"],
    attributes: options,
    form: "function",
  }),
  view: api("reshape", {
    parameters: ["input", "shape"],
    attributes: { shape: "shape" },
    variadic: "shape",
    form: "method",
  }),
  reshape: api("reshape", {
    parameters: ["input", "shape"],
    attributes: { shape: "shape" },
    variadic: "shape",
  }),
  flatten: api("flatten", {
    parameters: ["input", "start_dim", "end_dim"],
    attributes: { start: "start_dim", end: "end_dim" },
  }),
  permute: api("permute", { parameters: ["input", "dims"], attributes: { dims: "dims" }, variadic: "dims" }),
  transpose: api("transpose", {
    parameters: ["input", "dim0", "dim1"],
    attributes: { dim0: "dim0", dim1: "dim1" },
  }),
  t: api("t", { parameters: ["input"] }),
  unsqueeze: api("unsqueeze", { parameters: ["input", "dim"], attributes: { dim: "dim" } }),
  squeeze: api("squeeze", { parameters: ["input", "dim"], attributes: { dim: "dim" } }),
  expand: api("expand", {
    parameters: ["input", "shape"],
    attributes: { shape: "shape" },
    variadic: "shape",
    form: "method",
  }),
  broadcast_to: api("expand", { parameters: ["input", "shape"], attributes: { shape: "shape" } }),
  repeat: api("repeat", {
    parameters: ["input", "repeats"],
    attributes: { repeats: "repeats" },
    variadic: "repeats",
    form: "method",
  }),
  tile: api("tile", { parameters: ["input", "dims"], attributes: { repeats: "dims" }, variadic: "dims" }),
  repeat_interleave: api("repeat_interleave", {
    parameters: ["input", "repeats", "dim"],
    attributes: { repeats: "repeats", dim: "dim" },
  }),
  flip: api("flip", { parameters: ["input", "dims"], attributes: { dims: "dims" }, variadic: "dims" }),
  roll: api("roll", {
    parameters: ["input", "shifts", "dims"],
    attributes: { repeats: "shifts", dims: "dims" },
  }),
  narrow: api("narrow", {
    parameters: ["input", "dim", "start", "length"],
    attributes: { dim: "dim", start: "start", length: "length" },
  }),
  index_select: api("index_select", {
    parameters: ["input", "dim", "index"],
    operands: ["input", "index"],
    attributes: { dim: "dim" },
  }),
  gather: api("gather", {
    parameters: ["input", "dim", "index"],
    operands: ["input", "index"],
    attributes: { dim: "dim" },
  }),
  tril: api("tril", { parameters: ["input", "diagonal"], attributes: { diagonal: "diagonal" } }),
  triu: api("triu", { parameters: ["input", "diagonal"], attributes: { diagonal: "diagonal" } }),
};

/** Row for an API's own name (`cos`, `add_` without its underscore), or null. */
export function torchApi(name: string): Api | null {
  const known = synonyms[name] ?? name;
  return Object.hasOwn(rows, known) ? (rows[known] ?? null) : null;
}
