import fc from "fast-check";
import { isScript } from "../../src/engine/languages.ts";
import type { Base } from "./bases.ts";
import { mutate, mutations, type Mutation } from "./mutations.ts";
import type { Case, Checked, Properties, Thoroughness } from "./properties.ts";

/** A real file, what was done to it, and how closely the result is looked at. */
export interface Recipe {
  readonly base: Base;
  readonly changes: readonly Mutation[];
  readonly thorough: number;
}

export interface Failure {
  readonly recipe: Recipe;
  readonly input: Case;
  readonly reason: string;
  /** What fast-check needs to come here again. */
  readonly seed: number;
}

export function recipesOf(bases: readonly Base[]): fc.Arbitrary<Recipe> {
  return fc.record({ base: fc.constantFrom(...bases), changes: mutations, thorough: fc.nat(59) });
}

export function caseOf({ base, changes }: Recipe): Case {
  const extension = base.path.slice(base.path.lastIndexOf("."));
  return { path: `/ropelint-fuzz/case${extension}`, bytes: mutate(base.bytes, changes) };
}

/** Every environment for one in twenty, a second look for one in ten, the other parser for one in six of Python. */
export function thoroughnessOf({ base, thorough }: Recipe): Thoroughness {
  return {
    everywhere: thorough % 20 === 0,
    twice: thorough % 10 === 1,
    byWasm: thorough % 6 === 2 && !isScript(base.path),
  };
}

/** So many cases of one seed, each held against all properties; the first that fails is shrunk. */
export async function runBatch(
  bases: readonly Base[],
  { seed, cases }: { readonly seed: number; readonly cases: number },
  properties: Properties,
  onCase: (input: Case, checked: Checked | null) => void,
): Promise<Failure | null> {
  const property = fc.asyncProperty(recipesOf(bases), async (recipe) => {
    const input = caseOf(recipe);
    onCase(input, null);
    onCase(input, await properties.check(input, thoroughnessOf(recipe)));
  });
  const result = await fc.check(property, { seed, numRuns: cases, endOnFailure: false });
  if (!result.failed) return null;
  const recipe = result.counterexample?.[0];
  if (recipe === undefined) throw new Error("fast-check failed without a case");
  const { errorInstance } = result;
  const reason =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  return { recipe, input: await minimise(caseOf(recipe), thoroughnessOf(recipe), properties), reason, seed };
}

/** Lines are taken out for as long as anything still fails. */
async function minimise(input: Case, thoroughness: Thoroughness, properties: Properties): Promise<Case> {
  let lines = Buffer.from(input.bytes).toString("latin1").split("\n");
  const caseFrom = (some: readonly string[]): Case => ({
    ...input,
    bytes: Buffer.from(some.join("\n"), "latin1"),
  });
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < lines.length;) {
      const fewer = [...lines.slice(0, start), ...lines.slice(start + size)];
      if (fewer.length < lines.length && (await fails(caseFrom(fewer), thoroughness, properties)))
        lines = fewer;
      else start += size;
    }
  }
  return caseFrom(lines);
}

async function fails(input: Case, thoroughness: Thoroughness, properties: Properties): Promise<boolean> {
  try {
    await properties.check(input, thoroughness);
    return false;
  } catch {
    return true;
  }
}
