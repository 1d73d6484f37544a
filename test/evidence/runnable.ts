import { isCommentRule } from "../../src/analysis/rule.ts";
import { rules } from "../../src/engine/rules.ts";
import { isTorch, readFixtures, type Fixture } from "../rules/read-fixtures.ts";

/** A fixture as its library runs it. */
export interface Runnable {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Whether plain is wrong itself there, and has to change. */
  readonly changes: boolean;
}

/** A comment alone is nothing to measure. */
const commentRules: readonly string[] = rules.filter(isCommentRule).map(({ id }) => id);

export function isRunnable(fixture: Fixture): boolean {
  return isRewritten(fixture) && libraryOf(fixture) === "torch";
}

function isRewritten({ name, group, expected }: Fixture): boolean {
  if (group !== "rewritten") return false;
  const isOfComments = commentRules.some((id) => name.startsWith(`${id}/`));
  return !isOfComments || expected.some(({ verdict }) => verdict !== null);
}

/** The library that a fixture is run on. Where PyTorch is one of two, the other's part is what nobody repairs. */
export function libraryOf(fixture: Fixture): string {
  if (isTorch(fixture) || /^import torch\b/m.test(fixture.text)) return "torch";
  const [, first = ""] =
    /^(?:import|from) (jax|flax|keras|tensorflow|mlx|paddle)\b/m.exec(fixture.text) ?? [];
  return first === "flax" ? "jax" : first;
}

/** Whether what its findings repair is wrong in plain as well. */
export function changesPlain({ expected }: Fixture): boolean {
  return expected.some(({ verdict }) => verdict === "confirmed-change");
}

export function runnable(): readonly Runnable[] {
  return readFixtures().filter(isRunnable).map(toRun);
}

/** The fixtures of the other libraries, by library. */
export function others(): ReadonlyMap<string, readonly Fixture[]> {
  const groups = new Map<string, Fixture[]>();
  for (const fixture of readFixtures().filter((one) => isRewritten(one) && libraryOf(one) !== "torch")) {
    const library = libraryOf(fixture);
    groups.set(library, [...(groups.get(library) ?? []), fixture]);
  }
  return groups;
}

export function toRun(fixture: Fixture): Runnable {
  return {
    name: fixture.name,
    before: fixture.text,
    after: (fixture.unsafe ?? fixture.fixed ?? fixture.suggested)?.text ?? fixture.text,
    changes: changesPlain(fixture),
  };
}
