import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Texts, Use } from "../frontends/typescript/project.ts";
import type { Definition, Edit } from "../ir/rewrite.ts";
import { groupOf, type Finding, type Fix } from "../verify/finding.ts";
import type { CheckedFile, FileSettings } from "./checked-file.ts";
import { decode } from "./decode.ts";
import { discover, type SourceFile } from "./discover.ts";
import { isScript } from "./languages.ts";
import type { LazyToolchain, Toolchain } from "./toolchain.ts";

/** A finding that hangs on a constant of another module. */
interface Dependent {
  readonly file: CheckedFile;
  readonly finding: Finding;
  readonly fix: Fix;
  readonly definition: Definition;
}

/** The files of a run, with those in which such constants are defined as they were read: what is found there may be nothing. */
export function withDefiningFiles(
  checked: readonly CheckedFile[],
  all: readonly SourceFile[],
  settingsFor: (file: SourceFile) => FileSettings,
): readonly CheckedFile[] {
  const wanted = new Set(dependentsOf(checked).map(({ definition }) => definition.path));
  for (const { file, bytes } of checked) if (bytes !== null) wanted.delete(file.real);
  const read = all.flatMap((file): readonly CheckedFile[] => {
    if (!wanted.has(file.real)) return [];
    try {
      const bytes = readFileSync(file.real);
      return [{ file, bytes, text: decode(bytes, file.path), findings: [], settings: settingsFor(file) }];
    } catch {
      // Then what uses the constant is rewritten.
      return [];
    }
  });
  if (read.length === 0) return checked;
  const again = new Set(read.map(({ file }) => file.real));
  return [...checked.filter(({ file }) => !again.has(file.real)), ...read];
}

/**
 * Rewrites a constant where it is defined instead of where it is used: if the run holds the file that defines it, and each of its uses
 * in the project is one that a printed finding repairs. All of them are then one repair of several files.
 */
export function repairDefinitions<File extends CheckedFile>(
  files: readonly File[],
  toolchain: Toolchain,
): readonly File[] {
  const dependents = dependentsOf(files);
  if (dependents.length === 0) return files;
  const changed = new Map<Finding, Fix>();
  for (const group of bySame(dependents)) {
    const fixes = sharedFix(group, files, toolchain);
    for (const [index, { finding }] of group.entries()) {
      const fix = fixes[index];
      if (fix) changed.set(finding, fix);
    }
  }
  return files.map((file) => {
    if (!file.findings.some((finding) => changed.has(finding))) return file;
    const findings = file.findings.map((finding) => {
      const fix = changed.get(finding);
      return fix ? { ...finding, fix } : finding;
    });
    return { ...file, findings };
  });
}

/** The toolchain, where anything is defined elsewhere: only then it has to be loaded. */
export async function forDefinitions(
  files: readonly CheckedFile[],
  { loadToolchain }: LazyToolchain,
): Promise<Toolchain | null> {
  return dependentsOf(files).length === 0 ? null : loadToolchain();
}

function dependentsOf(files: readonly CheckedFile[]): readonly Dependent[] {
  return files.flatMap((file) =>
    file.findings.flatMap((finding): readonly Dependent[] => {
      const { fix } = finding;
      return fix?.definition ? [{ file, finding, fix, definition: fix.definition }] : [];
    }),
  );
}

function bySame(dependents: readonly Dependent[]): readonly (readonly Dependent[])[] {
  const groups = new Map<string, Dependent[]>();
  for (const dependent of dependents) {
    const { path: place, span, content } = dependent.definition;
    const key = `${place}\0${String(span.start)}\0${content}`;
    groups.set(key, [...(groups.get(key) ?? []), dependent]);
  }
  return [...groups.values()];
}

