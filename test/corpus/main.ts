/**
 * `npm run corpus [-- --sample]`: recall and silence on transformers 4.37.2; the work is done by run.sh beside this file.
 * `npm run corpus -- --read PACKAGE-VERSION... | --all`: errors and warnings on other releases; read.py does that.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const options = process.argv.slice(2);
const reads = options.some((option) => ["--read", "--all", "--judge", "--help"].includes(option));
const script = fileURLToPath(new URL(reads ? "read.py" : "run.sh", import.meta.url));
const program = reads ? (process.env.ROPELINT_PYTHON ?? "/usr/bin/python3") : "bash";
const { status } = spawnSync(program, [script, ...options], {
  stdio: "inherit",
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
});
process.exitCode = status ?? 2;
