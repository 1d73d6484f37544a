import { bothLow, commonDtypes, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";

/** JAX with Flax: jax.numpy and what of jax.lax position code uses (documentation of JAX 0.4 to 0.10). */
export const jax: Dialect = {
  library: "jax",
  namespaces: ["jax.numpy", "jax.lax", "jax.nn", "jax"],
  functions: {
    ...numpyFunctions("a", "b", "arrays"),
    iota: row("iota", { dtype: "dtype", size: "end" }),
    convert_element_type: row("cast", { operand: "input", new_dtype: "dtype" }),
    outer: row("outer", { a: "input", b: "other", out: null }),
    cumsum: row("cumsum", { a: "input", axis: "dim", dtype: "dtype" }),
    concatenate: row("cat", { arrays: "tensors", axis: "dim" }),
    dot: row("matmul", { a: "input", b: "other" }),
    array: row("convert", { object: "input", dtype: "dtype" }),
    linspace: row("linspace", {
      start: "start",
      stop: "end",
      num: "steps",
      endpoint: "endpoint",
      retstep: null,
      dtype: "dtype",
    }),
    arange: row("arange", { start: "start", stop: "end", step: "step", dtype: "dtype", device: null }),
    where: row("where", { condition: "condition", x: "input", y: "other" }),
  },
  methods: {
    ...numpyMethods,
    squeeze: row("squeeze", { self: "input", axis: "dim" }),
    sum: row("sum", { self: "input", axis: "dim" }),
    repeat: row("repeat_interleave", { self: "input", repeats: "repeats", axis: "dim" }),
  },
  identities: new Set([
    "stop_gradient",
    "device_put",
    "with_sharding_constraint",
    "block_until_ready",
    "copy",
  ]),
  outcomes: { ...numpyOutcomes, nonzero: "integer", top_k: "values and indices" },
  defaultDtypes: new Set(),
  dtypes: commonDtypes,
  lowDtypes: bothLow,
  storedDtypes: new Set(["param_dtype"]),
  fieldBases: ["flax.linen.Module", "flax.linen.module.Module", "equinox.Module"],
  construction: ["__init__", "__post_init__", "setup"],
  forward: ["__call__"],
  promotion: { ...numpyLikePromotion, name: "jax", numpyCounts: true },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "names",
    integer: "int32",
    rangeDtype: 3,
  },
};
