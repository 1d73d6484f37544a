/**
 * `npm run corpus:npm -- --seeded [NAME...]`: defects put into copies of real packages (seeds.ts) are found at their place by their rule, and
 * nothing else is; what repairs them type-checks as before, and where the library runs here, computes again what the right code does.
 * Unlike the corpus itself it installs and runs something: the libraries, in a folder of its own beside the tarballs.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Linter } from "eslint";
import { globSync } from "tinyglobby";
import ts from "typescript";
import { cache, folderOf, run, strictIn } from "./npm-packages.ts";
import { besides, computed, newerNode } from "./seeded-runs.ts";
import { seeds, type Edit, type Seed } from "./seeds.ts";

const root = join(import.meta.dirname, "../..");
const main = join(root, "src/cli/main.ts");

const libraries = [
  `${newerNode}@24.9.0`,
  "@frost-beta/mlx@0.0.7",
  "@tensorflow/tfjs-core@4.22.0",
  "onnxruntime-common@1.30.0",
  "@jax-js/jax@0.1.25",
  "@jax-js/loaders@0.1.1",
  "numpy-ts@1.7.0",
  "@types/node@24",
];

/** Copies of the packages, below the libraries that they import. */
function workshop(): string {
  const base = join(cache, ".seeded");
  const marker = join(base, "installed");
  const wanted = libraries.join("\n");
  if (!existsSync(marker) || readFileSync(marker, "utf8") !== wanted) {
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, "package.json"), '{ "private": true }');
    run("npm", [
      "install",
      "--prefix",
      base,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--silent",
      ...libraries,
    ]);
    cpSync(
      folderOf("@huggingface/transformers@4.3.1"),
      join(base, "node_modules/@huggingface/transformers"),
      {
        recursive: true,
      },
    );
    writeFileSync(marker, wanted);
  }
  return mkdtempSync(join(base, "run-"));
}

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [found, put]) => {
    const parts = before.split(found);
    if (parts.length !== 2) throw new Error(`found ${parts.length - 1} times: ${found}`);
    return parts.join(put);
  }, text);
}

interface Place {
  readonly rule: string;
  readonly line: number;
}

interface Linted {
  readonly places: readonly Place[];
  readonly messages: readonly Linter.LintMessage[];
}

async function lint(text: string, path: string, folder: string, isTyped: boolean): Promise<Linted> {
  const [result] = await strictIn(folder, isTyped).lintText(text, { filePath: path });
  const messages = (result?.messages ?? []).filter(
    ({ ruleId, fatal }) => fatal === true || ruleId?.startsWith("ropelint/"),
  );
  return {
    messages,
    places: messages.map(({ ruleId, line }) => ({
      rule: (ruleId ?? "fatal").replace("ropelint/", ""),
      line,
    })),
  };
}

function checkByCommand(words: readonly string[]): string {
  const all = ["--import", "tsx", main, "check", ...words, "--isolated", "--no-cache"];
  return spawnSync(process.execPath, all, { encoding: "utf8", cwd: root }).stdout;
}

/** The same of `ropelint check`, by its own words. */
function lintByCommand(path: string): readonly Place[] {
  const stdout = checkByCommand([path, "--select", "ALL", "--severity", "note"]);
  return [...stdout.matchAll(/^\S+?:(\d+):\d+: \w+\[([\w-]+)\]/gm)].map(([, line, rule]) => ({
    rule: rule ?? "",
    line: Number(line),
  }));
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Text with the repair that is offered, and what kind it is. */
function repaired(text: string, messages: readonly Linter.LintMessage[]): readonly [Seed["repair"], string] {
  const [message] = messages;
  const fix = message?.fix ?? message?.suggestions?.[0]?.fix;
  if (!fix) return ["none", text];
  const after = text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]);
  return [message?.fix ? "fix" : "suggestion", after];
}

/** What TypeScript says of one file, in words without places. */
function problemsOf(path: string): readonly string[] {
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    maxNodeModuleJsDepth: 0,
    types: ["node"],
  });
  const source = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    .map(({ code, messageText }) => `TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`)
    .sort();
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length && a.length > 0
    ? a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? NaN))), 0)
    : NaN;

/** What is wrong with a repair; empty if nothing is. `said` collects what was found out. */
function checkRepair(
  seed: Seed,
  texts: Readonly<Record<string, string>>,
  path: string,
  said: string[],
): string[] {
  const at = (variant: string): string => path.replace(/(\.\w+)$/, `--${variant}$1`);
  for (const [variant, text] of Object.entries(texts)) writeFileSync(at(variant), text);
  const wrong: string[] = [];
  const [before, after] = [problemsOf(at("right")), problemsOf(at("repaired"))];
  if (before.join("\n") !== after.join("\n"))
    wrong.push(
      `types: ${after.filter((problem) => !before.includes(problem)).join("; ")} (new), ${before.length} before`,
    );
  else said.push(`types as before (${before.length} of the package's own)`);
  if (seed.run === undefined) return wrong;
  for (const dtype of seed.run.includes("DTYPE") ? ["float32", "float16"] : [""]) {
    const [right = [], seeded = [], fixed = []] = ["right", "seeded", "repaired"].map((variant) =>
      computed(at(variant), seed, dtype),
    );
    const [moved, left] = [distance(right, seeded), distance(right, fixed)];
    const repaired = left === 0 ? "bit-identical" : `to ${left.toPrecision(3)}`;
    const off = Number.isNaN(moved) ? "gives other values than numbers" : `${moved.toPrecision(3)} off`;
    said.push(`${dtype === "" ? "" : `${dtype}: `}seeded ${off}, repaired ${repaired}`);
    // In float32 no seed is a defect that hangs on its inputs.
    const isDefect = dtype === "float32" ? moved === 0 : moved !== 0;
    if (!isDefect || !(left <= (seed.keeps ?? 0)))
      wrong.push(`the repair does not compute what the right code does${dtype === "" ? "" : ` in ${dtype}`}`);
  }
  return wrong;
}

