// Builds the wheel: what npm would install of ropelint goes into src/ropelint/_node, and pip packs it.
//
//     node packaging/pypi/build.mjs [--python python3] [--out packaging/pypi/dist]
//
// The wheel is py3-none-any. It holds tree-sitter's wasm and not its native bindings, which would make it a wheel for each platform,
// or one of six platforms' binaries; the trees, and so the findings, are the same.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const here = join(root, "packaging/pypi");
const target = join(here, "src/ropelint/_node");

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
function bundle() {
  run(process.execPath, [join(root, "scripts/build.mjs")], root);
  const work = mkdtempSync(join(tmpdir(), "ropelint-wheel-"));
  const place = `${target}.new`;
  try {
    const name = run(
      "npm",
      ["pack", "--ignore-scripts", "--silent", "--pack-destination", work],
      root,
    ).trim();
    run("tar", ["-xzf", join(work, name), "-C", work], root);
    for (const file of ["package.json", "package-lock.json", ".npmrc"])
      if (existsSync(join(root, file))) copyFileSync(join(root, file), join(work, file));
    const omit = ["--omit=dev", "--omit=peer"];
    run("npm", ["ci", ...omit, "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], work);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { recursive: true });
    const filter = (path) => !isLeftOut(path);
    cpSync(join(work, "package"), place, { recursive: true, filter });
    const modules = join(work, "node_modules");
    cpSync(modules, join(place, "node_modules"), {
      recursive: true,
      filter: (path) => filter(path) && !leftOut.has(path.slice(modules.length + 1)),
    });
    rmSync(target, { recursive: true, force: true });
    renameSync(place, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(place, { recursive: true, force: true });
  }
  copyFileSync(join(root, "LICENSE"), join(here, "LICENSE"));
}

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    out: { type: "string", default: join(here, "dist") },
  },
});
bundle();
const out = resolve(values.out);
run(values.python, ["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, here], root);
console.log(out);
