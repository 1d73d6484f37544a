import { explainError } from "./io.ts";
import type { Toolchain } from "./toolchain.ts";

// What fixes and ignore comments have in common: both change a text in passes.

/** A change may bring something else to light, or leave it to the next pass; more passes than this are a defect. */
export const passLimit = 10;

/** Why a change of a text is none to be made: null where nothing speaks against it. `code` says which text is changed. */
export function syntaxDamage(
  before: string,
  after: string,
  code: string,
  toolchain: Toolchain,
): string | null {
  try {
    const added = toolchain.countSyntaxErrors(after) - toolchain.countSyntaxErrors(before);
    return added > 0 ? `${code} would not parse; please report it` : null;
  } catch (error) {
    return explainError(error);
  }
}
