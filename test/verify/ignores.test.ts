import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import type { InspectOptions } from "../../src/engine/inspect.ts";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import { rules } from "../../src/engine/rules.ts";
import { fix, inspect, options, readFixtures, safe, unsafe } from "../rules/read-fixtures.ts";

const usual = rules.filter(({ strict }) => !strict).map(({ id }) => id);
const asCheck: InspectOptions = {
  rules: usual,
  environments: defaultEnvironments,
  exhaustive: false,
  severity: "warning",
};

function found(text: string, some: Partial<InspectOptions> = {}): readonly string[] {
  return inspect(text, { ...asCheck, ...some }).map(
    ({ rule, span }) => `${text.slice(0, span.start).split("\n").length} ${rule}`,
  );
}

/** A rotary module whose range of positions is written by the test. */
function rotary(line: string): string {
  return `import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self, dim: int, length: int = 4096):
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        ${line.replaceAll("\n", "\n        ")}
        self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)

    def forward(self, x):
        return x
`;
}

const range = "t = torch.arange(length, dtype=torch.float32)";
const repaired = "t = torch.arange(length, dtype=torch.int64).float()";

function fixture(name: string): string {
  const one = readFixtures().find((other) => other.name === name);
  assert.ok(one, name);
  return one.text;
}

test("every form of the silent fixture hides something", () => {
  const text = fixture("unused-ignore/silent/every_form");
  const bare = text.replace(/# ropelint/g, "# ruplint");
  assert.equal(found(bare).length, 10);
  assert.deepEqual(found(text), []);
});

test("what is silenced is neither found nor fixed", () => {
  const text = rotary(`${range}  # ropelint: ignore[float-range] why`);
  assert.deepEqual(found(text), []);
  assert.equal(fix(text, inspect(text, options), unsafe), text);
  assert.deepEqual(found(text.replace("float-range]", "invalid-type-as]")), [
    "9 float-range",
    "9 unused-ignore",
  ]);
});

test("ignores are heeded whether unused ones are reported or not", () => {
  const text = rotary(`${range}  # ropelint: ignore[float-range] why`);
  assert.deepEqual(found(text, { rules: ["float-range"] }), []);
});

describe("unused is said only where it is known", () => {
  const unused = rotary(`${repaired}  # ropelint: ignore[float-range]`);
  const blanket = rotary(`${repaired}  # ropelint: ignore`);

  it("rules that do not run", () => {
    assert.deepEqual(found(unused), ["9 unused-ignore"]);
    assert.deepEqual(found(unused, { rules: ["unused-ignore", "invalid-type-as"] }), []);
    assert.deepEqual(found(unused, { rules: ["float-range"] }), []);
  });

  it("without brackets: of no rule at all, run or not", () => {
    assert.deepEqual(found(blanket), ["9 unused-ignore"]);
    const used = rotary(`${range}  # ropelint: ignore`);
    assert.deepEqual(found(used, { rules: ["unused-ignore"] }), []);
    assert.deepEqual(found(used, { rules: ["unused-ignore", "invalid-type-as"] }), []);
    assert.deepEqual(found(blanket, { rules: ["unused-ignore"] }), ["9 unused-ignore"]);
  });

  it("environments that are not evaluated", () => {
    const text = rotary(`${range}  # ropelint: ignore[float-range]`);
    assert.deepEqual(found(text, { environments: ["autocast"] }), []);
    assert.deepEqual(found(unused, { environments: ["autocast"] }), ["9 unused-ignore"]);
  });

  it("findings below the severity of the run", () => {
    const text = fixture("float-range/rewritten/window_8").replace(
      /arange\([^\n]*/,
      "$&  # ropelint: ignore[float-range]",
    );
    assert.match(text, /ropelint: ignore/);
    assert.ok(inspect(text.replace(/ {2}# ropelint.*/, ""), options).length > 0, "a note");
    for (const severity of ["note", "warning", "error"] as const)
      assert.ok(!found(text, { severity }).some((line) => line.endsWith("unused-ignore")), severity);
  });

  it("a run that prints errors only", () => {
    assert.deepEqual(found(unused, { severity: "error" }), []);
  });

  it("text that does not parse", () => {
    assert.deepEqual(found(`${unused}\ndef (:\n`), []);
    assert.deepEqual(found(`${unused.replace("float-range", "float-rang")}\ndef (:\n`), ["9 unused-ignore"]);
  });

  it("masks", () => {
    const mask = `import torch


def mask(n: int, m: int):
    return torch.arange(n, dtype=torch.float32)[:, None] < torch.arange(m, dtype=torch.float32)  # ropelint: ignore
`;
    assert.deepEqual(found(mask.replace(/ {2}# .*/, "")), []);
    assert.deepEqual(found(mask), ["5 unused-ignore"]);
  });
});

describe("ignoring unused-ignore", () => {
  it("by the comment itself", () => {
    const text = rotary(`${repaired}  # ropelint: ignore[float-range, unused-ignore]`);
    assert.deepEqual(found(text), []);
    assert.deepEqual(found(text.replace("float-range, ", "")), [], "never unused itself");
    assert.deepEqual(found("x = 1\n# ropelint: ignore[float-range, unused-ignore]\n"), [], "no code follows");
    assert.deepEqual(found("x = 1\n# ropelint: ignore[float-range]\n"), ["2 unused-ignore"]);
  });

  it("by a comment on the same code", () => {
    const text = rotary(
      `# ropelint: ignore[unused-ignore] soon\n${repaired}  # ropelint: ignore[float-range`,
    );
    assert.deepEqual(found(text), []);
  });

  it("not by a comment without brackets", () => {
    const text = rotary(`# ropelint: ignore\n${repaired}  # ropelint: ignore[float-range]`);
    assert.deepEqual(found(text), ["9 unused-ignore", "10 unused-ignore"]);
  });
});

describe("a group whose member is ignored", () => {
  const pair = fixture("float-range/rewritten/sinusoidal_table");
  const lines = pair.split("\n");
  const [bands = -1, table = -1] = lines.flatMap((line, i) => (line.includes("torch.arange") ? [i] : []));

  for (const ignored of [bands, table]) {
    it(`on line ${String(ignored + 1)}`, () => {
      const text = lines
        .map((line, i) => (i === ignored ? `${line}  # ropelint: ignore[float-range]` : line))
        .join("\n");
      const findings = inspect(text, options);
      assert.equal(findings.length, 1);
      assert.equal(findings[0]!.evidence?.verdict, "ineffective", "alone it repairs nothing");
      assert.equal(findings[0]!.fix, null);
      assert.equal(fix(text, findings, unsafe), text);
    });
  }

  it("both", () => {
    const text = `# ropelint: ignore-file[float-range]\n${pair}`;
    assert.deepEqual(inspect(text, options), []);
  });
});

test("the cast that another repair puts last goes where nothing is ignored", () => {
  const text = fixture("float-range/rewritten/ambient_pair").replace(
    "torch.sin(phase)",
    "torch.sin(phase) * torch.arange(1, 1 + half, dtype=dtype, device=device)",
  );
  const row = text.split("\n").findIndex((line) => line.includes("1 + half"));
  const changed = (source: string): string => {
    const findings = inspect(source, { ...options, severity: "error" });
    assert.equal(findings.length, 2);
    return fix(source, findings, unsafe).split("\n")[row]!;
  };
  assert.match(changed(text), /sin\(phase\)\.to\(dtype\)/);
  const kept = text.replace(/(1 \+ half.*)/, "$1  # ropelint: ignore[float-range]");
  assert.equal(changed(kept), kept.split("\n")[row]);
});

test("comments and code are repaired in one run", () => {
  const text = rotary(`${range}  # ropelint: ignore[invalid-type-as]`).replaceAll("\n", "\r\n");
  const fixed = fix(text, inspect(text, options), safe);
  assert.equal(fixed, rotary(repaired).replaceAll("\n", "\r\n"));
});

test("the definition around a comment", () => {
  const text = `import torch

# ropelint: ignore-file[float-range]


class A:
    # ropelint: ignore[float-range]
    def f(self):
        return 1  # ropelint: ignore[float-range]

    x = 1  # ropelint: ignore[float-range]
`;
  assert.deepEqual(
    inspect(text, asCheck).map(({ definition }) => definition),
    ["", "A.f", "A.f", "A"],
  );
});

test("a comment on every finding: nothing is found, and no comment is unused", () => {
  // A sample of the fixtures, for time.
  const texts = readFixtures()
    .filter(({ expected, name }) => expected.length > 0 && !name.startsWith("unused-ignore/"))
    .filter((_, i) => i % 10 === 0);
  assert.ok(texts.length >= 4);
  for (const { name, text } of texts) {
    const ends = inspect(text, options).map(({ span, rule }) => ({ at: text.indexOf("\n", span.end), rule }));
    const commented = [...ends]
      .sort((a, b) => b.at - a.at)
      .reduce(
        (all, { at, rule }) => `${all.slice(0, at)}  # ropelint: ignore[${rule}]${all.slice(at)}`,
        text,
      );
    assert.deepEqual(inspect(commented, options), [], name);
    assert.deepEqual(found(commented), [], name);
  }
});
