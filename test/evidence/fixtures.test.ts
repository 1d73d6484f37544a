import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTorch, readFixtures } from "../rules/read-fixtures.ts";
import { readMeasured } from "./cases.ts";
import { assertHolds } from "./promises.ts";
import { isRunnable, runnable } from "./runnable.ts";
import { oracleRows } from "./table.ts";

const measured = new Map(readMeasured().fixtures.map((one) => [one.name, one]));
const sources = new Map(runnable().map((one) => [one.name, one]));

describe("the table in docs/oracle.md", () => {
  for (const row of oracleRows()) {
    it(`${row.rule} ${row.environment} ${row.dtype}`, () => {
      assert.ok(row.wrong > 0, "it is wrong on PyTorch too");
      assert.equal(row.repaired, row.wrong, "what ropelint says is repaired is repaired on PyTorch");
    });
  }
});

describe("what verdicts promise holds on real PyTorch", () => {
  for (const fixture of readFixtures().filter(isRunnable)) {
    it(fixture.name, () => {
      assertHolds(fixture, sources.get(fixture.name), measured.get(fixture.name));
    });
  }

  it("runs every fixture of PyTorch that has a rewrite", () => {
    const rewritten = readFixtures().filter((one) => one.group === "rewritten" && isTorch(one));
    const promising = rewritten.filter(({ expected }) => expected.some(({ verdict }) => verdict !== null));
    assert.deepEqual(
      promising.filter(({ name }) => !measured.has(name)).map(({ name }) => name),
      [],
    );
  });
});
