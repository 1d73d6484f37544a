import type { Argument, Call, Expr, Subscript } from "../../ir/program.ts";
import type { Node } from "../../ir/graph.ts";
import { callOf, methodCall } from "../../ir/build.ts";
import { apiReference } from "../../frontends/python/references.ts";
import { termsOf } from "../matching/angle-products.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";
import type { FileAnalysis } from "../file.ts";
import type { Candidate } from "../rule.ts";

/**
 * A product that matrix units would compute, written as the elementwise product that it is: operands keep their dtype
 * there. Least invasive first; null where each element is a sum of several terms.
 */
export function elementwiseForms(
  unit: AnalysedUnit,
  node: Node,
  file: FileAnalysis,
): readonly Candidate[] | null {
  const expression = file.expressionOf(node)?.expression;
  const sides = expression ? operandsOf(expression, node) : null;
  if (!expression || !sides) return null;
  const forms = formsOf(unit, node, sides, file);
  if (forms.length === 0) return null;
  return forms.map(([form, replacement]) => ({
    form,
    substitutions: new Map([[expression, replacement]]),
    boundary: null,
  }));
}

type Sides = readonly [Expr, Expr];
type Form = readonly [string, Expr];

function formsOf(unit: AnalysedUnit, node: Node, sides: Sides, file: FileAnalysis): readonly Form[] {
  const { equation } = node.attributes;
  if (typeof equation === "string") return equationForms(equation, sides, file);
  const terms = termsOf(unit, node);
  return terms === null || terms === 1 ? [multiplied(...sides)] : [];
}

function multiplied(left: Expr, right: Expr): Form {
  return [
    "multiply elementwise, in the dtype of the operands",
    { kind: "binary", operator: "*", left, right, span: null },
  ];
}

/** The two operands as they are written: of `@`, of a function, of a method, of an equation. */
function operandsOf(expression: Expr, node: Node): Sides | null {
  if (expression.kind === "binary") return [expression.left, expression.right];
  if (expression.kind !== "call") return null;
  const values = positional(expression.args, node.attributes.equation === undefined ? 0 : 1);
  if (values === null) return null;
  const [first, second, ...rest] = values;
  if (first && second) return rest.length === 0 ? [first, second] : null;
  return first ? methodOperands(expression, first) : null;
}

/** Operands of a call, or of the one list of them; null where something else is passed too. */
function positional(args: readonly Argument[], skipped: number): readonly Expr[] | null {
  const values = args.slice(skipped);
  if (args.some(({ spread }) => spread !== "") || values.some(({ name }) => !isOperandName(name)))
    return null;
  const [only] = values;
  if (values.length === 1 && only?.value.kind === "sequence") return only.value.items;
  return values.map(({ value }) => value);
}

/** How torch calls the operands of its products. */
const operandNames: ReadonlySet<string> = new Set(["input", "other", "mat2", "vec", "tensor2"]);

function isOperandName(name: string | null): boolean {
  return name === null || operandNames.has(name);
}

function methodOperands({ callee }: Call, argument: Expr): Sides | null {
  return callee.kind === "attribute" ? [callee.object, argument] : null;
}

/** Forms of an einsum of two operands that sums nothing: torch.outer for two vectors, else the operands with axes of length 1. */
function equationForms(equation: string, [left, right]: Sides, file: FileAnalysis): readonly Form[] {
  const terms = termsOfEquation(equation);
  if (!terms) return [];
  const { inputs, output } = terms;
  const [a, b] = inputs.map((labels, i) => broadcast(i === 0 ? left : right, labels, output, file));
  const general: readonly Form[] = a && b ? [multiplied(a, b)] : [];
  const outer = apiReference(file.program, "torch.outer", file.text);
  const vectors = inputs.every((labels) => labels.length === 1 && labels[0] !== "...");
  if (!outer || !vectors) return general;
  const args = inputs[0][0] === output[0] ? [left, right] : [right, left];
  const call: Call = {
    ...callOf(outer),
    args: args.map((value) => ({ name: null, spread: "", value, span: null })),
  };
  return [["take the outer product, in the dtype of the operands", call], ...general];
}

