import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";
import { literalsOf } from "../../src/engine/catalogue.ts";
import { isScript } from "../../src/engine/languages.ts";
import { containsAny } from "../../src/engine/prefilter.ts";

/** A real file that cases are made of. */
export interface Base {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const extensions = "{py,js,mjs,cjs,ts,mts,cts,jsx,tsx}";
/** Small files make many cases; what is special about big ones is tried by making small ones big. */
const maximumBytes = { ours: 6000, published: 4000 };

/** Fixtures and examples, and with `corpora` what releases lie on this machine; sorted, so that a seed means the same twice. */
export function readBases(corpora: boolean): readonly Base[] {
  const folders = [join(root, "test/fixtures"), join(root, "examples")];
  const published = ["corpus", "corpus-npm"].map((name) => join(homedir(), ".cache/ropelint", name));
  return [
    ...folders.flatMap((folder) => basesIn(folder, maximumBytes.ours)),
    ...(corpora
      ? published.filter(existsSync).flatMap((folder) => basesIn(folder, maximumBytes.published))
      : []),
  ];
}

function basesIn(folder: string, limit: number): readonly Base[] {
  return globSync(`**/*.${extensions}`, { cwd: folder, absolute: true, ignore: ["**/*.d.ts"] })
    .sort()
    .flatMap((path) => {
      if (statSync(path).size > limit) return [];
      const bytes = readFileSync(path);
      return containsAny(bytes, isScript(path) ? scripts : python) ? [{ path, bytes }] : [];
    });
}

const python = literalsOf("python");
const scripts = literalsOf("javascript");
