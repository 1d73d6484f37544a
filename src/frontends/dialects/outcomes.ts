/**
 * What comes back from functions whose result does not have the dtype of what they take.
 * integer: indices and counts; bool: answers; "values and indices": a pair, the values as they were taken;
 * "values and indices of a dim": a pair where a dimension is named, else values; unique: values, and then indices and counts
 * where they are asked for; "promoted dtype": the dtype that its arguments promote to.
 */
export type Outcome =
  "integer" | "bool" | "values and indices" | "values and indices of a dim" | "unique" | "promoted dtype";

function outcomes(names: readonly string[], outcome: Outcome): Record<string, Outcome> {
  return Object.fromEntries(names.map((name) => [name, outcome]));
}

/** What numpy has, and libraries with its names. */
export const numpyOutcomes: Readonly<Record<string, Outcome>> = {
  ...outcomes(
    [
      "argmax",
      "argmin",
      "argsort",
      "argpartition",
      "argwhere",
      "bincount",
      "count_nonzero",
      "digitize",
      "flatnonzero",
      "nanargmax",
      "nanargmin",
      "searchsorted",
      "unravel_index",
    ],
    "integer",
  ),
  ...outcomes(["all", "any", "isclose", "isfinite", "isin", "isneginf", "isposinf", "signbit"], "bool"),
  ...outcomes(["logical_and", "logical_not", "logical_or", "logical_xor"], "bool"),
  ...outcomes(["promote_types", "result_type", "find_common_type"], "promoted dtype"),
};

export const tensorflowOutcomes: Readonly<Record<string, Outcome>> = {
  ...outcomes(["argmax", "argmin", "argsort", "bincount", "count_nonzero", "searchsorted"], "integer"),
  ...outcomes(["is_finite", "is_inf", "is_nan", "is_non_decreasing", "is_strictly_increasing"], "bool"),
  ...outcomes(
    ["logical_and", "logical_not", "logical_or", "logical_xor", "reduce_all", "reduce_any"],
    "bool",
  ),
  ...outcomes(["top_k", "approx_max_k"], "values and indices"),
};

export const paddleOutcomes: Readonly<Record<string, Outcome>> = {
  ...outcomes(
    [
      "argmax",
      "argmin",
      "argsort",
      "bincount",
      "bucketize",
      "count_nonzero",
      "multinomial",
      "nonzero",
      "randint",
      "randperm",
      "searchsorted",
    ],
    "integer",
  ),
  ...outcomes(
    [
      "all",
      "any",
      "equal_all",
      "isclose",
      "isfinite",
      "logical_and",
      "logical_not",
      "logical_or",
      "logical_xor",
    ],
    "bool",
  ),
  ...outcomes(["topk", "kthvalue", "mode"], "values and indices"),
};

/** PyTorch's functions, and methods of the same name (documentation of 1.13 to 2.4). */
export const torchOutcomes: Readonly<Record<string, Outcome>> = {
  ...outcomes(
    [
      "argmax",
      "argmin",
      "argsort",
      "argwhere",
      "bincount",
      "bucketize",
      "count_nonzero",
      "multinomial",
      "nonzero",
      "randint",
      "randperm",
      "searchsorted",
      "tril_indices",
      "triu_indices",
    ],
    "integer",
  ),
  ...outcomes(
    ["all", "any", "is_nonzero", "isclose", "isfinite", "isin", "isneginf", "isposinf", "isreal", "signbit"],
    "bool",
  ),
  ...outcomes(["logical_and", "logical_or", "logical_xor"], "bool"),
  ...outcomes(["cummax", "cummin", "kthvalue", "mode", "sort", "topk"], "values and indices"),
  ...outcomes(["max", "median", "min", "nanmedian"], "values and indices of a dim"),
  ...outcomes(["unique", "unique_consecutive"], "unique"),
  ...outcomes(["promote_types", "result_type"], "promoted dtype"),
};
