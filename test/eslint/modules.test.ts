import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parser } from "typescript-eslint";
import { root, runRopelint } from "../../scripts/generators/documents/run-ropelint.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { placesIn, versions } from "./support.ts";

const work = realpathSync(mkdtempSync(join(tmpdir(), "ropelint-modules-")));
after(() => {
  rmSync(work, { recursive: true });
});

const files: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "Bundler",
      baseUrl: ".",
      ignoreDeprecations: "6.0",
      paths: { "@/*": ["./src/*"] },
      types: [],
    },
    include: ["src"],
  }),
  "package.json": '{ "type": "module" }',
  "src/settings.ts": `/** How positions are stored. */
export const POSITION_DTYPE = "float32";
export const INDEX_DTYPE = "int64";
export let changing = "float32";
export enum Stored { positions = "float32", ids = "int64" }
`,
  "src/index.ts": `export { POSITION_DTYPE as positionType } from "@/settings";\n`,
  "src/positions.ts": `import { Tensor, type TypedTensor } from "onnxruntime-common";

export const floats = (n: number): TypedTensor<"float32"> => new Tensor(new Float32Array(n), [1, n]);
export const whole = (n: number): TypedTensor<"int64"> => new Tensor(new BigInt64Array(n), [1, n]);
export const unknown = (n: number): Tensor => floats(n);
`,
  "src/session.ts": `import { Tensor } from "onnxruntime-common";
import { positionType } from ".";
import { changing, INDEX_DTYPE, POSITION_DTYPE, Stored } from "./settings";
import { floats, unknown, whole } from "./positions";

const data = new Float32Array(4);

export const renamed = { position_ids: new Tensor(positionType, data, [1, 4]) };
export const direct = { position_ids: new Tensor(POSITION_DTYPE, data, [1, 4]) };
export const member = { position_ids: new Tensor(Stored.positions, data, [1, 4]) };
export const made = { position_ids: floats(4) };

export const silent = [
  { position_ids: new Tensor(INDEX_DTYPE, BigInt64Array.from(data, BigInt), [1, 4]) },
  { position_ids: new Tensor(Stored.ids, BigInt64Array.from(data, BigInt), [1, 4]) },
  { position_ids: new Tensor(changing as never, data, [1, 4]) },
  { position_ids: whole(4) },
  { position_ids: unknown(4) },
];
`,
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(join(work, path, ".."), { recursive: true });
  writeFileSync(join(work, path), text);
}
const onnx = join(work, "node_modules/onnxruntime-common");
cpSync(join(root, "node_modules/onnxruntime-common"), onnx, { recursive: true });

const path = join(work, "src/session.ts");
const text = files["src/session.ts"] ?? "";

interface Found {
  readonly row: number;
  readonly message: string;
}

const positions = "positions are given to the session as float32";
const asked = "it takes int64 there, and raises";
const expected: readonly Found[] = [
  { row: 8, message: `${positions} (as settings.ts says in line 2): ${asked}` },
  { row: 9, message: `${positions} (as settings.ts says in line 2): ${asked}` },
  { row: 10, message: `${positions} (as settings.ts says in line 5): ${asked}` },
  { row: 11, message: `${positions}, by its type: ${asked}` },
];

describe("constants and tensors of other modules", () => {
  for (const { name, ESLint } of versions) {
    const lint = async (options: object): Promise<readonly Found[]> => {
      const eslint = new ESLint({
        cwd: work,
        overrideConfigFile: true,
        overrideConfig: [
          { files: ["**/*.ts"], languageOptions: { parser, parserOptions: options } },
          ropelint.configs.recommended,
        ],
      });
      const [result] = await eslint.lintText(text, { filePath: path });
      return placesIn(result!).map(({ from, message }) => ({ row: Number(from.split(":")[0]), message }));
    };

    it(`typed linting follows them, ${name}`, async () => {
      assert.deepEqual(await lint({ projectService: true, tsconfigRootDir: work }), expected);
    });

    it(`without types the rule says less, ${name}`, async () => {
      assert.deepEqual(await lint({}), []);
    });
  }

  it("ropelint check follows them by the nearest tsconfig.json", async () => {
    const { output } = await runRopelint(["check", "src", "--output-format", "json"], "", work);
    const found = JSON.parse(output) as { message: string; location: { row: number } }[];
    assert.deepEqual(
      found.map(({ message, location: { row } }) => ({ row, message })),
      expected,
    );
  });

  it("a suggestion of ESLint names the constant that it leaves alone", async () => {
    const { Linter } = await import("eslint");
    const parserOptions = { projectService: true, tsconfigRootDir: work };
    const config = { files: ["**/*.ts"], languageOptions: { parser, parserOptions } };
    const messages = new Linter({ cwd: work }).verify(text, [config, ropelint.configs.recommended], path);
    assert.equal(
      messages[1]?.suggestions?.[0]?.desc,
      "build the positions in int64 here: settings.ts defines POSITION_DTYPE (unsafe)",
    );
  });

  it("a repair rewrites the constants where they are defined", async () => {
    await runRopelint(["check", "src", "--fix", "--unsafe-fixes"], "", work);
    const fixed = readFileSync(path, "utf8").split("\n");
    assert.equal(
      fixed[8],
      "export const direct = { position_ids: new Tensor(POSITION_DTYPE, BigInt64Array.from(data, BigInt), [1, 4]) };",
    );
    const settings = readFileSync(join(work, "src/settings.ts"), "utf8").split("\n");
    assert.equal(settings[1], 'export const POSITION_DTYPE = "int64";');
    assert.equal(settings[4], 'export enum Stored { positions = "int64", ids = "int64" }');
    const { output } = await runRopelint(["check", "src", "--output-format", "json"], "", work);
    assert.equal((JSON.parse(output) as unknown[]).length, 1, "what a function of another module returns");
  });
});
