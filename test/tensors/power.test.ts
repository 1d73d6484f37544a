import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fp64, ulp } from "../../src/formats/index.ts";
import { power } from "../../src/tensors/power.ts";

describe("x ** y", () => {
  it("is exact where a double holds it", () => {
    for (let x = 1; x <= 100; x++)
      for (let y = 0; BigInt(x) ** BigInt(y) <= 2n ** 53n && y < 60; y++) {
        const exact = Number(BigInt(x) ** BigInt(y));
        assert.deepEqual([power(x, y), power(x, -y)], [exact, 1 / exact], `${x} ** ${y}`);
        assert.equal(power(-x, y), y % 2 === 0 ? exact : -exact);
      }
    for (let e = -1074; e <= 1023; e++) assert.equal(power(2, e), 2 ** e);
  });

  it("takes what is no number of the ordinary as every engine does", () => {
    const odd = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, 1e308, -1e308, 5e-324, Infinity, -Infinity, NaN];
    // Any power of 1, and the zeroth of anything, is 1: torch and C say so, JavaScript does not of NaN.
    for (const x of odd)
      for (const y of odd)
        if (x !== 1 && Math.abs(y) !== 0.5 && Math.abs(x) !== 3)
          assert.ok(Object.is(power(x, y), x ** y), `${x} ** ${y}: ${power(x, y)} for ${x ** y}`);
    assert.deepEqual([power(1, NaN), power(NaN, 0), power(1, Infinity)], [1, 1, 1]);
  });

  it("is what the engine gives, to the last place", () => {
    const base = fc.double({ min: 1e-6, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(base, fc.double({ min: -40, max: 40, noNaN: true }), (x, y) => {
        const engine = x ** y;
        assert.ok(Math.abs(power(x, y) - engine) <= ulp(fp64, engine), `${x} ** ${y}`);
      }),
      { numRuns: 5000 },
    );
  });

  it("has the same bits on every engine", () => {
    // Of additions and multiplications alone: whatever engine runs this, the digest is this one.
    const values = Float64Array.from({ length: 20_000 }, (_, i) =>
      power([10000, 0.37, 500000, 3.3e-5][i % 4] ?? 0, (i - 10_000) / 512),
    );
    const digest = createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
    assert.equal(digest.slice(0, 16), "061020f6d6c5002a");
  });
});
