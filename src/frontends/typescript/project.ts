import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as TsMorph from "ts-morph";
import type { TypedFile } from "./compiler.ts";

const require = createRequire(import.meta.url);

/** Null where it is not installed: it is optional, and Python alone never needs it. */
let morph: typeof TsMorph | null | undefined;
const projects = new Map<string, TsMorph.Project>();

/** A file of the command line with its types, by the nearest tsconfig.json. Nothing of the project is run. */
export function typedFile(file: string, text: string): TypedFile | null {
  morph ??= loadMorph();
  if (morph === null) return null;
  const project = projectOf(file, morph);
  const source = project.createSourceFile(file, text, { overwrite: true });
  return {
    source: source.compilerNode,
    checker: project.getTypeChecker().compilerObject as unknown as TypedFile["checker"],
  };
}

/** Other files are read once: who runs again forgets what they were. */
export function forgetProjects(): void {
  projects.clear();
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
