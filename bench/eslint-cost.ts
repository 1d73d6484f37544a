/**
 * `npm run bench:eslint [-- PATH]`: what the plugin costs on files that hold none of its words, as ESLint itself measures it (`stats`): the
 * rules' time against all of ESLint's. PATH defaults to ESLint's own sources, and to Python that is made up. Fails above one percent.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ESLint } from "eslint";
import { globSync } from "tinyglobby";
import { parser } from "typescript-eslint";
import { createToolchain } from "../src/engine/python-toolchain.ts";
import { scriptToolchain } from "../src/engine/script-toolchain.ts";
import ropelint from "../src/eslint/plugin.ts";
import { loadPythonParser } from "../src/frontends/python/parser.ts";

const limit = 0.01;
const { positionals } = parseArgs({ allowPositionals: true });
const folder = resolve(
  positionals[0] ?? join(dirname(createRequire(import.meta.url).resolve("eslint/package.json")), "lib"),
);

interface Source {
  readonly path: string;
  readonly text: string;
}

const scripts = globSync("**/*.{js,mjs,cjs,ts,mts,cts}", { cwd: folder, ignore: ["**/*.d.ts"] })
  .map((path): Source => ({ path, text: readFileSync(join(folder, path), "utf8") }))
  .filter(({ text }) => !scriptToolchain.literals.some((literal) => text.includes(literal)));

/** A service that has nothing to do with tensors. */
const service = Array.from(
  { length: 200 },
  (_, index) => `class Handler${index}:
    def __init__(self, store, limit=${index}):
        self.store = store
        self.limit = limit

    def handle(self, request):
        rows = [row for row in self.store.find(request.key) if row.size < self.limit]
        return {"rows": rows, "more": len(rows) == self.limit}
`,
).join("\n\n");
const { literals } = createToolchain(await loadPythonParser());
if (literals.some((literal) => service.includes(literal)))
  throw new Error("the Python text holds a word of ours");
const modules = Array.from({ length: 40 }, (_, index): Source => ({
  path: `service${index}.py`,
  text: service,
}));

/** Milliseconds of our rules and of everything, over all files. */
async function measure(sources: readonly Source[]): Promise<{ readonly own: number; readonly all: number }> {
  const eslint = new ESLint({
    cwd: folder,
    stats: true,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.{ts,mts,cts}"], languageOptions: { parser } },
      { linterOptions: { reportUnusedDisableDirectives: "off" } },
      ...ropelint.configs.all,
    ],
  });
  let [own, all] = [0, 0];
  for (const { path, text } of sources) {
    const [result] = await eslint.lintText(text, { filePath: join(folder, path) });
    for (const { rules = {}, total } of result?.stats?.times.passes ?? []) {
      all += total;
      for (const [id, time] of Object.entries(rules)) if (id.startsWith("ropelint/")) own += time.total;
    }
  }
  return { own, all };
}

for (const [name, sources] of Object.entries({ "JavaScript and TypeScript": scripts, Python: modules })) {
  // The first round compiles; of the others the best one was disturbed least.
  await measure(sources);
  const rounds = [await measure(sources), await measure(sources), await measure(sources)];
  const [{ own, all } = { own: 0, all: 1 }] = rounds.sort((a, b) => a.own / a.all - b.own / b.all);
  const share = own / all;
  console.log(
    `${name}: ${sources.length} files, rules ${own.toFixed(2)} ms of ${all.toFixed(0)} ms, ${(100 * share).toFixed(3)} %`,
  );
  if (share > limit) process.exitCode = 1;
}
