/**
 * What fixes do to real files: `fixes.ts FILE...` says where one adds a finding, does not settle, or leaves text that does not
 * parse. Each file for itself, in memory; nothing is written.
 */
import { readFileSync } from "node:fs";
import { defaultEnvironments } from "../../src/analysis/environments.ts";
import type { InspectOptions } from "../../src/engine/inspect.ts";
import { liftPython } from "../../src/frontends/python/lift.ts";
import type { Applicability, Severity } from "../../src/verify/finding.ts";
import { newFindings } from "../rules/new-findings.ts";
import { fix, inspect, options, parser, safe, unsafe } from "../rules/read-fixtures.ts";

interface Way {
  readonly name: string;
  readonly severity: Severity;
  readonly accepted: ReadonlySet<Applicability>;
}

const ways: readonly Way[] = [
  { name: "--fix", severity: "warning", accepted: safe },
  { name: "--unsafe-fixes --severity note", severity: "note", accepted: unsafe },
];

function problemsOf(text: string, { severity, accepted }: Way): readonly string[] {
  const chosen: InspectOptions = { ...options, environments: defaultEnvironments, severity };
  const before = inspect(text, chosen);
  const fixed = fix(text, before, accepted, chosen);
  if (fixed === text) return [];
  const after = inspect(fixed, chosen);
  const added = errorsIn(fixed) - errorsIn(text);
  return [
    ...newFindings(before, after).map((found) => `new: ${found}`),
    ...(fix(fixed, after, accepted, chosen) === fixed ? [] : ["a second run changes it again"]),
    ...(added > 0 ? [`${String(added)} syntax errors`] : []),
  ];
}

function errorsIn(text: string): number {
  return liftPython(parser.parse(text)).errors.length;
}

let wrong = 0;
const files = process.argv.slice(2);
for (const file of files) {
  const text = readFileSync(file, "utf8");
  for (const way of ways) {
    for (const problem of problemsOf(text, way)) {
      wrong++;
      console.log(`${file}: ${way.name}: ${problem}`);
    }
  }
}
console.log(`fixes: ${String(files.length)} files, ${String(wrong)} problems`);
process.exitCode = wrong > 0 ? 1 : 0;
