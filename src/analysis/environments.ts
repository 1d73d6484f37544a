import type { DType } from "../tensors/dtype.ts";
import type { Phase } from "../ir/graph.ts";
import type { Library } from "../ir/library.ts";

/** The two low dtypes in which every environment is evaluated. */
export type LowDType = "bfloat16" | "float16";
export const lowDTypes: readonly LowDType[] = ["bfloat16", "float16"];

/** Library behaviour that an environment takes for granted (docs/environments.md). */
export interface Assumptions {
  /** `base ** tensor`: torch.pow in newer releases; 1.13 built a tensor of the base, which zero-init rounds. */
  readonly scalarPower: "torch.pow" | "torch.tensor";
  /** CPU or CUDA: how Python scalars meet 16-bit tensors and how 16-bit ranges are computed. */
  readonly device: "cpu" | "cuda";
}

/**
 * An environment as data: what it lowers, and when. docs/environments.md explains each mechanism;
 * the evaluator reads these fields and has no branch on a name.
 */
export interface Environment {
  readonly name: string;
  readonly summary: string;
  readonly met: string;
  /** Constructors whose floating results become low while modules are constructed. */
  readonly patchedConstructors: boolean;
  /** Default dtype is low in these phases. */
  readonly defaultDtype: readonly Phase[];
  /** Floating parameters and buffers are rounded after construction. */
  readonly castsModules: boolean;
  /** Forward runs under autocast. */
  readonly autocast: boolean;
  /** Floating arguments of forward, and dtypes taken from them, are low. */
  readonly lowInputs: boolean;
  /** Matmul-like products round their operands to tf32. */
  readonly tf32: boolean;
  /** Combinations and older behaviours are shown beside a finding and never decide. */
  readonly decides: boolean;
  readonly assumes: Assumptions;
}

const newest: Assumptions = { scalarPower: "torch.pow", device: "cpu" };
const nothing = {
  patchedConstructors: false,
  defaultDtype: [],
  castsModules: false,
  autocast: false,
  lowInputs: false,
  tf32: false,
  decides: true,
  assumes: newest,
} satisfies Partial<Environment>;

export const plain: Environment = {
  ...nothing,
  name: "plain",
  summary: "default dtype float32, floating inputs float32",
  met: "the reference",
};

const zeroInit: Environment = {
  ...nothing,
  name: "zero-init",
  summary: "floating results of tensor constructors become low while modules are constructed",
  met: "DeepSpeed ZeRO-3, zero.Init",
  patchedConstructors: true,
};

/** Libraries whose constructors may give another dtype than the one they name: there an explicit float32 is no safeguard. */
export const patchedLibraries: readonly Library[] = ["torch"];

/** What an environment may do, and the libraries in which it is done; low inputs are met everywhere. */
const mechanisms: readonly {
  readonly applies: (environment: Environment) => boolean;
  readonly libraries: readonly Library[];
}[] = [
  { applies: ({ patchedConstructors }) => patchedConstructors, libraries: patchedLibraries },
  { applies: ({ defaultDtype }) => defaultDtype.length > 0, libraries: ["torch", "paddle"] },
  { applies: ({ castsModules }) => castsModules, libraries: ["torch"] },
  { applies: ({ autocast }) => autocast, libraries: ["torch"] },
  { applies: ({ tf32 }) => tf32, libraries: ["torch"] },
];

/** Whether an environment is met with a library: all that it does has to exist there. */
export function existsIn(environment: Environment, library: Library): boolean {
  return mechanisms.every(({ applies, libraries }) => !applies(environment) || libraries.includes(library));
}

/** Constructors that zero.Init wraps (docs/environments.md; not linspace, *_like, new_*, from_numpy). */
export const patchedConstructors: ReadonlySet<string> = new Set([
  "tensor",
  "empty",
  "zeros",
  "ones",
  "full",
  "arange",
  "eye",
  "randn",
  "Tensor",
]);

