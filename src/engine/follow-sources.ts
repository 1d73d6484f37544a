import type { Finding, Related } from "../verify/finding.ts";
import { innermost, keepCopiesEqual } from "./copies.ts";
import { isEngineCode } from "./engine-findings.ts";
import { PlaceIndex } from "./places.ts";
import type { Place } from "./places.ts";
import { copiesIn, generatedFromFile } from "./provenance.ts";

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
  const twins = writtenByHand(files);
  const withoutGenerated = files.map((file) => pointToOrigin(file, places, byReal, twins));
  return keepCopiesEqual(withoutGenerated, places);
}

function pointToOrigin(
  file: FileFindings,
  places: PlaceIndex,
  byReal: ReadonlyMap<string, FileFindings>,
  twins: Twins,
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
    const twin = same ? null : (twins.get(contentKey(file, finding)) ?? null);
    const related: readonly Related[] = [
      ...(place === null ? [] : [{ filename: place.path, ...pointer(same) }]),
      ...(twin === null ? [] : [{ filename: twin.path, span: twin.finding.span, message: "the same code" }]),
    ];
    // A class that a modular file only names, or not even that, is made of what it inherits from.
    const inherited =
      twin !== null
        ? `, or ${outermost(twin.finding)} in ${twin.path}, which has the same code`
        : place === null || same
          ? ""
          : ", or what it inherits this from";
    const advice = `this file is generated: repair ${named}${inherited}`;
    return {
      ...finding,
      message: `${finding.message} (${advice})`,
      fix: null,
      withheld: "this file would be generated anew",
      related: [...finding.related, ...related],
    };
  });
  return { ...file, findings };
}

/** Findings of code that is made from no other, by what is found and in what text. */
type Twins = ReadonlyMap<string, { readonly path: string; readonly finding: Finding }>;

function writtenByHand(files: readonly FileFindings[]): Twins {
  const twins = new Map<string, { readonly path: string; readonly finding: Finding }>();
  for (const file of files) {
    if (file.findings.length === 0 || generatedFromFile(file.text) !== null) continue;
    const copies = copiesIn(file.text);
    for (const finding of file.findings) {
      const key = contentKey(file, finding);
      if (!twins.has(key) && innermost(finding.definition, copies) === null)
        twins.set(key, { path: file.path, finding });
    }
  }
  return twins;
}

/** The rule, the innermost definition, and the code: classes change their names from file to file. */
function contentKey({ text }: FileFindings, { rule, definition, span }: Finding): string {
  const code = text.slice(span.start, span.end).replace(/\s+/g, " ");
  return [rule, definition.slice(definition.lastIndexOf(".") + 1), code].join("\0");
}

function outermost({ definition }: Finding): string {
  return definition.split(".")[0] ?? "";
}

function pointer(same: Finding | undefined): Omit<Related, "filename"> {
  return same
    ? { span: same.span, message: "generated from this" }
    : { span: { start: 0, end: 0 }, message: "generated from this file" };
}
