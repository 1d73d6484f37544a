import { isNode, type Node } from "../src/ir/graph.ts";
import { isComplex, isFloating } from "../src/tensors/dtype.ts";
import { plainSetting, type Setting } from "../src/analysis/environments.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import { isCertainlyFloating } from "../src/analysis/matching/floating.ts";
import { asParts, withoutCast } from "../src/analysis/rewriting/complex.ts";
import type { Root, Rule } from "../src/analysis/rule.ts";

/** Complex rotations cast to a real dtype, by the text or by a cast of the module that keeps them: cosines without sines. */
export const complexCast: Rule = {
  id: "complex-cast",
  summary: "complex rotations cast to a real dtype: the imaginary part is lost",
  strict: false,
  literals: ["polar(", "view_as_complex", "complex(", "complex64", "complex128", "cfloat", "1j"],
  match: (unit, settings) => {
    const found = foundIn(unit, settings).filter(({ node }) => node.span !== null);
    if (found.length === 0) return [];
    const losses = lossesIn(unit, settings);
    const remains = (after: AnalysedUnit): boolean => lossesIn(after, settings) >= losses;
    return found.map((root) => ({ ...root, lost: { effect: "drops the imaginary part", remains } }));
  },
  rewrites: ({ node }, unit, file) =>
    node.what.kind === "stored" ? asParts(node, file) : withoutCast(node, unit, file),
  suggests: true,
  message: ({ settings }) =>
    settings.length > 0
      ? "module.to(dtype) keeps only the real part of a complex buffer; keep its two parts in float32"
      : "a cast of complex numbers to a real dtype keeps only their real part; take view_as_real() before it",
};

const common = {
  subject: "rotations",
  integrality: { degree: "proved", evidence: [] },
  writtenLow: null,
  raises: null,
} as const;

type Found = Omit<Root, "lost">;

function foundIn(unit: AnalysedUnit, settings: readonly Setting[]): readonly Found[] {
  return unit.unit.graph.nodes.flatMap((node) => [
    ...matchCast(unit, node),
    ...matchBuffer(unit, node, settings),
  ]);
}

/** How often complex numbers become others, in code that has no place in the text as well: what a rewrite has made. */
function lossesIn(unit: AnalysedUnit, settings: readonly Setting[]): number {
  const plain = unit.dtypes(plainSetting);
  const casts = unit.unit.graph.nodes.filter(({ what, inputs: [operand] }) => {
    if (what.kind !== "operation" || what.operation !== "cast" || !operand) return false;
    return isTensorOf(plain.value(operand), isComplex);
  });
  const lossy = casts.filter((cast) => isTensorOf(plain.value(cast), (dtype) => !isComplex(dtype)));
  return lossy.length + unit.unit.graph.nodes.flatMap((node) => matchBuffer(unit, node, settings)).length;
}

function matchCast(unit: AnalysedUnit, node: Node): readonly Found[] {
  const { what, inputs } = node;
  const [operand] = inputs;
  if (what.kind !== "operation" || what.operation !== "cast" || !operand) return [];
  const plain = unit.dtypes(plainSetting);
  if (!isTensorOf(plain.value(operand), isComplex) || !isTensorOf(plain.value(node), isFloating)) return [];
  return isCertainlyReal(unit, node) ? [{ node, settings: [], ...common }] : [];
}

/** Whether the target is real for sure: a literal, the module's own dtype, the dtype of a floating tensor. */
function isCertainlyReal(unit: AnalysedUnit, node: Node): boolean {
  const { dtype, like, target } = node.attributes;
  const source = [dtype, like, target].find((value) => value !== undefined && value !== null);
  if (source === undefined || !isNode(source)) return false;
  const { what, inputs } = source;
  if (what.kind === "dtype" || what.kind === "constant" || what.kind === "default-dtype") return true;
  if (what.kind === "attribute") return what.name.endsWith("dtype");
  const tensor = what.kind === "dtype-of" ? inputs[0] : source;
  if (tensor === undefined) return false;
  const value = unit.dtypes(plainSetting).value(tensor);
  return isTensorOf(value, isFloating) && isCertainlyFloating(unit, node, tensor);
}

/** `.to(dtype)` of a module casts its complex buffers as well; `.half()` and `.bfloat16()` leave them alone. */
function matchBuffer(unit: AnalysedUnit, node: Node, settings: readonly Setting[]): readonly Found[] {
  const { what, inputs, phase } = node;
  const [content] = inputs;
  if (what.kind !== "stored" || what.form !== "buffer" || phase !== "construction" || !content) return [];
  // What is written into a buffer later is that buffer's finding.
  if (content.what.kind === "operation" && content.what.operation === "assign") return [];
  // Matrices of a Fourier transform are no rotations of positions.
  const isRotation = content.what.kind !== "stored" && unit.roleOf(content) !== "none";
  if (!isRotation || !isTensorOf(unit.dtypes(plainSetting).value(content), isComplex)) return [];
  const casting = settings.filter(({ environment }) => environment.castsModules);
  return casting.length === 0 ? [] : [{ node, settings: casting, ...common }];
}
