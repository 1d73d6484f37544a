import type { Call, Expr } from "../src/ir/program.ts";
import type { Node } from "../src/ir/graph.ts";
import { isLow } from "../src/tensors/dtype.ts";
import { armsOf } from "../src/analysis/matching/branches.ts";
import { shortName, type Setting } from "../src/analysis/environments.ts";
import type { Evaluator } from "../src/analysis/evaluate/evaluator.ts";
import { isTensorOf } from "../src/analysis/evaluate/results.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { isSingleInPlain } from "../src/analysis/matching/lowering.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import type { Role } from "../src/analysis/values/roles.ts";
import { ancestorsOf } from "../src/analysis/values/slice.ts";

/** A function whose result is float32 on one path and the ambient dtype on another. */
export const precisionLeak: Rule = {
  id: "precision-leak",
  summary: "float32 leaves a function whose other paths return the ambient dtype",
  strict: true,
  literals: ["arange", "sin(", "cos("],
  match: (unit, settings) => {
    const leaks = settings.filter(isAmbient).flatMap((setting) => leaksIn(unit, setting));
    const roots = new Set(leaks.map(({ single }) => single).filter(({ span }) => span !== null));
    return [...roots].map((root) => {
      const own = leaks.filter(({ single }) => single === root);
      return { ...rootOf(root, own, leaks), subject: subjects[unit.roleOf(root)] ?? "values" };
    });
  },
  rewrites,
  message: ({ subject }) => `${subject} leave in float32 here`,
};

const subjects: Partial<Record<Role, string>> = {
  position: "positions",
  frequency: "frequencies",
  phase: "phases",
  bias: "biases",
  table: "tables",
};

/** Environments in which the dtype around is another one than in plain. */
function isAmbient({ environment }: Setting): boolean {
  return environment.lowInputs || environment.defaultDtype.length > 0;
}

interface Leak {
  readonly setting: Setting;
  /** What one path returns, in float32. */
  readonly single: Node;
  /** What another returns, in the low dtype. */
  readonly low: Node;
}

function leaksIn(unit: AnalysedUnit, setting: Setting): readonly Leak[] {
  const evaluator = unit.dtypes(setting);
  return [...unit.unit.graph.returned].flatMap((returned) => {
    if (returned.what.kind !== "select" || isCastByAll(unit, returned)) return [];
    const ends = endsOf(returned, evaluator).filter(
      (end) => subjects[unit.roleOf(end)] && isSingleInPlain(unit, end),
    );
    const low = ends.find((end) => isTensorOf(evaluator.value(end), isLow));
    const single = ends.find((end) => isTensorOf(evaluator.value(end), (dtype) => dtype === "float32"));
    return low && single ? [{ setting, single, low }] : [];
  });
}

/** What may come out of a branch in a setting, through branches within it. */
function endsOf(node: Node, evaluator: Evaluator): readonly Node[] {
  if (node.what.kind !== "select") return [node];
  return armsOf(node, evaluator).flatMap((arm) => endsOf(arm, evaluator));
}

/** Whoever calls it here casts what comes back. */
function isCastByAll({ uses, unit }: AnalysedUnit, returned: Node): boolean {
  const users = uses.get(returned.id) ?? [];
  const isCast = ({ consumer: { what } }: (typeof users)[number]): boolean =>
    what.kind === "operation" && what.operation === "cast";
  return users.length > 0 && users.every(isCast) && !unit.graph.sinks.some(({ node }) => node === returned);
}

function rootOf(single: Node, leaks: readonly Leak[], all: readonly Leak[]): Root {
  const [first] = leaks;
  const where = first ? `${first.setting.environment.name} ${shortName(first.setting.low)}` : "";
  return {
    node: single,
    settings: [],
    subject: "values",
    integrality: { degree: "proved", evidence: [] },
    writtenLow: null,
    raises: null,
    related: first ? [{ node: first.low, message: "leaves in the ambient dtype here" }] : [],
    stated: {
      severity: "warning",
      settings: leaks.map(({ setting }) => setting),
      effect: `another path returns ${first?.setting.low ?? "the ambient dtype"} in ${where}`,
      holds: (after, setting) =>
        leaksIn(after, setting).length >= all.filter((leak) => leak.setting === setting).length,
      changesPlain: false,
    },
  };
}

/** The cast of the other path, at the end of this one. */
function rewrites(
  { node, stated, related = [] }: Root,
  unit: AnalysedUnit,
  file: FileAnalysis,
): readonly Candidate[] {
  const place = file.expressionOf(node);
  const [setting] = stated?.settings ?? [];
  const [other] = related;
  if (!place || !setting || !other) return [];
  const casts = [...ancestorsOf(other.node)]
    .sort((a, b) => b.id - a.id)
    .filter(
      (before) =>
        isAmbientCast(before, unit, setting) && file.expressionOf(before)?.definition === place.definition,
    );
  const [cast] = casts.flatMap((before) => file.callOf(before) ?? []);
  const moved = cast && around(cast, place.expression);
  if (!moved) return [];
  return [
    {
      form: "cast to the dtype of the other path",
      substitutions: new Map([[place.expression, moved]]),
      boundary: null,
    },
  ];
}

function isAmbientCast(node: Node, unit: AnalysedUnit, setting: Setting): boolean {
  const { what } = node;
  if (what.kind !== "operation" || what.operation !== "cast") return false;
  return isTensorOf(unit.dtypes(setting).value(node), isLow);
}

/** `other.to(x.dtype)` as a cast of another value. */
function around(cast: Call, value: Expr): Call | null {
  const { callee } = cast;
  return callee.kind === "attribute"
    ? { ...cast, callee: { ...callee, object: value, span: null }, span: null }
    : null;
}
