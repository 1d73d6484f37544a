import type { BinaryOperator, CompareOperator, UnaryOperator } from "../../ir/program.ts";
import type { NodeId, TreeReader } from "./lift-reader.ts";

export const BINARY_OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map(
  (["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"] as const).map((o) => [o, o]),
);
export const UNARY_OPERATORS: ReadonlyMap<string, UnaryOperator> = new Map(
  (["-", "+", "~", "not"] as const).map((o) => [o, o]),
);
export const COMPARE_OPERATORS: ReadonlyMap<string, CompareOperator> = new Map<string, CompareOperator>([
  ...(["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"] as const).map(
    (o): [string, CompareOperator] => [o, o],
  ),
  ["<>", "!="],
]);

/** The operator token of a node, from a table; `+=` counts as `+`. */
export function operatorOf<T>(reader: TreeReader, node: NodeId, table: ReadonlyMap<string, T>): T | null {
  for (const child of reader.all(node)) {
    const operator = table.get(reader.type(child));
    if (operator !== undefined) return operator;
  }
  return null;
}

export const AUGMENTED_OPERATORS: ReadonlyMap<string, BinaryOperator> = new Map(
  [...BINARY_OPERATORS].map(([token, operator]) => [`${token}=`, operator]),
);
