import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fix, inspect, options, unsafe } from "../rules/read-fixtures.ts";

function repaired(text: string): string {
  return fix(text, inspect(text, options), unsafe, options);
}

const buffer = `"""'.to(like)' moves as well: phases made where no device is named go to that of the module's buffer."""
import torch
from torch import nn


def tables(like):
    length, dim = like.shape
    bands = 1.0 / (10000 ** (torch.arange(0, dim).float() / dim))
    phases = (torch.arange(length)[:, None] * bands).to(like)
    return torch.sin(phases), torch.cos(phases)


class Decayed(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.register_buffer("decay", (torch.arange(0, dim, 2) + 0.4 * dim) / (1.4 * dim))

    def forward(self, x):
        steps = torch.arange(x.shape[1]).to(self.decay).div(512)[:, None]
        scale = self.decay**steps
        sin, cos = tables(scale)
        return x * (sin + cos) * scale
`;

const numbers = `"""Numbers taken out of tensors have no dtype: what they are computed of is float32, and no cast is added to them."""
import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        base = torch.tensor(10000.0)
        self.bands = [float(base ** (-2 * i / dim)) for i in range(dim // 2)]

    def forward(self, x):
        t = torch.arange(x.shape[1], device=x.device)
        return torch.stack([t * band for band in self.bands], -1).cos()
`;

describe("what a fix keeps", () => {
  it("the device of a module's buffer", () => {
    assert.match(repaired(buffer), /bands\)\.to\(like\.device\)/);
  });

  it("numbers without a cast", () => {
    const text = repaired(numbers);
    assert.match(text, /torch\.tensor\(10000\.0, dtype=torch\.float32\)/);
    assert.match(text, /float\(base \*\* \(-2 \* i \/ dim\)\)/);
  });
});
