// Written by `npm run generate` from the files in rules/.
import type { Rule } from "../analysis/rule.ts";
import { acceleratorInit } from "../../rules/accelerator-init.ts";
import { castableBuffer } from "../../rules/castable-buffer.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { floatRange } from "../../rules/float-range.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { precisionLeak } from "../../rules/precision-leak.ts";

export const rules: readonly Rule[] = [
  acceleratorInit,
  castableBuffer,
  defaultDtypeFrequency,
  floatRange,
  invalidTypeAs,
  precisionLeak,
];
