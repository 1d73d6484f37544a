// Written by `npm run generate` from the files in rules/.
import type { AnyRule } from "../analysis/rule.ts";
import type { ScriptRule } from "../analysis/script/script-rule.ts";
import { acceleratorInit } from "../../rules/accelerator-init.ts";
import { autocastProduct } from "../../rules/autocast-product.ts";
import { castableBuffer } from "../../rules/castable-buffer.ts";
import { complexCast } from "../../rules/complex-cast.ts";
import { defaultDtypeFrequency } from "../../rules/default-dtype-frequency.ts";
import { earlyCast } from "../../rules/early-cast.ts";
import { f16Array } from "../../rules/f16-array.ts";
import { floatRange } from "../../rules/float-range.ts";
import { forcedF16Textures } from "../../rules/forced-f16-textures.ts";
import { invalidTypeAs } from "../../rules/invalid-type-as.ts";
import { lossyRoundTrip } from "../../rules/lossy-round-trip.ts";
import { lowPrecisionApply } from "../../rules/low-precision-apply.ts";
import { lowPrecisionTrig } from "../../rules/low-precision-trig.ts";
import { positionIdsDtype } from "../../rules/position-ids-dtype.ts";
import { precisionLeak } from "../../rules/precision-leak.ts";
import { tf32Product } from "../../rules/tf32-product.ts";
import { unusedIgnore } from "../../rules/unused-ignore.ts";
import { wgslF16Trig } from "../../rules/wgsl-f16-trig.ts";

export const rules: readonly AnyRule[] = [
  acceleratorInit,
  autocastProduct,
  castableBuffer,
  complexCast,
  defaultDtypeFrequency,
  earlyCast,
  floatRange,
  invalidTypeAs,
  lossyRoundTrip,
  lowPrecisionApply,
  lowPrecisionTrig,
  precisionLeak,
  tf32Product,
  unusedIgnore,
];

/** Rules of JavaScript and TypeScript alone. */
export const scriptRules: readonly ScriptRule[] = [
  f16Array,
  forcedF16Textures,
  positionIdsDtype,
  wgslF16Trig,
];
