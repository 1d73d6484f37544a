/** What code of a seeded package computes, by the library itself on a CPU. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import ts from "typescript";
import { cache } from "./npm-packages.ts";
import type { Seed } from "./seeds.ts";

/** The first release line with `Float16Array`, without which no library here computes halves on a CPU; ropelint itself runs by the Node at hand. */
export const newerNode = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** What lies beside a file whose constant is another module's. */
export const besides = { module: "dtypes.mts", config: "tsconfig.json" };

/** What a module computes with, and how an array of it becomes numbers. */
const runtimes: Readonly<
  Record<
    Seed["runs"] & string,
    {
      readonly before: string;
      readonly numbers: (array: string) => string;
      /** Native modules are built for the Node at hand. */
      readonly isNative?: true;
    }
  >
> = {
  "node-mlx": {
    before: 'import { core as mx } from "@frost-beta/mlx";',
    numbers: (array) => `(${array}).astype(mx.float32).tolist()`,
    isNative: true,
  },
  "jax-js": {
    // Its CPU backend fuses expressions and rounds nothing in between; made an array of its own, each result is rounded as on WebGPU.
    before: `import { defaultDevice, init, numpy as np } from "@jax-js/jax";
await init("cpu");
defaultDevice("cpu");
for (let own = np.Array.prototype; own !== Object.prototype; own = Object.getPrototypeOf(own))
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(own)))
    if (typeof value === "function" && name !== "constructor")
      own[name] = function (...given) {
        const made = value.apply(this, given);
        if (made instanceof np.Array) made.ref.js();
        return made;
      };`,
    numbers: (array) => `(${array}).js()`,
  },
  "numpy-ts": { before: 'import * as np from "numpy-ts";', numbers: (array) => `(${array}).tolist()` },
};

function transpiled(path: string): string {
  const module = path.replace(/\.m?ts$/, ".mjs");
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(module, outputText);
  return module;
}

/** Numbers that a text computes; its module is written beside the original, whose neighbours it imports. */
export function computed(
  path: string,
  { run: written = "", runs = "node-mlx" }: Seed,
  dtype: string,
): readonly number[] {
  const expression = written.replaceAll("DTYPE", `np.${dtype}`);
  const { before, numbers, isNative } = runtimes[runs];
  const node = isNative
    ? process.execPath
    : join(
        cache,
        ".seeded/node_modules",
        newerNode,
        process.platform === "win32" ? "bin/node.exe" : "bin/node",
      );
  let module = path;
  if (extname(path) === ".ts") module = transpiled(path);
  const beside = join(path, "..", besides.module);
  if (existsSync(beside)) transpiled(beside);
  const driver = join(module, "..", "driver.mjs");
  writeFileSync(
    driver,
    `${before}
const m = await import(${JSON.stringify(module)});
console.log(JSON.stringify(${numbers(expression)}.flat(9)));`,
  );
  const { status, stdout, stderr } = spawnSync(node, [driver], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr.slice(0, 600));
  // Modules may print something themselves.
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as number[];
}
