import { attributeOf, operandAt } from "../../ir/build.ts";
import type { Expr } from "../../ir/program.ts";
import { castExpression, castToNamed } from "../../frontends/python/casts.ts";
import { isFloating } from "../../tensors/dtype.ts";
import { plainSetting } from "../environments.ts";
import { isTensorOf } from "../evaluate/results.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { FileAnalysis } from "../file.ts";
import { castsAfter, type Factor, type Rotation } from "../matching/rotations.ts";

/**
 * `(x.float() * cos + turned(x).float() * sin).to(x.dtype)`: products and sum in float32, whatever the tables are, and one
 * cast; null where one of the rotations can't be written so.
 */
export function rotateInSingle(
  rotations: readonly Rotation[],
  unit: AnalysedUnit,
  file: FileAnalysis,
): ReadonlyMap<Expr, Expr> | null {
  const substitutions = new Map<Expr, Expr>();
  if (!rotations.every((rotation) => isOfFloats(rotation, unit))) return null;
  for (const rotation of rotations) {
    const sum = file.expressionOf(rotation.node)?.expression;
    const library = unit.libraryOf(rotation.node);
    const values = rotation.factors.map((factor) => valueIn(factor, file));
    const dtype = dtypeOf(values);
    if (!sum || !dtype) return null;
    for (const value of values) {
      const single = value && castToNamed(file, library, value, "float32");
      if (!single) return null;
      substitutions.set(value, single);
    }
    if (castsAfter(unit, rotation.node).length > 0) continue;
    const cast = castExpression(file, library, sum, dtype);
    if (!cast) return null;
    substitutions.set(sum, cast);
  }
  return substitutions;
}

/** Where nothing is known of the tables, neither is the dtype that the sum has to be cast to. */
function isOfFloats({ factors }: Rotation, unit: AnalysedUnit): boolean {
  const plain = unit.dtypes(plainSetting);
  return factors.every(({ value, table }) =>
    [value, table].every((node) => isTensorOf(plain.value(node), isFloating)),
  );
}

/** The value of a product as the text has it. */
function valueIn({ product, value }: Factor, file: FileAnalysis): Expr | null {
  const expression = file.expressionOf(product)?.expression;
  return expression ? operandAt(expression, product.inputs.indexOf(value), 2) : null;
}

/** The dtype of the first value that a name is enough for: it is written once more. */
function dtypeOf(values: readonly (Expr | null)[]): Expr | null {
  const named = values.find((value) => value !== null && isNamed(value));
  return named ? attributeOf({ ...named, span: null }, "dtype") : null;
}

function isNamed(expression: Expr): boolean {
  if (expression.kind === "attribute") return isNamed(expression.object);
  return expression.kind === "name";
}
