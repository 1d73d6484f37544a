// Runs the test files through node:test and tsx. Node 20's own `--test` knows neither globs nor TypeScript.
// Arguments that do not start with a dash select files whose path contains one of them.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { globSync } from "tinyglobby";

const options = process.argv.slice(2).filter((argument) => argument.startsWith("-"));
const words = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const files = globSync("test/**/*.test.ts", { ignore: ["test/fixtures/**"] })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${words.join(", ")}`);
  process.exit(2);
}
const concurrency = Math.max(1, Math.min(4, availableParallelism()));
const child = spawnSync(
  process.execPath,
  [
    "--import",
    "tsx",
    "--test",
    "--test-reporter=spec",
    `--test-concurrency=${concurrency}`,
    ...options,
    ...files,
  ],
  { stdio: "inherit" },
);
process.exit(child.status ?? 1);
