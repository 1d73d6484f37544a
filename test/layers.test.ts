import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";
import ts from "typescript";

/** From left to right; a layer imports itself and the layers to its left. The adapters share the last place. */
const layers: readonly (readonly string[])[] = [
  ["src/formats"],
  ["src/tensors"],
  ["src/ir"],
  ["src/frontends"],
  ["src/analysis"],
  ["rules"],
  ["src/verify"],
  ["src/engine"],
  ["src/cli", "src/eslint"],
];

function layerOf(path: string): number {
  return layers.findIndex((folders) => folders.some((folder) => path.startsWith(`${folder}/`)));
}

/** Every string that names a module by a relative path, which is more than imports: a worker's URL counts too. */
function relativeModules(path: string, text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && /^\.{1,2}\/.*\.(ts|js|json)$/.test(node.text)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/** Every import that points to the right or out of the layers, types and dynamic imports included. */
function violations(sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const layer = layerOf(path);
    if (layer === -1) found.push(`${path} lies in no layer`);
    for (const specifier of relativeModules(path, text)) {
      const target = posix.join(posix.dirname(path), specifier);
      const targetLayer = layerOf(target);
      if (targetLayer === -1 || targetLayer > layer) found.push(`${path} imports ${target}`);
    }
  }
  return found;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const paths = globSync(["src/**/*.ts", "rules/**/*.ts"], { cwd: root });

test("each layer imports only itself and those to its left", () => {
  assert.ok(paths.length > 0);
  const sources = new Map(paths.map((path) => [path, readFileSync(`${root}/${path}`, "utf8")]));
  assert.deepEqual(violations(sources), []);
});

test("rules/ holds one file a rule, of the rule's name, and nothing else", async () => {
  for (const path of paths.filter((path) => path.startsWith("rules/"))) {
    const module = (await import(`../${path}`)) as Record<string, { id?: unknown }>;
    assert.deepEqual(
      Object.values(module).map(({ id }) => `rules/${String(id)}.ts`),
      [path],
    );
  }
});

test("every form of import to the right is noticed", () => {
  const target = "../engine/run.ts";
  const forms = [
    `import { run } from "${target}";`,
    `import type { Run } from "${target}";`,
    `import { type Run } from "${target}";`,
    `import "${target}";`,
    `export { run } from "${target}";`,
    `export type * from "${target}";`,
    `export * as engine from "${target}";`,
    `const engine = await import("${target}");`,
    `type Run = import("${target}").Run;`,
    `let run: typeof import("${target}");`,
    `new Worker(new URL("${target}", import.meta.url));`,
  ];
  for (const form of forms) {
    assert.deepEqual(
      violations(new Map([["src/analysis/scopes.ts", form]])),
      ["src/analysis/scopes.ts imports src/engine/run.ts"],
      form,
    );
  }
});

test("imports to the left and of packages pass, files outside the layers do not", () => {
  const check = (path: string, text: string): string[] => violations(new Map([[path, text]]));
  assert.deepEqual(check("src/engine/run.ts", 'import { Format } from "../formats/formats.ts";'), []);
  assert.deepEqual(check("src/formats/round.ts", 'import { Format } from "./formats.ts";'), []);
  assert.deepEqual(check("src/formats/round.ts", 'import { readFile } from "node:fs/promises";'), []);
  assert.deepEqual(check("src/cli/main.ts", 'import "../eslint/plugin.ts";'), [], "adapters share a layer");
  assert.deepEqual(
    check("rules/float-range.ts", 'import type { Scope } from "../src/analysis/scope.ts";'),
    [],
  );
  assert.equal(
    check("rules/float-range.ts", 'import type { Verdict } from "../src/verify/verdict.ts";').length,
    1,
  );
  assert.equal(check("src/verify/run.ts", 'import { f } from "../../test/f.ts";').length, 1);
  assert.equal(check("src/helpers.ts", "").length, 1);
});
