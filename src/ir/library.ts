/** Array libraries that a value may come from: how dtypes meet and which environments exist depend on it. */
export type Library =
  | "torch"
  | "jax"
  | "tensorflow"
  | "keras"
  | "mlx"
  | "paddle"
  // JavaScript
  | "jax-js"
  | "node-mlx"
  | "numpy-ts"
  | "kandle";
