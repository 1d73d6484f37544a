import type { Expr } from "../../ir/program.ts";
import { nodeAt, nodesAt, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";

/** What types say of a parameter, in the words that annotations of Python have for it; other types say nothing. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^(?:D[tT]ype|DataType)$/, "dtype"],
  [/^(?:Array|array|NDArray|Tensor\w*)$/, "Tensor"],
  [/^TSBooleanKeyword$/, "bool"],
  [/^TSNumberKeyword$/, "number"],
];

/** The annotation of a parameter: that it is a tensor, a dtype, a flag or a number, whole or not. */
export function annotationOf(node: EstreeNode): Expr | null {
  const written = nodeAt(node, "typeAnnotation");
  const type = written && nodeAt(written, "typeAnnotation");
  if (!type) return null;
  const meant = namesIn(type).flatMap((name) => meanings.filter(([pattern]) => pattern.test(name)));
  const [first] = meant;
  return first ? { kind: "name", name: first[1], span: spanOf(type) } : null;
}

/** A type's name, or those of its alternatives. `Array<number>` is JavaScript's own. */
function namesIn(type: EstreeNode): readonly string[] {
  if (type.type === "TSUnionType") return nodesAt(type, "types").flatMap(namesIn);
  if (type.type !== "TSTypeReference") return [type.type];
  if (nodeAt(type, "typeArguments") ?? nodeAt(type, "typeParameters")) return [];
  const name = nodeAt(type, "typeName");
  const last = name?.type === "TSQualifiedName" ? nodeAt(name, "right") : name;
  return last?.type === "Identifier" ? [textAt(last, "name")] : [];
}
