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

export const floatingElements: ReadonlySet<string> = new Set(["float16", "float32", "float64"]);

/** `onnxruntime-web.Tensor`, `onnxruntime-web/webgpu.Tensor` */
export function isSessionTensor(path: string): boolean {
  const module = path.endsWith(".Tensor") ? path.slice(0, -".Tensor".length) : null;
  return module !== null && packages.some((name) => module === name || module.startsWith(`${name}/`));
}
