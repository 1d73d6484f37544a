/**
 * Writes every derived file, or with `--check` says which of them is out of date.
 * A generator is a module in scripts/generators/ whose `generate` returns path -> content; none is listed anywhere.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globSync } from "tinyglobby";
import type { Generate } from "./generators/generator.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const outdated: string[] = [];
let files = 0;

for (const path of globSync("scripts/generators/*.ts", { cwd: root, ignore: ["**/generator.ts"] }).sort()) {
  const { generate } = (await import(pathToFileURL(join(root, path)).href)) as { generate: Generate };
  for (const [target, content] of await generate(root)) {
    files++;
    const wanted = Buffer.from(content);
    const present = await readFile(join(root, target)).catch(() => undefined);
    if (present?.equals(wanted) === true) continue;
    outdated.push(target);
    if (check) continue;
    await mkdir(dirname(join(root, target)), { recursive: true });
    await writeFile(join(root, target), wanted);
  }
}

if (check && outdated.length > 0) {
  console.error(`Out of date, run \`npm run generate\`: ${outdated.join(", ")}`);
  process.exitCode = 1;
} else {
  console.log(`${files} derived files, ${check ? "all up to date" : `${outdated.length} written`}`);
}
