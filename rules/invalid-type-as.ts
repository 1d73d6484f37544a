import type { Node } from "../src/ir/graph.ts";
import { methodCall } from "../src/ir/build.ts";
import { plainSetting } from "../src/analysis/environments.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";

/** `t.type_as(torch.float32)` and `t.type_as(dtype=...)`: type_as takes a tensor, so both raise TypeError. */
export const invalidTypeAs: Rule = {
  id: "invalid-type-as",
  summary: "type_as() given a dtype: TypeError at run time",
  strict: false,
  literals: ["type_as("],
  match: (unit) => unit.unit.graph.nodes.flatMap((node) => matchCast(unit, node)),
  rewrites,
  message: () => "type_as() takes a tensor, not a dtype: this line raises TypeError; use .to(dtype)",
};

function matchCast(unit: AnalysedUnit, node: Node): readonly Root[] {
  if (node.what.kind !== "operation" || node.what.api !== "type_as" || !node.span) return [];
  const value = unit.dtypes(plainSetting).value(node);
  const own = node.inputs[0] ? unit.dtypes(plainSetting).value(node.inputs[0]) : null;
  // A raise that comes from further up is reported there.
  if (value.kind !== "raises" || own?.kind === "raises") return [];
  return [
    {
      node,
      settings: [],
      subject: "type_as",
      integrality: { degree: "proved", evidence: [] },
      writtenLow: null,
      raises: value.message,
    },
  ];
}

function rewrites(root: Root, _unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const call = file.callOf(root.node);
  const argument = call?.args[0]?.value;
  if (!call || !argument || call.callee.kind !== "attribute") return [];
  return [
    {
      form: "cast with .to()",
      substitutions: new Map([[call, methodCall(call.callee.object, "to", [argument])]]),
      boundary: null,
    },
  ];
}
