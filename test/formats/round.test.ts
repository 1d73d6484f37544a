import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  bf16,
  exactLimit,
  exponent,
  formats,
  fp16,
  fp32,
  fp64,
  largest,
  round,
  rounding,
  roundThroughSingle,
  tf32,
  ulp,
  type Format,
} from "../../src/formats/index.ts";

/** A finite double as sign, integer significand and power of two. */
function exactParts(x: number): { significand: bigint; power: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { significand: fraction, power: -1074 }
    : { significand: fraction | (1n << 52n), power: biased - 1075 };
}

/** Nearest value by the definition: an integer count of steps, in exact arithmetic, ties to the even count. */
function nearest(format: Format, x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const { significand, power } = exactParts(x);
  const top = significand.toString(2).length - 1 + power;
  const step = Math.max(top, format.emin) - format.precision + 1;
  const shift = step - power;
  let count = shift <= 0 ? significand << BigInt(-shift) : significand >> BigInt(shift);
  if (shift > 0) {
    const twiceRest = (significand - (count << BigInt(shift))) * 2n;
    const whole = 1n << BigInt(shift);
    if (twiceRest > whole || (twiceRest === whole && count % 2n === 1n)) count += 1n;
  }
  const limit = BigInt(largest(format));
  const result = step >= 0 ? Number(count << BigInt(step)) : Number(count) * 2 ** step;
  const overflows = step >= 0 && count << BigInt(step) > limit;
  return Math.sign(x) * (overflows ? Infinity : result);
}

const anyDouble = fc.oneof(
  fc.double(),
  fc.float().map(Number),
  fc.double({ min: -70000, max: 70000 }),
  fc.double({ min: -1e-4, max: 1e-4 }),
  // Ties and their neighbours in a narrow format.
  fc
    .tuple(
      fc.integer({ min: -5000, max: 5000 }),
      fc.integer({ min: -160, max: 130 }),
      fc.constantFrom(-1, 0, 1),
    )
    .map(([count, scale, nudge]) => count * 2 ** scale * (1 + nudge * 2 ** -50)),
);

void describe("round", () => {
  for (const format of formats) {
    void it(`${format.name}: equals the exact definition`, () => {
      fc.assert(
        fc.property(anyDouble, (x) => Object.is(round(format, x), nearest(format, x))),
        { numRuns: 4000 },
      );
    });
    void it(`${format.name}: arrays go through fp32`, () => {
      fc.assert(
        fc.property(fc.array(anyDouble), (values) => {
          const data = Float64Array.from(values);
          roundThroughSingle(format, data);
          const expected = values.map((x) => (format === fp64 ? x : round(format, Math.fround(x))));
          return expected.every((x, i) => Object.is(x, data[i]));
        }),
        { numRuns: 400 },
      );
    });
  }

  void it("keeps NaN, infinities and signed zeros", () => {
    for (const format of formats) {
      for (const x of [NaN, Infinity, -Infinity, 0, -0]) assert.ok(Object.is(round(format, x), x));
      assert.ok(Object.is(round(format, -1e-320), format === fp64 ? -1e-320 : -0));
    }
  });

  void it("overflows from half a step above the largest value", () => {
    assert.equal(round(fp16, 65519.99), 65504);
    assert.equal(round(fp16, 65520), Infinity);
    assert.equal(round(fp16, -65520), -Infinity);
    assert.equal(largest(bf16), 3.3895313892515355e38);
    assert.equal(round(bf16, 3.4e38), Infinity);
  });
});

void describe("format figures", () => {
  void it("knows exact limits", () => {
    assert.deepEqual(formats.map(exactLimit), [256, 2048, 2048, 2 ** 24, 2 ** 53]);
    for (const format of [bf16, fp16, tf32, fp32]) {
      const limit = exactLimit(format);
      assert.equal(round(format, limit), limit);
      assert.notEqual(round(format, limit + 1), limit + 1);
    }
  });

  void it("measures one rounding as half an ulp", () => {
    assert.equal(rounding(bf16, 1), 2 ** -8);
    assert.equal(rounding(bf16, 0.999), 2 ** -9);
    assert.equal(rounding(fp16, 4095), 1);
    assert.equal(rounding(bf16, 0), 0);
    for (const m of [1, 1.5, 3, 4095, 0.1]) assert.equal(rounding(fp16, m), ulp(fp16, m) / 2);
    assert.equal(ulp(fp16, 0), 2 ** -24);
    assert.ok(Number.isNaN(ulp(bf16, Infinity)));
  });

  void it("finds exponents of subnormal doubles", () => {
    for (const e of [-1074, -1050, -1023, -1022, 0, 1, 1023]) assert.equal(exponent(2 ** e), e);
    assert.equal(exponent(0), -Infinity);
  });
});
