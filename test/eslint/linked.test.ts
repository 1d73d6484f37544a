import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parser } from "typescript-eslint";
import { services } from "../../src/cli/wiring.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { ropelint as command } from "../cli/harness.ts";
import { versions } from "./support.ts";

// What other modules compute: tensors that they make, functions, constants that take more than a look. They are executed with the file at hand.

const range = (dtype: string, stop = "n"): string => `np.arange(0, ${stop}, 1, { dtype: ${dtype} })`;
const sines = (positions: string): string => `np.sin(np.outer(${positions}, rates))`;
const rates = "np.exp(np.arange(0, 64, 2).astype(np.float32).mul(-Math.log(10000) / 64))";

const made = `import { numpy as np } from "@jax-js/jax";
import { HALF, LOW } from "./settings";

export const CHOSEN = HALF ? np.float16 : np.float32;
export const LENGTH = 8 * 1024;
export const FEW = 8 * 8;
export const positions = ${range("np.float16", "LENGTH")};
export const ids = (n: number) => ${range("LOW")};
export function inDtype(n: number, dtype: np.DType) {
  return ${range("dtype")};
}
export class Table {
  readonly dtype = np.float16;
  rows(n: number) {
    return ${range("this.dtype")};
  }
}
export const whole = (n: number) => ${range("np.int32")};
export const half = (x: np.Array) => x.astype(np.float16);
// float16 on purpose
export const meant = (n: number) => ${range("np.float16")};
export const told = (n: number) => np.sin(np.outer(${range("np.float16")}, ${rates}));
export let changing = (n: number) => ${range("np.float16")};
`;

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      ...{ target: "ES2022", module: "ESNext", moduleResolution: "Bundler", allowJs: true, types: [] },
      paths: { "@/*": ["./src/*"] },
    },
    include: ["src"],
  }),
  "src/settings.ts": `import { numpy as np } from "@jax-js/jax";
export const HALF = process.env.HALF === "1";
export const LOW = np.float16;
`,
  "src/made.ts": made,
  "src/index.ts": 'export { ids as numbers, inDtype } from "./made";\n',
  "src/common.cjs": `const { numpy: np } = require("@jax-js/jax");
const own = (n) => ${range("np.float16")};
exports.LENGTH = 2 ** 13;
exports.ids = own;
`,
  "src/whole.cjs": `const { numpy: np } = require("@jax-js/jax");
module.exports = { POSITIONS: "float16", RATES: "float32", ids: (n) => ${range("np.float16")} };
`,
};

/** What a module does with that, and what is said of it. */
const cases: readonly (readonly [string, string | null])[] = [
  [sines(range("CHOSEN")), ""],
  [sines(range("np.float16", "LENGTH")), ""],
  [sines(range("np.float16", "FEW")), null],
  [sines("positions"), " in made.ts, line 7"],
  [sines("ids(n)"), " in made.ts, line 8"],
  [sines("numbers(n)"), " in made.ts, line 8"],
  [sines("all.ids(n)"), " in made.ts, line 8"],
  [sines("inDtype(n, np.float16)"), " in made.ts, line 10"],
  [sines("inDtype(n, np.int32)"), null],
  [sines("new Table().rows(n)"), " in made.ts, line 15"],
  [sines("whole(n)"), null],
  [sines("half(whole(n))"), "cast"],
  [sines("meant(n)"), null],
  ["told(n)", null],
  [sines("changing(n)"), null],
  [sines(range("np.float16", "common.LENGTH")), ""],
  [sines("common.ids(n)"), " in common.cjs, line 2"],
  [sines(range("POSITIONS as never")), ""],
  [sines(range("RATES as never")), null],
  [sines("listed(n)"), " in whole.cjs, line 2"],
];

const head = `import { numpy as np } from "@jax-js/jax";
import { CHOSEN, LENGTH, FEW, positions, ids, Table, whole, half, meant, told, changing } from "./made";
import { numbers, inDtype } from "@/index";
import * as all from "./made";
import common from "./common.cjs";
import { POSITIONS, RATES, ids as listed } from "./whole.cjs";

const rates = ${rates};
`;
const session = `${head}${cases.map(([one], index) => `export const table${index} = (n: number) => ${one};\n`).join("")}`;

const expected = inOrder(
  cases.flatMap(([one, said], index) => {
    if (said === null) return [];
    // A tensor that is made once is met where it is imported.
    const line = one === sines("positions") ? 2 : index + 9;
    return [`${line}${said === "cast" ? " early-cast in made.ts, line 19" : ` float-range${said}`}`];
  }),
);

interface Said {
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

/** Lines, rules and places, in order. */
function told(found: readonly Said[]): readonly string[] {
  return inOrder(
    found.map(
      ({ line, rule, message }) => `${line} ${rule}${/ in [\w.]+, line \d+/.exec(message)?.[0] ?? ""}`,
    ),
  );
}

function inOrder(lines: readonly string[]): readonly string[] {
  return [...lines].sort((a, b) => parseInt(a) - parseInt(b));
}

describe("what another module makes", () => {
  const work = realpathSync(mkdtempSync(join(tmpdir(), "ropelint-linked-")));
  after(() => {
    rmSync(work, { recursive: true });
  });
  mkdirSync(join(work, "src"));
  for (const [path, text] of Object.entries({ ...files, "src/session.ts": session }))
    writeFileSync(join(work, path), text);

  for (const { name, ESLint } of versions) {
    const lint = async (parserOptions: object): Promise<readonly Said[]> => {
      const eslint = new ESLint({
        cwd: work,
        overrideConfigFile: true,
        overrideConfig: [
          { files: ["**/*.ts"], languageOptions: { parser, parserOptions } },
          ropelint.configs.recommended,
        ],
      });
      const [result] = await eslint.lintText(session, { filePath: join(work, "src/session.ts") });
      return (result?.messages ?? []).map(({ line, ruleId, message }) => {
        return { line, rule: (ruleId ?? "").replace("ropelint/", ""), message };
      });
    };

    it(`typed linting follows it, ${name}`, async () => {
      const found = await lint({ projectService: true, tsconfigRootDir: work });
      assert.deepEqual(told(found), expected);
    });

    it(`without types it is unknown, ${name}`, async () => {
      const found = await lint({});
      assert.ok(found.every(({ message }) => !/ in \w+\.\w+, line/.test(message)));
    });
  }

  it("ropelint check follows it, and says nothing twice", async () => {
    const words = ["check", "src", "--no-cache", "--isolated", "--output-format", "json"];
    const { out } = await command(words, { cwd: work, services });
    const found = JSON.parse(out) as {
      filename: string;
      code: string;
      message: string;
      location: { row: number };
      fix: unknown;
    }[];
    const here = found.filter(({ filename }) => filename.endsWith("session.ts"));
    const said = here.map(({ code, message, location: { row } }) => ({ line: row, rule: code, message }));
    assert.deepEqual(told(said), expected);
    const elsewhere = here.filter(({ message }) => / in [\w.]+, line/.test(message));
    assert.ok(elsewhere.every(({ fix }) => fix === null));
    const there = found.filter(({ filename }) => filename.endsWith("made.ts"));
    assert.deepEqual(
      there.map(({ location: { row } }) => row),
      [22],
    );
  });
});
