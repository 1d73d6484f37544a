import type { Expr } from "../src/ir/program.ts";
import type { Node } from "../src/ir/graph.ts";
import { attributeOf, operandAt } from "../src/ir/build.ts";
import { castToNamed } from "../src/frontends/python/casts.ts";
import { isImported } from "../src/frontends/python/references.ts";
import { isLow } from "../src/tensors/dtype.ts";
import { plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { isSingleInPlain, roundingSettings } from "../src/analysis/matching/lowering.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import { ancestorsOf, closureOf, isTrigonometric } from "../src/analysis/values/slice.ts";

/** A phase that is computed in the low dtype of the arguments it is computed from, and then taken the sine or cosine of. */
export const lowPrecisionTrig: Rule = {
  id: "low-precision-trig",
  summary: "sine or cosine of a phase computed in a low dtype",
  strict: false,
  languages: ["python", "javascript"],
  literals: ["sin(", "cos("],
  match: (unit, settings) => unit.unit.graph.nodes.flatMap((node) => matchPhase(unit, node, settings)),
  rewrites,
  message: () => "the argument of a sine or cosine is computed in the dtype of the timesteps it is given",
};

function matchPhase(unit: AnalysedUnit, node: Node, settings: readonly Setting[]): readonly Root[] {
  if (!isArithmetic(node) || !node.span || !isSingleInPlain(unit, node)) return [];
  const role = unit.roleOf(node);
  if (role !== "position" && role !== "phase") return [];
  const rounding = roundingSettings(unit, node, settings);
  if (rounding.length === 0 || !feedsTable(unit, node)) return [];
  const integrality = { degree: "proved", evidence: [] } as const;
  return [{ node, settings: rounding, subject: "phases", integrality, writtenLow: null, raises: null }];
}

/** Casts, views and constructors round nothing by themselves, or are another rule's. */
const arithmetic: ReadonlySet<string> = new Set([
  ...["add", "sub", "mul", "div", "pow", "square", "outer", "ger", "einsum", "matmul", "mm", "mv", "bmm"],
]);

function isArithmetic({ what }: Node): boolean {
  return what.kind === "binary" || (what.kind === "operation" && arithmetic.has(what.operation));
}

/**
 * Whether an embedding is made of a value: a sine or cosine of its product with frequencies, or both of them side by side.
 * A cosine alone is a schedule or a wave. Phases that go through unknown weights are not judged.
 */
function feedsTable(unit: AnalysedUnit, node: Node): boolean {
  const after = [...closureOf(node, unit.uses)];
  const tables = after.filter(
    (table) => isTrigonometric(table) && unit.roleOf(table) === "table" && isKnown(unit, table),
  );
  if (tables.some(({ inputs: [angle] }) => angle !== undefined && unit.roleOf(angle) === "phase"))
    return true;
  const joins = after.filter(({ what }) => what.kind === "operation" && joining.has(what.operation));
  return joins.some((join) => {
    const parts = ancestorsOf(join);
    return new Set(tables.flatMap((table) => (parts.has(table) ? [nameOf(table)] : []))).size > 1;
  });
}

const joining: ReadonlySet<string> = new Set(["cat", "stack", "assign"]);

function isKnown(unit: AnalysedUnit, node: Node): boolean {
  const value = unit.numbers(plainSetting).value(node);
  return value.kind === "tensor" && value.data !== null;
}

function nameOf({ what }: Node): string {
  return what.kind === "operation" ? what.operation : what.kind;
}

/** float32 for the low operands; then also the ambient cast at the sines and cosines. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const { node, settings } = root;
  const expression = file.expressionOf(node)?.expression;
  const [first] = settings;
  if (!expression || !first) return [];
  const low = node.inputs.flatMap((input, side) => {
    const operand = operandAt(expression, side, node.inputs.length);
    return operand && isTensorOf(unit.dtypes(first).value(input), isLow) ? [operand] : [];
  });
  const [source] = low;
  if (source === undefined) return [];
  const library = unit.libraryOf(node);
  const substitutions = new Map<Expr, Expr>();
  for (const operand of low) {
    const single = castToNamed(file, library, operand, "float32");
    if (!single) return [];
    substitutions.set(operand, single);
  }
  const form = "compute the phase in float32";
  const ambient = attributeOf(argumentOf(source, file), "dtype");
  return [
    { form, substitutions, boundary: null },
    { form: `${form}, and cast the result last`, substitutions, boundary: ambient },
  ];
}

/**
 * What `t` is in `t[:, None]`, `t.unsqueeze(1)` and `mx.expandDims(t, 1)`: its dtype is asked for. A copy, because the operand
 * itself is replaced.
 */
function argumentOf(expression: Expr, file: FileAnalysis): Expr {
  if (expression.kind === "index") return argumentOf(expression.object, file);
  if (expression.kind !== "call" || expression.callee.kind !== "attribute") return { ...expression };
  const { object } = expression.callee;
  const [first] = expression.args;
  return argumentOf(first && isImported(object, file.program) ? first.value : object, file);
}
