import { commonDtypes, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";
import { inCamelCase, methodsFrom, without } from "./script-like.ts";

const functions = {
  ...without(inCamelCase(numpyFunctions("a", "b", "arrays")), ["rsqrt", "mod", "empty", "asarray"]),
  linspace: row("linspace", {
    start: "start",
    stop: "end",
    num: "steps",
    endpoint: "endpoint",
    dtype: "dtype",
    device: null,
  }),
  meshgrid: row("meshgrid", { arrays: "tensors", indexing: "indexing" }, { defaults: { indexing: "xy" } }),
  eye: row("eye", { rows: "n", columns: "m", dtype: "dtype", device: null }),
  dot: row("matmul", { a: "input", b: "other" }),
  where: row("where", { condition: "condition", x: "input", y: "other" }),
};

const dtypeNames = {
  Float16: "float16",
  Float32: "float32",
  Float64: "float64",
  Int32: "int32",
  Bool: "bool",
};

/**
 * @jax-js/jax 0.1.25: `import { numpy as np } from "@jax-js/jax"`. Promotion measured on its cpu backend, with float16 on Node
 * 24.9 (it needs Float16Array): a number has no say in the dtype, so that fractions are cut off
 * where they meet integers, and so are the bounds of a range that names no dtype.
 */
export const jaxJs: Dialect = {
  library: "jax-js",
  namespaces: ["@jax-js/jax.numpy", "@jax-js/jax.lax", "@jax-js/jax.nn", "@jax-js/jax"],
  functions,
  methods: {
    ...numpyMethods,
    ...methodsFrom(functions, ["sum", "prod", "mean", "min", "max", "equal", "notEqual", "greater", "less"]),
    add: row("add", { self: "input", other: "other" }),
    sub: row("sub", { self: "input", other: "other" }),
    mul: row("mul", { self: "input", other: "other" }),
    div: row("div", { self: "input", other: "other" }),
    mod: row("remainder", { self: "input", other: "other" }),
    neg: row("neg", { self: "input" }),
    flatten: row("flatten", { self: "input" }),
    ravel: row("flatten", { self: "input" }),
  },
  identities: new Set(["stopGradient", "devicePut", "jit", "blockUntilReady"]),
  indexing: { method: "slice", slice: null },
  // `x.ref` says that x is used again, and is x.
  itself: new Set(["ref"]),
  outcomes: numpyOutcomes,
  defaultDtypes: new Set(),
  dtypes: commonDtypes,
  enumerations: { "@jax-js/jax.DType": dtypeNames, "@jax-js/jax.numpy.DType": dtypeNames },
  lowDtypes: new Set(["float16"]),
  storedDtypes: new Set(),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["forward", "call", "apply"],
  promotion: {
    ...numpyLikePromotion,
    name: "jax-js",
    numbers: "weak",
    wholeAreFloats: true,
    refusesIntegers: true,
    integerQuotient: "int32",
    ranges: "int32",
  },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "names",
    integer: "int32",
    rangeDtype: null,
  },
};
