// Written by `npm run generate` from the files in rules/.
import type { AnyRule } from "../analysis/rule.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { floatRange } from "../../rules/float-range.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { unusedIgnore } from "../../rules/unused-ignore.ts";

export const rules: readonly AnyRule[] = [defaultDtypeFrequency, floatRange, invalidTypeAs, unusedIgnore];
