import type { Expr } from "../src/ir/program.ts";
import type { Node } from "../src/ir/graph.ts";
import { withKeyword } from "../src/ir/build.ts";
import { patchedConstructors, plainSetting, type Setting } from "../src/analysis/environments.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import type { Candidate, RelatedNode, Root, Rule } from "../src/analysis/rule.ts";
import { ancestorsOf, closureOf, isTrigonometric } from "../src/analysis/values/slice.ts";

/** A table whose constructors name no device: zero.Init has it computed on the accelerator, by other kernels than the CPU's. */
export const acceleratorInit: Rule = {
  id: "accelerator-init",
  summary: "a table without a device is computed on the accelerator under zero-init",
  strict: true,
  literals: ["arange"],
  match: (unit, settings) =>
    tablesOf(unit)
      .map((table) => rootOf(table, unit, settings))
      .filter((root) => root !== null),
  rewrites,
  suggests: true,
  message: () => "this table is computed on whatever device its constructors default to",
};

/** The constructors of one table, first to last, and all that follows from them in construction. */
interface Table {
  readonly constructors: readonly Node[];
  readonly closure: ReadonlySet<Node>;
}

/** Tables of sines, cosines or frequencies that construction computes; constructors whose values meet make one. */
function tablesOf(unit: AnalysedUnit): readonly Table[] {
  const tables: Table[] = [];
  for (const node of unit.unit.graph.nodes) {
    if (!isPlacedByZeroInit(node, unit)) continue;
    const closure = new Set([...closureOf(node, unit.uses)].filter(({ phase }) => phase === "construction"));
    if (![...closure].some((next) => isComputed(next, unit)) || !endsInAngles(node, unit)) continue;
    const known = tables.findIndex((table) => [...closure].some((next) => table.closure.has(next)));
    const other = tables[known];
    if (!other) tables.push({ constructors: [node], closure });
    else
      tables[known] = {
        constructors: [...other.constructors, node],
        closure: new Set([...other.closure, ...closure]),
      };
  }
  return tables;
}

/** A constructor that zero.Init wraps, called without a device in construction. */
function isPlacedByZeroInit(node: Node, unit: AnalysedUnit): boolean {
  const { what, attributes, phase, span } = node;
  if (what.kind !== "operation" || phase !== "construction" || span === null) return false;
  if (attributes.device !== undefined || !patchedConstructors.has(what.api)) return false;
  const value = unit.dtypes(plainSetting).value(node);
  return value.kind === "tensor" && value.device === "default";
}

const transcendental: ReadonlySet<string> = new Set(["pow", "exp", "log", "sin", "cos"]);

/** An operation whose last bit is the kernel's: the same input gives another one elsewhere. */
function isComputed(node: Node, unit: AnalysedUnit): boolean {
  const { what } = node;
  const isPower = what.kind === "binary" && what.operator === "**";
  if (!isPower && !(what.kind === "operation" && transcendental.has(what.operation))) return false;
  const role = unit.roleOf(node);
  return role === "frequency" || role === "phase" || role === "table";
}

function endsInAngles(node: Node, unit: AnalysedUnit): boolean {
  return [...closureOf(node, unit.uses)].some(isTrigonometric);
}

function rootOf(
  { constructors, closure }: Table,
  unit: AnalysedUnit,
  settings: readonly Setting[],
): Root | null {
  const wrapped = settings.filter(({ environment }) => environment.patchedConstructors);
  const [first, ...others] = constructors;
  if (!first || wrapped.length === 0) return null;
  const meeting = [...closure].find((node) => meetsCpu(node, closure, unit));
  const related: readonly RelatedNode[] = [
    ...others.map((node) => ({ node, message: "made without a device as well" })),
    ...(meeting ? [{ node: meeting, message: "meets a tensor that stays on the CPU here" }] : []),
  ];
  const effect = meeting
    ? "zero-init makes it on the accelerator, where it meets a tensor on the CPU and raises"
    : "zero-init has the accelerator's kernels compute it, which differ from the CPU's in last bits";
  const integrality = { degree: "proved", evidence: [] } as const;
  const holds = (after: AnalysedUnit): boolean =>
    tablesOf(after).flatMap((table) => table.constructors).length >
    tablesOf(unit).flatMap((table) => table.constructors).length - constructors.length;
  return {
    node: first,
    settings: [],
    subject: "tables",
    integrality,
    writtenLow: null,
    raises: null,
    related,
    stated: { severity: "note", settings: wrapped, effect, holds, changesPlain: true },
  };
}

/** Whether a value meets one that zero.Init leaves on the CPU: pinned there, or made by what it does not wrap. */
function meetsCpu(node: Node, closure: ReadonlySet<Node>, unit: AnalysedUnit): boolean {
  const { kind } = node.what;
  if (
    (kind !== "binary" && kind !== "operation") ||
    (node.what.kind === "operation" && node.what.operation === "index")
  )
    return false;
  if (!node.inputs.some((input) => closure.has(input))) return false;
  return node.inputs.some((input) => !closure.has(input) && staysOnCpu(input, unit));
}

function staysOnCpu(node: Node, unit: AnalysedUnit): boolean {
  const value = unit.dtypes(plainSetting).value(node);
  if (value.kind !== "tensor" || value.rank === 0 || value.rank === null || node.phase !== "construction")
    return false;
  if (value.device === "cpu") return true;
  const sources = [...ancestorsOf(node)].filter((source) => isConstructor(source, unit));
  return value.device === "default" && sources.length > 0 && sources.every(isUnwrapped);
}

/** A tensor that no tensor goes into. */
function isConstructor(node: Node, unit: AnalysedUnit): boolean {
  const isTensor = (value: Node): boolean => unit.dtypes(plainSetting).value(value).kind === "tensor";
  return node.what.kind === "operation" && isTensor(node) && !node.inputs.some(isTensor);
}

/** linspace, from_numpy, a function imported by its own name. */
function isUnwrapped({ what }: Node): boolean {
  return what.kind === "operation" && !patchedConstructors.has(what.api);
}

/** `device="cpu"` on every constructor of the table; where it is used it has to be moved. */
function rewrites(
  { node, related = [] }: Root,
  unit: AnalysedUnit,
  file: FileAnalysis,
): readonly Candidate[] {
  const constructors = [node, ...related.map((other) => other.node)].filter((other) =>
    isPlacedByZeroInit(other, unit),
  );
  const calls = constructors.map((constructor) => file.callOf(constructor));
  const substitutions = new Map<Expr, Expr>();
  for (const call of calls) {
    if (!call || call.args.some((arg) => arg.spread !== "")) return [];
    substitutions.set(call, withKeyword(call, "device", { kind: "string", value: "cpu", span: null }));
  }
  return [{ form: "compute it on the CPU, and move it last", substitutions, boundary: null }];
}
