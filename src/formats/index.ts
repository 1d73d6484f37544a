export {
  bf16,
  exactLimit,
  exponent,
  formats,
  fp16,
  fp32,
  fp64,
  largest,
  rounding,
  tf32,
  ulp,
  type Format,
} from "./formats.ts";
export { round, roundThroughSingle } from "./round.ts";
