import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apiReference } from "../../../src/frontends/python/references.ts";
import { dump } from "./dump.ts";
import { lift } from "./support.ts";

const cases: readonly (readonly [source: string, path: string, expected: string | null])[] = [
  ["import torch", "torch.int64", "torch.int64"],
  ["import torch as th", "torch.int64", "th.int64"],
  ["from torch import int64", "torch.int64", "int64"],
  ["from torch import int64 as i64, nn", "torch.int64", "i64"],
  ["import torch\nfrom torch import arange", "torch.int64", "torch.int64"],
  ["import torch.nn as nn", "torch.int64", null],
  ["import torch.nn.functional as F\nimport torch.utils", "torch.int64", "torch.int64"],
  ["import torch.nn as nn", "torch.nn.functional.silu", "nn.functional.silu"],
  ["import numpy as np", "torch.int64", null],
  ["from torch import *", "torch.int64", null],
  // What the file writes more often.
  ["import torch\nx = torch.long, torch.long, torch.int64", "torch.int64", "torch.long"],
  ["import torch\nx = torch.long, torch.int64, torch.int64", "torch.int64", "torch.int64"],
  ["import torch\nx = torch.long, torch.int64", "torch.int64", "torch.int64"],
  ["import torch\nx = torch.float, torch.float_power, x.torch.long", "torch.float32", "torch.float"],
  ["import torch\nx = torch.floats, torch.longer, mytorch.long", "torch.int64", "torch.int64"],
  ["import torch as t\nx = t.long, t.half", "torch.float16", "t.half"],
  // Where the import stands.
  ["try:\n  import torch\nexcept ImportError:\n  torch = None", "torch.int64", "torch.int64"],
  ["if is_torch_available():\n  import torch", "torch.int64", "torch.int64"],
  ["if TYPE_CHECKING:\n  import torch", "torch.int64", null],
  ["if typing.TYPE_CHECKING:\n  import torch\nelse:\n  import torch as th", "torch.int64", "th.int64"],
  ["def f():\n  import torch", "torch.int64", null],
];

describe("a reference to a member of an API", () => {
  for (const [source, path, expected] of cases) {
    it(`${path} in ${JSON.stringify(source)} is ${expected ?? "not to be had"}`, () => {
      const found = apiReference(lift(source), path, source);
      assert.equal(found && dump(found), expected);
    });
  }
});
