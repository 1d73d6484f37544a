import path from "node:path";
import { isTorch, readFixtures, type Fixture } from "../rules/read-fixtures.ts";

/** A fixture that real PyTorch can run as it stands. */
export interface Runnable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What cannot be compared with plain as it was: random weights, no module, a plain result that has to change. */
const left: ReadonlySet<string> = new Set([
  "float_ids",
  "uncalled_helper",
  "uncalled_ambient",
  "low_by_text",
  "dtype_argument",
  "keyword_argument",
]);

export function isRunnable(fixture: Fixture): boolean {
  return fixture.group === "rewritten" && isTorch(fixture) && !left.has(path.basename(fixture.name));
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
