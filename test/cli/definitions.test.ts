import assert from "node:assert/strict";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { services } from "../../src/cli/wiring.ts";
import { makeFolder } from "./folder.ts";
import { ropelint } from "./harness.ts";

// Constants of other modules are rewritten where they are defined, by the command line over the real analysis.

const tensor = (type: string): string => `{ position_ids: new Tensor(${type}, data, [1, 2]) }`;
const whole = (type: string): string =>
  `{ position_ids: new Tensor(${type}, BigInt64Array.from(data, BigInt), [1, 2]) }`;
const head = 'import { Tensor } from "onnxruntime-web";\nconst data = [1, 2];\n';
const project: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json": '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler" } }',
  "src/dtypes.ts": 'export const POSITION_DTYPE = "float32";\n',
  "src/index.ts": 'export { POSITION_DTYPE as positions } from "./dtypes";\n',
  "src/a.ts": `${head}import { POSITION_DTYPE } from "./dtypes";\nexport const a = ${tensor("POSITION_DTYPE")};\n`,
  "src/b.ts": `${head}import { positions } from ".";\nexport const b = ${tensor("positions")};\nexport const c = ${tensor("positions")};\n`,
};
const repaired: Readonly<Record<string, string>> = {
  "src/dtypes.ts": 'export const POSITION_DTYPE = "int64";\n',
  "src/a.ts": project["src/a.ts"]!.replace(tensor("POSITION_DTYPE"), whole("POSITION_DTYPE")),
  "src/b.ts": project["src/b.ts"]!.replaceAll(tensor("positions"), whole("positions")),
};

const check = (cwd: string, ...words: string[]) =>
  ropelint(["check", ...words, "--no-cache"], { cwd, services });
const textOf = (cwd: string, path: string): string => readFileSync(join(cwd, path), "utf8");

interface Edit {
  readonly filename?: string;
}
interface Found {
  readonly filename: string;
  readonly fix: { readonly group: string; readonly message: string; readonly edits: readonly Edit[] };
}

async function found(cwd: string, ...words: string[]): Promise<readonly Found[]> {
  const { out } = await check(cwd, ...words, "--output-format", "json");
  return JSON.parse(out) as Found[];
}

describe("a constant of another module", () => {
  it("is rewritten where it is defined, together with all that uses it", async () => {
    const cwd = makeFolder(project);
    const fixed = await check(cwd, "src", "--fix", "--unsafe-fixes");
    assert.equal(fixed.out, "Found 3 findings (3 fixed, 0 remaining).\n");
    for (const [path, text] of Object.entries({ ...project, ...repaired }))
      assert.equal(textOf(cwd, path), text);
    assert.equal((await check(cwd, "src", "--fix", "--unsafe-fixes")).out, "All checks passed (4 files).\n");
  });

  it("is one repair in every format", async () => {
    const cwd = makeFolder(project);
    const all = await found(cwd, "src");
    assert.deepEqual(
      all.map(({ filename }) => filename),
      ["src/a.ts", "src/b.ts", "src/b.ts"],
    );
    assert.equal(new Set(all.map(({ fix }) => JSON.stringify(fix))).size, 1);
    const files = all[0]!.fix.edits.map(({ filename }) => filename);
    assert.deepEqual(files, ["src/dtypes.ts", "src/a.ts", "src/b.ts", "src/b.ts"]);

    const sarif = JSON.parse((await check(cwd, "src", "--output-format", "sarif")).out) as {
      runs: { results: { fixes: { artifactChanges: { artifactLocation: { uri: string } }[] }[] }[] }[];
    };
    const changes = sarif.runs[0]!.results[0]!.fixes[0]!.artifactChanges;
    assert.deepEqual(
      changes.map(({ artifactLocation }) => artifactLocation.uri),
      ["src/dtypes.ts", "src/a.ts", "src/b.ts"],
    );
    const rdjson = await check(cwd, "src", "--output-format", "rdjson");
    assert.doesNotMatch(rdjson.out, /suggestions/);
    const text = await check(cwd, "src");
    assert.match(text.out, /\n {6}src\/dtypes\.ts:\n {6}- export const POSITION_DTYPE = "float32";\n/);
    assert.match(text.out, /one repair with position-ids-dtype on line 4 of src\/a\.ts/);
    const { out } = await check(cwd, "src", "--diff", "--unsafe-fixes");
    assert.deepEqual(
      [...out.matchAll(/^\+\+\+ (.*)$/gm)].map(([, path]) => path),
      ["src/a.ts", "src/b.ts", "src/dtypes.ts"],
    );
  });

  const kept: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
    "that something else uses": [
      { "tools/show.ts": 'import { positions } from "../src";\nconsole.log(positions);\n' },
      /show\.ts uses it for something else in line 2$/,
    ],
    "whose type something takes": [
      {
        "src/types.ts":
          'import type { POSITION_DTYPE } from "./dtypes";\nexport type Kept = typeof POSITION_DTYPE;\n',
      },
      /types\.ts uses it for something else in line 2$/,
    ],
    "that is imported from where nobody knows": [
      { "src/far.ts": 'import { POSITION_DTYPE } from "@nobody/dtypes";\nconsole.log(POSITION_DTYPE);\n' },
      /not all that uses it can be told$/,
    ],
    "of which a use is silenced": [
      {
        "src/b.ts": project["src/b.ts"]!.replace(
          "export const c",
          "// eslint-disable-next-line ropelint/position-ids-dtype -- trained so\nexport const c",
        ),
      },
      /b\.ts uses it for something else in line 6$/,
    ],
  };
  for (const [name, [files, reason]] of Object.entries(kept)) {
    it(`${name} stays as it is, and the finding says so`, async () => {
      const cwd = makeFolder({ ...project, ...files });
      const [first] = await found(cwd, "src");
      assert.match(first!.fix.message, reason);
      await check(cwd, "src", "--fix", "--unsafe-fixes");
      assert.equal(textOf(cwd, "src/dtypes.ts"), project["src/dtypes.ts"]);
      assert.equal(
        textOf(cwd, "src/a.ts"),
        project["src/a.ts"]!.replace(tensor("POSITION_DTYPE"), whole('"int64"')),
      );
    });
  }

  it("of a file that is not checked stays as it is", async () => {
    const cwd = makeFolder(project);
    const [first] = await found(cwd, "src/a.ts");
    assert.match(
      first!.fix.message,
      /dtypes\.ts defines POSITION_DTYPE, and is not among the files of this run$/,
    );
    assert.equal(first!.fix.edits[0]!.filename, undefined);
  });

  it("that a baseline knows a use of stays as it is", async () => {
    const cwd = makeFolder(project);
    await ropelint(["baseline", "src/b.ts"], { cwd, services });
    await check(cwd, "src", "--fix", "--unsafe-fixes");
    assert.equal(textOf(cwd, "src/dtypes.ts"), project["src/dtypes.ts"]);
    assert.equal(textOf(cwd, "src/b.ts"), project["src/b.ts"]);
  });

  it("is left with all its uses where one of the files can't be written", async () => {
    const cwd = makeFolder(project);
    chmodSync(join(cwd, "src/b.ts"), 0o444);
    const { status, out } = await check(cwd, "src", "--fix", "--unsafe-fixes");
    assert.equal(status, 1);
    assert.match(out, /src\/a\.ts:1:1: error\[io-error\] not fixed: .*b\.ts: the file is read-only\n/);
    for (const [path, text] of Object.entries(project)) assert.equal(textOf(cwd, path), text);
  });
});
