import type { Spelling } from "./dialect.ts";

// What else is to be known of PyTorch's names: those of no operation, of dtypes, of layers.

/** Functions without an operation here whose floating results have the dtype of their floating operands, or the default one. */
export const keepingDtype: ReadonlySet<string> = new Set([
  "baddbmm",
  "block_diag",
  "broadcast_tensors",
  "cat",
  "chunk",
  "concat",
  "cross",
  "cummax",
  "cummin",
  "diag",
  "diff",
  "einsum",
  "expand_as",
  "gelu",
  "hstack",
  "index_add",
  "index_copy",
  "index_fill",
  "kthvalue",
  "lerp",
  "log_softmax",
  "logsumexp",
  "masked_scatter",
  "masked_select",
  "max",
  "median",
  "meshgrid",
  "min",
  "movedim",
  "norm",
  "normal",
  "rand",
  "rand_like",
  "randn",
  "randn_like",
  "reshape_as",
  "scatter",
  "scatter_add",
  "softmax",
  "sort",
  "split",
  "squeeze",
  "stack",
  "std",
  "take_along_dim",
  "topk",
  "unbind",
  "unfold",
  "uniform",
  "var",
  "view_as",
  "vstack",
]);

/** Methods that return their object as far as values go. */
export const identityMethods: ReadonlySet<string> = new Set([
  "contiguous",
  "detach",
  "detach_",
  "clone",
  "requires_grad_",
  "pin_memory",
  "share_memory_",
  "positive",
]);

/** `.float()` and its kin. */
export const castMethods: Readonly<Record<string, string>> = {
  float: "float32",
  double: "float64",
  half: "float16",
  bfloat16: "bfloat16",
  int: "int32",
  long: "int64",
  short: "int16",
  bool: "bool",
  byte: "uint8",
  char: "int8",
};

/** torch.NAME -> dtype. */
export const dtypeNames: Readonly<Record<string, string>> = {
  float: "float32",
  float32: "float32",
  double: "float64",
  float64: "float64",
  half: "float16",
  float16: "float16",
  bfloat16: "bfloat16",
  int: "int32",
  int32: "int32",
  long: "int64",
  int64: "int64",
  short: "int16",
  int16: "int16",
  int8: "int8",
  uint8: "uint8",
  bool: "bool",
  complex64: "complex64",
  cfloat: "complex64",
  complex128: "complex128",
};

/** torch.XTensor(...) and `.type("torch.FloatTensor")`. */
export const tensorTypes: Readonly<Record<string, string>> = {
  FloatTensor: "float32",
  DoubleTensor: "float64",
  HalfTensor: "float16",
  BFloat16Tensor: "bfloat16",
  LongTensor: "int64",
  IntTensor: "int32",
  BoolTensor: "bool",
};

/** Layers that pass their argument on unchanged when values are judged: dropout is the identity. */
export const identityLayers: ReadonlySet<string> = new Set([
  "Dropout",
  "Dropout1d",
  "Dropout2d",
  "Identity",
  "AlphaDropout",
]);

/** Layers and functions that autocast computes in the low dtype. */
export const linearLayers: ReadonlySet<string> = new Set([
  "Linear",
  "Conv1d",
  "Conv2d",
  "Conv3d",
  "Bilinear",
  "ConvTranspose1d",
  "ConvTranspose2d",
  "linear",
  "conv1d",
  "conv2d",
  "conv3d",
  "addmm",
  "baddbmm",
  "addmv",
  "addbmm",
  "addr",
  "chain_matmul",
]);

/** Functions that give back the function they are given, as far as values go. */
export const transparent: ReadonlySet<string> = new Set([
  "torch.compile",
  "torch.jit.export",
  "torch.jit.ignore",
  "torch.jit.script",
  "torch.jit.script_if_tracing",
  "torch.jit.unused",
]);

/** Helpers that libraries wrap around torch functions of the same meaning, by the end of their import path. */
export const wrappers: Readonly<Record<string, string>> = {
  "pytorch_utils.meshgrid": "torch.meshgrid",
  // transformers: int(), and a cast while a model is traced.
  "utils.torch_int": "builtins.int",
};

/** Functions that write into their first argument as a method of tensors does, by the end of their import path. */
export const inplaceFunctions: Readonly<Record<string, string>> = {
  "initialization.copy_": "copy_",
};

export const torchSpelling: Spelling = {
  cast: { form: "method", name: "to" },
  shorthand: { float32: "float", float64: "double" },
  dtypes: "names",
  integer: "int64",
  rangeDtype: null,
};
