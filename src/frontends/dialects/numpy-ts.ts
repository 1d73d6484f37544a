import { numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";
import { methodsFrom, without } from "./script-like.ts";

const functions = {
  ...without(numpyFunctions("a", "b", "arrays"), ["rsqrt", "sigmoid", "relu", "astype"]),
  concat: row("cat", { arrays: "tensors", axis: "dim" }),
  linspace: row("linspace", { start: "start", stop: "end", num: "steps", dtype: "dtype" }),
  meshgrid: row("meshgrid", {}, { rest: "tensors", defaults: { indexing: "xy" } }),
};

/**
 * numpy-ts 1.7.0: `import * as np from "numpy-ts"`, dtypes by their names as strings. Measured: everything is float64 unless a
 * dtype is written, a number has no say in the dtype, int32 and float16 meet in float64. sin(int8) is float16 and
 * sin(int16) float32 there; positions are neither, and the table says float64 for all.
 */
export const numpyTs: Dialect = {
  library: "numpy-ts",
  namespaces: ["numpy-ts", "numpy-ts/core", "numpy-ts/node"],
  functions,
  methods: {
    ...methodsFrom(functions, [
      ...[
        "add",
        "subtract",
        "multiply",
        "divide",
        "mod",
        "floor_divide",
        "power",
        "remainder",
        "negative",
        "square",
      ],
      ...["sqrt", "exp", "log", "log2", "log10", "reciprocal", "sin", "cos", "tan", "floor", "ceil", "outer"],
      ...[
        "matmul",
        "sum",
        "mean",
        "prod",
        "max",
        "min",
        "cumsum",
        "take",
        "repeat",
        "squeeze",
        "expand_dims",
      ],
      ...["swapaxes", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal"],
    ]),
    ...numpyMethods,
  },
  identities: new Set(),
  outcomes: numpyOutcomes,
  defaultDtypes: new Set(),
  dtypes: new Set(),
  lowDtypes: new Set(["float16"]),
  storedDtypes: new Set(),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["forward"],
  promotion: {
    ...numpyLikePromotion,
    name: "numpy-ts",
    numbers: "weak",
    wholeAreFloats: true,
    integersMeetFloats: "by width",
    floatsOfIntegers: "float64",
    ranges: "float64",
    floats: "float64",
  },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "strings",
    integer: "int32",
    rangeDtype: 3,
  },
};
