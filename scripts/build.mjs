// Compiles src/ and rules/ into dist/. A folder of its own takes the output first: a failed build leaves the last good
// one in place, a running ropelint never sees half of one, and a deleted source does not live on in the package.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  writeFileSync(join(output, "build-id"), digestOf(output));
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(output, join(root, "dist"));
}
rmSync(output, { recursive: true, force: true });

/** Names what was built: caches of other builds are none of this one's. */
function digestOf(folder) {
  const hash = createHash("sha256").update(readFileSync(join(root, "package.json")));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

process.exit(status ?? 1);