/** For each of the findings the repair of them all, or its own with the reason why there is none. */
function sharedFix(
  group: readonly Dependent[],
  files: readonly CheckedFile[],
  toolchain: Toolchain,
): readonly Fix[] {
  const [first] = group;
  if (first === undefined) return [];
  const { definition } = first;
  const home = files.find(({ file, bytes }) => file.real === definition.path && bytes !== null);
  const named = `${path.basename(definition.path)} defines ${definition.name}`;
  const refuse = (why: string): readonly Fix[] =>
    group.map(({ fix }) => ({ ...fix, message: `${fix.message} here: ${why}` }));
  if (!home) return refuse(`${named}, and is not among the files of this run`);
  const { start, end } = definition.span;
  if (home.text.slice(start, end) !== definition.written) return group.map(({ fix }) => fix);
  const uses = usesOf(definition, files, toolchain);
  if (uses === null) return refuse(`${named}, and not all that uses it can be told`);
  const isServed = (use: Use): boolean =>
    group.some(
      ({ file, finding, definition: { use: own } }) =>
        file.file.real === use.path && own.end === use.end && file.settings.isPrinted(finding),
    );
  const other = uses.find((use) => !isServed(use));
  if (other)
    return refuse(
      `${named}, and ${path.basename(other.path)} uses it for something else in line ${other.line}`,
    );
  const edits = editsOf(group, home);
  const message = `${definition.message ?? first.fix.message} where ${named} in line ${definition.line}`;
  return group.map(({ fix }): Fix => {
    const { applicability } = fix;
    return { applicability, message, group: groupOf(edits), edits };
  });
}

/** Each once: one tensor may be reported in several places. */
function editsOf(group: readonly Dependent[], home: CheckedFile): readonly Edit[] {
  const [first] = group;
  const own = first ? [{ ...first.definition.span, content: first.definition.content }] : [];
  const all = [
    ...own.map((edit) => ({ ...edit, filename: home.file.path })),
    ...group.flatMap(({ file, definition }) =>
      definition.edits.map((edit) => ({ ...edit, filename: file.file.path })),
    ),
  ];
  const byPlace = new Map(all.map((edit) => [groupOf([edit]), edit]));
  return [...byPlace.values()];
}

/** Null where some of them cannot be told. */
function usesOf(
  definition: Definition,
  files: readonly CheckedFile[],
  toolchain: Toolchain,
): readonly Use[] | null {
  const texts = new Map(
    files.filter(({ bytes }) => bytes !== null).map(({ file, text }) => [file.real, text]),
  );
  return toolchain.scripts?.usesOf?.(definition, textsOfProject(definition, texts)) ?? null;
}

/** What may use the constant: each script of its repository, or package, that says its name or a name that it is handed on by. */
function textsOfProject({ path: home, name }: Definition, known: Texts): Texts {
  const folder = rootOf(path.dirname(home));
  const nearby = discover([folder], folder).files.map(({ real }) => real);
  const rest = new Set([...known.keys(), ...nearby].filter(isScript));
  const names = new Set([name]);
  const found = new Map<string, string>();
  for (let size = 0; size < names.size;) {
    size = names.size;
    const word = `(?<![\\w$])(?:${[...names].map(escaped).join("|")})(?![\\w$])`;
    const [says, renames] = [new RegExp(word), new RegExp(`${word}\\s+as\\s+([\\w$]+)`, "g")];
    for (const real of rest) {
      const text = known.get(real) ?? textAt(real);
      if (!says.test(text)) continue;
      rest.delete(real);
      found.set(real, text);
    }
    for (const text of found.values())
      for (const [, alias] of text.matchAll(renames)) if (alias !== undefined) names.add(alias);
  }
  return found;
}

/** What cannot be read is no module. */
function textAt(real: string): string {
  try {
    return decode(readFileSync(real), real);
  } catch {
    return "";
  }
}

function escaped(name: string): string {
  return name.replaceAll("$", "\\$");
}

function rootOf(folder: string): string {
  return (
    holding(folder, ".git") ?? holding(folder, "package.json") ?? holding(folder, "tsconfig.json") ?? folder
  );
}

function holding(folder: string, name: string): string | null {
  if (existsSync(path.join(folder, name))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? null : holding(parent, name);
}
