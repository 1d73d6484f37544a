// The targets that docs/makefile.md shows, run by make, as in repositories that have no hooks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { broken, git, makeRepository, repaired, run, shown, step, withPath, write } from "./support.mjs";

/** One that no safe fix repairs. */
const unsafe = `import torch


def table(x: torch.Tensor) -> torch.Tensor:
    return x.type_as(torch.float32)
`;

export function testMakefile(ropelint) {
  step("make style, quality, fixup", () => {
    const makefile = shown("makefile.md", "makefile", "targets");
    const copy = broken.replace("class Rotary", "# Copied from src.model.RotaryEmbedding\nclass Rotary");
    const files = { Makefile: makefile, "src/model.py": broken, "src/copy.py": copy, "examples/.keep": "" };
    const cwd = makeRepository({ ...files, ".gitignore": ".ropelint_cache/\n" });
    const make = (target, expected = 0) =>
      run("make", ["--silent", target], { cwd, expected, env: { PATH: withPath(dirname(ropelint)) } });
    const read = (name) => readFileSync(join(cwd, name), "utf8");
    assert.match(make("quality", 2).out, /^src\/model\.py:17:13: error\[float-range\]/m);
    assert.equal(read("src/model.py"), broken, "quality repairs nothing");
    make("fixup");
    assert.equal(read("src/model.py"), broken, "nor does fixup what the branch has not changed");
    make("style");
    assert.equal(read("src/model.py"), repaired);
    assert.equal(read("src/copy.py").replace(/# Copied from.*\n/, ""), repaired, "a copy with its source");
    make("quality");
    git(cwd, "commit", "--quiet", "--all", "--message", "repaired");
    git(cwd, "checkout", "--quiet", "-b", "topic");
    write(cwd, { "src/new.py": broken, "src/other.py": unsafe });
    assert.match(make("fixup", 2).out, /^src\/other\.py:5:\d+: error\[invalid-type-as\]/m);
    assert.equal(read("src/new.py"), repaired);
    make("style");
    assert.match(make("quality", 2).out, /invalid-type-as/);
    assert.equal(read("src/other.py"), unsafe);
  });
}
