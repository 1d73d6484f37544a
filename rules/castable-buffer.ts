import type { Node } from "../src/ir/graph.ts";
import type { Setting } from "../src/analysis/environments.ts";
import { reachedFrom } from "../src/analysis/matching/branches.ts";
import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import { firstAngle, isSingleInPlain, loweringSettings } from "../src/analysis/matching/lowering.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { keptBuffer, readsOriginal } from "../src/analysis/rewriting/kept-buffer.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import type { Role } from "../src/analysis/values/roles.ts";

/** Frequencies, positions or phases that a module keeps, that a cast of the module rounds, and that angles are made of then. */
export const castableBuffer: Rule = {
  id: "castable-buffer",
  summary: "frequencies in a buffer that a module cast rounds, read again for phases",
  strict: true,
  tally: {
    environment: "module-cast",
    one: "frequency table is kept in a buffer that model.to(bfloat16) rounds",
    many: "frequency tables are kept in buffers that model.to(bfloat16) rounds",
  },
  literals: ["register_buffer(", "Parameter("],
  match: (unit, settings) => unit.unit.graph.nodes.flatMap((node) => matchStored(unit, node, settings)),
  rewrites,
  suggests: true,
  message: ({ node, subject }) =>
    `${subject} are kept in a ${node.what.kind === "stored" ? node.what.form : "buffer"} that a cast of the module rounds; ` +
    "keep them in a plain attribute, or compute them again in float32 where they are read",
};

const subjects: Partial<Record<Role, string>> = {
  frequency: "frequencies",
  phase: "phases",
  position: "positions",
};

function matchStored(unit: AnalysedUnit, node: Node, settings: readonly Setting[]): readonly Root[] {
  const subject = subjects[unit.roleOf(node)];
  if (subject === undefined || !node.span || !isKept(node) || !isSingleInPlain(unit, node)) return [];
  const casting = settings.filter(({ environment }) => environment.castsModules);
  const lowered = loweringSettings(unit, node, casting);
  const reads = lowered.flatMap((setting) => {
    const following = reachedFrom(node, unit.uses, unit.dtypes(setting));
    return firstAngle(unit, node, following) ?? [];
  });
  const [read] = reads;
  if (!read) return [];
  const integrality = { degree: "proved", evidence: [] } as const;
  const related = [{ node: read, message: "angles are made of them here" }];
  return [{ node, settings: lowered, subject, integrality, writtenLow: null, raises: null, related }];
}

/** Kept in the module by construction, as forward reads it: a buffer, or a parameter that is not trained. */
function isKept(node: Node): boolean {
  const { what, inputs, phase } = node;
  const [kept] = inputs;
  if (what.kind !== "stored" || phase !== "forward" || kept?.what.kind !== "stored") return false;
  return what.form === "buffer" || isFrozen(kept);
}

/** What the buffer held before any cast, kept beside it and read in its place; last, where its dtype is asked for, too. */
function rewrites({ node }: Root, _unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] | null {
  const buffer = keptBuffer(node, file);
  if (!buffer || buffer.values.length === 0 || file.text.includes(`original_${buffer.name}`)) return null;
  const form = "keep the float32 tensor as a plain attribute beside the buffer, and read that";
  const isTyping = buffer.dtypes.length + buffer.likes.length > 0;
  return (isTyping ? [false, true] : [false]).map((withDtype) => ({
    form,
    substitutions: readsOriginal(buffer, withDtype),
    boundary: null,
  }));
}

function isFrozen({ what, attributes, inputs: [inner] }: Node): boolean {
  if (what.kind !== "stored") return false;
  return attributes.frozen !== undefined || (inner !== undefined && isFrozen(inner));
}
