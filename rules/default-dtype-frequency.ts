import type { Node } from "../src/ir/graph.ts";
import { callOf, methodCall, operandAt, withKeyword } from "../src/ir/build.ts";
import { isFloating } from "../src/tensors/dtype.ts";
import { apiReference } from "../src/frontends/python/references.ts";
import { isAudioTable } from "../src/analysis/values/audio.ts";
import { plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { isSingleInPlain, loweringSettings } from "../src/analysis/matching/lowering.ts";
import { makesFrequencies } from "../src/analysis/matching/products.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";

/**
 * Floats of the default dtype that frequencies are made of: arithmetic on an integer range (int64 / int, int64 * 0.5,
 * exp(int64)), or a constructor that names no dtype (linspace, tensor of floats, a fractional range).
 */
export const defaultDtypeFrequency: Rule = {
  id: "default-dtype-frequency",
  summary: "frequencies are computed in the default dtype",
  strict: false,
  literals: ["arange", "linspace(", ".tensor(["],
  match: (unit, settings, file) =>
    unit.unit.graph.nodes.flatMap((node) => matchNode(unit, node, settings, file)),
  rewrites,
  message: ({ node }) =>
    isConstructor(node)
      ? "frequencies are made of floats of the default dtype here"
      : "integers become floats of the default dtype here",
};

function matchNode(
  unit: AnalysedUnit,
  node: Node,
  settings: readonly Setting[],
  file: FileAnalysis,
): readonly Root[] {
  if (!node.span || !(isConstructor(node) || isArithmetic(unit, node))) return [];
  if (!isSingleInPlain(unit, node) || (isConstructor(node) && !makesFrequencies(unit, node))) return [];
  const lowered = loweringSettings(unit, node, settings);
  // What a constructor gives in a patched torch alone is no matter of the default dtype.
  if (!lowered.some(({ environment }) => environment.defaultDtype.length > 0)) return [];
  if (isAudioTable(unit, node, file)) return [];
  const integrality = { degree: "proved", evidence: [] } as const;
  return [{ node, settings: lowered, subject: "frequencies", integrality, writtenLow: null, raises: null }];
}

const constructors: ReadonlySet<string> = new Set(["linspace", "tensor", "range"]);

/** A constructor of floats that leaves the dtype to torch; integral ranges are float-range's. */
function isConstructor({ what, attributes, ...node }: Node): boolean {
  if (what.kind !== "operation" || !constructors.has(what.operation) || attributes.dtype !== undefined)
    return false;
  return what.operation !== "range" || node.inputs.some(isFraction);
}

/** A step or bound that no integer is: `2 / dim`. */
function isFraction({ what, inputs }: Node): boolean {
  if (what.kind === "number") return !Number.isInteger(what.value);
  if (what.kind !== "binary") return what.kind === "unary" && inputs.some(isFraction);
  return what.operator === "/" || inputs.some(isFraction);
}

function isArithmetic(unit: AnalysedUnit, node: Node): boolean {
  const { kind } = node.what;
  const isNode = kind === "binary" || kind === "operation";
  return isNode && unit.roleOf(node) !== "none" && integerSide(unit, node) !== null;
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

/** float32 before the arithmetic; where a low result is what goes on, the default dtype again at its end. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const inside = isConstructor(root.node) ? spelledOut(root.node, file) : castOperand(root.node, unit, file);
  if (!inside) return [];
  const getter = apiReference(file.program, "torch.get_default_dtype", file.text);
  const last = {
    form: `${inside.form}, and the result to the default dtype last`,
    substitutions: inside.substitutions,
  };
  return [{ ...inside, boundary: null }, ...(getter ? [{ ...last, boundary: callOf(getter) }] : [])];
}

type Inside = Omit<Candidate, "boundary">;

/** `dtype=torch.float32` */
function spelledOut(node: Node, file: FileAnalysis): Inside | null {
  const call = file.callOf(node);
  const float32 = apiReference(file.program, "torch.float32", file.text);
  if (!call || !float32 || call.args.some((arg) => arg.spread !== "")) return null;
  return {
    form: "build it in float32",
    substitutions: new Map([[call, withKeyword(call, "dtype", float32)]]),
  };
}

/** `.float()` on the integers, before the arithmetic. */
function castOperand(node: Node, unit: AnalysedUnit, file: FileAnalysis): Inside | null {
  const side = integerSide(unit, node);
  const expression = file.expressionOf(node)?.expression;
  const operand = side === null || !expression ? null : operandAt(expression, side, node.inputs.length);
  if (!operand) return null;
  return {
    form: "cast the integers to float32 first",
    substitutions: new Map([[operand, methodCall(operand, "float")]]),
  };
}
