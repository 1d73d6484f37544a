import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { format } from "prettier";
import { globSync } from "tinyglobby";
import { fenced, fencesIn, fillBlocks } from "./documents/blocks.ts";
import { findingsIn, flagsFor, root, runRopelint, type Figures } from "./documents/run-ropelint.ts";
import { extrapolation, measuredTable, ratesTable, readFigures } from "./documents/scale.ts";
import type { DerivedFiles } from "./generator.ts";

/**
 * What the documents show of the tool's output is the tool's output: commands are run, tables are made of the records, figures
 * of the rule pages are evaluated from the example on the same page. Named to come after rule-list.ts, whose file it reads.
 */
export async function generate(root: string): Promise<DerivedFiles> {
  const files = new Map<string, string>();
  for (const path of globSync(["README.md", "docs/**/*.md", "examples/*.md"], { cwd: root }).sort()) {
    const markdown = await readFile(join(root, path), "utf8");
    if (!markdown.includes("<!-- generated: ")) continue;
    const filled = await fillBlocks(markdown, (what) => write(what, path, markdown));
    files.set(path, await format(filled, { parser: "markdown", printWidth: 110 }));
  }
  return files;
}

/** What is shown of a format for programs is its output alone. */
const languages: Readonly<Record<string, string>> = {
  json: "json",
  gitlab: "json",
  rdjson: "json",
  sarif: "json",
  junit: "xml",
  markdown: "markdown",
};

async function write(what: string, path: string, markdown: string): Promise<string> {
  if (what.startsWith("ropelint ")) {
    const { output } = await runRopelint(what.split(" ").slice(1));
    const language = languages[/ --output-format (\S+)$/.exec(what)?.[1] ?? ""];
    return language === undefined ? fenced("text", `$ ${what}\n${output}`) : fenced(language, output);
  }
  switch (what) {
    case "environments":
      return environmentTable();
    case "configuration keys":
      return keyTable();
    case "rules":
      return ruleTable("");
    case "rules of the README":
      return ruleTable("docs/rules/");
    case "oracle":
      return oracleTable();
    case "libraries":
      return libraryTable();
    case "records measured":
      return measuredTable(await readFigures(root));
    case "rates of records":
      return ratesTable(await readFigures(root));
    case "a million repositories":
      return extrapolation(await readFigures(root));
    case "one run as JSON":
      return oneRun();
    case "output for the bad example":
      return badOutput(exampleIn(markdown, path), basename(path, ".md"));
    case "figures of the bad example":
      return figureTable(exampleIn(markdown, path), basename(path, ".md"));
    default:
      throw new Error(`${path}: nobody knows how to write "${what}"`);
  }
}

async function environmentTable(): Promise<string> {
  const { environments } = await import("../../src/analysis/environments.ts");
  const { services } = await import("../../src/cli/wiring.ts");
  const rows = environments.map((record) => {
    const info = services.environments.find(({ name }) => name === record.name);
    const default_ = info?.isDefault !== true ? "no" : record.decides ? "yes" : "shown only";
    const assumes =
      record.assumes.scalarPower === "torch.tensor"
        ? "`base ** tensor` builds `torch.tensor(base)`"
        : "`base ** tensor` is `torch.pow`";
    return [`\`${record.name}\``, record.summary, record.met, default_, assumes];
  });
  return table(["environment", "what it changes", "who meets it", "by default", "assumes"], rows);
}

async function keyTable(): Promise<string> {
  const { keyNames, keys } = await import("../../src/engine/configuration/keys.ts");
  const rows = keyNames.map((key) => {
    const { type, default: initial, example, description } = keys[key];
    const isWords = /^[a-z]/.test(initial) && !/^(?:true|false)$/.test(initial);
    return [`\`${key}\``, type, isWords ? initial : `\`${initial}\``, `\`${example}\``, description];
  });
  return table(["key", "type", "default", "example", "means"], rows);
}

async function ruleTable(folder: string): Promise<string> {
  const { rules, scriptRules } = await import("../../src/engine/rules.ts");
  const row = (
    runs: string,
    { id, summary }: { readonly id: string; readonly summary: string },
  ): string[] => [`[${id}](${folder}${id}.md)`, summary, runs];
  return table(
    ["rule", "finds", "runs"],
    [
      ...rules.map((rule) => row(rule.strict ? "where it is selected" : "by default", rule)),
      ...scriptRules.map((rule) => row("by default, on JavaScript", rule)),
    ],
  );
}

