import type { Node } from "../src/ir/graph.ts";
import { isLow } from "../src/tensors/dtype.ts";
import type { Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { isSingleInPlain } from "../src/analysis/matching/lowering.ts";
import type { Root, Rule } from "../src/analysis/rule.ts";

/** Rotary embeddings applied in the dtype of queries and keys: products and their sum round, each once. */
export const lowPrecisionApply: Rule = {
  id: "low-precision-apply",
  summary: "rotary embedding applied in the ambient dtype",
  strict: false,
  most: "note",
  literals: ["rotate", "rotary"],
  match,
  rewrites: null,
  message: () =>
    "the rotation is applied in the dtype of queries and keys; float32 tables, and a cast of the sum, cost one rounding",
};

/** One root a definition: queries and keys are rotated alike. */
function match(unit: AnalysedUnit, settings: readonly Setting[], file: FileAnalysis): readonly Root[] {
  const byDefinition = new Map<string, Node[]>();
  for (const node of unit.unit.graph.nodes) {
    if (!isRotation(unit, node) || !node.span || !isSingleInPlain(unit, node)) continue;
    const home = file.expressionOf(node)?.definition ?? "";
    const others = byDefinition.get(home) ?? [];
    if (others.every(({ span }) => span?.start !== node.span?.start))
      byDefinition.set(home, [...others, node]);
  }
  return [...byDefinition.values()].flatMap(([node, ...alike]) => {
    const low = settings.filter((setting) => node && isTensorOf(unit.dtypes(setting).value(node), isLow));
    if (!node || low.length === 0) return [];
    const integrality = { degree: "proved", evidence: [] } as const;
    const root = { node, settings: low, subject: "rotations", integrality, writtenLow: null, raises: null };
    const related = alike.map((other) => ({ node: other, message: "the same here" }));
    return [{ ...root, cap: "note", reference: "apply", related } as const];
  });
}

/** `x * cos + turned(x) * sin`: two products, one of a tensor and one of the same tensor turned by a quarter in every pair. */
function isRotation(unit: AnalysedUnit, node: Node): boolean {
  if (!isOperator(node, "+", "add") && !isOperator(node, "-", "sub")) return false;
  const [left, right] = node.inputs;
  if (!left || !right || !isProduct(left) || !isProduct(right)) return false;
  return (
    rotates(left.inputs, right.inputs) || rotates(right.inputs, left.inputs) || mixesPair(unit, left, right)
  );
}

function rotates(own: readonly Node[], other: readonly Node[]): boolean {
  return own.some((x) => other.some((turned) => isQuarterTurn(turned, origin(x))));
}

/** `x1 * cos - x2 * sin`: two parts of one tensor, each with a table. */
function mixesPair(unit: AnalysedUnit, left: Node, right: Node): boolean {
  const [a, b] = [left, right].map(({ inputs }) => inputs.filter((input) => unit.roleOf(input) !== "table"));
  const [x, y] = [a?.[0], b?.[0]];
  if (!x || !y || a?.length !== 1 || b?.length !== 1) return false;
  return x !== y && origin(x) === origin(y) && unit.roleOf(x) === "none";
}

/** (-x2, x1) joined again, of the parts of the tensor itself. */
function isQuarterTurn(node: Node, of: Node): boolean {
  const join = origin(node);
  if (join.what.kind !== "operation" || !joining.has(join.what.operation)) return false;
  const parts = join.inputs.map(origin);
  const negated = parts.filter((part) => isOperator(part, "-", "neg") && part.inputs.length === 1);
  const [inner] = negated.flatMap(({ inputs }) => inputs);
  const rest = parts.filter((part) => !negated.includes(part));
  return (
    inner !== undefined &&
    origin(inner) === of &&
    rest.length > 0 &&
    rest.every((part) => origin(part) === of)
  );
}

const joining: ReadonlySet<string> = new Set(["cat", "stack"]);
const views: ReadonlySet<string> = new Set([
  ...["index", "chunk", "split", "unbind", "narrow", "reshape", "flatten", "permute", "transpose"],
  ...["unsqueeze", "squeeze", "expand", "cast"],
]);

/** What a value is a view or a part of. */
function origin(node: Node): Node {
  let at = node;
  for (let next = viewed(at); next; next = viewed(at)) at = next;
  return at;
}

function viewed({ what, inputs }: Node): Node | null {
  const isView =
    (what.kind === "operation" && views.has(what.operation)) ||
    (what.kind === "call" && what.result === "ambient");
  return isView ? (inputs[0] ?? null) : null;
}

function isProduct(node: Node): boolean {
  return isOperator(node, "*", "mul");
}

function isOperator({ what }: Node, operator: string, operation: string): boolean {
  if (what.kind === "binary" || what.kind === "unary") return what.operator === operator;
  return what.kind === "operation" && what.operation === operation;
}