/** The constant's module, and what makes both a project. */
function putBeside(path: string, folder: string, text: string): void {
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  writeFileSync(join(dirname(path), besides.module), text);
  const compilerOptions = {
    module: "ESNext",
    moduleResolution: "Bundler",
    target: "ESNext",
    skipLibCheck: true,
  };
  writeFileSync(join(dirname(path), besides.config), JSON.stringify({ compilerOptions, include: ["*"] }));
}

/** The command line's repair, where the constant is defined. */
function checkModule(seed: Seed, path: string, repaired: string, said: string[]): string[] {
  const [file, module] = [path, join(dirname(path), besides.module)];
  const before = readFileSync(file, "utf8");
  // What has been run uses the constant as well.
  for (const made of globSync("*.mjs", { cwd: dirname(path), absolute: true })) rmSync(made);
  checkByCommand([file, module, "--select", seed.rule, "--fix", "--unsafe-fixes"]);
  if (readFileSync(module, "utf8") !== repaired || readFileSync(file, "utf8") !== before)
    return ["the constant is not rewritten where it is defined"];
  const right = computed(path.replace("--seeded", "--right"), seed, "");
  const left = distance(right, computed(path, seed, ""));
  rmSync(module);
  rmSync(join(dirname(path), besides.config));
  said.push(`by its definition ${left === 0 ? "bit-identical" : `to ${left.toPrecision(3)}`}`);
  return left === 0 ? [] : ["the rewritten constant does not give what the right code does"];
}

async function check(
  seed: Seed,
  place: string,
): Promise<{ readonly wrong: string[]; readonly said: string[] }> {
  const folder = join(place, seed.package.replaceAll("/", "__"));
  if (!existsSync(folder)) {
    cpSync(folderOf(seed.package), folder, { recursive: true });
    // A repository that is named as the library would be taken for it.
    if (seed.package.startsWith("github:")) rmSync(join(folder, "package.json"), { force: true });
  }
  const path = join(folder, seed.path);
  const isTyped = seed.module !== undefined;
  if (seed.module) putBeside(path, folder, seed.module.text);
  const right = edited(readFileSync(path, "utf8"), seed.right);
  const seeded = edited(right, seed.defect);
  const [clean, found] = [
    await lint(right, path, folder, isTyped),
    await lint(seeded, path, folder, isTyped),
  ];
  const written = path.replace(/(\.\w+)$/, "--seeded$1");
  writeFileSync(written, seeded);
  const wrong = clean.places.map(({ rule, line }) => `the right code is reported: ${rule} in line ${line}`);
  const expected = [{ rule: seed.rule, line: lineAt(seeded, seeded.indexOf(seed.at)) }];
  const wanted = JSON.stringify(seed.missed === undefined ? expected : []);
  for (const [by, places] of [
    ["ESLint", found.places],
    ["check", lintByCommand(written)],
  ] as const)
    if (JSON.stringify(places) !== wanted)
      wrong.push(`${by}: ${JSON.stringify(places)} instead of ${wanted}`);
  const [repair, after] = repaired(seeded, found.messages);
  const said = [seed.missed === undefined ? `found, ${repair}` : `known miss: ${seed.missed}`];
  if (repair !== seed.repair) wrong.push(`repair: ${repair} instead of ${seed.repair}`);
  if (repair === "none") return { wrong, said };
  wrong.push(...checkRepair(seed, { right, seeded, repaired: after }, path, said));
  if (seed.module) wrong.push(...checkModule(seed, written, seed.module.repaired, said));
  return { wrong, said };
}

export async function checkSeeds(names: readonly string[]): Promise<boolean> {
  const wanted = seeds.filter(
    (seed) => names.length === 0 || names.some((name) => seed.package.includes(name)),
  );
  const place = workshop();
  let failed = 0;
  try {
    for (const seed of wanted) {
      const { wrong, said } = await check(seed, place);
      if (wrong.length > 0) failed++;
      console.log(`${seed.package} ${seed.path} ${seed.rule}: ${said.join(", ")}`);
      for (const problem of wrong) console.log(`  WRONG ${problem}`);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  const missed = wanted.filter((seed) => seed.missed !== undefined).length;
  console.log(
    `${wanted.length} seeds in ${new Set(wanted.map((seed) => seed.package)).size} packages: ${missed} known misses, ${failed} not as expected`,
  );
  return failed === 0;
}
