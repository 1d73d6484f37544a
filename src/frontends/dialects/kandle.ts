import { alike, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { torchOutcomes } from "./outcomes.ts";
import { methodsFrom } from "./script-like.ts";

const reduction = { self: "input", dim: "dim", keepdim: "keepdim", dtype: "dtype" };
const placed = { dtype: "dtype", device: null };

const functions = {
  ...alike(
    ["abs", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "square", "reciprocal"],
    {
      self: "input",
      out: null,
    },
  ),
  ...alike(["sin", "cos", "tan", "tanh", "sigmoid", "floor", "ceil", "round", "neg"], {
    self: "input",
    out: null,
  }),
  ...alike(["mul", "maximum", "minimum", "matmul", "remainder"], {
    self: "input",
    other: "other",
    out: null,
  }),
  ...alike(["eq", "ne", "lt", "le", "gt", "ge"], { self: "input", other: "other" }),
  add: row("add", { self: "input", other: "other", alpha: "alpha", out: null }),
  sub: row("sub", { self: "input", other: "other", alpha: "alpha", out: null }),
  div: row("div", { self: "input", other: "other", roundingMode: "rounding_mode", out: null }),
  floorDivide: row("floor_divide", { self: "input", other: "other" }),
  pow: row("pow", { self: "input", exponent: "exponent", out: null }),
  outer: row("outer", { self: "input", vec2: "other", out: null }),
  mm: row("matmul", { self: "input", mat2: "other", out: null }),
  arange: row("arange", { start: "start", end: "end", step: "step", ...placed }),
  linspace: row("linspace", { start: "start", end: "end", steps: "steps", ...placed }),
  zeros: row("zeros", { size: "size", ...placed }),
  ones: row("ones", { size: "size", ...placed }),
  full: row("full", { size: "size", fillValue: "fill_value", ...placed }),
  zerosLike: row("zeros_like", { self: "input", ...placed }),
  onesLike: row("ones_like", { self: "input", ...placed }),
  // `new Tensor(data, dtype)`, `new Tensor(data, { dtype })`
  Tensor: row("convert", { data: "input", dtype: "dtype", device: null }),
  cast: row("cast", { self: "input", dtype: "dtype" }),
  to: row("cast", { self: "input", dtype: "dtype", device: null, copy: null }),
  cat: row("cat", { tensors: "tensors", dim: "dim", out: null }),
  stack: row("stack", { tensors: "tensors", dim: "dim", out: null }),
  unsqueeze: row("unsqueeze", { self: "input", dim: "dim" }),
  squeeze: row("squeeze", { self: "input", dim: "dim" }),
  reshape: row("reshape", { self: "input", shape: "shape" }),
  view: row("reshape", { self: "input", shape: "shape" }),
  expand: row("broadcast_to", { self: "input", size: "shape" }),
  permute: row("permute", { self: "input", dims: "dims" }),
  transpose: row("transpose", { self: "input", dim0: "dim0", dim1: "dim1" }),
  flatten: row("flatten", { self: "input", startDim: "start_dim", endDim: "end_dim" }),
  repeatInterleave: row("repeat_interleave", { self: "input", repeats: "repeats", dim: "dim" }),
  indexSelect: row("index_select", { self: "input", dim: "dim", index: "index" }),
  where: row("where", { condition: "condition", self: "input", other: "other" }),
  sum: row("sum", reduction),
  mean: row("mean", reduction),
  cumsum: row("cumsum", { self: "input", dim: "dim", dtype: "dtype" }),
};

/**
 * @kandle/core 0.0.1-alpha.1, PyTorch's names in camel case. No registry has it: names and arguments are those of its source
 * (github.com/final-kk/kandle, 4127da9), as `npm run generate -- --libraries` reads them. What follows is read there too, and not measured: it
 * runs on WebGPU alone. A range that names no dtype is float32; a number counts by its category (`Number.isInteger`), and what integers and floats meet in
 * is the floating dtype as it is (packages/utils/src/dtype.ts, promoteTypes and computeScalarResultDType).
 */
export const kandle: Dialect = {
  library: "kandle",
  namespaces: ["@kandle/core"],
  functions,
  methods: methodsFrom(
    functions,
    Object.keys(functions).filter(
      (name) => !/^(?:arange|linspace|zeros|ones|full|Tensor|where|cat|stack)$/.test(name),
    ),
  ),
  identities: new Set(["contiguous", "clone", "keep"]),
  callers: new Set(["tidy"]),
  outcomes: torchOutcomes,
  defaultDtypes: new Set(),
  dtypes: new Set(),
  lowDtypes: new Set(["float16"]),
  storedDtypes: new Set(),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["forward"],
  promotion: { ...numpyLikePromotion, name: "kandle", ranges: "float32", wholeAreFloats: true },
  spelling: {
    cast: { form: "method", name: "to" },
    shorthand: {},
    dtypes: "strings",
    integer: "int32",
    rangeDtype: 3,
  },
};
