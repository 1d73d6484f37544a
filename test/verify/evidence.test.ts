import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { inspect } from "../rules/read-fixtures.ts";

/** A table made in one of two ways by one helper: of a few positions, and of many. */
const twice = `import torch
from torch import nn


class Relative(nn.Module):
    def __init__(self, dim: int, both: bool):
        super().__init__()
        self.bands = 1.0 / (10000 ** (torch.arange(0, dim, 2).float() / dim))
        self.both = both

    @staticmethod
    def table(positions, bands):
        phase = torch.einsum("i,d->id", positions, bands)
        return torch.cat([phase.sin(), phase.cos()], dim=-1)

    def forward(self, x):
        near = torch.arange(8).float()
        far = torch.arange(8192).float().clamp(max=4096)
        if self.both:
            table = self.table(near, self.bands)
        else:
            table = self.table(far, self.bands)
        return x + table
`;

test("one place that is executed twice has one figure for each setting: the one that the headline names", () => {
  const [found, ...others] = inspect(twice, {
    rules: ["autocast-product"],
    environments: defaultEnvironments,
    exhaustive: false,
  });
  assert.equal(others.length, 0);
  const { message, effects, evidence } = found!;
  const places = effects!.map(({ environment, dtype }) => `${environment} ${dtype}`);
  assert.deepEqual(places, ["autocast bf16", "autocast fp16"]);
  for (const [index, dtype] of ["bf16", "fp16"].entries()) {
    const run = evidence!.runs.find((each) => each.environment === "autocast" && each.dtype === dtype)!;
    assert.equal(effects![index]!.moved, run.before.moved);
    assert.ok(run.before.moved! > 1);
  }
  assert.match(
    message,
    new RegExp(`moves the result by ${effects![0]!.moved.toPrecision(3)} in autocast bf16$`),
  );
});
