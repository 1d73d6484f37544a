import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { DerivedFiles } from "./generator.ts";

/**
 * The grammar's wasm is kept in the package itself: its npm package is an optional dependency, and the wasm serves
 * exactly where that one is missing.
 */
export async function generate(): Promise<DerivedFiles> {
  const manifestPath = createRequire(import.meta.url).resolve("tree-sitter-python/package.json");
  const folder = dirname(manifestPath);
  const { version, license } = JSON.parse(await readFile(manifestPath, "utf8")) as Record<string, string>;
  const wasm = await readFile(join(folder, "tree-sitter-python.wasm"));
  const provenance = {
    file: "tree-sitter-python.wasm",
    package: "tree-sitter-python",
    version,
    license,
    sha256: createHash("sha256").update(wasm).digest("hex"),
    command: "npm run generate",
  };
  return new Map<string, string | Uint8Array>([
    ["assets/tree-sitter-python.wasm", wasm],
    ["assets/tree-sitter-python.LICENSE", await readFile(join(folder, "LICENSE"))],
    ["assets/tree-sitter-python.provenance.json", `${JSON.stringify(provenance, undefined, 2)}\n`],
  ]);
}
