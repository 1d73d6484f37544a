// The step of action.yml that checks: once for each reader, from one cache. Inputs come by the environment, as GitHub's own do: nothing of them
// is ever part of a command line that a shell reads.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../bin/ropelint.js", import.meta.url));
const input = (name) => (process.env[`ROPELINT_ACTION_${name}`] ?? "").trim();

/** What would change the files, or what the inputs speak of. */
const ownFlags =
  /^--(?:fix|unsafe-fixes|diff|add-ignores|output-format|output-file|statistics|exit-zero|exit-non-zero-on-fix|changed-since)(?:=|$)/;

/** A message that is shown with the run; GitHub reads it from one line. */
function fail(text) {
  const escaped = text.trim().replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(`::error title=ropelint::${escaped}`);
  process.exit(2);
}

function isTrue(name) {
  const value = input(name).toLowerCase();
  if (value !== "true" && value !== "false") fail(`${name.toLowerCase()}: true or false, not "${value}"`);
  return value === "true";
}

const paths = input("PATHS")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "");
const args = input("ARGS").split(/\s+/).filter(Boolean);
const foreign = args.find((word) => ownFlags.test(word));
if (foreign !== undefined) fail(`args: ${foreign} is not for this action`);
if (input("CHANGED_SINCE") !== "") args.push(`--changed-since=${input("CHANGED_SINCE")}`);

const sarif = input("SARIF_FILE");
if (/[\r\n]/.test(sarif)) fail("sarif-file: one file");

/** Runs ropelint for one reader: what it printed. Whatever it can't do ends the step. */
function check(...flags) {
  const words = [
    bin,
    "check",
    ...args,
    ...flags,
    "--exit-zero",
    "--",
    ...(paths.length === 0 ? ["."] : paths),
  ];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error) fail(error.message);
  if (status !== 0) {
    process.stdout.write(stdout);
    fail(stderr === "" ? `ropelint ended with ${String(status)}` : stderr);
  }
  return { out: stdout, notes: stderr };
}

const [hasAnnotations, hasSummary, fails] = ["ANNOTATIONS", "SUMMARY", "FAIL"].map(isTrue);
const annotations = check("--output-format", "github");
const findings = annotations.out.split("\n").filter((line) => /^::(?:error|warning|notice) /.test(line));
process.stdout.write(hasAnnotations ? annotations.out : check("--output-format", "concise").out);
process.stderr.write(annotations.notes);

const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output } = process.env;
if (hasSummary && summary !== undefined && summary !== "") {
  const folder = mkdtempSync(join(tmpdir(), "ropelint-action-"));
  const file = join(folder, "summary.md");
  check("--output-format", "markdown", "--output-file", file);
  appendFileSync(summary, readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true });
}
if (sarif !== "") check("--output-format", "sarif", "--output-file", sarif);
if (output !== undefined && output !== "")
  appendFileSync(output, `findings=${String(findings.length)}\nsarif-file=${sarif}\n`);
process.exit(findings.length > 0 && fails ? 1 : 0);
