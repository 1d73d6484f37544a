import assert from "node:assert/strict";
import { test } from "node:test";
import { buildsScalarBase, defaultEnvironments } from "../../src/analysis/environments.ts";
import { services } from "../../src/cli/wiring.ts";
import type { InspectOptions } from "../../src/engine/inspect.ts";

// What a project states of its models and of its torch, in the place of what is assumed.

const rotary = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim, max_position_embeddings=2048, base=10000, n=77):
        super().__init__()
        inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))
        t = torch.arange(max_position_embeddings, dtype=torch.float32) + n
        freqs = torch.outer(t, inv_freq)
        self.register_buffer("cos", freqs.cos())
        self.register_buffer("sin", freqs.sin())

    def forward(self, x, position_ids):
        k = torch.arange(x.shape[1], dtype=torch.float32)
        return x * self.cos[position_ids] + torch.sin(k / 7)[:, None]
`;

const toolchain = await services.loadToolchain();
const options: InspectOptions = {
  rules: ["float-range"],
  environments: defaultEnvironments,
  exhaustive: false,
  severity: "warning",
};

function inputs(some: Partial<InspectOptions> = {}): Readonly<Record<string, unknown>> {
  const found = toolchain.inspect(rotary, { ...options, ...some });
  return Object.fromEntries(
    found.flatMap(({ evidence }) => evidence?.inputs ?? []).map(({ name, value }) => [name, value]),
  );
}

test("sizes that nobody states are the table's, or larger defaults", () => {
  assert.deepEqual(inputs(), { dim: 128, max_position_embeddings: 4096, base: 10000, n: 77 });
  assert.deepEqual(inputs({ sizes: {} }), inputs());
});

test("what the project states counts more than defaults; a single letter says too little to be stated", () => {
  const sizes = { positions: 1024, headDim: 64, base: 500000 };
  assert.deepEqual(inputs({ sizes }), { dim: 64, max_position_embeddings: 1024, base: 500000, n: 77 });
  assert.deepEqual(inputs({ sizes: { base: 1e6 } }), { ...inputs(), base: 1e6 });
});

test("releases of torch in which base ** tensor builds a tensor", () => {
  assert.deepEqual(["1.13", "1.13.1", "2.0", "2.0.1", "0.4"].map(buildsScalarBase), Array(5).fill(true));
  assert.deepEqual(["2.1", "2.1.0", "2.10", "3.0", "2"].map(buildsScalarBase), [
    false,
    false,
    false,
    false,
    true,
  ]);
});

test("in an older torch its own record decides in the place of zero-init", () => {
  const found = (torch?: string): readonly string[] =>
    toolchain
      .inspect(rotary, torch === undefined ? options : { ...options, torch })
      .map(({ environments, evidence }) => `${environments.join()} ${evidence?.verdict ?? ""}`);
  assert.deepEqual(found(), ["zero-init confirmed"]);
  assert.deepEqual(found("2.6"), found());
  assert.deepEqual(found("1.13"), ["zero-init-older-torch partial"]);
});
