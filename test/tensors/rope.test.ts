import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { call } from "../../src/tensors/call.ts";
import {
  applyRotation,
  completeFrequencies,
  completePhases,
  completePositions,
  inverseFrequencies,
  integerPositions,
  phasesOf,
  probeHead,
  type Layout,
  type RopeSettings,
} from "../../src/tensors/rope.ts";
import { sampleAbove } from "../../src/tensors/sample.ts";
import type { Tensor } from "../../src/tensors/tensor.ts";

const settings: RopeSettings = { headSize: 128, base: 10000, length: 4096, layout: "half-split" };

function largestMove(x: Tensor, y: Tensor): number {
  assert.deepEqual(x.shape, y.shape);
  return x.data.reduce((most, value, i) => Math.max(most, Math.abs(value - y.data[i]!)), 0);
}

void describe("reference kernel", () => {
  void it("has float32 phases within 1.5e-4 rad of exact ones at 4096 positions", () => {
    const { phases } = completePositions(integerPositions(settings), settings);
    let error = 0;
    phases.data.forEach((phase, at) => {
      const exact = Math.floor(at / 64) * 10000 ** (-(at % 64) / 64);
      error = Math.max(error, Math.abs(Math.cos(phase) - Math.cos(exact)));
    });
    assert.ok(error > 5e-5 && error < 3e-4, String(error));
  });

  void it("shows what bf16 and fp16 positions do: 769 and 3073 positions, cosines off by 2", () => {
    const plain = completePositions(integerPositions(settings), settings);
    for (const [dtype, distinct] of [
      ["bfloat16", 769],
      ["float16", 3073],
    ] as const) {
      const low = call("cast", [integerPositions(settings)], { dtype });
      assert.equal(new Set(low.data).size, distinct);
      const moved = completePositions(low, settings);
      const cosine = largestMove(moved.cos, plain.cos);
      assert.ok(cosine > (dtype === "bfloat16" ? 1.99 : 0.8), String(cosine));
      assert.ok(largestMove(moved.score, plain.score) > (dtype === "bfloat16" ? 0.2 : 0.05));
    }
  });

  void it("moves phases by 5.0 rad with bf16 inverse frequencies at 128 channels", () => {
    const frequencies = inverseFrequencies(settings);
    const plain = completeFrequencies(frequencies, settings);
    const low = completeFrequencies(call("cast", [frequencies], { dtype: "bfloat16" }), settings);
    const moved = largestMove(low.phases, plain.phases);
    assert.ok(moved > 4.5 && moved < 5.5, String(moved));
  });

  for (const layout of ["half-split", "interleaved"] as Layout[]) {
    void it(`${layout}: rotation keeps the norm and the score depends on the distance alone`, () => {
      const small = { ...settings, headSize: 16, length: 40, layout };
      const { cos, sin } = completePositions(integerPositions(small), small);
      const query = probeHead(16, 0);
      const key = probeHead(16, 16);
      const norm = (x: Tensor): number => Math.hypot(...x.data.subarray(0, 16));
      const queries = applyRotation(query, cos, sin, layout);
      const keys = applyRotation(key, cos, sin, layout);
      assert.ok(Math.abs(norm(queries) - norm(call("unsqueeze", [query], { dim: 0 }))) < 1e-6);
      const scores = call("matmul", [queries, call("t", [keys])]);
      for (let i = 5; i < 40; i++)
        assert.ok(Math.abs(scores.data[i * 40 + 5]! - scores.data[(i - 5) * 40]!) < 1e-5);
    });
  }

  void it("completes phases of its own, cast to float32", () => {
    const whole = completePositions(integerPositions(settings), settings);
    const again = completePhases(call("cast", [whole.phases], { dtype: "float64" }), settings);
    assert.deepEqual(again, whole);
  });

  void it("gives the same figures on a sample", () => {
    const whole = completePositions(integerPositions(settings), settings);
    const sampled = completePositions(
      integerPositions({ ...settings, sampling: sampleAbove(512) }),
      settings,
    );
    const held = sampled.score.axes[0]!;
    assert.ok(held.length < 100);
    held.forEach((index, i) => {
      assert.ok(Object.is(sampled.score.data[i], whole.score.data[index]));
    });
    assert.deepEqual(phasesOf(integerPositions(settings), inverseFrequencies(settings)).shape, [4096, 64]);
  });
});
