import { bothLow, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";

/**
 * Keras 3 (keras.ops). Its functions promote like JAX's on every backend; operators promote as the backend does
 * and are taken for JAX's here. `floatx()` is float32: Keras code is not run with another one.
 */
export const keras: Dialect = {
  library: "keras",
  namespaces: [
    "keras.ops",
    "keras.src.ops",
    "keras.backend",
    "keras.src.backend",
    "keras.ops.numpy",
    "keras_core.ops",
    "keras.config",
  ],
  functions: {
    ...numpyFunctions("x1", "x2", "xs"),
    cast: row("cast", { x: "input", dtype: "dtype" }),
    convert_to_tensor: row("convert", { x: "input", dtype: "dtype" }),
    concatenate: row("cat", { xs: "tensors", axis: "dim" }, { defaults: { dim: -1 } }),
    stack: row("stack", { x: "tensors", axis: "dim" }),
    arctan2: row("atan2", { x1: "input", x2: "other" }),
  },
  methods: numpyMethods,
  identities: new Set(["stop_gradient", "standardize_dtype"]),
  outcomes: { ...numpyOutcomes, top_k: "values and indices" },
  defaultDtypes: new Set(["floatx"]),
  dtypes: new Set(),
  lowDtypes: bothLow,
  storedDtypes: new Set(["variable_dtype"]),
  fieldBases: [],
  construction: ["__init__", "build"],
  forward: ["call", "__call__"],
  promotion: { ...numpyLikePromotion, name: "keras", numpyCounts: true },
  spelling: {
    cast: { form: "function", name: "cast" },
    shorthand: {},
    dtypes: "strings",
    integer: "int32",
    rangeDtype: 3,
  },
};
