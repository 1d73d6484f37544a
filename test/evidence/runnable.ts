import { isCommentRule } from "../../src/analysis/rule.ts";
import { rules } from "../../src/engine/rules.ts";
import { isTorch, readFixtures, type Fixture } from "../rules/read-fixtures.ts";

/** A fixture that real PyTorch can run as it stands. */
export interface Runnable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Whether plain is wrong itself there, and has to change. */
  readonly changes: boolean;
}

/** A comment is nothing to measure. */
const commentRules: readonly string[] = rules.filter(isCommentRule).map(({ id }) => id);

export function isRunnable(fixture: Fixture): boolean {
  const { name, group } = fixture;
  return group === "rewritten" && isTorch(fixture) && !commentRules.some((id) => name.startsWith(`${id}/`));
}

/** Whether what its findings repair is wrong in plain as well. */
export function changesPlain({ expected }: Fixture): boolean {
  return expected.some(({ verdict }) => verdict === "confirmed-change");
}

export function runnable(): readonly Runnable[] {
  return readFixtures()
    .filter(isRunnable)
    .map((fixture) => ({
      name: fixture.name,
      before: fixture.text,
      after: (fixture.unsafe ?? fixture.fixed)?.text ?? fixture.text,
      changes: changesPlain(fixture),
    }));
}
