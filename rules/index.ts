import type { Rule } from '../src/analysis/rule.ts';
import { floatRange } from './float-range.ts';
import { invalidTypeAs } from './invalid-type-as.ts';

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [floatRange, invalidTypeAs];
