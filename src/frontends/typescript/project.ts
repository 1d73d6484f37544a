import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as TsMorph from "ts-morph";
import type { TypedFile } from "./compiler.ts";

const require = createRequire(import.meta.url);

/** Null where it is not installed: it is optional, and Python alone never needs it. */
let morph: typeof TsMorph | null | undefined;
const projects = new Map<string, TsMorph.Project>();

/** What other files have become since they were read, by their paths. */
export type Texts = ReadonlyMap<string, string>;

/** Files may have changed on the disk between two runs of one process. */
export function forgetProjects(): void {
  projects.clear();
}

/** A file of the command line with its types, by the nearest tsconfig.json. Nothing of the project is run. */
export function typedFile(file: string, text: string, others: Texts = new Map()): TypedFile | null {
  morph ??= loadMorph();
  if (morph === null) return null;
  const project = projectOf(file, morph);
  for (const [other, changed] of others) place(project, other, changed);
  const source = place(project, file, text);
  return {
    source: source.compilerNode,
    checker: project.getTypeChecker().compilerObject as unknown as TypedFile["checker"],
  };
}

/** What reads a constant; `end` alone tells the place, however the name is qualified there. */
export interface Use {
  readonly path: string;
  readonly end: number;
  readonly line: number;
}

/**
 * All uses of the constant whose value stands at a place of a file, in that file and in the others that are given; null where they cannot be
 * told. What imports a constant or hands it on is no use of it; what takes the object that holds it as a whole is one.
 */
export function usesOf(home: string, at: number, files: Texts): readonly Use[] | null {
  morph ??= loadMorph();
  if (morph === null) return null;
  const project = projectOf(home, morph);
  for (const [file, text] of files) place(project, file, text);
  const { Node } = morph;
  const isHandingOn = (parent: TsMorph.Node | undefined): boolean =>
    Node.isImportSpecifier(parent) || Node.isExportSpecifier(parent);
  const declared = declaredAt(project.getSourceFile(home)?.getDescendantAtPos(at), morph);
  if (declared === null) return null;
  const names = [declared.constant, declared.holder].flatMap((one) => one?.getName() ?? []);
  const isLost = [...files.keys()].some((file) => {
    const source = project.getSourceFile(file);
    return source !== undefined && names.some((name) => importsUnresolved(source, name));
  });
  if (isLost) return null;
  const read = readersOf(declared.constant, isHandingOn);
  const isPart = (parent: TsMorph.Node | undefined): boolean =>
    isHandingOn(parent) || Node.isPropertyAccessExpression(parent) || Node.isTypeReference(parent);
  const taken = declared.holder ? readersOf(declared.holder, isPart) : [];
  return [...read, ...taken];
}

type Named =
  TsMorph.VariableDeclaration | TsMorph.PropertyAssignment | TsMorph.EnumMember | TsMorph.EnumDeclaration;

interface Declared {
  readonly constant: Named;
  /** The enumeration, or the object, that it is a member of. */
  readonly holder: Named | null;
}

/** What a literal, or a member of a library, gives its value to: a constant, a member of an enumeration or of an object that is one itself. */
function declaredAt(literal: TsMorph.Node | undefined, { Node }: typeof TsMorph): Declared | null {
  const outOfAs = (node: TsMorph.Node | undefined): TsMorph.Node | undefined =>
    Node.isAsExpression(node) ? node.getParent() : node;
  const outOfMembers = (node: TsMorph.Node | undefined): TsMorph.Node | undefined =>
    Node.isPropertyAccessExpression(node) ? outOfMembers(node.getParent()) : node;
  const owner = outOfAs(outOfMembers(literal?.getParent()));
  if (Node.isVariableDeclaration(owner)) return { constant: owner, holder: null };
  if (Node.isEnumMember(owner)) return { constant: owner, holder: owner.getParent() };
  if (!Node.isPropertyAssignment(owner)) return null;
  const object = outOfAs(owner.getParent().getParent());
  return Node.isVariableDeclaration(object) ? { constant: owner, holder: object } : null;
}

function readersOf(
  declaration: Named,
  isNoUse: (parent: TsMorph.Node | undefined) => boolean,
): readonly Use[] {
  return (
    declaration
      .findReferencesAsNodes()
      // Through a shorthand property a whole specifier is found.
      .filter((node) => node.getParent() !== declaration && !isNoUse(node.getParent()) && !isNoUse(node))
      .map((node) => ({
        path: node.getSourceFile().getFilePath(),
        end: node.getEnd(),
        line: node.getStartLineNumber(),
      }))
  );
}

/** A name from nowhere may be the constant's. */
function importsUnresolved(source: TsMorph.SourceFile, name: string): boolean {
  return [...source.getImportDeclarations(), ...source.getExportDeclarations()].some((declaration) => {
    const names =
      "getNamedImports" in declaration ? declaration.getNamedImports() : declaration.getNamedExports();
    return (
      declaration.getModuleSpecifier() !== undefined &&
      declaration.getModuleSpecifierSourceFile() === undefined &&
      names.some((specifier) => specifier.getName() === name)
    );
  });
}

function place(project: TsMorph.Project, file: string, text: string): TsMorph.SourceFile {
  const known = project.getSourceFile(file);
  return known?.getFullText() === text ? known : project.createSourceFile(file, text, { overwrite: true });
}

function loadMorph(): typeof TsMorph | null {
  try {
    return require("ts-morph") as typeof TsMorph;
  } catch {
    return null;
  }
}

function projectOf(file: string, { Project, ts }: typeof TsMorph): TsMorph.Project {
  const config = nearest(path.dirname(file), "tsconfig.json");
  const known = projects.get(config ?? "");
  if (known !== undefined) return known;
  const options = {
    // Files of the project are read as imports lead to them.
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    ...(config === null ? {} : { tsConfigFilePath: config }),
    compilerOptions: {
      allowJs: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      // Without the DOM: it takes twice as long to read as all the rest, and holds nobody's dtypes.
      lib: ["lib.esnext.d.ts"],
      ...(config === null
        ? { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }
        : {}),
    },
  };
  const project = new Project(options);
  projects.set(config ?? "", project);
  return project;
}

function nearest(folder: string, name: string): string | null {
  const candidate = path.join(folder, name);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(folder);
  return parent === folder ? null : nearest(parent, name);
}
