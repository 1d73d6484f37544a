import type { Edit } from "../ir/rewrite.ts";
import type { Finding, Fix } from "../verify/finding.ts";
import type { FileFindings } from "./follow-sources.ts";
import type { PlaceIndex } from "./places.ts";
import { copiesIn } from "./provenance.ts";
import type { Copy } from "./provenance.ts";

/**
 * Repairs copies together with their sources, else the two drift apart: where the source's repair is not certain in this run,
 * the copy's becomes unsafe, and where both are repaired the copy is spelled like its source.
 */
export function keepCopiesEqual(files: readonly FileFindings[], places: PlaceIndex): readonly FileFindings[] {
  const fixable = files.filter((file) => file.findings.some(({ fix }) => fix?.applicability === "safe"));
  const copies = new Map(fixable.map((file) => [file.real, copiesIn(file.text)]));
  let current = files;
  // A copy may have been copied from a copy, so that one change brings the next.
  for (let pass = 0; pass < 8; pass++) {
    const byReal = new Map(current.map((file) => [file.real, file]));
    const next = current.map((file) => {
      const own = copies.get(file.real) ?? [];
      return own.length === 0 ? file : adjustFile(file, own, { places, byReal });
    });
    if (next.every((file, index) => file === current[index])) break;
    current = next;
  }
  return current;
}

interface Context {
  readonly places: PlaceIndex;
  readonly byReal: ReadonlyMap<string, FileFindings>;
}

/** The same object where nothing changes. A group is changed as a whole. */
function adjustFile(file: FileFindings, copies: readonly Copy[], context: Context): FileFindings {
  const changed = new Map<string, Fix>();
  for (const finding of file.findings) {
    if (finding.fix?.applicability !== "safe" || isUnsafe(changed.get(finding.fix.group))) continue;
    const fix = adjustFix(finding, finding.fix, file, copies, context);
    if (fix !== finding.fix) changed.set(fix.group, fix);
  }
  if (changed.size === 0) return file;
  const findings = file.findings.map((finding): Finding => {
    const fix = finding.fix === null ? undefined : changed.get(finding.fix.group);
    return fix === undefined ? finding : { ...finding, fix };
  });
  return { ...file, findings };
}

function isUnsafe(fix: Fix | undefined): boolean {
  return fix?.applicability === "unsafe";
}

function adjustFix(
  finding: Finding,
  fix: Fix,
  file: FileFindings,
  copies: readonly Copy[],
  { places, byReal }: Context,
): Fix {
  const copy = innermost(finding.definition, copies);
  if (copy === null) return fix;
  const source = places.findDefinition(copy.source, file.real);
  if (source === null)
    return holdBack(
      fix,
      `copied from ${copy.source}, which is not among the files of this run; check the folder that holds both to repair both`,
    );
  const sourceFile = byReal.get(source.real);
  const wanted = rename(source.definition, copy) + finding.definition.slice(copy.definition.length);
  const counterparts = (sourceFile?.findings ?? []).filter(
    (other) => other.rule === finding.rule && rename(other.definition, copy) === wanted,
  );
  // None: the source is repaired already, or silenced with its author's reason.
  if (
    counterparts.some((other) => other.fix?.applicability !== "safe" || sourceFile?.isWanted(other) !== true)
  )
    return holdBack(fix, `copied from ${copy.source}, which this run does not repair safely`);
  const twin = counterparts[ordinal(finding, file.findings)]?.fix ?? null;
  if (twin === null || sourceFile === undefined) return fix;
  return spellLike(fix, file.text, twin, sourceFile.text, copy);
}

function holdBack(fix: Fix, reason: string): Fix {
  return { ...fix, applicability: "unsafe", reason };
}

/** The how-manieth of its rule in its definition. */
function ordinal(finding: Finding, all: readonly Finding[]): number {
  return all
    .filter((other) => other.rule === finding.rule && other.definition === finding.definition)
    .indexOf(finding);
}

/** Two files may name one dtype differently; where that is all that differs, the copy takes its source's word. */
function spellLike(fix: Fix, text: string, twin: Fix, twinText: string, copy: Copy): Fix {
  const own = inOrder(fix.edits);
  const others = inOrder(twin.edits);
  if (own.length !== others.length) return fix;
  const edits = own.map((edit, index) => {
    const other = others[index] ?? edit;
    const content = rename(other.content, copy);
    const replacesSame =
      rename(twinText.slice(other.start, other.end), copy) === text.slice(edit.start, edit.end);
    return replacesSame && sameMeaning(content) === sameMeaning(edit.content) ? { ...edit, content } : null;
  });
  const isSpelled = edits.every((edit) => edit !== null);
  if (!isSpelled || edits.every((edit, index) => edit.content === own[index]?.content)) return fix;
  return { ...fix, edits };
}

function sameMeaning(content: string): string {
  return content.replace(/\.long\b/g, ".int64").replace(/\.float\b(?!\()/g, ".float32");
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The copy that a definition is, or is part of. */
export function innermost(definition: string, copies: readonly Copy[]): Copy | null {
  const around = copies.filter(
    (copy) => definition === copy.definition || definition.startsWith(`${copy.definition}.`),
  );
  return around.reduce<Copy | null>(
    (best, copy) => (best !== null && best.definition.length >= copy.definition.length ? best : copy),
    null,
  );
}

function rename(text: string, copy: Copy): string {
  return copy.replacements.reduce((name, { from, to }) => name.replaceAll(from, to), text);
}
