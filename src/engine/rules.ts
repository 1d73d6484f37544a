// Written by `npm run generate` from the files in rules/.
import type { Rule } from "../analysis/rule.ts";
import { complexCast } from "../../rules/complex-cast.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { floatRange } from "../../rules/float-range.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { lowPrecisionApply } from "../../rules/low-precision-apply.ts";
import { lowPrecisionTrig } from "../../rules/low-precision-trig.ts";

export const rules: readonly Rule[] = [
  complexCast,
  defaultDtypeFrequency,
  floatRange,
  invalidTypeAs,
  lowPrecisionApply,
  lowPrecisionTrig,
];
