import type { ArtifactChange, Fix, Location, Log, Region, ReportingDescriptor, Result } from "sarif";
import type { Position } from "../../engine/position.ts";
import type { Diagnostic } from "../../engine/report.ts";
import type { RuleInfo } from "../../engine/rule-info.ts";
import { pathUri } from "./escape.ts";
import { nonFinite } from "./json.ts";
import { worstFirst } from "./worst-first.ts";

/**
 * GitHub rejects a run of more results, and shows the 5,000 worst of them: GitHub docs, "SARIF support for code scanning" and
 * "SARIF results exceed one or more limits".
 */
const resultLimit = 25_000;

/** SARIF 2.1.0. */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  rules: readonly RuleInfo[],
  version: string,
): string {
  const shown = worstFirst(diagnostics).slice(0, resultLimit);
  const ids = [...new Set(shown.map(({ finding }) => finding.rule))].sort();
  const omitted = diagnostics.length - shown.length;
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "ropelint", version, rules: ids.map((id) => descriptor(id, rules)) } },
        columnKind: "unicodeCodePoints",
        results: shown.map((diagnostic) => toResult(diagnostic, ids.indexOf(diagnostic.finding.rule))),
        ...(omitted === 0 ? {} : { properties: { omittedResults: omitted } }),
      },
    ],
  } satisfies Log;
  return `${JSON.stringify(log, nonFinite, 2)}\n`;
}

/** What belongs to the run and to no rule (`io-error`) has no more than its name. */
function descriptor(id: string, rules: readonly RuleInfo[]): ReportingDescriptor {
  const rule = rules.find((each) => each.id === id);
  return {
    id,
    shortDescription: { text: rule?.summary ?? id },
    ...(rule?.url ? { helpUri: rule.url } : {}),
    defaultConfiguration: { enabled: rule?.strict !== true, level: rule === undefined ? "error" : "warning" },
  };
}

function toResult(diagnostic: Diagnostic, ruleIndex: number): Result {
  const { cell, finding, fix, path, location, inFile, related, fingerprint } = diagnostic;
  const { rule, severity, message, environments, evidence } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: message },
    locations: [place(path, region(inFile.location, inFile.end))],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((each, id) => ({
            id,
            ...place(each.path, region(each.inFile)),
            message: { text: each.message },
          })),
        }),
    ...(fix === null ? {} : { fixes: [toFix(diagnostic, fix)] }),
    partialFingerprints: { "ropelint/v1": fingerprint },
    properties: {
      environments,
      evidence,
      ...(cell === null ? {} : { cell, location }),
      ...(fix === null ? {} : { applicability: fix.applicability }),
    },
  };
}

/** Places are those of the file, whatever hosts the code. */
function toFix(diagnostic: Diagnostic, { message, edits }: NonNullable<Diagnostic["fix"]>): Fix {
  const { path: own, lines, finding } = diagnostic;
  const paths = [...new Set(edits.map(({ filename }) => filename ?? own))];
  if (paths.every((path) => path === own) && edits.every(({ filename }) => filename === undefined))
    return { description: { text: message }, artifactChanges: [ownChange(own, lines, finding)] };
  return {
    description: { text: message },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path),
      replacements: edits
        .filter(({ filename }) => (filename ?? own) === path)
        .map(({ content, location, end_location: end }) => ({
          deletedRegion: region(location, end),
          insertedContent: { text: content },
        })),
    })),
  };
}

function ownChange(path: string, lines: Diagnostic["lines"], { fix }: Diagnostic["finding"]): ArtifactChange {
  return {
    artifactLocation: artifact(path),
    replacements: lines.editsInFile(fix?.edits ?? []).map(({ content, start, end }) => ({
      deletedRegion: region(lines.file.position(start), lines.file.position(end)),
      insertedContent: { text: content },
    })),
  };
}

function place(path: string, where: Region): Location {
  return { physicalLocation: { artifactLocation: artifact(path), region: where } };
}

/** Relative ones are of the folder that the host knows as the root of the sources. */
function artifact(path: string): { uri: string; uriBaseId?: string } {
  const uri = pathUri(path);
  return uri.startsWith("file:") ? { uri } : { uri, uriBaseId: "%SRCROOT%" };
}

/** Both count from 1, and the end is exclusive in SARIF as well. */
function region({ row, column }: Position, end?: Position): Region {
  const start = { startLine: row, startColumn: column };
  return end === undefined ? start : { ...start, endLine: end.row, endColumn: end.column };
}
