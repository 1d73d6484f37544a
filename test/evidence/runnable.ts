import path from "node:path";
import { readFixtures, type Fixture } from "../rules/read-fixtures.ts";

/** A fixture that real PyTorch can run as it stands. */
export interface Runnable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/**
 * What cannot be compared with plain as it was: random weights, no module, a plain result that has to change, autocast that the
 * text itself switches on (which takes CUDA).
 */
const left: ReadonlySet<string> = new Set([
  "float_ids",
  "uncalled_helper",
  "uncalled_ambient",
  "low_by_text",
  "dtype_argument",
  "keyword_argument",
  "switched_on_again",
]);

export function isRunnable({ name, group }: Fixture): boolean {
  return group === "rewritten" && !left.has(path.basename(name));
}

export function runnable(): readonly Runnable[] {
  return readFixtures()
    .filter(isRunnable)
    .map(({ name, text, fixed, unsafe }) => ({
      name,
      before: text,
      after: (unsafe ?? fixed)?.text ?? text,
    }));
}
