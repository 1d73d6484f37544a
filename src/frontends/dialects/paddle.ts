import { torchPromotion } from "../../tensors/dtype.ts";
import { arithmetic, bothLow, commonDtypes, row, type Dialect, type Row } from "./dialect.ts";
import { paddleOutcomes } from "./outcomes.ts";

const reduction = { x: "input", axis: "dim", dtype: "dtype", keepdim: "keepdim" };

const functions: Readonly<Record<string, Row>> = {
  ...arithmetic("x", "y"),
  arange: row("arange", { start: "start", end: "end", step: "step", dtype: "dtype" }),
  linspace: row("linspace", { start: "start", stop: "end", num: "steps", dtype: "dtype" }),
  cast: row("cast", { x: "input", dtype: "dtype" }),
  astype: row("cast", { x: "input", dtype: "dtype" }),
  to_tensor: row("convert", { data: "input", dtype: "dtype" }),
  zeros: row("zeros", { shape: "size", dtype: "dtype" }),
  ones: row("ones", { shape: "size", dtype: "dtype" }),
  empty: row("empty", { shape: "size", dtype: "dtype" }),
  full: row("full", { shape: "size", fill_value: "fill_value", dtype: "dtype" }),
  zeros_like: row("zeros_like", { x: "input", dtype: "dtype" }),
  ones_like: row("ones_like", { x: "input", dtype: "dtype" }),
  concat: row("cat", { x: "tensors", axis: "dim" }),
  stack: row("stack", { x: "tensors", axis: "dim" }),
  unsqueeze: row("unsqueeze", { x: "input", axis: "dim" }),
  squeeze: row("squeeze", { x: "input", axis: "dim" }),
  reshape: row("reshape", { x: "input", shape: "shape" }),
  expand: row("expand", { x: "input", shape: "shape" }),
  broadcast_to: row("broadcast_to", { x: "input", shape: "shape" }),
  transpose: row("permute", { x: "input", perm: "dims" }),
  repeat_interleave: row("repeat_interleave", { x: "input", repeats: "repeats", axis: "dim" }),
  tile: row("tile", { x: "input", repeat_times: "dims" }),
  flatten: row("flatten", { x: "input", start_axis: "start_dim", stop_axis: "end_dim" }),
  split: row("chunk", { x: "input", num_or_sections: "sizes", axis: "dim" }),
  chunk: row("chunk", { x: "input", chunks: "sizes", axis: "dim" }),
  index_select: row("index_select", { x: "input", index: "index", axis: "dim" }),
  where: row("where", { condition: "condition", x: "input", y: "other" }),
  clip: row("clamp", { x: "input", min: "min", max: "max" }),
  meshgrid: row("meshgrid", {}, { rest: "tensors" }),
  einsum: row("einsum", { equation: "equation" }, { rest: "operands" }),
  outer: row("outer", { x: "input", y: "other" }),
  matmul: row("matmul", { x: "input", y: "other" }),
  sum: row("sum", { x: "input", axis: "dim", dtype: "dtype", keepdim: "keepdim" }),
  mean: row("mean", { x: "input", axis: "dim", keepdim: "keepdim" }),
  prod: row("prod", reduction),
  cumsum: row("cumsum", { x: "input", axis: "dim", dtype: "dtype" }),
  shape: row("shape", { x: "input" }),
};

/**
 * PaddlePaddle 3: int64 ranges, and a default dtype (paddle.set_default_dtype) that constructors follow and arithmetic on
 * integers does not. Integer and floating tensors do not meet.
 */
export const paddle: Dialect = {
  library: "paddle",
  namespaces: ["paddle", "paddle.tensor"],
  functions,
  // Tensors have the functions as methods.
  methods: functions,
  identities: new Set(["detach", "clone", "contiguous", "assign"]),
  outcomes: paddleOutcomes,
  defaultDtypes: new Set(["get_default_dtype"]),
  dtypes: commonDtypes,
  lowDtypes: bothLow,
  storedDtypes: new Set([]),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["forward", "__call__"],
  promotion: {
    ...torchPromotion,
    name: "paddle",
    mixed: "raise unless floating",
    productsPromote: true,
    floatsOfIntegers: "float32",
  },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "names",
    integer: "int64",
    rangeDtype: 3,
  },
};
