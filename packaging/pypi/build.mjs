// Builds the wheel: what npm would install of ropelint goes into src/ropelint/_node of a copy of this folder, and pip packs it.
//
//     node packaging/pypi/build.mjs [--python python3] [--out packaging/pypi/dist]
//
// The wheel is py3-none-any. It holds tree-sitter's wasm and not its native bindings, which would make it a wheel for each platform,
// or one of six platforms' binaries; the trees, and so the findings, are the same.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = join(root, "packaging/pypi");

/** tree-sitter's native binding, its grammar, and what only they need. */
const native = ["tree-sitter", "tree-sitter-python", "node-addon-api", "node-gyp-build"];
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** npm keeps what is for development where a dependency could use it, too: valibot has TypeScript for an optional peer. */
const leftOut = new Set([...native, ...Object.keys(devDependencies)]);

/** What no running program reads: source maps, declarations, npm's own notes. */
function isLeftOut(path) {
  const name = basename(path);
  return name === ".bin" || name === ".package-lock.json" || /\.map$|\.d\.[cm]?ts$/.test(name);
}

function run(command, args, cwd) {
  const shell = process.platform === "win32" && command === "npm";
  const options = { cwd, shell, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const { status, stdout, error } = spawnSync(command, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stdout}`);
  return stdout;
}

/** The package as npm packs it, with the dependencies that the lock file names. */
function bundle(target, work) {
  run(process.execPath, [join(root, "scripts/build.mjs")], root);
  const name = run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", work], root).trim();
  run("tar", ["-xzf", name], work);
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    if (existsSync(join(root, file))) copyFileSync(join(root, file), join(work, file));
  const omit = ["--omit=dev", "--omit=peer"];
  run("npm", ["ci", ...omit, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], work);
  const filter = (path) => !isLeftOut(path);
  cpSync(join(work, "package"), target, { recursive: true, filter });
  const modules = join(work, "node_modules");
  cpSync(modules, join(target, "node_modules"), {
    recursive: true,
    filter: (path) => filter(path) && !leftOut.has(path.slice(modules.length + 1)),
  });
}

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    out: { type: "string", default: join(here, "dist") },
  },
});
const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), "ropelint-wheel-"));
try {
  // A copy: the bundle is no part of the checkout.
  const project = join(work, "pypi");
  cpSync(here, project, { recursive: true });
  copyFileSync(join(root, "LICENSE"), join(project, "LICENSE"));
  bundle(join(project, "src/ropelint/_node"), work);
  const args = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, project];
  run(values.python, args, work);
  console.log(out);
} finally {
  rmSync(work, { recursive: true, force: true });
}
