import type { Node } from "../src/ir/graph.ts";
import { methodCall, operandAt } from "../src/ir/build.ts";
import { isFloating, isLow } from "../src/tensors/dtype.ts";
import { plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit, FileAnalysis } from "../src/analysis/file.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";

/** Arithmetic that makes floats of an integer range, in the default dtype: int64 / int, int64 * 0.5, exp(int64). */
export const defaultDtypeFrequency: Rule = {
  id: "default-dtype-frequency",
  summary: "frequency arithmetic on an integer range follows the default dtype",
  strict: false,
  literals: ["arange"],
  match: (unit, settings) => unit.unit.graph.nodes.flatMap((node) => matchArithmetic(unit, node, settings)),
  rewrites,
  message: () => "integers become floats of the default dtype here",
};

function matchArithmetic(unit: AnalysedUnit, node: Node, settings: readonly Setting[]): readonly Root[] {
  const { kind } = node.what;
  if ((kind !== "binary" && kind !== "operation") || !node.span || unit.roleOf(node) === "none") return [];
  const plain = unit.dtypes(plainSetting);
  if (!isTensorOf(plain.value(node), isFloating) || integerSide(unit, node) === null) return [];
  const lowered = settings.filter((setting) => isTensorOf(unit.dtypes(setting).value(node), isLow));
  if (lowered.length === 0) return [];
  const integrality = { degree: "proved", evidence: [] } as const;
  return [{ node, settings: lowered, subject: "frequencies", integrality, writtenLow: null, raises: null }];
}

/** The one tensor operand, where it is an integer tensor and no cast or constructor names a floating dtype. */
function integerSide(unit: AnalysedUnit, node: Node): number | null {
  const { what, inputs, attributes } = node;
  if (
    attributes.dtype !== undefined ||
    (what.kind === "operation" && (what.operation === "cast" || what.operation === "range"))
  )
    return null;
  const plain = unit.dtypes(plainSetting);
  const tensors = inputs.flatMap((input, i) => (plain.value(input).kind === "tensor" ? [i] : []));
  const [only] = tensors;
  const side = only === undefined ? undefined : inputs[only];
  if (only === undefined || side === undefined || tensors.length !== 1) return null;
  return isTensorOf(plain.value(side), (dtype) => !isFloating(dtype) && dtype !== "bool") ? only : null;
}

/** `.float()` on the integers, before the arithmetic. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const side = integerSide(unit, root.node);
  const expression = file.expressionOf(root.node)?.expression;
  const operand = side === null || !expression ? null : operandAt(expression, side, root.node.inputs.length);
  if (!operand) return [];
  return [
    {
      form: "cast the integers to float32 first",
      substitutions: new Map([[operand, methodCall(operand, "float")]]),
      boundary: null,
    },
  ];
}
