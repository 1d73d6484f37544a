import { bothLow, commonDtypes, numpyLikePromotion, row, type Dialect } from "./dialect.ts";
import { numpyFunctions, numpyMethods } from "./numpy-like.ts";
import { numpyOutcomes } from "./outcomes.ts";

/** MLX (mlx.core), version 0.32. */
export const mlx: Dialect = {
  library: "mlx",
  namespaces: ["mlx.core"],
  functions: {
    ...numpyFunctions("a", "b", "arrays"),
    tile: row("tile", { a: "input", reps: "dims" }),
    repeat: row("repeat_interleave", { array: "input", repeats: "repeats", axis: "dim" }),
    array: row("convert", { val: "input", dtype: "dtype" }),
    where: row("where", { condition: "condition", x: "input", y: "other" }),
  },
  methods: {
    ...numpyMethods,
    squeeze: row("squeeze", { self: "input", axis: "dim" }),
  },
  identities: new Set(["stop_gradient", "contiguous"]),
  outcomes: numpyOutcomes,
  defaultDtypes: new Set(),
  dtypes: commonDtypes,
  lowDtypes: bothLow,
  storedDtypes: new Set([]),
  fieldBases: [],
  construction: ["__init__"],
  forward: ["__call__"],
  promotion: { ...numpyLikePromotion, name: "mlx" },
  spelling: {
    cast: { form: "method", name: "astype" },
    shorthand: {},
    dtypes: "names",
    integer: "int32",
    rangeDtype: 3,
  },
};
