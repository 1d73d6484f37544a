// Builds dist/: the command line, the ESLint plugin and the worker as bundles that share their parts (loading some hundred
// small files would take longer than most runs), and the plugin's types. A folder of its own takes the output first: a
// failed build leaves the last good one in place, and a running ropelint never sees half of one.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "node_modules", `.ropelint-build-${process.pid}`);

let status = emitTypes();
if (status === 0) status = await bundle();
if (status === 0) {
  writeFileSync(join(output, "build-id"), digestOf(output));
  rmSync(join(root, "dist"), { recursive: true, force: true });
  renameSync(output, join(root, "dist"));
}
rmSync(output, { recursive: true, force: true });
process.exit(status);

/** Types of the whole program, of which those of the plugin are part; also its check. */
function emitTypes() {
  const compiler = createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
  const options = ["--project", "tsconfig.build.json", "--outDir", join(output, "types")];
  return spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: "inherit" }).status ?? 1;
}

async function bundle() {
  try {
    await build({
      absWorkingDir: root,
      entryPoints: { cli: "src/cli/main.ts", eslint: "src/eslint/plugin.ts", worker: "src/engine/worker.ts" },
      outdir: output,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      // Other people's code stays where npm puts it, with its licences.
      packages: "external",
      external: ["#*"],
      chunkNames: "part-[hash]",
      minifyWhitespace: true,
      lineLimit: 160,
      logLevel: "warning",
    });
    return 0;
  } catch {
    return 1;
  }
}

/** Names what was built: caches of other builds are none of this one's. */
function digestOf(folder) {
  const hash = createHash("sha256").update(readFileSync(join(root, "package.json")));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
