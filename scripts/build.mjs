// Compiles src/ and rules/ into dist/. A folder of its own takes the output first: a failed build leaves the last good
// one in place, a running ropelint never sees half of one, and a deleted source does not live on in the package.
import { spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
const output = join(root, "node_modules", `.ropelint-build-${process.pid}`);
const { status } = spawnSync(
  process.execPath,
  [compiler, "--project", "tsconfig.build.json", "--outDir", output],
  { cwd: root, stdio: "inherit" },
);
if (status === 0) {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(output, join(root, "dist"));
}
rmSync(output, { recursive: true, force: true });
process.exit(status ?? 1);
