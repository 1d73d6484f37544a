// npm runs this after `npm ci`, before `npm pack`, and in the clone when someone installs from a git URL.
// Nothing may reach stdout: pre-commit reads the tarball's name from the stdout of `npm pack`.
//
// `npm install --global <git URL>` needs two repairs in npm 10 and 11. The npm that prepares the clone inherits --global,
// so instead of installing the clone's dependencies it links the clone itself into the global folder. The dependencies
// are therefore installed here; and the link is undone, or npm would unpack the package through it into the clone, which
// it then deletes.
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, unlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(command, args, env = process.env) {
  const shell = process.platform === "win32" && command === "npm";
  const { status, error } = spawnSync(command, args, { cwd: root, env, shell, stdio: ["ignore", 2, 2] });
  if (error) console.error(`prepare: ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function isBuildable() {
  try {
    createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
    return true;
  } catch {
    return false;
  }
}

/** npm hands its own settings down through the environment; the ones that brought us here must not apply again. */
function ownEnvironment() {
  const inherited =
    /^(npm_config_(global|location|omit|include|only|production|dry_run|package_lock_only)|node_env)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

function installDependencies() {
  const args = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  if (npm !== undefined && basename(npm) === "npm-cli.js")
    run(process.execPath, [npm, ...args], ownEnvironment());
  else run("npm", args, ownEnvironment());
}

/** Puts back the folder, with the dependencies in it, that npm has just replaced by a link to this clone. */
function undoGlobalLink() {
  const { npm_config_prefix: prefix, npm_package_name: name } = process.env;
  if (prefix === undefined || name === undefined) return;
  const modules = join(prefix, process.platform === "win32" ? "" : "lib", "node_modules");
  const place = join(modules, name);
  if (!lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (realpathSync(place) !== realpathSync(root)) return;
  const retired = readdirSync(modules).find((entry) => entry.startsWith(`.${name}-`));
  unlinkSync(place);
  if (retired === undefined) mkdirSync(place);
  else renameSync(join(modules, retired), place);
}

// `npm install --global .` in one's own checkout makes the same link, and means it.
const isGlobalFromGit =
  process.env.npm_config_global === "true" && basename(realpathSync(root)).startsWith("git-clone");
if (isGlobalFromGit) undoGlobalLink();
// npm runs this twice there: as a link's script, and before it packs the clone.
if (!(isGlobalFromGit && existsSync(join(root, "dist")))) {
  if (!isBuildable()) installDependencies();
  run(process.execPath, ["scripts/build.mjs"]);
}
