import type { RuleInfo } from "../engine/rule-info.ts";
import type { RunResult } from "../engine/run.ts";
import type { CheckFlags } from "./check.ts";
import { formatConcise } from "./formats/concise.ts";
import { formatDiff } from "./formats/diff.ts";
import { formats } from "./formats/formats.ts";
import { count, formatStatistics } from "./formats/statistics.ts";
import { plural, summarise } from "./formats/summary.ts";
import type { Paint } from "./palette.ts";

export interface ReportTarget {
  readonly flags: CheckFlags;
  readonly rules: readonly RuleInfo[];
  readonly version: string;
  /** The name of the baseline that was heeded. */
  readonly baseline: string | null;
  readonly write: (text: string) => void;
  /** For what accompanies a diff. */
  readonly writeAside: (text: string) => void;
  readonly paint: Paint;
  readonly isTerminal: boolean;
}

export function writeReport(result: RunResult, target: ReportTarget): void {
  const { flags } = target;
  if (flags.diff) writeDiff(result, target);
  else if (flags.statistics) writeStatistics(result, target);
  else writeFindings(result, target);
}

/** 2 where ropelint itself failed, 1 where something is printed, else 0. */
export function exitStatus({ diagnostics, fixed, changes }: RunResult, flags: CheckFlags): number {
  if (diagnostics.some(({ finding }) => finding.rule === "internal-error")) return 2;
  if (flags.exitZero) return 0;
  if (flags.exitNonZeroOnFix && fixed.length > 0) return 1;
  // A diff stands for the findings it takes away; what no fix reaches is not its business.
  const printed = flags.diff ? changes.length + unreadable(diagnostics).length : diagnostics.length;
  return printed > 0 ? 1 : 0;
}

function unreadable(diagnostics: RunResult["diagnostics"]): RunResult["diagnostics"] {
  return diagnostics.filter(
    ({ finding }) => finding.rule === "io-error" || finding.rule === "internal-error",
  );
}

function writeDiff({ changes, fixed, diagnostics }: RunResult, target: ReportTarget): void {
  for (const change of changes) target.write(formatDiff(change, target.paint, target.isTerminal));
  for (const diagnostic of unreadable(diagnostics))
    target.writeAside(formatConcise(diagnostic, (_, text) => text));
  const what = `${plural(fixed.length, "finding")} in ${plural(changes.length, "file")}`;
  target.writeAside(
    fixed.length === 0
      ? `No ${target.flags.addIgnores ? "comments to add" : "fixes to make"}.\n`
      : `Would ${target.flags.addIgnores ? "ignore" : "fix"} ${what}.\n`,
  );
}

function writeStatistics({ diagnostics }: RunResult, { flags, write, paint }: ReportTarget): void {
  const { outputFormat } = flags;
  if (outputFormat === "json") write(`${JSON.stringify(count(diagnostics), null, 2)}\n`);
  else if (outputFormat === "json-lines")
    for (const entry of count(diagnostics)) write(`${JSON.stringify(entry)}\n`);
  else write(formatStatistics(diagnostics, paint));
}

function writeFindings(result: RunResult, target: ReportTarget): void {
  const { flags, rules, version, write, paint } = target;
  const { diagnostics, fixed, counts } = result;
  const { reader, format } = formats[flags.outputFormat];
  const known = `${knownOnes(result, target)}${unchangedOnes(result)}`;
  const summary =
    diagnostics.length + fixed.length === 0
      ? `All checks passed (${plural(counts.files, "file")}${known})`
      : `${summarise(diagnostics, fixed, flags.unsafeFixes === true, flags.addIgnores ? "ignored" : "fixed")}${known}`;
  write(format({ diagnostics, rules, version, paint, summary }));
  if (reader === "program") return;
  write(`${summary}.\n`);
  for (const line of tallyLines(result.tallies, rules)) write(`${line}\n`);
}

/** `; 12 known in ropelint-baseline.json` */
function knownOnes({ baseline }: RunResult, target: ReportTarget): string {
  if (baseline === null || baseline.known === 0) return "";
  return `; ${String(baseline.known)} known in ${target.baseline ?? "the baseline"}`;
}

/** `; 3 on unchanged lines` */
function unchangedOnes({ unchanged }: RunResult): string {
  return unchanged === null || unchanged === 0 ? "" : `; ${String(unchanged)} on unchanged lines`;
}

/** `ropelint: 24 frequency tables are kept in ...; --select castable-buffer lists them` */
function tallyLines(tallies: RunResult["tallies"], rules: readonly RuleInfo[]): readonly string[] {
  return rules.flatMap(({ id, tally }) => {
    const count = tallies.get(id) ?? 0;
    if (!tally || count === 0) return [];
    return [
      `ropelint: ${String(count)} ${count === 1 ? tally.one : tally.many}; --select ${id} lists ${count === 1 ? "it" : "them"}`,
    ];
  });
}
