/**
 * `npm run oracle [-- --sample]`: ropelint's claims against real PyTorch. Every fixture before and after its fix (test/evidence), then
 * real classes of transformers 4.37.2 (run.sh beside this file); a sample takes some of these classes only.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const options = process.argv.slice(2);
const fixtures = fileURLToPath(new URL("../evidence/main.ts", import.meta.url));
const classes = fileURLToPath(new URL("run.sh", import.meta.url));
const isSample = options.includes("--sample");

function run(program: string, args: readonly string[]): number {
  return spawnSync(program, args, { stdio: "inherit" }).status ?? 2;
}

const first = isSample ? 0 : run(process.execPath, ["--import", "tsx", fixtures, "--check"]);
process.exitCode = Math.max(first, run("bash", [classes, ...options]));
