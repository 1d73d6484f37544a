import type { Execution } from "./execution.ts";
import { isGraphNode, type Value } from "./values.ts";

/** Python's types as dtypes, and numpy's letters for them. */
const types: Readonly<Record<string, string>> = {
  "builtins.float": "float32",
  "builtins.int": "int32",
  "builtins.bool": "bool",
};
const codes: Readonly<Record<string, string>> = {
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i4: "int32",
  i8: "int64",
  bf16: "bfloat16",
};

/** numpy's dtypes, their letters and Python's types stand for dtypes too; what is no dtype is not taken for one. */
export function dtypeValue(x: Execution, value: Value): Value {
  if (isGraphNode(value)) {
    const code = value.what.kind === "constant" ? String(value.what.value) : "";
    return Object.hasOwn(codes, code) ? x.node({ kind: "dtype", dtype: codes[code] ?? "" }) : value;
  }
  if (value.kind !== "library") return value;
  const dtype = types[value.path] ?? /^(?:numpy|np)\.(float\d\d|u?int\d+|bool)_?$/.exec(value.path)?.[1];
  return dtype === undefined ? x.unknown(value.path) : x.node({ kind: "dtype", dtype });
}
