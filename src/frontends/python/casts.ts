import { callOf, methodCall } from "../../ir/build.ts";
import type { Library } from "../../ir/library.ts";
import type { Expr, Program } from "../../ir/program.ts";
import { namespacesOf, spellingOf } from "../dialects/dialects.ts";
import { apiReference } from "./references.ts";

/** A file, as far as spelling depends on it. */
interface Written {
  readonly program: Program;
  readonly text: string;
}

/** The file's own way to write a member of a library; null where its imports give no name for it. */
function memberReference({ program, text }: Written, library: Library, name: string): Expr | null {
  for (const namespace of namespacesOf(library)) {
    const reference = apiReference(program, `${namespace}.${name}`, text);
    if (reference) return reference;
  }
  return null;
}

/** A dtype as the library's code names it: `torch.int64`, `jnp.int32`, `"int32"`. */
export function dtypeExpression(file: Written, library: Library, dtype: string): Expr | null {
  return spellingOf(library).dtypes === "strings"
    ? { kind: "string", value: dtype, span: null }
    : memberReference(file, library, dtype);
}

/** A value cast to a dtype given as an expression: `x.to(dtype)`, `x.astype(dtype)`, `tf.cast(x, dtype)`. */
export function castExpression(file: Written, library: Library, value: Expr, dtype: Expr): Expr | null {
  const { form, name } = spellingOf(library).cast;
  if (form === "method") return methodCall(value, name, [dtype]);
  const callee = memberReference(file, library, name);
  return callee && callOf(callee, [value, dtype]);
}

/** A value cast to a dtype given by its name, in the shortest form that the library has: `x.float()`. */
export function castToNamed(file: Written, library: Library, value: Expr, dtype: string): Expr | null {
  const method = spellingOf(library).shorthand[dtype];
  if (method !== undefined) return methodCall(value, method);
  const written = dtypeExpression(file, library, dtype);
  return written && castExpression(file, library, value, written);
}
