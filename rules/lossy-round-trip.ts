import type { AnalysedUnit } from "../src/analysis/analysed-unit.ts";
import type { FileAnalysis } from "../src/analysis/file.ts";
import { loweringCasts } from "../src/analysis/matching/casts.ts";
import type { Candidate, Root, Rule } from "../src/analysis/rule.ts";
import { uncast } from "../src/analysis/rewriting/uncast.ts";

/** `.to(low)` and then `.float()`: the dtype comes back, the bits do not. */
export const lossyRoundTrip: Rule = {
  id: "lossy-round-trip",
  summary: "position values cast to a low or ambient dtype and back: the bits are gone",
  strict: false,
  languages: ["python", "javascript"],
  literals: ["arange", "sin(", "cos("],
  match: (unit, settings, file) =>
    loweringCasts(unit, settings, file).flatMap(({ root, isRoundTrip }) => (isRoundTrip ? [root] : [])),
  rewrites,
  message: ({ subject }) => `${subject} are cast to a low dtype and back: the bits are gone`,
};

function rewrites(root: Root, unit: AnalysedUnit, file: FileAnalysis): readonly Candidate[] {
  const taken = uncast(root.node, unit, file, true);
  if (!taken) return [];
  return [
    {
      form: "drop the first cast",
      substitutions: new Map([[taken.original, taken.replacement]]),
      boundary: null,
    },
  ];
}
