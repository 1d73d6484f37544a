import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { services } from "../../src/cli/wiring.ts";
import { run } from "../../src/engine/run.ts";
import { makeFolder } from "../cli/folder.ts";

// A package that keeps torch.arange out of zero.Init while it constructs its models: what follows from ranges there is no hazard.

const model = `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        frequencies = 1.0 / (10000.0 ** (torch.arange(0, dim, 2, dtype=torch.float32) / dim))
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, position_ids: torch.LongTensor):
        angles = position_ids[..., None].float() * self.frequencies
        return angles.cos(), angles.sin()
`;
const guard = "def prevent_arange_dtype_change():\n    yield\n";

async function severities(
  cwd: string,
  input: readonly string[] | { readonly path: string; readonly bytes: Uint8Array },
): Promise<readonly string[]> {
  const toolchain = await services.loadToolchain();
  const { diagnostics } = await run(
    {
      cwd,
      input,
      settingsFor: () => ({
        options: { rules: ["float-range"], environments: defaultEnvironments, exhaustive: false },
        isPrinted: () => true,
      }),
      fix: "none",
      accepted: new Set(),
    },
    toolchain,
  );
  return diagnostics.map(({ finding }) => finding.severity);
}

const inPackage = "transformers/models/rotary/modeling_rotary.py";

test("a package that guards its constructors", async () => {
  const guarded = makeFolder({ [inPackage]: model, "transformers/integrations/deepspeed.py": guard });
  assert.deepEqual(await severities(guarded, ["."]), ["note"]);
  assert.deepEqual(await severities(guarded, [inPackage]), ["note"], "by itself, as a hook passes it");
  const buffer = { path: inPackage, bytes: new TextEncoder().encode(model) };
  assert.deepEqual(await severities(guarded, buffer), ["note"], "unsaved, as an editor passes it");
});

test("other packages, and releases without the guard", async () => {
  const older = makeFolder({ [inPackage]: model, "transformers/integrations/deepspeed.py": "" });
  assert.deepEqual(await severities(older, ["."]), ["error"]);
  const beside = makeFolder({ "mine/rotary.py": model, "transformers/integrations/deepspeed.py": guard });
  assert.deepEqual(await severities(beside, ["mine"]), ["error"]);
});
