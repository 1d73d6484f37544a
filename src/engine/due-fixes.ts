import type { Edit } from "../ir/rewrite.ts";
import type { Applicability, Finding, Fix } from "../verify/finding.ts";
import { compatibleGroups, fixGroups, isShared } from "./apply-fixes.ts";
import type { FixGroup } from "./apply-fixes.ts";
import type { RepairedFile } from "./checked-file.ts";

/** What is to be done to a file in one pass. */
export interface Due {
  readonly groups: readonly FixGroup[];
  /** Other files that have a part in these repairs, by their real paths. */
  readonly partners: ReadonlySet<string>;
}

/**
 * The groups of each file that can be applied together. Repairs of several files come first, one after the other, and only as a whole: what
 * meets another one's edits in any of its files has to wait.
 */
export function dueFixes(
  files: readonly RepairedFile[],
  accepted: ReadonlySet<Applicability>,
): readonly Due[] {
  const taken = new Map(
    files.map(({ file }) => [file.path, { groups: [] as FixGroup[], partners: new Set<string>() }]),
  );
  for (const shared of sharedGroups(files, accepted)) {
    const parts = shared.map((part) => ({ ...part, due: taken.get(part.file.file.path) }));
    const fits = parts.every(({ due, file, group }) => {
      if (due === undefined || file.withheld !== null) return false;
      const known = due.groups.length;
      return compatibleGroups([...due.groups, group]).length === known + 1;
    });
    if (!fits) continue;
    for (const { due, group } of parts) {
      due?.groups.push(group);
      for (const { file } of shared) due?.partners.add(file.file.real);
    }
  }
  return files.map((file) => {
    const due = taken.get(file.file.path);
    if (file.withheld !== null || due === undefined) return { groups: [], partners: new Set() };
    const own = fixGroups(file.findings, file.settings.isPrinted, accepted);
    return { groups: compatibleGroups([...due.groups, ...own]), partners: due.partners };
  });
}

/** A repair of several files: what it does to each of them. */
type SharedGroup = readonly { readonly file: RepairedFile; readonly group: FixGroup }[];

function sharedGroups(
  files: readonly RepairedFile[],
  accepted: ReadonlySet<Applicability>,
): readonly SharedGroup[] {
  const members = new Map<string, { fix: Fix; found: Map<RepairedFile, Finding[]> }>();
  for (const file of files)
    for (const finding of file.findings) {
      const { fix } = finding;
      if (fix === null || !isShared(fix) || !accepted.has(fix.applicability)) continue;
      const group = members.get(fix.group) ?? { fix, found: new Map<RepairedFile, Finding[]>() };
      members.set(fix.group, group);
      group.found.set(file, [...(group.found.get(file) ?? []), finding]);
    }
  const byPath = new Map(files.map((file) => [file.file.path, file]));
  return [...members].flatMap(([id, { fix, found }]) => {
    const isWanted = [...found].some(([{ settings }, all]) => all.some(settings.isPrinted));
    const edits = editsByFile(fix);
    // What uses a constant may have to change with it, or not: its findings go either way.
    const places = new Set([...edits.keys(), ...[...found.keys()].map(({ file }) => file.path)]);
    const parts = [...places].map((path) => {
      const file = byPath.get(path);
      return file && { file, group: { id, edits: edits.get(path) ?? [], members: found.get(file) ?? [] } };
    });
    const present = parts.filter((part) => part !== undefined);
    return isWanted && present.length === parts.length ? [present] : [];
  });
}

function editsByFile({ edits }: Fix): ReadonlyMap<string, readonly Edit[]> {
  const byFile = new Map<string, Edit[]>();
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const path = edit.filename ?? "";
    byFile.set(path, [...(byFile.get(path) ?? []), edit]);
  }
  return byFile;
}