/** What ropelint says of its fixtures beside what PyTorch does with them; measured by test/evidence/main.ts. */
async function oracleTable(): Promise<string> {
  const { oracleRows } = await import("../../test/evidence/table.ts");
  const head = [
    "rule",
    "environment",
    "dtype",
    "repaired, says ropelint",
    "wrong on PyTorch",
    "right after",
    "moves by",
    "after",
  ];
  return table(
    head,
    oracleRows().map((row) => [
      `\`${row.rule}\``,
      row.environment,
      row.dtype,
      String(row.fixtures),
      String(row.wrong),
      String(row.repaired),
      figure(row.before),
      figure(row.after),
    ]),
  );
}

/** The fixtures of the other libraries on these libraries; measured by test/evidence/libraries-main.ts. */
async function libraryTable(): Promise<string> {
  const { libraryRows } = await import("../../test/evidence/libraries.ts");
  const rows = libraryRows().map((row) => [
    `\`${row.fixture}\``,
    row.library,
    row.setting,
    row.isPlainKept ? "yes" : "no",
    figure(row.before),
    figure(row.after),
  ]);
  return table(["fixture", "library", "environment", "plain identical", "before", "after"], rows);
}

/** A move, or the text of what is raised. */
function figure(move: number | string): string {
  if (typeof move === "string") return "raises";
  return move === 0 ? "0" : move.toPrecision(2);
}

/** Of the many runs of one finding's evidence, the first that the finding names. */
async function oneRun(): Promise<string> {
  const example = new URL("../../examples/llama_rotary.py", import.meta.url);
  const [finding] = await findingsIn(await readFile(example, "utf8"));
  const run = finding?.evidence?.runs.find(({ environment }) => finding.environments.includes(environment));
  return fenced("json", JSON.stringify(run, null, 2));
}

function exampleIn(markdown: string, path: string): string {
  const bad = fencesIn(markdown).find(({ language, tag }) => language === "python" && tag === "bad");
  if (!bad) throw new Error(`${path}: no block marked \`python bad\``);
  return bad.code;
}

async function badOutput(code: string, id: string): Promise<string> {
  const flags = await flagsOf(id);
  const words = ["check", "--stdin-filename", "model.py", ...(await aloneOf(id)), ...flags];
  const command = ["ropelint check", ...flags, "model.py"].join(" ");
  return fenced("text", `$ ${command}\n${(await runRopelint(words, code)).output}`);
}

async function flagsOf(id: string): Promise<readonly string[]> {
  const { rules } = await import("../../src/engine/rules.ts");
  return rules.filter((rule) => rule.id === id).flatMap(flagsFor);
}

/** What a comment silences is known only where the other rules run as well. */
async function aloneOf(id: string): Promise<readonly string[]> {
  const { rules } = await import("../../src/engine/rules.ts");
  return rules.some((rule) => rule.id === id && "match" in rule && !rule.strict) ? ["--select", id] : [];
}

/** One row for each environment and dtype that a finding of the example names. */
async function figureTable(code: string, rule: string): Promise<string> {
  const rows = (await findingsIn(code, await flagsOf(rule))).flatMap(({ location, environments, evidence }) =>
    (evidence?.runs ?? [])
      .filter(({ environment }) => environments.includes(environment))
      .map(({ environment, dtype, outcome, before, after }) => [
        String(location.row),
        dtype === environment ? environment : `${environment} ${dtype}`,
        ...figures(before),
        after === null ? "-" : (figures(after)[2] ?? "-"),
        outcome ?? "-",
      ]),
  );
  const head = ["line", "where", "distinct", "first collision", "moves the result by", "after", "outcome"];
  return table(head, rows);
}

function figures({ distinct, first_collision: collision, moved }: Figures): readonly string[] {
  return [distinct, collision, moved].map((value, i) => {
    if (value === null) return "-";
    return i < 2 ? String(value) : value === 0 ? "0" : value.toPrecision(3);
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