export const environments: readonly Environment[] = [
  plain,
  zeroInit,
  {
    ...nothing,
    name: "default-dtype",
    summary: "the default dtype is low during construction",
    met: "from_pretrained(torch_dtype=bfloat16)",
    defaultDtype: ["construction"],
  },
  {
    ...nothing,
    name: "module-cast",
    summary: "floating parameters and buffers are rounded after construction",
    met: "model.to(bfloat16), .half()",
    castsModules: true,
  },
  {
    ...nothing,
    name: "autocast",
    summary: "in forward matmul-like products give low, pow/exp/log/sum lift to float32 (CUDA list)",
    met: "mixed-precision training",
    autocast: true,
  },
  {
    ...nothing,
    name: "low-input",
    summary: "floating arguments of forward are low, and so is every dtype taken from them",
    met: "callers of layers; every 16-bit model",
    lowInputs: true,
  },
  {
    ...nothing,
    name: "tf32",
    summary: "matmul-like products round operands to 10 mantissa bits",
    met: "Ampere and later GPUs",
    tf32: true,
  },
  {
    ...zeroInit,
    name: "deepspeed",
    summary: "zero-init, then module-cast and low-input",
    met: "a real DeepSpeed run",
    castsModules: true,
    lowInputs: true,
    decides: false,
  },
  {
    ...zeroInit,
    name: "zero-init-older-torch",
    summary: "zero-init where base ** tensor builds a tensor of the base (torch before 2.1)",
    met: "DeepSpeed ZeRO-3 on older torch",
    decides: false,
    assumes: { scalarPower: "torch.tensor", device: "cpu" },
  },
];

/** The first release of torch whose `base ** tensor` is torch.pow: 2.0.1 still builds a tensor (torch/_tensor.py of both wheels). */
const scalarPowerSince = [2, 1] as const;

/** Whether `base ** tensor` builds a tensor of the base in this release, which zero-init rounds. */
export function buildsScalarBase(torch: string): boolean {
  const [major = 0, minor = 0] = torch.split(".").map(Number);
  return major < scalarPowerSince[0] || (major === scalarPowerSince[0] && minor < scalarPowerSince[1]);
}

/** In an older torch its own record decides in the place of zero-init, and combinations assume what it does. */
const olderEnvironments: readonly Environment[] = environments.map((record) => {
  if (!record.patchedConstructors) return record;
  if (record.assumes.scalarPower === "torch.tensor") return { ...record, decides: true };
  const assumes: Assumptions = { ...record.assumes, scalarPower: "torch.tensor" };
  return record === zeroInit ? { ...record, decides: false } : { ...record, assumes };
});

/** The records as a release of torch has them; by default the newest. */
export function environmentsOf(torch?: string): readonly Environment[] {
  return torch !== undefined && buildsScalarBase(torch) ? olderEnvironments : environments;
}

/** Names evaluated where nothing is selected: all but tf32. */
export const defaultEnvironments: readonly string[] = environments
  .map((environment) => environment.name)
  .filter((name) => name !== "tf32");

export type AutocastClass = "low" | "float32" | "keep";

/** CUDA's autocast lists (PyTorch, "Autocast Op Reference") by operation of the op table; what is not listed keeps its operands. */
export const autocastClass: Readonly<Record<string, AutocastClass>> = {
  einsum: "low",
  matmul: "low",
  mm: "low",
  mv: "low",
  bmm: "low",
  pow: "float32",
  exp: "float32",
  expm1: "float32",
  log: "float32",
  log2: "float32",
  log10: "float32",
  log1p: "float32",
  reciprocal: "float32",
  rsqrt: "float32",
  sum: "float32",
  cumsum: "float32",
  cumprod: "float32",
  prod: "float32",
};

/** Operations whose fp32 operands a TF32 unit rounds. */
export const tf32Products: ReadonlySet<string> = new Set(["einsum", "matmul", "mm", "mv", "bmm"]);

/** One evaluation: an environment in one low dtype. Plain has no low dtype that matters. */
export interface Setting {
  readonly environment: Environment;
  readonly low: LowDType;
  /** Every floating dtype is float64: the truth that errors are measured against. */
  readonly exact: boolean;
}

export const plainSetting: Setting = { environment: plain, low: "bfloat16", exact: false };
export const exactSetting: Setting = { environment: plain, low: "bfloat16", exact: true };

/** The low dtypes that an environment is evaluated in. TF32 is one format: the record needs no other, and fp16 has its precision. */
export function lowDTypesOf({ tf32 }: Environment): readonly LowDType[] {
  return tf32 ? ["float16"] : lowDTypes;
}

/** What is low in a setting, for people. */
export function lowName({ environment, low }: Setting): string {
  return environment.tf32 ? "tf32" : shortName(low);
}

export function shortName(dtype: DType): string {
  return dtype === "bfloat16" ? "bf16" : dtype === "float16" ? "fp16" : dtype === "float32" ? "fp32" : dtype;
}
