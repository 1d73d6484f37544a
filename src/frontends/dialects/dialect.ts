import { torchPromotion, type Promotion } from "../../tensors/dtype.ts";
import type { Library } from "../../ir/library.ts";
import type { Outcome } from "./outcomes.ts";

/**
 * A function of a library that means what a function of torch means: `jnp.concatenate(arrays, axis)` is
 * `torch.cat(tensors, dim)`. Parameters in the library's own order, each with torch's name for it, or null where it
 * says nothing about values and dtypes.
 */
export interface Row {
  readonly as: string;
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Torch's parameter that takes all remaining positional arguments. */
  readonly rest: string | null;
  /** A second positional argument that is a dtype is no second bound. */
  readonly dtypeAfterStop?: boolean;
  /** Parameters whose default is not torch's. */
  readonly defaults: Readonly<Record<string, string | number>>;
}

/** How rewrites write a cast and name a dtype. */
export interface Spelling {
  /** `x.astype(dtype)` or `tf.cast(x, dtype)`. */
  readonly cast: { readonly form: "method" | "function"; readonly name: string };
  /** Methods that cast to one dtype: `x.float()`. */
  readonly shorthand: Readonly<Record<string, string>>;
  /** `jnp.float32` or `"float32"`. */
  readonly dtypes: "names" | "strings";
  /** The integer dtype that ranges are rebuilt in. */
  readonly integer: "int32" | "int64";
  /** Which positional argument of a range is its dtype; null where it takes the keyword only. */
  readonly rangeDtype: number | null;
  /** Whether the dtype may also follow the stop alone: `arange(n, int32)`. */
  readonly dtypeAfterStop?: boolean;
}

/** Everything that is known of a library besides torch, as data. */
export interface Dialect {
  readonly library: Library;
  /** Modules whose members are the library's functions and dtypes, the usual one first. */
  readonly namespaces: readonly string[];
  readonly functions: Readonly<Record<string, Row>>;
  /** Methods of arrays that are no functions, or mean something else. */
  readonly methods: Readonly<Record<string, Row>>;
  /** Functions and methods that return their first argument as far as values go. */
  readonly identities: ReadonlySet<string>;
  /** Functions that call the function they are given, and return what it returns. */
  readonly callers?: ReadonlySet<string>;
  /** The method that takes what stands between brackets elsewhere, and the function that makes a slice for it. */
  readonly indexing?: { readonly method: string; readonly slice: string | null };
  /** Attributes that are the array itself. */
  readonly itself?: ReadonlySet<string>;
  /** Functions and methods whose result does not have the dtype of what they take. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Functions that return the dtype that floats have unless told otherwise. */
  readonly defaultDtypes: ReadonlySet<string>;
  readonly dtypes: ReadonlySet<string>;
  /** Enumerations of dtypes by their import paths: what a member is called, and the dtype that it is. */
  readonly enumerations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The 16-bit floating dtypes that the library has. */
  readonly lowDtypes: ReadonlySet<string>;
  /** Attributes that name the dtype of stored variables: float32 where only computation is low. */
  readonly storedDtypes: ReadonlySet<string>;
  /** Base classes whose annotated class attributes are arguments of the constructor. */
  readonly fieldBases: readonly string[];
  /** Methods that set a module up, and the one that is called on data. */
  readonly construction: readonly string[];
  readonly forward: readonly string[];
  readonly promotion: Promotion;
  readonly spelling: Spelling;
}

/** Dtypes by the names that every library uses. */
export const commonDtypes: ReadonlySet<string> = new Set([
  "float16",
  "bfloat16",
  "float32",
  "float64",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "bool",
  "complex64",
  "complex128",
]);

export const bothLow: ReadonlySet<string> = new Set(["bfloat16", "float16"]);

export function row(
  as: string,
  parameters: Readonly<Record<string, string | null>>,
  options: Partial<Pick<Row, "rest" | "defaults" | "dtypeAfterStop">> = {},
): Row {
  return { as, parameters, rest: null, defaults: {}, ...options };
}

/** Rows for functions that have torch's own names and take the same operands. */
export function alike(
  names: readonly string[],
  parameters: Readonly<Record<string, string | null>>,
): Record<string, Row> {
  return Object.fromEntries(names.map((name) => [name, row(name, parameters)]));
}

const elementwise = [
  "abs",
  "sign",
  "exp",
  "log",
  "log2",
  "log10",
  "log1p",
  "expm1",
  "sqrt",
  "rsqrt",
  "square",
  "reciprocal",
  "sin",
  "cos",
  "tan",
  "tanh",
  "sigmoid",
  "relu",
  "floor",
  "ceil",
  "round",
  "isnan",
  "isinf",
] as const;

const pairs: Readonly<Record<string, string>> = {
  add: "add",
  subtract: "sub",
  multiply: "mul",
  divide: "div",
  true_divide: "div",
  floor_divide: "floor_divide",
  remainder: "remainder",
  mod: "remainder",
  power: "pow",
  pow: "pow",
  maximum: "maximum",
  minimum: "minimum",
  arctan2: "atan2",
  atan2: "atan2",
  equal: "eq",
  not_equal: "ne",
  less: "lt",
  less_equal: "le",
  greater: "gt",
  greater_equal: "ge",
};

/** Functions of one and of two arrays, by the names that numpy gave them; `first` and `second` are their parameters. */
export function arithmetic(first: string, second: string): Record<string, Row> {
  return {
    ...alike(elementwise, { [first]: "input" }),
    negative: row("neg", { [first]: "input" }),
    ...Object.fromEntries(
      Object.entries(pairs).map(([name, as]) => [name, row(as, { [first]: "input", [second]: "other" })]),
    ),
  };
}

/** What libraries with numpy's promotion share: a Python number is weak, everything else counts. */
export const numpyLikePromotion: Promotion = {
  ...torchPromotion,
  name: "numpy-like",
  integers: "int32",
  zeroDimCounts: true,
  productsPromote: true,
  floatsOfIntegers: "float32",
};
