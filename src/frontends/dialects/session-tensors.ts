/** Tensors that JavaScript hands to an inference session: `new Tensor(type, data, dims)`, or `new Tensor(typedArray, dims)`. */

/**
 * Packages that export them, as ONNX Runtime's API has them (onnxruntime-common 1.30, tensor.d.ts); transformers.js wraps it with
 * the same arguments.
 */
const packages: readonly string[] = [
  "onnxruntime-web",
  "onnxruntime-node",
  "onnxruntime-common",
  "onnxruntime-react-native",
  "@huggingface/transformers",
  "@xenova/transformers",
];

/** The package that declares the type of all their tensors, with the element type as the property `type`. */
export const tensorDeclarations = "onnxruntime-common";

/** Element types by the array that data come in, where no type is written. */
export const elementTypes: ReadonlyMap<string, string> = new Map([
  ["Float32Array", "float32"],
  ["Float64Array", "float64"],
  ["Float16Array", "float16"],
]);

/** Element types of the packages' functions that make or join tensors, by what they give (transformers.js 4.3.1, utils/tensor.js). */
export type MadeOf =
  /** Always this type. */
  | { readonly element: string }
  /** That of the first tensor, or of the first one in a list. */
  | { readonly like: "first" }
  /** By the number that fills it: a big integer is int64, any other float32. */
  | { readonly by: "fill"; readonly place: number };

export const tensorFunctions: Readonly<Record<string, MadeOf>> = {
  ones: { element: "int64" },
  ones_like: { element: "int64" },
  zeros: { element: "int64" },
  zeros_like: { element: "int64" },
  rand: { element: "float32" },
  randn: { element: "float32" },
  full: { by: "fill", place: 1 },
  full_like: { by: "fill", place: 1 },
  cat: { like: "first" },
  stack: { like: "first" },
  mean: { like: "first" },
  permute: { like: "first" },
  slice: { like: "first" },
};

/** Methods whose result has the element type of the tensor. */
export const keepingMethods: ReadonlySet<string> = new Set([
  ...["slice", "view", "reshape", "permute", "transpose", "clone", "repeat", "tile", "map", "map_"],
  ...[
    "squeeze",
    "squeeze_",
    "unsqueeze",
    "unsqueeze_",
    "flatten",
    "flatten_",
    "neg",
    "neg_",
    "round",
    "round_",
  ],
  ...[
    "add",
    "add_",
    "sub",
    "sub_",
    "mul",
    "mul_",
    "div",
    "div_",
    "remainder",
    "remainder_",
    "clamp",
    "clamp_",
  ],
  ...["sum", "mean", "min", "max"],
]);

/** The method that converts, by the type it is given. */
export const convertingMethod = "to";

export const floatingElements: ReadonlySet<string> = new Set(["float16", "float32", "float64"]);

/** `onnxruntime-web.Tensor`, `onnxruntime-web/webgpu.Tensor` */
export function isSessionTensor(path: string): boolean {
  return memberOfPackage(path) === "Tensor";
}

/** What one of the packages' functions makes, by its import path; null for all others. */
export function madeByFunction(path: string): MadeOf | null {
  const name = memberOfPackage(path);
  return name !== null && Object.hasOwn(tensorFunctions, name) ? (tensorFunctions[name] ?? null) : null;
}

function memberOfPackage(path: string): string | null {
  const dot = path.lastIndexOf(".");
  const module = path.slice(0, Math.max(0, dot));
  return packages.some((name) => module === name || module.startsWith(`${name}/`))
    ? path.slice(dot + 1)
    : null;
}
