/** Arrays that hold halves: JavaScript's own, and those that are packed by hand. */

/** `Float16Array` where it is imported, as packages have it that fill it in (@petamoriken/float16 3.9). */
export const halfArrays: readonly string[] = ["@petamoriken/float16.Float16Array"];

/** A function that makes the bits of a half of a number: `toHalf`, `float32ToFloat16`, `DataUtils.toHalfFloat`. */
export const toHalf =
  /^(?:(?:convert|encode|pack)?(?:to|as|from)?half(?:float|bits)?|(?:\w*to_?|encode_?|pack_?)(?:half|f(?:loat)?_?16)\w*)$/i;

/** The last whole number below which a half holds all of them. */
export const largestExact = 2048;
