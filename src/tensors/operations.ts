import type { Operation } from "./operation.ts";
import { binaryOperations } from "./operations/binary.ts";
import { complexOperations } from "./operations/complex.ts";
import { creation } from "./operations/creation.ts";
import { indexOperations } from "./operations/index.ts";
import { joinOperations } from "./operations/join.ts";
import { productOperations } from "./operations/product.ts";
import { reduceOperations } from "./operations/reduce.ts";
import { runningOperations } from "./operations/running.ts";
import { shapeOperations } from "./operations/shape.ts";
import { unaryOperations } from "./operations/unary.ts";

const table = {
  ...creation,
  ...binaryOperations,
  ...unaryOperations,
  ...shapeOperations,
  ...indexOperations,
  ...joinOperations,
  ...reduceOperations,
  ...runningOperations,
  ...productOperations,
  ...complexOperations,
} as const satisfies Readonly<Record<string, Operation>>;

/** The canonical names that dialect tables map API names to. */
export type OperationName = keyof typeof table;

/** The op table: dtype, rank and value of every operation, stated once for both domains. */
export const operations: Readonly<Record<OperationName, Operation>> = table;

/** Whether a name is one of the table's. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(table, name);
}
