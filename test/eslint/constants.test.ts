import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parser } from "typescript-eslint";
import { services } from "../../src/cli/wiring.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { ropelint as command } from "../cli/harness.ts";
import { versions } from "./support.ts";

// Constants of other modules in rules of values: typed linting asks the parser's checker, the command line ts-morph.

const rates = "np.exp(np.arange(0, 64, 2).astype(np.float32).mul(-Math.log(10000) / 64))";
const sines = (range: string): string => `np.sin(np.outer(${range}, ${rates}))`;
const range = (dtype: string, stop = "n"): string => `np.arange(0, ${stop}, 1, { dtype: ${dtype} })`;
const mended = (stop = "n"): string => `np.arange(0, ${stop}, 1, { dtype: np.int32 }).astype(np.float32)`;

const dtypes = `import { numpy as np } from "@jax-js/jax";
import * as jax from "@jax-js/jax";
import { core as mx } from "@frost-beta/mlx";

export const TEXT = "float16";
export const MEMBER = np.float16;
export const SPACE = jax.numpy.float16;
export const STORED = mx.bfloat16;
export enum Stored { positions = "float16" }
export const settings = { positions: 'float16', length: 8192 } as const;
export const ANNOTATED: string = "float16";
export const WIDE = "float32";
export let changing = "float16";
export const KEPT = "float16";
export const SHORT = 64;
export const LONG = 8192;
`;

/** Expressions of a module that imports all of that, and whether a range is reported there. */
const cases: readonly (readonly [string, boolean])[] = [
  [range("TEXT as never"), true],
  [range("MEMBER"), true],
  [range("SPACE"), true],
  [range("all.TEXT as never"), true],
  [range("Stored.positions as never"), true],
  [range("settings.positions", "settings.length"), true],
  [range("ANNOTATED as never"), true],
  [range("WIDE"), false],
  [range("changing as never"), false],
  [range("TEXT as never", "SHORT"), false],
  [range("TEXT as never", "LONG"), true],
  [range("short.TEXT as never"), false],
];
const session = `import { numpy as np } from "@jax-js/jax";
import { ANNOTATED, changing, KEPT, LONG, MEMBER, SHORT, SPACE, settings, Stored, TEXT, WIDE } from "./dtypes";
import * as all from "./dtypes";

const short = { TEXT: "float32" };
${cases.map(([one], index) => `export const table${index} = (n: number) => ${sines(one)};\n`).join("")}
export function inner(n: number, KEPT = "float32") {
  return ${sines(range("KEPT as never"))};
}
`;
const lines = cases.flatMap(([, isFound], index) => (isFound ? [index + 6] : []));

const project: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: { target: "ES2022", module: "ESNext", moduleResolution: "Bundler", types: [] },
    include: ["src"],
  }),
  "src/dtypes.ts": dtypes,
};

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ropelint-constants-")));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const check = (cwd: string, ...words: string[]) =>
  command(["check", "src", ...words, "--no-cache", "--isolated"], { cwd, services });
const textOf = (cwd: string, path: string): string => readFileSync(join(cwd, path), "utf8");

describe("ranges in a dtype that another module says", () => {
  const work = folderOf({ ...project, "src/session.ts": session });
  for (const { name, ESLint } of versions) {
    const lint = async (parserOptions: object) => {
      const eslint = new ESLint({
        cwd: work,
        overrideConfigFile: true,
        overrideConfig: [
          { files: ["**/*.ts"], languageOptions: { parser, parserOptions } },
          ropelint.configs.recommended,
        ],
      });
      const [result] = await eslint.lintText(session, { filePath: join(work, "src/session.ts") });
      return result?.messages ?? [];
    };

    it(`typed linting finds them, ${name}`, async () => {
      const found = await lint({ projectService: true, tsconfigRootDir: work });
      assert.deepEqual(
        found.map(({ line }) => line),
        lines,
      );
      const [suggestion] = found.flatMap(({ suggestions = [] }) => suggestions);
      assert.equal(
        suggestion?.desc,
        "build the range in int32, then cast it to float32 here: dtypes.ts defines TEXT (unsafe, confirmed-change)",
      );
      assert.ok(suggestion.fix.text.includes("np.int32"));
    });

    it(`without types the rules say less, ${name}`, async () => {
      assert.deepEqual(await lint({}), []);
    });
  }

  it("ropelint check finds them by the nearest tsconfig.json", async () => {
    const { out } = await check(work, "--output-format", "json");
    const found = JSON.parse(out) as { location: { row: number } }[];
    assert.deepEqual(
      found.map(({ location: { row } }) => row),
      lines,
    );
  });
});

