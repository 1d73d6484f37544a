import type { Finding, Related } from "../verify/finding.ts";
import { copiesIn, generatedFromFile } from "./provenance.ts";
import type { Copy } from "./provenance.ts";

/** A file of the run as this step sees it. */
export interface FileFindings {
  /** As shown to the reader. */
  readonly path: string;
  /** Absolute. */
  readonly real: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/**
 * Adjusts fixes to where the code comes from. A generated file gets none: it would be overwritten, so its findings point to the
 * file that it is made from. A copy is repaired together with its source, else the two drift apart; where the source's repair
 * is not certain in this run, the copy's becomes unsafe.
 *
 * A pure function of the files' findings and of the names of all files in the run. `isWanted` says which findings are printed.
 */
export function followSources(
  files: readonly FileFindings[],
  allPaths: readonly { readonly path: string; readonly real: string }[],
  isWanted: (finding: Finding) => boolean,
): readonly FileFindings[] {
  const places = new PlaceIndex(allPaths);
  const byReal = new Map(files.map((file) => [file.real, file]));
  const withoutGenerated = files.map((file) => pointToOrigin(file, places, byReal));
  return demoteCopies(withoutGenerated, places, isWanted);
}

/** Finds files by the end of their path, as comments and imports name them. */
class PlaceIndex {
  readonly #byName = new Map<string, { path: string; real: string; slashed: string }[]>();

  constructor(paths: readonly { readonly path: string; readonly real: string }[]) {
    for (const { path, real } of paths) {
      const slashed = `/${real.replaceAll("\\", "/")}`;
      const name = slashed.slice(slashed.lastIndexOf("/") + 1);
      const entries = this.#byName.get(name) ?? [];
      entries.push({ path, real, slashed });
      this.#byName.set(name, entries);
    }
  }

  /** Of several the one nearest to the file that names it: two releases may lie side by side. */
  find(end: string, near: string): { readonly path: string; readonly real: string } | null {
    const slashed = end.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
    const name = slashed.slice(slashed.lastIndexOf("/") + 1);
    const matching = this.#byName.get(name)?.filter((entry) => entry.slashed.endsWith(`/${slashed}`)) ?? [];
    const shared = matching.map((entry) => commonLength(entry.real, near));
    return matching[shared.indexOf(Math.max(...shared))] ?? null;
  }

  /** The module of a dotted path, and the definition in it. */
  findDefinition(
    dotted: string,
    near: string,
  ): { readonly real: string; readonly definition: string } | null {
    const names = dotted.split(".");
    for (let length = names.length; length > 0; length--) {
      const base = names.slice(0, length).join("/");
      const place =
        this.find(`${base}.py`, near) ?? (length > 1 ? this.find(`${base}/__init__.py`, near) : null);
      if (place !== null) return { real: place.real, definition: names.slice(length).join(".") };
    }
    return null;
  }
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
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
  const advice =
    origin === "" ? "this file is generated: repair its source" : `this file is generated: repair ${origin}`;
  const findings = file.findings.map((finding) => {
    const related: readonly Related[] =
      place === null ? [] : [{ filename: place.path, ...pointer(finding, originFile) }];
    return {
      ...finding,
      message: `${finding.message} (${advice})`,
      fix: null,
      related: [...finding.related, ...related],
    };
  });
  return { ...file, findings };
}

function pointer(finding: Finding, origin: FileFindings | undefined): Omit<Related, "filename"> {
  const same = origin?.findings.find((other) => isSame(other, finding.rule, finding.definition));
  if (same !== undefined) return { span: same.span, message: "generated from this" };
  return { span: { start: 0, end: 0 }, message: "generated from this file" };
}

function demoteCopies(
  files: readonly FileFindings[],
  places: PlaceIndex,
  isWanted: (finding: Finding) => boolean,
): readonly FileFindings[] {
  const fixable = files.filter((file) => file.findings.some(({ fix }) => fix?.applicability === "safe"));
  const copies = new Map(fixable.map((file) => [file.real, copiesIn(file.text)]));
  let current = files;
  // A copy may have been copied from a copy, so that one demotion brings the next; it only ever goes down.
  for (let pass = 0; pass < 8; pass++) {
    const byReal = new Map(current.map((file) => [file.real, file]));
    const next = current.map((file) =>
      demoteIn(file, copies.get(file.real) ?? [], { places, byReal, isWanted }),
    );
    if (next.every((file, index) => file === current[index])) break;
    current = next;
  }
  return current;
}

interface Context {
  readonly places: PlaceIndex;
  readonly byReal: ReadonlyMap<string, FileFindings>;
  readonly isWanted: (finding: Finding) => boolean;
}

function demoteIn(file: FileFindings, copies: readonly Copy[], context: Context): FileFindings {
  if (copies.length === 0) return file;
  const reasons = new Map<string, string>();
  for (const finding of file.findings) {
    if (finding.fix?.applicability !== "safe" || reasons.has(finding.fix.group)) continue;
    const reason = reasonToHoldBack(finding, copies, file.real, context);
    if (reason !== null) reasons.set(finding.fix.group, reason);
  }
  if (reasons.size === 0) return file;
  const findings = file.findings.map((finding): Finding => {
    const reason = finding.fix === null ? undefined : reasons.get(finding.fix.group);
    if (finding.fix === null || reason === undefined) return finding;
    const message = `${finding.fix.message} (unsafe: ${reason})`;
    return { ...finding, fix: { ...finding.fix, applicability: "unsafe", message } };
  });
  return { ...file, findings };
}

/** Why a copy's fix is not safe by itself, or null where it goes with its source's. */
function reasonToHoldBack(
  finding: Finding,
  copies: readonly Copy[],
  near: string,
  context: Context,
): string | null {
  const copy = innermost(finding.definition, copies);
  if (copy === null) return null;
  const source = context.places.findDefinition(copy.source, near);
  if (source === null) return `this is a copy of ${copy.source}, which is not among the files of this run`;
  const tail = finding.definition.slice(copy.definition.length);
  const sameInSource = (context.byReal.get(source.real)?.findings ?? []).filter(
    (other) =>
      other.rule === finding.rule &&
      rename(other.definition, copy) === rename(source.definition, copy) + tail,
  );
  // None: the source is repaired already, or silenced with its author's reason.
  const held = sameInSource.find((other) => other.fix?.applicability !== "safe" || !context.isWanted(other));
  return held === undefined
    ? null
    : `this is a copy of ${copy.source}, which this run does not repair safely`;
}

function innermost(definition: string, copies: readonly Copy[]): Copy | null {
  const around = copies.filter(
    (copy) => definition === copy.definition || definition.startsWith(`${copy.definition}.`),
  );
  return around.reduce<Copy | null>(
    (best, copy) => (best !== null && best.definition.length >= copy.definition.length ? best : copy),
    null,
  );
}

function rename(definition: string, copy: Copy): string {
  return copy.replacements.reduce((name, { from, to }) => name.replaceAll(from, to), definition);
}

function isSame(finding: Finding, rule: string, definition: string): boolean {
  return finding.rule === rule && finding.definition === definition;
}
