import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { loweringCasts } from "../src/analysis/matching/casts.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import { uncast } from "../src/analysis/rewriting/uncast.ts";

/** Positions or frequencies cast to a low or ambient dtype before their product, phases before sine and cosine. */
export const earlyCast: Rule = {
  id: "early-cast",
  summary: "positions, frequencies or phases cast to a low or ambient dtype before the angles are made",
  strict: false,
  languages: ["python", "javascript"],
  literals: ["arange", "tf.range(", "sin(", "cos("],
  match: (unit, settings, file) =>
    loweringCasts(unit, settings, file).flatMap(({ root, isRoundTrip }) => (isRoundTrip ? [] : [root])),
  rewrites,
  onlyHarmful: true,
  message: ({ subject }) =>
    subject === "phases"
      ? "phases are cast before their sine and cosine"
      : `${subject} are cast before their product`,
};

/** Without the cast; and with the same cast where the values leave, if float32 would leak there. */
function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const taken = uncast(root.node, unit, file, false);
  if (!taken) return [];
  const substitutions = new Map([[taken.original, taken.replacement]]);
  const inside: Candidate = { form: "compute in float32", substitutions, boundary: null };
  if (taken.dtype === null) return [inside];
  return [inside, { form: "compute in float32, and cast last", substitutions, boundary: taken.dtype }];
}
