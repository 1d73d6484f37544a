import type { Library } from "../../ir/library.ts";
import type { Dialect, Spelling } from "./dialect.ts";
import { jaxJs } from "./jax-js.ts";
import { jax } from "./jax.ts";
import { kandle } from "./kandle.ts";
import { keras } from "./keras.ts";
import { mlx } from "./mlx.ts";
import { nodeMlx } from "./node-mlx.ts";
import { numpyTs } from "./numpy-ts.ts";
import { paddle } from "./paddle.ts";
import { tensorflow } from "./tensorflow.ts";
import { keepingDtype, torchSpelling } from "./torch.ts";
import { torchApi } from "./torch-operations.ts";

/** Every dialect but torch's own. */
const dialects: readonly Dialect[] = [jax, tensorflow, keras, mlx, paddle, jaxJs, nodeMlx, numpyTs, kandle];

const byNamespace = new Map(
  dialects.flatMap((dialect) => dialect.namespaces.map((namespace) => [namespace, dialect] as const)),
);
const enumerated = new Map<string, string>(
  dialects.flatMap(({ enumerations = {} }) =>
    Object.entries(enumerations).flatMap(([path, members]) =>
      Object.entries(members).map(([name, dtype]) => [`${path}.${name}`, dtype] as const),
    ),
  ),
);
const byLibrary = new Map(dialects.map((dialect) => [dialect.library, dialect]));

/** The library that a package belongs to. */
const packages: Readonly<Record<string, Library>> = {
  torch: "torch",
  jax: "jax",
  flax: "jax",
  tensorflow: "tensorflow",
  keras: "keras",
  keras_core: "keras",
  keras_hub: "keras",
  keras_nlp: "keras",
  mlx: "mlx",
  paddle: "paddle",
  "@jax-js/jax": "jax-js",
  "@frost-beta/mlx": "node-mlx",
  "numpy-ts": "numpy-ts",
  "@kandle/core": "kandle",
};

/** Libraries of JavaScript. */
export const scriptLibraries: readonly Library[] = ["jax-js", "node-mlx", "numpy-ts", "kandle"];
const scriptPackages = Object.keys(packages).filter((name) =>
  scriptLibraries.some((library) => packages[name] === library),
);
const scriptImport = new RegExp(`["'\`](?:${scriptPackages.join("|")})["'\`/]`);

/** Whether a text names a package of JavaScript whose values are followed: without one it has nothing to evaluate. */
export function namesScriptPackage(text: string): boolean {
  return scriptImport.test(text);
}

/** Helpers that libraries wrap around a function of the same meaning, by the end of their import path. */
const wrappers: Readonly<Record<string, string>> = {
  "tf_utils.shape_list": "tensorflow.shape",
};

export function dialectOf(library: Library): Dialect | null {
  return byLibrary.get(library) ?? null;
}

/** Whether a function or method is in the tables: what it does to dtypes is known, if not always with these arguments. */
export function isKnownFunction(library: Library, path: string): boolean {
  const name = path.slice(path.lastIndexOf(".") + 1).replace(/_$/, "");
  const dialect = dialectOf(library);
  if (dialect) return Object.hasOwn(dialect.functions, name) || Object.hasOwn(dialect.methods, name);
  return path.startsWith("torch.nn.functional.") || torchApi(name) !== null || keepingDtype.has(name);
}

/** How a library's casts and dtypes are written. */
export function spellingOf(library: Library): Spelling {
  return dialectOf(library)?.spelling ?? torchSpelling;
}

/** Modules whose members a library's functions and dtypes are, the usual one first. */
export function namespacesOf(library: Library): readonly string[] {
  return dialectOf(library)?.namespaces ?? ["torch"];
}

/** The dtype that a member of a library's enumeration stands for, or null. */
export function enumeratedDtype(path: string): string | null {
  return enumerated.get(path) ?? null;
}

/** The library that an import path belongs to, or null. */
export function libraryOf(path: string): Library | null {
  const [first = ""] = path.split(".", 1);
  const entry = first.startsWith("@") ? first : first.replace(/\/.*/, "");
  return Object.hasOwn(packages, entry) ? (packages[entry] ?? null) : null;
}

/** The dialect and the name in it that a dotted path stands for, or null. */
export function memberOf(path: string): { readonly dialect: Dialect; readonly name: string } | null {
  const normal = Object.entries(wrappers).find(([suffix]) => path.endsWith(`.${suffix}`))?.[1] ?? path;
  const dot = normal.lastIndexOf(".");
  const dialect = byNamespace.get(normal.slice(0, Math.max(0, dot)));
  return dialect ? { dialect, name: normal.slice(dot + 1) } : null;
}
