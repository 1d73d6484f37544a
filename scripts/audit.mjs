// Known holes in what ropelint ships with: `npm audit` of the dependencies that users install. A registry without that service can't say.
import { spawnSync } from "node:child_process";

const { status, stdout, stderr } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const report = JSON.parse(stdout || "{}");
const holes = report.metadata?.vulnerabilities;
if (holes === undefined) {
  const reason = report.message ?? stderr.trim().split("\n").at(-1) ?? "no answer";
  console.log(`skipped: this registry does not audit packages (${reason})`);
} else {
  const { total, ...levels } = holes;
  console.log(`${total} known holes in what is shipped: ${JSON.stringify(levels)}`);
  for (const [name, { severity, range }] of Object.entries(report.vulnerabilities ?? {}))
    console.log(`  ${name} ${range}: ${severity}`);
  process.exitCode = status === 0 ? 0 : 1;
}
