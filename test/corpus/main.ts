/** `npm run corpus [-- --sample]`: recall and silence on transformers 4.37.2. The work is done by run.sh beside this file. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("run.sh", import.meta.url));
const { status } = spawnSync("bash", [script, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 2;
