import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { services } from "../../src/cli/wiring.ts";
import { findCallers } from "../../src/engine/callers.ts";
import { discover } from "../../src/engine/discover.ts";
import { lazily, type Toolchain } from "../../src/engine/toolchain.ts";
import { run, type RunRequest, type RunResult } from "../../src/engine/run.ts";
import { makeFolder } from "../cli/folder.ts";

// Callers in other files of a run add findings and raise severities; they never take anything away.

/** Positions in the dtype that the caller passes, and positions in float32. */
const tables = `import torch


def sincos_of(dtype, length, dim):
    positions = torch.arange(length, dtype=dtype)
    inverse = 10000 ** (-torch.arange(0, dim, 2, dtype=torch.int64).float() / dim)
    angles = torch.outer(positions.float(), inverse)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def sincos32(length, dim):
    positions = torch.arange(length, dtype=torch.float32)
    inverse = 10000 ** (-torch.arange(0, dim, 2, dtype=torch.int64).float() / dim)
    angles = torch.outer(positions, inverse)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
`;

const forward = (imports: string, call: string): string => `import torch
from torch import nn
${imports}


class Adds(nn.Module):
    def forward(self, hidden_states):
        n = hidden_states.shape[1]
        return hidden_states + ${call}
`;

const built = (imports: string, call: string): string => `import torch
from torch import nn
${imports}


class Keeps(nn.Module):
    def __init__(self, length, dim):
        super().__init__()
        self.register_buffer("table", ${call})
`;

type Files = Readonly<Record<string, string>>;

async function check(
  files: Files,
  some: Partial<RunRequest> = {},
): Promise<RunResult & { readonly folder: string }> {
  const folder = makeFolder(files);
  return { folder, ...(await again(folder, some)) };
}

const options = { rules: ["float-range"], environments: defaultEnvironments, exhaustive: false };

async function again(folder: string, some: Partial<RunRequest> = {}): Promise<RunResult> {
  const request: RunRequest = {
    cwd: folder,
    input: ["."],
    settingsFor: () => ({ options, isPrinted: () => true }),
    fix: "none",
    accepted: new Set(["safe"]),
    ...some,
  };
  return run(request, await services.loadToolchain());
}

/** `path:row severity environments`, without notes. */
function found({ diagnostics }: RunResult, path = "pkg/tables.py"): readonly string[] {
  return diagnostics
    .filter((diagnostic) => diagnostic.path.endsWith(path) && diagnostic.finding.severity !== "note")
    .map(({ location, finding }) => `${location.row} ${finding.severity} ${finding.environments.join()}`);
}

const inPackage = (files: Files): Files => ({ "pkg/__init__.py": "", "pkg/tables.py": tables, ...files });

test("a function without callers raises notes, in a file alone and in a run", async () => {
  const { diagnostics } = await check(inPackage({ "pkg/other.py": "import torch\n" }));
  assert.deepEqual(
    diagnostics.map(({ finding }) => finding.severity),
    ["note", "note"],
  );
});

const ambient = "sincos_of(hidden_states.dtype, n, 128)";
const callers: Readonly<Record<string, Files>> = {
  "a relative import": { "pkg/layer.py": forward("from .tables import sincos_of", ambient) },
  "an absolute import": { "pkg/sub/layer.py": forward("from pkg.tables import sincos_of", ambient) },
  "a relative import from a package above": {
    "pkg/sub/__init__.py": "",
    "pkg/sub/layer.py": forward("from ..tables import sincos_of", ambient),
  },
  "an alias": {
    "pkg/layer.py": forward("from .tables import sincos_of as s", ambient.replace("sincos_of", "s")),
  },
  "its module": { "pkg/layer.py": forward("from . import tables", `tables.${ambient}`) },
  "its module, renamed": { "pkg/layer.py": forward("import pkg.tables as tb", `tb.${ambient}`) },
  "a package that hands it on": {
    "pkg/__init__.py": "from .tables import (\n    sincos32,  # fixed\n    sincos_of,\n)\n",
    "pkg/layer.py": forward("from pkg import sincos_of", ambient),
  },
  "a package that hands it on under another name": {
    "pkg/__init__.py": "from .tables import sincos_of as table\n",
    "pkg/layer.py": forward("from . import table", ambient.replace("sincos_of", "table")),
  },
  everything: { "pkg/layer.py": forward("from .tables import *", ambient) },
  "an import where it is used": {
    "pkg/layer.py": forward("", ambient).replace(
      "        n =",
      "        from .tables import sincos_of\n        n =",
    ),
  },
  "a helper of the calling file": {
    "pkg/layer.py": `${forward("from .tables import sincos_of", "self.extra(n, hidden_states.dtype)")}
    def extra(self, n, dtype):
        return sincos_of(dtype=dtype, length=n, dim=128)
`,
  },
};

