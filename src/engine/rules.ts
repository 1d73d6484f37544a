// Written by `npm run generate` from the files in rules/.
import type { Rule } from "../analysis/rule.ts";
import { castableBuffer } from "../../rules/castable-buffer.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { floatRange } from "../../rules/float-range.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";

export const rules: readonly Rule[] = [castableBuffer, defaultDtypeFrequency, floatRange, invalidTypeAs];
