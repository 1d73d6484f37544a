import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

// The command line over the real analysis.

const source = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int, max_positions: int = 4096, base=10000, device=None):
        super().__init__()
        inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2, dtype=torch.int64).float().to(device) / dim))
        self.register_buffer("inv_freq", inv_freq, persistent=False)
        t = torch.arange(max_positions, device=device, dtype=self.inv_freq.dtype)
        freqs = torch.outer(t, self.inv_freq)
        emb = torch.cat((freqs, freqs), dim=-1)
        self.register_buffer("cos_cached", emb.cos(), persistent=False)
        self.register_buffer("sin_cached", emb.sin(), persistent=False)

    def forward(self, x, seq_len: int):
        return self.cos_cached[:seq_len].to(x.dtype), self.sin_cached[:seq_len].to(x.dtype)
`;

test("from a checkout to a repaired file", async () => {
  const cwd = makeFolder({ "model.py": source });
  const check = async (...flags: string[]) => ropelint(["check", ...flags], { cwd, services });

  const found = await check();
  assert.equal(found.status, 1);
  assert.match(found.out, /^model\.py:10:13: error\[float-range\] /);
  assert.match(
    found.out,
    /= breaks: zero-init bf16: 769 of 4096 positions left, index 257 gets the value of index 256; sin_cached \(line 14\) moves by (?:1\.9\d|2\.00)\n/,
  );
  assert.match(found.out, /= fix \(safe, confirmed\): /);

  const fixed = await check("--fix");
  assert.deepEqual([fixed.status, fixed.out], [0, "Found 1 finding (1 fixed, 0 remaining).\n"]);
  const text = readFileSync(join(cwd, "model.py"), "utf8");
  assert.match(
    text,
    / t = torch\.arange\(max_positions, device=device, dtype=torch\.int64\)\.(?:float|type_as|to)\(/,
  );

  const again = await check("--fix");
  assert.deepEqual([again.status, again.out], [0, "All checks passed (1 file).\n"]);
});

test("prove shows each environment in each dtype", async () => {
  const cwd = makeFolder({ "model.py": source });
  const { status, out } = await ropelint(["prove", "model.py:10"], { cwd, services });
  assert.equal(status, 1);
  assert.match(out, /\nzero-init +bf16 +repaired +before +769 +257 /);
  assert.match(out, /\nzero-init +fp16 +repaired +before +3073 +2049 /);
  assert.match(out, /\nfigures: all positions/);
});
