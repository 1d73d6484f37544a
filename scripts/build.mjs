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
const requireOfNode =
  'import{createRequire as createRequireOfNode}from"node:module";const require=createRequireOfNode(import.meta.url);';

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
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: { cli: "src/cli/main.ts", eslint: "src/eslint/plugin.ts", worker: "src/engine/worker.ts" },
      outdir: output,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      // What a user's npm installs stays where npm puts it; what only we install is part of the bundles, with its licence.
      external: ["#*", ...installedByUsers().flatMap((name) => [name, `${name}/*`])],
      // CommonJS packages ask for Node's own modules by name.
      banner: { js: requireOfNode },
      metafile: true,
      chunkNames: "part-[hash]",
      minifyWhitespace: true,
      lineLimit: 160,
      logLevel: "warning",
    });
    writeFileSync(join(output, "third-party-licenses.txt"), licencesOf(Object.keys(metafile.inputs)));
    return 0;
  } catch {
    return 1;
  }
}

function installedByUsers() {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(text);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** The licence of each package that is part of a bundle, in the order of their names. */
function licencesOf(files) {
  const packages = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  return [...new Set(packages)].sort().map(licenceOf).join("\n\n");
}

function licenceOf(name) {
  const folder = join(root, "node_modules", name);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} has no licence that could go with the bundles`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

/** Names what was built: caches of other builds are none of this one's. */
function digestOf(folder) {
  const hash = createHash("sha256").update(readFileSync(join(root, "package.json")));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of files.sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