interface Terms {
  readonly inputs: readonly [readonly string[], readonly string[]];
  readonly output: readonly string[];
}

/** Labels of an equation of two operands; null where one is repeated, summed, or not in the result's order. */
function termsOfEquation(equation: string): Terms | null {
  const [operands = "", result] = equation.replaceAll(/\s/g, "").split("->");
  const [first, second, ...rest] = operands.split(",").map(labelsOf);
  if (!first || !second || rest.length > 0) return null;
  const output = result === undefined ? implicit([...first, ...second]) : labelsOf(result);
  const used = new Set([...first, ...second]);
  const isWhole =
    used.size === output.length &&
    [first, second, output].every((labels) => new Set(labels).size === labels.length) &&
    output.every((label) => used.has(label));
  return isWhole ? { inputs: [first, second], output } : null;
}

function labelsOf(term: string): readonly string[] {
  return term.match(/\.\.\.|./g) ?? [];
}

/** Without `->`: the ellipsis first, then labels that occur once, in the order of the alphabet. */
function implicit(labels: readonly string[]): readonly string[] {
  const once = labels.filter(
    (label) => label !== "..." && labels.filter((other) => other === label).length === 1,
  );
  return [...(labels.includes("...") ? ["..."] : []), ...once.sort()];
}

/** An operand with an axis of length 1 for each label of the result that it lacks; those in front come by themselves. */
function broadcast(
  operand: Expr,
  labels: readonly string[],
  output: readonly string[],
  file: FileAnalysis,
): Expr | null {
  const order = output.filter((label) => labels.includes(label));
  const ordered = order.join() === labels.join() ? operand : transposed(operand, labels);
  if (!ordered) return null;
  const from = output.findIndex((label) => labels.includes(label));
  const axes = output.slice(from).map((label) => (labels.includes(label) ? label : null));
  const missing = axes.filter((label) => label === null).length;
  if (missing === 0) return ordered;
  if (missing === 1 && prefersUnsqueeze(file)) return unsqueezed(ordered, axes);
  return { kind: "index", object: ordered, items: itemsOf(axes), span: null };
}

function transposed(operand: Expr, labels: readonly string[]): Expr | null {
  return labels.length === 2 && !labels.includes("...") ? methodCall(operand, "t") : null;
}

/** The file's habit, where it has one. */
function prefersUnsqueeze({ text }: FileAnalysis): boolean {
  return text.includes(".unsqueeze(") && !/\bNone\s*[,\]]/.test(text);
}

function unsqueezed(operand: Expr, axes: readonly (string | null)[]): Expr {
  const at = axes.indexOf(null);
  const dim = at === axes.length - 1 || axes.includes("...") ? at - axes.length : at;
  const value = Math.abs(dim);
  const literal: Expr = { kind: "number", value, integer: true, span: null };
  return methodCall(operand, "unsqueeze", [
    dim < 0 ? { kind: "unary", operator: "-", operand: literal, span: null } : literal,
  ]);
}

function itemsOf(axes: readonly (string | null)[]): readonly Subscript[] {
  const last = axes.findLastIndex((label) => label !== null);
  const [only] = axes;
  // x[..., None] says no more than it has to; a vector's x[:, None] is as short.
  const isTrailing = axes.slice(0, last + 1).every((label) => label !== null);
  if (isTrailing && (last > 0 || only === "..."))
    return [ellipsis, ...axes.slice(last + 1).map(() => newAxis)];
  return axes.map((label) => (label === null ? newAxis : label === "..." ? ellipsis : whole));
}

const ellipsis: Subscript = { kind: "item", value: { kind: "ellipsis", span: null } };
const newAxis: Subscript = { kind: "item", value: { kind: "constant", value: null, span: null } };
const whole: Subscript = { kind: "slice", start: null, stop: null, step: null };
