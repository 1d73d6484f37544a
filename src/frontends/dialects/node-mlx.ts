import { bothLow, commonDtypes, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";
import { inCamelCase, methodsFrom, without } from "./script-like.ts";

/** Every function takes a stream last. */
const stream = { s: null };

/** What numpy has and this library does not. */
const absent = [
  ...["relu", "trueDivide", "mod", "pow", "arctan2", "atan2", "empty", "fullLike"],
  ...["asarray", "astype", "flip", "einsum", "shape"],
];

const functions = {
  ...without(inCamelCase(numpyFunctions("a", "b", "arrays"), stream), absent),
  arange: row(
    "arange",
    { start: "start", stop: "end", step: "step", dtype: "dtype", ...stream },
    { dtypeAfterStop: true },
  ),
  linspace: row("linspace", { start: "start", stop: "end", num: "steps", dtype: "dtype", ...stream }),
  zerosLike: row("zeros_like", { array: "input", ...stream }),
  onesLike: row("ones_like", { array: "input", ...stream }),
  eye: row("eye", { n: "n", m: "m" }),
  cumsum: row("cumsum", { array: "input" }),
  cumprod: row("cumprod", { array: "input" }),
  array: row("convert", { value: "input", dtype: "dtype" }),
  reshape: row("reshape", { array: "input" }, { rest: "shape" }),
  transpose: row("permute", { array: "input" }, { rest: "dims" }),
  meshgrid: row("meshgrid", {}, { rest: "tensors", defaults: { indexing: "xy" } }),
  where: row("where", { condition: "condition", x: "input", y: "other", ...stream }),
};

/** @frost-beta/mlx 0.0.7: `import { core as mx } from "@frost-beta/mlx"`. Measured on its CPU backend: every number is a float. */
export const nodeMlx: Dialect = {
  library: "node-mlx",
  namespaces: ["@frost-beta/mlx.core"],
  functions,
  methods: {
    ...methodsFrom(functions, [
      ...[
        "abs",
        "cos",
        "exp",
        "log",
        "log10",
        "log1p",
        "log2",
        "power",
        "reciprocal",
        "round",
        "rsqrt",
        "sin",
      ],
      ...["sqrt", "square", "squeeze", "swapaxes", "sum", "mean", "max", "min"],
    ]),
    ...numpyMethods,
    astype: row("cast", { self: "input", dtype: "dtype", ...stream }),
    flatten: row("flatten", { self: "input", start: "start_dim", end: "end_dim", ...stream }),
  },
  identities: new Set(["stopGradient", "compile"]),
  callers: new Set(["tidy"]),
  indexing: { method: "index", slice: "Slice" },
  outcomes: numpyOutcomes,
  defaultDtypes: new Set(),
  dtypes: commonDtypes,
  lowDtypes: bothLow,
  storedDtypes: new Set(),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["forward"],
  promotion: {
    ...numpyLikePromotion,
    name: "node-mlx",
    numbers: "floats",
    ranges: "float32",
    wholeAreFloats: true,
  },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "names",
    integer: "int32",
    rangeDtype: 3,
    dtypeAfterStop: true,
  },
};
