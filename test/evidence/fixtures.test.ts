import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { readFixtures, rulesFor, type Expectation } from "../rules/read-fixtures.ts";
import { readMeasured } from "./cases.ts";
import { isRunnable, runnable } from "./runnable.ts";
import { oracleRows, roundings } from "./table.ts";

/** An angle that moves by this much is an error (DESIGN, "Severity"). */
const bad = 0.1;

const measured = new Map(readMeasured().fixtures.map((one) => [one.name, one]));
const sources = new Map(runnable().map((one) => [one.name, one]));

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isBad(move: number | string): boolean {
  return typeof move === "string" || move >= bad;
}

/** What a confirmed finding promises of the environments it names. */
function promised({ severity, verdict, environments, remaining }: Expectation): readonly string[] {
  if (severity !== "error" || verdict !== "confirmed") return [];
  return environments.filter((name) => !remaining.includes(name));
}

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
      const there = measured.get(fixture.name);
      const source = sources.get(fixture.name);
      assert.ok(there && source, "run `node --import tsx test/evidence/main.ts`");
      assert.deepEqual(
        there.sources,
        [hash(source.before), hash(source.after)],
        "measured on the same sources",
      );
      assert.ok(there.plain_identical, "plain stays bit for bit what it is");
      for (const [setting, [before, after]] of Object.entries(there.runs)) {
        const isWorse =
          typeof after === "string"
            ? before !== after
            : typeof before === "number" && after > before + roundings;
        assert.ok(!isWorse, `${setting}: ${before} becomes ${after}`);
      }
      const named = new Set(fixture.expected.flatMap(({ environments }) => environments));
      for (const [setting, [before, after]] of Object.entries(there.runs)) {
        const [name = ""] = setting.split(" ");
        const helps = typeof after === "number" && (typeof before === "string" || after <= before / 2);
        const isLooked = name !== "tf32" || rulesFor(fixture.name).includes("tf32-product");
        if (name !== "deepspeed" && isLooked && isBad(before) && helps)
          assert.ok(named.has(name), `${setting} is repaired (${before} becomes ${after}) and not named`);
      }
      for (const name of new Set(fixture.expected.flatMap(promised))) {
        const runs = Object.entries(there.runs).filter(([setting]) => setting.startsWith(`${name} `));
        assert.ok(
          runs.some(([, [before]]) => isBad(before)),
          `${name} is bad before`,
        );
        for (const [setting, [, after]] of runs)
          assert.ok(typeof after === "number" && after <= roundings, `${setting}: ${after} is left`);
      }
    });
  }
});