describe("a dtype of another module", () => {
  const head = 'import { numpy as np } from "@jax-js/jax";\n';
  const table = (dtype: string): string => `export const table = (n: number) => ${sines(range(dtype))};\n`;
  const users: Readonly<Record<string, string>> = {
    "src/index.ts": 'export { MEMBER as dtype } from "./dtypes";\n',
    "src/a.ts": `${head}import { MEMBER, TEXT } from "./dtypes";\n${table("MEMBER")}${table("TEXT").replace("table", "other")}`,
    "src/b.ts": `${head}import { dtype } from ".";\n${table("dtype").replace("dtype: dtype", "dtype")}`,
    "src/c.ts": `import { core as mx } from "@frost-beta/mlx";
import { STORED } from "./dtypes";
const rates = mx.exp(mx.multiply(mx.arange(0, 64, 2, mx.float32), -Math.log(10000) / 64));
export const table = (n: number) => mx.cos(mx.outer(mx.arange(0, n, 1, STORED), rates));
`,
  };

  it("is rewritten where it is defined if that mends all that uses it", async () => {
    const cwd = folderOf({ ...project, ...users });
    const fixed = await check(cwd, "--fix", "--unsafe-fixes");
    assert.equal(fixed.out, "Found 4 findings (4 fixed, 0 remaining).\n");
    for (const [path, text] of Object.entries(users)) assert.equal(textOf(cwd, path), text);
    assert.equal(
      textOf(cwd, "src/dtypes.ts"),
      dtypes
        .replace('TEXT = "float16"', 'TEXT = "float32"')
        .replace("MEMBER = np.float16", "MEMBER = np.float32")
        .replace("mx.bfloat16", "mx.float32"),
    );
    assert.match((await check(cwd)).out, /^All checks passed/);
  });

  it("is one repair of several files in the report", async () => {
    const cwd = folderOf({ ...project, ...users });
    const { out } = await check(cwd);
    assert.match(
      out,
      /fix \(unsafe, confirmed-change\): write np\.float32 where dtypes\.ts defines MEMBER in line 6\n/,
    );
    assert.match(out, /one repair with float-range on line 3 of src\/a\.ts/);
  });

  const kept: Readonly<Record<string, readonly [string, RegExp]>> = {
    "that something else is stored in": [
      `${head}import { MEMBER } from "./dtypes";\nexport const weights = (x: np.Array) => x.astype(MEMBER);\n`,
      /dtypes\.ts defines MEMBER, and z\.ts uses it for something else in line 3/,
    ],
    "that a range uses where it loses nothing": [
      `${head}import { MEMBER } from "./dtypes";\nexport const table = () => ${sines(range("MEMBER", "64"))};\n`,
      /z\.ts uses it for something else in line 3/,
    ],
    "that a local name hands on": [
      `${head}import { MEMBER } from "./dtypes";\nconst dtype = MEMBER;\nexport const table = (n: number) => ${sines(range("dtype"))};\n`,
      /z\.ts uses it for something else in line 3/,
    ],
  };
  for (const [name, [text, reason]] of Object.entries(kept))
    it(`${name} stays, and what uses it is rewritten`, async () => {
      const cwd = folderOf({ ...project, "src/a.ts": users["src/a.ts"] ?? "", "src/z.ts": text });
      assert.match((await check(cwd)).out, reason);
      await check(cwd, "--fix", "--unsafe-fixes");
      assert.match(textOf(cwd, "src/dtypes.ts"), /MEMBER = np\.float16;\n[^]*/);
      assert.ok(textOf(cwd, "src/a.ts").includes(sines(mended())));
    });
});
