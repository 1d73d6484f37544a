// Our comments beside ruff: it neither reports nor changes them, and what it formats is silent still.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { broken, makeFolder, run, step } from "./support.mjs";

const long = "because the published checkpoint was trained with exactly these positions, see issue #28685";

/** Each place that a comment may have; the first line of each would be wrapped by a formatter. */
const model = `import torch
from torch import nn

# ropelint: ignore-file[early-cast, unused-ignore] ${long}


# ropelint: ignore-block[float-range] ${long}
class Whole(nn.Module):
    def __init__(self, dim: int, length: int = 4096) -> None:
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        t = torch.arange(length, dtype=torch.float32)
        self.register_buffer("sin", torch.outer(t, inv_freq).sin(), persistent=False)


class Lines(nn.Module):
    def __init__(self, dim: int, length: int = 4096) -> None:
        super().__init__()
        inv_freq = 1.0 / (10000 ** (torch.arange(0, dim, 2, dtype=torch.int64).float() / dim))
        a = torch.arange(length, dtype=torch.float32)  # ropelint: ignore[float-range] ${long}
        b = torch.arange(length, dtype=torch.float32)  # noqa: E501  # ropelint: ignore[float-range] why
        # ropelint: ignore[float-range] ${long}
        c = torch.arange(length, dtype=torch.float32)
        for name, t in {"a": a, "b": b, "c": c}.items():
            self.register_buffer(name, torch.outer(t, inv_freq).sin(), persistent=False)
`;

export function testOtherLinters(python, ropelint) {
  const ruff = join(python, "ruff");
  const check = (cwd, name, expected = 0) =>
    run(ropelint, ["check", "--no-cache", "--isolated", name], { cwd, expected }).out;
  const noqa = [
    "check",
    "--isolated",
    "--no-cache",
    "--preview",
    "--select",
    "RUF100,RUF101,RUF102,RUF103,RUF104",
  ];
  step("ruff: RUF100 and RUF102 leave our comments alone, and E501 its own", () => {
    const cwd = makeFolder({ "model.py": model });
    check(cwd, "model.py");
    // The noqa is used: the line is too long.
    run(ruff, [...noqa, "--extend-select", "E501", "--line-length", "60", "model.py"], { cwd, expected: 1 });
    const reported = run(ruff, [...noqa, "--output-format", "json", "model.py"], { cwd, expected: 1 }).out;
    assert.deepEqual(
      JSON.parse(reported).map(({ code, location }) => [code, location.row]),
      [["RUF100", 21]],
      "only ruff's own comment, which nothing needs here",
    );
    run(ruff, [...noqa, "--fix", "model.py"], { cwd });
    const fixed = readFileSync(join(cwd, "model.py"), "utf8");
    assert.equal(fixed, model.replace("# noqa: E501  ", ""));
    check(cwd, "model.py");
  });
  step("ruff: every rule of ruff, without a word of our comments", () => {
    const cwd = makeFolder({ "model.py": model });
    const all = [
      "check",
      "--isolated",
      "--no-cache",
      "--select",
      "ALL",
      "--preview",
      "--output-format",
      "json",
    ];
    const found = JSON.parse(run(ruff, [...all, "model.py"], { cwd, expected: 1 }).out);
    const rows = model.split("\n").flatMap((line, index) => (/^ *# ropelint/.test(line) ? [index + 1] : []));
    const about = found.filter(
      ({ location, code }) => rows.includes(location.row) && !["E501", "W505"].includes(code),
    );
    assert.deepEqual(
      about.map(({ code, message }) => `${code} ${message}`),
      [],
    );
  });
  step("ruff format: what it moves is silent still", () => {
    const cwd = makeFolder({ "model.py": model });
    run(ruff, ["format", "--isolated", "--no-cache", "--line-length", "88", "model.py"], { cwd });
    const formatted = readFileSync(join(cwd, "model.py"), "utf8");
    assert.notEqual(formatted, model, "long lines are wrapped");
    check(cwd, "model.py");
  });
  step("--add-ignores: ruff neither reports nor moves what it writes", () => {
    const cwd = makeFolder({ "model.py": broken });
    run(ropelint, ["check", "--no-cache", "--add-ignores", "--reason", long, "model.py"], { cwd });
    const ignored = readFileSync(join(cwd, "model.py"), "utf8");
    assert.doesNotMatch(ignored, /noqa/);
    run(ruff, [...noqa, "model.py"], { cwd });
    run(ruff, ["format", "--isolated", "--no-cache", "--line-length", "119", "model.py"], { cwd });
    assert.equal(readFileSync(join(cwd, "model.py"), "utf8"), ignored);
    check(cwd, "model.py");
  });
}
