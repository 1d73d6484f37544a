import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { fencesIn } from "../../scripts/generators/documents/blocks.ts";
import { root } from "../../scripts/generators/documents/run-ropelint.ts";

test("the tutorial's commands lead where it says", () => {
  const page = readFileSync(join(root, "docs/tutorial.md"), "utf8");
  const commands = fencesIn(page)
    .filter(({ language, tag }) => language === "sh" && tag === "tutorial")
    .map(({ code }) => code)
    .join("\n");
  const folder = mkdtempSync(join(tmpdir(), "ropelint-tutorial-"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // `npx ropelint` of a clone, from its sources.
  const main = `'${process.execPath}' --import tsx '${join(root, "src/cli/main.ts")}'`;
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec ${main} "$@"\n`);
  chmodSync(join(bin, "npx"), 0o755);
  const identity = ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "reader"],
    [`GIT_${who}_EMAIL`, "reader@localhost"],
  ]);
  const env = {
    ...process.env,
    ...(Object.fromEntries(identity) as Record<string, string>),
    GIT_CONFIG_GLOBAL: "/dev/null",
    TMPDIR: folder,
    PATH: [bin, process.env.PATH].join(delimiter),
  };
  const script = `${commands}\necho "left in $work"\ncat "$work/llama_rotary.py"\n`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script], { cwd: root, env, encoding: "utf8" });
  try {
    assert.match(stdout, /error\[float-range\] positions are built as a floating range/, stderr);
    assert.match(stdout, /1 file changed, 1 insertion/);
    assert.match(stdout, /All checks passed \(1 file\)/);
    assert.match(stderr, /ropelint-baseline\.json/);
    const [, merged = ""] = stdout.split("left in ");
    assert.match(merged, /dtype=torch\.int64\)\.type_as\(self\.inv_freq\)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