for (const [how, files] of Object.entries(callers)) {
  test(`a caller that passes the model's dtype, by ${how}`, async () => {
    const result = await check(inPackage(files));
    assert.deepEqual(found(result), ["5 error low-input"]);
    const assumed = result.diagnostics.flatMap(({ finding }) => finding.evidence?.assumptions ?? []);
    assert.ok(
      assumed.some((text) => /^called from pkg\/(sub\/)?layer\.py:\d+ with (dtype=)?\S*dtype$/.test(text)),
      assumed.join("; "),
    );
  });
}

const silent: Readonly<Record<string, Files>> = {
  "float32 alone": {
    "pkg/layer.py": forward("from .tables import sincos_of", "sincos_of(torch.float32, n, 128)"),
  },
  "a local that is float32": {
    "pkg/layer.py": forward("from .tables import sincos_of", "sincos_of(wanted, n, 128)").replace(
      "        n =",
      "        wanted = torch.float32\n        n =",
    ),
  },
  "the dtype of what was lifted before": {
    "pkg/layer.py": forward("from .tables import sincos_of", ambient).replace(
      "        n =",
      "        hidden_states = hidden_states.float()\n        n =",
    ),
  },
  "a dtype that nothing is known of": {
    "pkg/layer.py": forward("from .tables import sincos_of", "sincos_of(wanted, n, 128)").replace(
      "        n =",
      "        for wanted in self.wanted(): break\n        n =",
    ),
  },
  "a dtype that a function chooses": {
    "pkg/layer.py": forward(
      "from .tables import sincos_of\nfrom .devices import pick",
      "sincos_of(pick(torch.float64, hidden_states.device), n, 128)",
    ),
  },
  "float32 ranges in forward": {
    "pkg/layer.py": forward("from .tables import sincos32", "sincos32(n, 128)"),
  },
  "a function of the same name": {
    "pkg/others.py": "def sincos_of(dtype, n, dim):\n    return 0\n",
    "pkg/layer.py": forward("from .others import sincos_of", ambient),
  },
  "a function that another definition hides": {
    "pkg/layer.py": forward(
      "from .tables import sincos_of\n\n\ndef sincos_of(*args):\n    return 0",
      ambient,
    ),
  },
  "a function that nothing calls": {
    "pkg/layer.py":
      "from .tables import sincos_of\n\n\ndef unused(x):\n    return sincos_of(x.dtype, 9, 128)\n",
  },
  "the constructor of what is no module": {
    "pkg/layer.py": built("from .tables import sincos32", "sincos32(length, dim)").replace(
      "nn.Module",
      "Plain",
    ),
  },
};

for (const [what, files] of Object.entries(silent)) {
  test(`no more than a note: ${what}`, async () => {
    assert.deepEqual(found(await check(inPackage(files))), []);
  });
}

test("a function called while a module is constructed meets zero.Init", async () => {
  const files = inPackage({
    "pkg/layer.py": built("from .tables import sincos32", "sincos32(length, dim)"),
  });
  const result = await check(files);
  assert.deepEqual(found(result), ["12 error zero-init"]);
  assert.ok(
    result.diagnostics.some(({ finding }) =>
      finding.evidence?.assumptions.includes("called from pkg/layer.py:9 in construction"),
    ),
  );
});

test("callers in other files never lower what the file's own text says", async () => {
  const own = `${tables}

class Own(torch.nn.Module):
    def forward(self, hidden_states):
        return hidden_states + sincos_of(hidden_states.dtype, hidden_states.shape[1], 128)
`;
  const alone = await check({ "pkg/tables.py": own });
  const called = await check({
    "pkg/tables.py": own,
    "pkg/layer.py": forward("from .tables import sincos_of", "sincos_of(torch.float32, n, 128)"),
  });
  assert.deepEqual(found(alone), ["5 error low-input"]);
  assert.deepEqual(found(called), found(alone));
});

test("a file given alone, and what standard input brings, have no callers", async () => {
  const { folder } = await check(
    inPackage({ "pkg/layer.py": forward("from .tables import sincos_of", ambient) }),
  );
  assert.deepEqual(found(await again(folder, { input: ["pkg/tables.py"] })), []);
  const text = { path: "pkg/tables.py", bytes: Buffer.from(tables) };
  assert.deepEqual(found(await again(folder, { input: text })), []);
});

test("fixes of what outside callers show converge", async () => {
  const { folder, changes } = await check(
    inPackage({
      "pkg/layer.py": forward("from .tables import sincos_of", ambient),
      "pkg/kept.py": built("from .tables import sincos32", "sincos32(length, dim)"),
    }),
    {
      fix: "write",
      settingsFor: () => ({ options, isPrinted: ({ severity }) => severity !== "note" }),
    },
  );
  assert.equal(changes.length, 1);
  const fixed = readFileSync(join(folder, "pkg/tables.py"), "utf8");
  assert.match(fixed, /positions = torch\.arange\(length, dtype=torch\.int64\)\.float\(\)/);
  const second = await again(folder, { fix: "write" });
  assert.deepEqual(found(second), []);
  assert.equal(readFileSync(join(folder, "pkg/tables.py"), "utf8"), fixed);
});

