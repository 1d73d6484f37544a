import { arithmetic, row, type Row } from "./dialect.ts";

/** Functions that JAX, Keras and MLX took over from numpy; `x` is what their first parameter is called. */
export function numpyFunctions(x: string, second: string, arrays: string): Record<string, Row> {
  const reduction = { [x]: "input", axis: "dim", keepdims: "keepdim" };
  const like = { [x]: "input", dtype: "dtype" };
  return {
    ...arithmetic(x, second),
    arange: row("arange", { start: "start", stop: "end", step: "step", dtype: "dtype" }),
    linspace: row("linspace", { start: "start", stop: "end", num: "steps" }),
    zeros: row("zeros", { shape: "size", dtype: "dtype" }),
    ones: row("ones", { shape: "size", dtype: "dtype" }),
    empty: row("empty", { shape: "size", dtype: "dtype" }),
    full: row("full", { shape: "size", fill_value: "fill_value", dtype: "dtype" }),
    zeros_like: row("zeros_like", like),
    ones_like: row("ones_like", like),
    full_like: row("full_like", { [x]: "input", fill_value: "fill_value", dtype: "dtype" }),
    eye: row("eye", { N: "n", M: "m" }),
    array: row("convert", { [x]: "input", dtype: "dtype" }),
    asarray: row("convert", { [x]: "input", dtype: "dtype" }),
    astype: row("cast", { [x]: "input", dtype: "dtype" }),
    concatenate: row("cat", { [arrays]: "tensors", axis: "dim" }),
    stack: row("stack", { [arrays]: "tensors", axis: "dim" }),
    expand_dims: row("unsqueeze", { [x]: "input", axis: "dim" }),
    squeeze: row("squeeze", { [x]: "input", axis: "dim" }),
    reshape: row("reshape", { [x]: "input", newshape: "shape" }),
    broadcast_to: row("broadcast_to", { [x]: "input", shape: "shape" }),
    transpose: row("permute", { [x]: "input", axes: "dims" }),
    swapaxes: row("transpose", { [x]: "input", axis1: "dim0", axis2: "dim1" }),
    repeat: row("repeat_interleave", { [x]: "input", repeats: "repeats", axis: "dim" }),
    tile: row("tile", { [x]: "input", reps: "dims" }),
    flip: row("flip", { [x]: "input", axis: "dims" }),
    split: row("chunk", { [x]: "input", indices_or_sections: "sizes", axis: "dim" }),
    take: row("index_select", { [x]: "input", indices: "index", axis: "dim" }),
    where: row("where", { condition: "condition", x1: "input", x2: "other" }),
    clip: row("clamp", { [x]: "input", min: "min", max: "max" }),
    meshgrid: row("meshgrid", { indexing: "indexing" }, { rest: "tensors", defaults: { indexing: "xy" } }),
    einsum: row("einsum", { subscripts: "equation" }, { rest: "operands" }),
    outer: row("outer", { [x]: "input", [second]: "other" }),
    matmul: row("matmul", { [x]: "input", [second]: "other" }),
    sum: row("sum", reduction),
    mean: row("mean", reduction),
    prod: row("prod", reduction),
    max: row("amax", reduction),
    min: row("amin", reduction),
    cumsum: row("cumsum", { [x]: "input", axis: "dim" }),
    cumprod: row("cumprod", { [x]: "input", axis: "dim" }),
    tril: row("tril", { [x]: "input", k: "diagonal" }),
    triu: row("triu", { [x]: "input", k: "diagonal" }),
    shape: row("shape", { [x]: "input" }),
  };
}

/** Methods of arrays as numpy has them: `x.reshape(a, b)`, `x.transpose(0, 2, 1)`. */
export const numpyMethods: Readonly<Record<string, Row>> = {
  astype: row("cast", { self: "input", dtype: "dtype" }),
  reshape: row("reshape", { self: "input" }, { rest: "shape" }),
  transpose: row("permute", { self: "input" }, { rest: "dims" }),
};
