import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect, options } from "../rules/read-fixtures.ts";

// Found by fuzzing: the product's dtype is complex, and what enters it was cast to that to be counted.
test("positions that meet complex frequencies are counted as they are", () => {
  const text = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.bands = 1j / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))

    def forward(self, x):
        t = torch.arange(x.shape[1], device=x.device).to(x.dtype)
        return torch.outer(t, self.bands)
`;
  const findings = inspect(text, options);
  assert.deepEqual(
    findings.map(({ rule }) => rule),
    ["early-cast"],
  );
  const [run] = findings[0]?.evidence?.runs ?? [];
  assert.equal(typeof run?.before.distinct, "number");
});
