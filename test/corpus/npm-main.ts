/**
 * `npm run corpus:npm [-- NAME...]`: `configs.strict` over real npm packages. Every report has to be judged in npm-packages.json, and
 * true; and the command line's own parser has to read what ESLint's read. Only tarballs are downloaded, by name and version: nothing is installed or executed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { globSync } from "tinyglobby";
import { isEngineCode } from "../../src/engine/engine-findings.ts";
import { inspectText } from "../../src/engine/inspect-file.ts";
import { scriptToolchain } from "../../src/engine/script-toolchain.ts";
import { folderOf, options, strictIn } from "./npm-packages.ts";

interface Judgement {
  readonly package: string;
  readonly path: string;
  readonly rule: string;
  /** The line as it stands there, without space around it: it outlives versions. */
  readonly text: string;
  readonly verdict: "true" | "false";
  readonly reason: string;
}

interface Corpus {
  readonly packages: readonly string[];
  readonly judgements: readonly Judgement[];
}

interface Report {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly text: string;
  readonly message: string;
}

interface Looked {
  readonly files: number;
  readonly linted: number;
  readonly unparsed: number;
  readonly reports: readonly Report[];
}

const corpus = JSON.parse(readFileSync(join(import.meta.dirname, "npm-packages.json"), "utf8")) as Corpus;
/** Only files with a word of ours are parsed: no rule looks further at the others. */
async function look(folder: string): Promise<Looked> {
  const paths = globSync("**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}", {
    cwd: folder,
    ignore: ["**/*.d.{ts,mts,cts}", "**/node_modules/**"],
  }).sort();
  const eslint = strictIn(folder);
  const reports: Report[] = [];
  let [linted, unparsed] = [0, 0];
  for (const path of paths) {
    const text = readFileSync(join(folder, path), "utf8");
    if (!scriptToolchain.literals.some((literal) => text.includes(literal))) continue;
    linted++;
    const [result] = await eslint.lintText(text, { filePath: join(folder, path) });
    const lines = text.split("\n");
    for (const { ruleId, message, line, fatal } of result?.messages ?? []) {
      if (fatal === true) unparsed++;
      else if (ruleId?.startsWith("ropelint/") === true)
        reports.push({
          path,
          line,
          rule: ruleId,
          message,
          text: (lines[line - 1] ?? "").trim().slice(0, 200),
        });
    }
    const own = inspectText(text, { ...options, path: join(folder, path) }, scriptToolchain);
    for (const { rule, message } of own.filter((finding) => isEngineCode(finding.rule)))
      reports.push({ path, line: 1, rule, message, text: "ropelint check" });
  }
  return { files: paths.length, linted, unparsed, reports };
}

const usage = `npm run corpus:npm [-- NAME...]            configs.strict over the packages of npm-packages.json; every report has to be judged, and true
npm run corpus:npm -- --seeded [NAME...]   defects put into copies of some (seeds.ts): found at their place, and repaired; installs libraries beside the tarballs`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeded: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});
if (values.help) console.log(usage);
else if (values.seeded) {
  const { checkSeeds } = await import("./seeded.ts");
  if (!(await checkSeeds(positionals))) process.exitCode = 1;
} else await lookAtAll();

async function lookAtAll(): Promise<void> {
  const wanted = corpus.packages.filter(
    (name) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  const total = { files: 0, linted: 0, unparsed: 0, true: 0, false: 0, unjudged: 0 };
  for (const name of wanted) {
    const start = performance.now();
    const bare = name.slice(0, name.lastIndexOf("@"));
    const { files, linted, unparsed, reports } = await look(folderOf(name));
    total.files += files;
    total.linted += linted;
    total.unparsed += unparsed;
    for (const { path, line, rule, text, message } of reports) {
      const known = corpus.judgements.find(
        (one) => one.package === bare && one.path === path && one.rule === rule && one.text === text,
      );
      total[known?.verdict ?? "unjudged"]++;
      if (known?.verdict !== "true")
        console.log(`${known?.verdict ?? "unjudged"}: ${name} ${path}:${line} ${rule} ${message}\n  ${text}`);
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${name}: ${files} files, ${linted} with a word of ours, ${unparsed} unparsed, ${reports.length} reports, ${seconds} s`,
    );
  }
  console.log(
    `${wanted.length} packages: ${Object.entries(total)
      .map(([what, count]) => `${count} ${what}`)
      .join(", ")}`,
  );
  if (total.false > 0 || total.unjudged > 0) process.exitCode = 1;
}
