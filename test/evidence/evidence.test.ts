import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { cases, inspectCase, readMeasured, type Inspected } from "./cases.ts";
import { compareRun } from "./compare.ts";

const measured = new Map(readMeasured().cases.map((one) => [one.name, one]));
const inspected = new Map<string, Inspected>(cases.map((one) => [one.name, inspectCase(one)]));

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("evidence against real PyTorch", () => {
  for (const [name, { case: one, before, after, runs }] of inspected) {
    it(name, (t) => {
      const there = measured.get(name);
      assert.ok(there, "run `node --import tsx test/evidence/main.ts`");
      assert.deepEqual(there.sources, [hash(before), hash(after)], "measured on the same sources");
      assert.ok(runs.length > 0, "there is something to compare");
      const key = (run: { environment: string; dtype: string }): string => `${run.environment} ${run.dtype}`;
      assert.deepEqual(there.runs.map(key), runs.map(key));
      const compared = runs.flatMap((run, i) =>
        compareRun(one, run, there.runs[i]!).map((entry) => ({ run: key(run), ...entry })),
      );
      const wide = Math.max(...compared.map(({ allowed }) => allowed));
      t.diagnostic(`${compared.length} figures in ${runs.length} runs, widest tolerance ${wide}`);
      assert.deepEqual(
        compared
          .filter(({ agrees }) => !agrees)
          .map(
            ({ run, figure, ours, torch, allowed }) =>
              `${run} ${figure}: ${ours} here, ${torch} there (within ${allowed})`,
          ),
        [],
      );
    });
  }

  it("covers at least 20 fixtures x environments", () => {
    const pairs = [...inspected.values()].flatMap(({ runs }) => new Set(runs.map((run) => run.environment)));
    assert.ok(pairs.reduce((sum, environments) => sum + environments.size, 0) >= 20);
  });
});

describe("4096 positions under zero-init", () => {
  const runs = inspected.get("4096 positions")?.runs ?? [];
  for (const [dtype, distinct, collision] of [
    ["bf16", 769, 257],
    ["fp16", 3073, 2049],
  ] as const) {
    it(`${dtype}: ${distinct} are left, index ${collision} is the first that collides`, () => {
      const run = runs.find((one) => one.environment === "zero-init" && one.dtype === dtype);
      assert.deepEqual([run?.before.distinct, run?.before.first_collision], [distinct, collision]);
      assert.deepEqual([run?.after?.distinct, run?.after?.first_collision], [4096, null]);
    });
  }
});

describe("evidence follows the code", () => {
  const base = inspected.get("another length");
  for (const name of ["another head size", "another base", "4096 positions", "another order of operands"]) {
    it(name, () => {
      const other = inspected.get(name);
      const figures = (of: Inspected | undefined): string => JSON.stringify(of?.runs);
      assert.notEqual(figures(other), figures(base));
      const reference = name === "another base" ? inspected.get("4096 positions") : base;
      assert.notEqual(figures(other), figures(reference));
    });
  }
});
