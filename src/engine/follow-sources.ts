import type { Finding, Related } from "../verify/finding.ts";
import { keepCopiesEqual } from "./copies.ts";
import { isEngineCode } from "./engine-findings.ts";
import { PlaceIndex } from "./places.ts";
import type { Place } from "./places.ts";
import { generatedFromFile } from "./provenance.ts";

/** A file of the run as this step sees it. */
export interface FileFindings extends Place {
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Which of its findings are printed. */
  readonly isWanted: (finding: Finding) => boolean;
}

/**
 * Adjusts fixes to where the code comes from. A generated file gets none: it would be overwritten, so its findings point to the
 * file that it is made from. A copy is repaired together with its source, else the two drift apart; where the source's repair
 * is not certain in this run, the copy's becomes unsafe.
 *
 * A pure function of the files' findings and of the names of all files in the run.
 */
export function followSources(
  files: readonly FileFindings[],
  allPaths: readonly Place[],
): readonly FileFindings[] {
  const places = new PlaceIndex(allPaths);
  const byReal = new Map(files.map((file) => [file.real, file]));
  const withoutGenerated = files.map((file) => pointToOrigin(file, places, byReal));
  return keepCopiesEqual(withoutGenerated, places);
}

function pointToOrigin(
  file: FileFindings,
  places: PlaceIndex,
  byReal: ReadonlyMap<string, FileFindings>,
): FileFindings {
  if (file.findings.length === 0) return file;
  const origin = generatedFromFile(file.text);
  if (origin === null) return file;
  const place = origin === "" ? null : places.find(origin, file.real);
  const originFile = place === null ? undefined : byReal.get(place.real);
  const named = origin === "" ? "its source" : origin;
  const findings = file.findings.map((finding) => {
    if (isEngineCode(finding.rule)) return finding;
    const same = originFile?.findings.find(
      (other) => other.rule === finding.rule && other.definition === finding.definition,
    );
    const related: readonly Related[] = place === null ? [] : [{ filename: place.path, ...pointer(same) }];
    // A class that a modular file only names, or not even that, is made of what it inherits from.
    const inherited = place === null || same ? "" : `, or what ${named} inherits it from`;
    const advice = `this file is generated: repair ${named}${inherited}`;
    return {
      ...finding,
      message: `${finding.message} (${advice})`,
      fix: null,
      related: [...finding.related, ...related],
    };
  });
  return { ...file, findings };
}

function pointer(same: Finding | undefined): Omit<Related, "filename"> {
  return same
    ? { span: same.span, message: "generated from this" }
    : { span: { start: 0, end: 0 }, message: "generated from this file" };
}
