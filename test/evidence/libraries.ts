/** The fixtures of JAX, Keras, TensorFlow, MLX and Paddle on these libraries: what is stored of them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { MeasuredFixture } from "./cases.ts";
import { others } from "./runnable.ts";

export interface MeasuredLibrary {
  readonly versions: Readonly<Record<string, string>>;
  readonly fixtures: readonly MeasuredFixture[];
}
export type MeasuredLibraries = Readonly<Record<string, MeasuredLibrary>>;

export const librariesFile = path.join(import.meta.dirname, "library-figures.json");

export function readLibraries(): MeasuredLibraries {
  return JSON.parse(readFileSync(librariesFile, "utf8")) as MeasuredLibraries;
}

/** A row of the table in docs/dialects.md: one fixture in one environment and dtype. */
export interface LibraryRow {
  readonly fixture: string;
  readonly library: string;
  readonly setting: string;
  readonly isPlainKept: boolean;
  readonly before: number | string;
  readonly after: number | string;
}

export function libraryRows(): readonly LibraryRow[] {
  const stored = readLibraries();
  return [...others()].flatMap(([library, fixtures]) => {
    const { versions = {}, fixtures: measured = [] } = stored[library] ?? {};
    const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    return measured
      .filter(({ name }) => fixtures.some((one) => one.name === name))
      .flatMap(({ name, plain_identical, runs }) =>
        Object.entries(runs).map(([setting, [before, after]]) => ({
          fixture: name.replace("/rewritten/", "/"),
          library: named.join(", "),
          setting: setting.replace("plain plain", "plain"),
          isPlainKept: plain_identical,
          before,
          after,
        })),
      );
  });
}