test("the order in which paths are given makes no difference", async () => {
  const { folder } = await check(
    inPackage({
      "pkg/a.py": forward("from .tables import sincos_of", ambient),
      "pkg/b.py": forward("from .tables import sincos_of", "sincos_of(self.dtype, n, 64)"),
    }),
  );
  const paths = ["pkg/b.py", "pkg/tables.py", "pkg/a.py"];
  const [one, other] = [
    await again(folder, { input: paths }),
    await again(folder, { input: paths.toReversed() }),
  ];
  const plain = ({ diagnostics }: RunResult): unknown => diagnostics.map(({ finding }) => finding);
  assert.deepEqual(plain(one), plain(other));
  assert.deepEqual(found(one), ["5 error low-input"]);
});

/** A flag that a caller keeps in itself decides nothing: both arms are compared with their own counterparts. */
const flipping = `import math

import torch


def waves(timesteps, dim: int, flip: bool = False, shift: float = 1):
    half = dim // 2
    exponent = -math.log(10000) * torch.arange(0, half, dtype=torch.float32, device=timesteps.device)
    inverse = torch.exp(exponent / (half - shift))
    angles = timesteps[:, None].float() * inverse[None, :]
    table = torch.cat([angles.sin(), angles.cos()], dim=-1)
    if flip:
        table = torch.cat([table[:, half:], table[:, :half]], dim=-1)
    return table
`;

test("a caller's undecided flag costs no fix", async () => {
  const kept = built(
    "from .tables import waves",
    "waves(torch.arange(344) * 1000, 2 * dim, flip=True, shift=0)",
  );
  const undecided = `import torch
from torch import nn
from .tables import waves


class Steps(nn.Module):
    def __init__(self, dim: int, flip: bool):
        super().__init__()
        self.dim = dim
        self.flip = flip

    def forward(self, timesteps):
        return waves(timesteps, self.dim, flip=self.flip)
`;
  const { diagnostics } = await check({
    ...inPackage({ "pkg/kept.py": kept, "pkg/steps.py": undecided }),
    "pkg/tables.py": flipping,
  });
  const [{ finding } = { finding: null }] = diagnostics.filter(({ path }) => path.endsWith("tables.py"));
  assert.deepEqual([finding?.evidence?.verdict, finding?.fix?.applicability], ["confirmed", "safe"]);
});

test("a dtype that a caller chooses by its machine costs no fix", async () => {
  const table = `import torch


def waves(dim: int, length: int, freqs_dtype=torch.float32):
    positions = torch.arange(length)
    inverse = 1.0 / (10000.0 ** (torch.arange(0, dim, 2, dtype=freqs_dtype) / dim))
    angles = torch.outer(positions, inverse)
    return angles.cos().float(), angles.sin().float()
`;
  const chosen = `import torch
from torch import nn
from .tables import waves


class Rotary(nn.Module):
    def __init__(self, dim: int, length: int):
        super().__init__()
        wide = torch.float32 if torch.backends.mps.is_available() else torch.float64
        cos, sin = waves(dim, length, freqs_dtype=wide)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
`;
  const { diagnostics } = await check({
    ...inPackage({ "pkg/rotary.py": chosen }),
    "pkg/tables.py": table,
  });
  const [{ finding } = { finding: null }] = diagnostics.filter(({ path }) => path.endsWith("tables.py"));
  assert.deepEqual([finding?.evidence?.verdict, finding?.fix?.applicability], ["confirmed", "safe"]);
});

test("files that call nothing of interest are not parsed for their calls, however they import it", async () => {
  const parsed: string[] = [];
  const toolchain = await services.loadToolchain();
  const watching: Toolchain = {
    ...toolchain,
    callsOut: (text, resolve) => {
      parsed.push(/class (\w+)/.exec(text)?.[1] ?? "");
      return toolchain.callsOut(text, resolve);
    },
  };
  const folder = makeFolder({
    "tables.py": tables,
    "calls.py": forward("from tables import sincos_of", "sincos_of(hidden_states.dtype, n, 64)").replace(
      "Adds",
      "Calls",
    ),
    "breaks.py": forward("import tables as t", "t.sincos32 \\\n(n, 64)").replace("Adds", "Breaks"),
    "hands.py": forward("from tables import *", "sincos32(n, 64)").replace("Adds", "Hands"),
    "mentions.py": forward("from tables import sincos_of", "n").replace("Adds", "Mentions"),
  });
  const { files } = discover([folder], folder);
  await findCallers(files, lazily(watching), () => Promise.resolve());
  assert.deepEqual(parsed, ["Breaks", "Calls", "Hands"]);
});
