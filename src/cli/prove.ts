import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { FileSettings } from "../engine/checked-file.ts";
import { MissingPathError } from "../engine/discover.ts";
import type { Diagnostic } from "../engine/report.ts";
import { isEngineCode } from "../engine/engine-findings.ts";
import { run } from "../engine/run.ts";
import type { RunResult } from "../engine/run.ts";
import { formatEvidence } from "./formats/evidence-table.ts";
import { formatText } from "./formats/text.ts";
import { missingPath } from "./input.ts";
import { choosePaint } from "./palette.ts";
import type { ColorChoice } from "./palette.ts";
import { configurationsFor } from "./configuration.ts";
import type { ConfigurationFlags } from "./configuration.ts";
import type { Services, Streams } from "./services.ts";

export interface ProveFlags extends ConfigurationFlags {
  readonly color: ColorChoice;
}

/** `ropelint prove PATH[:LINE]`: evaluates all positions and shows all figures. */
export async function prove(
  target: string,
  flags: ProveFlags,
  services: Services,
  streams: Streams,
): Promise<number> {
  const { path, cell, row } = parseTarget(target, streams.cwd);
  const every = { ...flags, severity: "note" } as const;
  const configurations = configurationsFor(every, services, streams, { exhaustive: true });
  let result: RunResult;
  try {
    result = await run(
      {
        cwd: streams.cwd,
        input: [path],
        // What is only counted elsewhere is nothing to prove.
        settingsFor: ({ real }) => withoutTallies(configurations.settingsFor(real)),
        fix: "none",
        accepted: new Set(),
      },
      services,
    );
  } catch (error) {
    if (error instanceof MissingPathError) throw missingPath(error, streams.cwd);
    throw error;
  }
  const shown = result.diagnostics.filter((diagnostic) => row === null || covers(diagnostic, row, cell));
  const paint = choosePaint(flags.color, streams);
  for (const diagnostic of shown) {
    const { evidence } = diagnostic.finding;
    streams.out(`${formatText(diagnostic, paint)}\n`);
    streams.out(
      evidence === null ? "no evidence: nothing was evaluated\n\n" : `${formatEvidence(evidence)}\n`,
    );
  }
  if (shown.length === 0) streams.error(`ropelint: ${nothingFound(path, row, result.diagnostics)}\n`);
  if (shown.some(({ finding }) => finding.rule === "internal-error")) return 2;
  return shown.length > 0 ? 1 : 0;
}

function withoutTallies({ options, isPrinted }: FileSettings): FileSettings {
  return { options: { ...options, tallied: [] }, isPrinted };
}

interface Target {
  readonly path: string;
  /** Of a notebook. */
  readonly cell: number | null;
  readonly row: number | null;
}

/** The end of the path is a line, as findings name it, unless a file has that very name. */
function parseTarget(target: string, cwd: string): Target {
  const [, path, cell, row] = /^(.+?):(?:cell (\d+):)?(\d+)(?::\d+)?:?$/.exec(target) ?? [];
  if (path === undefined || existsSync(resolve(cwd, target))) return { path: target, cell: null, row: null };
  return { path, cell: cell === undefined ? null : Number(cell), row: Number(row) };
}

/** Findings that begin or end elsewhere and run over the line count too; so does what kept the file from being analysed. */
function covers({ cell, location, end, finding }: Diagnostic, row: number, inCell: number | null): boolean {
  if (isEngineCode(finding.rule)) return true;
  return (inCell === null || inCell === cell) && location.row <= row && row <= end.row;
}

function nothingFound(path: string, row: number | null, all: readonly Diagnostic[]): string {
  if (row === null || all.length === 0) return `nothing to prove: no findings in ${path}`;
  const rows = [...new Set(all.map(({ location }) => location.row))].join(", ");
  return `nothing to prove on line ${row} of ${path}; there are findings on ${rows}`;
}
