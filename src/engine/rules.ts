// Written by `npm run generate` from the files in rules/.
import type { Rule } from "../analysis/rule.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { earlyCast } from "../../rules/early-cast.ts";
import { floatRange } from "../../rules/float-range.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { lossyRoundTrip } from "../../rules/lossy-round-trip.ts";

export const rules: readonly Rule[] = [
  defaultDtypeFrequency,
  earlyCast,
  floatRange,
  invalidTypeAs,
  lossyRoundTrip,
];
