import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { globSync } from "tinyglobby";
import { fencesIn } from "../../scripts/generators/documents/blocks.ts";
import {
  findingsIn,
  flagsFor,
  root,
  runRopelint,
  type FoundJson,
} from "../../scripts/generators/documents/run-ropelint.ts";
import { generate } from "../../scripts/generators/tool-output.ts";
import { isCommentRule } from "../../src/analysis/rule.ts";
import { readerPage } from "../../src/engine/catalogue.ts";
import { rules, scriptRules } from "../../src/engine/rules.ts";

const paths = globSync(["*.md", "docs/**/*.md", "examples/*.md"], { cwd: root }).sort();
const documents = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
const manual = [...documents].filter(([path]) => path === "README.md" || path.startsWith("docs/"));

test("what the documents show of the tool's output is its output", async () => {
  for (const [path, content] of await generate(root))
    assert.equal(documents.get(path), content, `${path} is out of date: npm run generate`);
});

test("links lead somewhere", () => {
  for (const [path, markdown] of documents) {
    for (const [, link = ""] of prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      assert.ok(existsSync(join(root, target)), `${path}: ${link}`);
      if (anchor !== undefined) assert.ok(anchors(target).includes(anchor), `${path}: ${link}`);
    }
  }
});

test("files and folders that the documents name exist", () => {
  const folder =
    /^(?:src|rules|test|scripts|bench|docs|assets|analysis|engine|frontends|tensors|verify|cli)\//;
  for (const [path, markdown] of manual) {
    for (const [name] of inlineCode(markdown)) {
      if (!folder.test(name) || /[*\s]/.test(name) || name.startsWith("src/model")) continue;
      const places = [name, `src/${name}`, `${dirname(path)}/${name}`];
      assert.ok(
        places.some((place) => existsSync(join(root, place))),
        `${path}: ${name}`,
      );
    }
  }
});

const work = mkdtempSync(join(tmpdir(), "ropelint-docs-"));
after(() => {
  rmSync(work, { recursive: true });
});

/** As a shell reads them, as far as the documents go. */
function wordsOf(command: string): string[] {
  return (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

test("commands that the documents name run", async () => {
  mkdirSync(join(work, "src"));
  cpSync(join(root, "examples"), join(work, "examples"), { recursive: true });
  cpSync(join(root, "examples/llama_rotary.py"), join(work, "src/model.py"));
  const commands = new Set(
    [...documents.values()].flatMap((markdown) =>
      inlineCode(markdown).flatMap(([code]) => /^(?:npx )?ropelint ([a-z].*)$/.exec(code)?.[1] ?? []),
    ),
  );
  // PATH, LINE, ID, REF and TEXT stand for the reader's own.
  const complete = [...commands].filter(
    (command) => !command.includes("--watch") && !/\b(?:PATH|LINE|ID|REF|TEXT)\b/.test(command),
  );
  assert.ok(complete.length >= 10);
  for (const command of complete) {
    const words = command === "prove" ? ["prove", "--help"] : wordsOf(command);
    const { status, output } = await runRopelint(words, "", work);
    assert.notEqual(output, "", command);
    assert.ok(status === 0 || status === 1, command);
  }
});

test("flags and scripts that the documents name exist", async () => {
  const helps = await Promise.all(
    [["--help"], ["check", "--help"], ["prove", "--help"], ["config", "--help"], ["baseline", "--help"]].map(
      help,
    ),
  );
  const known = new Set(helps.join(" ").match(/--[a-z-]+/g));
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const [path, markdown] of manual) {
    for (const [code] of inlineCode(markdown)) {
      const script = /^npm run ([\w:]+)/.exec(code)?.[1];
      if (script !== undefined) assert.ok(Object.hasOwn(scripts, script), `${path}: ${code}`);
      if (!/^(?:--|(?:npx )?ropelint )/.test(code)) continue;
      for (const flag of code.match(/--[a-z-]+/g) ?? []) assert.ok(known.has(flag), `${path}: ${flag}`);
    }
  }
});

test("configurations that the documents show are valid, and do what is said", async () => {
  const fences = fencesIn(documents.get("docs/configuration.md") ?? "").filter(
    ({ language }) => language === "toml",
  );
  const texts = new Map(fences.map(({ tag, code }) => [tag, code]));
  assert.deepEqual([...texts.keys()], ["pyproject", "ropelint", "child"]);
  const place = join(work, "configured");
  cpSync(join(root, "examples/llama_rotary.py"), join(place, "own/model.py"), { recursive: true });
  cpSync(join(root, "examples/llama_rotary.py"), join(place, "experiments/model.py"), { recursive: true });
  cpSync(join(root, "examples/llama_rotary.py"), join(place, "tests/model.py"), { recursive: true });
  writeFileSync(join(place, "pyproject.toml"), texts.get("pyproject") ?? "");
  writeFileSync(join(place, "own/ropelint.toml"), texts.get("ropelint") ?? "");
  writeFileSync(join(place, "experiments/ropelint.toml"), texts.get("child") ?? "");
  const settings = async (path: string): Promise<string> =>
    (await runRopelint(["check", "--show-settings", path], "", place)).output;
  assert.match(await settings("tests"), /positions = 131072\nhead-dim = 64\nbase = 500000\n/);
  assert.doesNotMatch(await settings("tests"), /select = .*"float-range"/);
  assert.match(await settings("own"), /severity = \{ float-range = "note", ALL = "warning" \}\n/);
  assert.match(
    await settings("experiments"),
    /select = .*"castable-buffer"[^]*severity = "error"\n[^]*positions = 131072/,
  );
  const { status, output } = await runRopelint(["check", "--output-format", "concise"], "", place);
  assert.equal(status, 1);
  assert.match(output, /^own\/model\.py/m);
  assert.doesNotMatch(output, /^tests\/model\.py.*float-range/m);
});

test("a rule, a page; `ropelint rule` prints it", async () => {
  for (const { id } of [...rules, ...scriptRules]) {
    const page = documents.get(`docs/rules/${id}.md`) ?? "";
    assert.ok(page.startsWith(`# ${id}\n`), `docs/rules/${id}.md`);
    const { output } = await runRopelint(["rule", id]);
    assert.ok(output.startsWith(`# ${id}\n`) && output.includes("## Bad") && !output.includes("<!--"));
    assert.ok(output.length > 0.9 * readerPage(page).length, "the whole page");
  }
  const pages = paths.filter((path) => path.startsWith("docs/rules/") && !path.endsWith("README.md"));
  assert.deepEqual(
    pages.map((path) => basename(path, ".md")),
    [...rules, ...scriptRules].map(({ id }) => id).sort(),
  );
});

test("the package holds the pages", () => {
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  assert.ok(files.includes("docs/rules") && files.includes("assets"));
});

test("a rule's page: the bad example is found, its repair is the good example", async () => {
  for (const rule of rules) {
    const { id, strict, most } = rule;
    const chosen = flagsFor(rule);
    const fences = fencesIn(documents.get(`docs/rules/${id}.md`) ?? "");
    const [bad, good] = ["bad", "good"].map((tag) => fences.filter((fence) => fence.tag === tag));
    assert.equal(bad?.length, 1);
    assert.equal(good?.length, 1);
    const found = await findingsIn(bad[0]!.code, chosen);
    assert.deepEqual(
      found.map(({ code }) => code),
      [id],
    );
    const severity = isCommentRule(rule) ? rule.severity : (most ?? "error");
    if (!strict) assert.equal(found[0]?.severity, severity);
    assert.deepEqual(await findingsIn(good[0]!.code, chosen), []);
    const fix = found[0]?.fix;
    assert.ok(fix, id);
    // What is only suggested no flag applies.
    if (fix.applicability === "display") {
      assert.ok(!isCommentRule(rule) && rule.suggests, id);
      assert.equal(edited(bad[0]!.code, fix.edits), good[0]!.code, id);
      continue;
    }
    const flags = ["--stdin-filename", "model.py", "--fix", "--unsafe-fixes", ...chosen];
    const { output } = await runRopelint(["check", ...flags], bad[0]!.code);
    assert.ok(output.startsWith(good[0]!.code), `${id}: the fix is not the good example:\n${output}`);
  }
});

test("what the documents call silent is silent", async () => {
  const silent = [...documents.values()]
    .flatMap(fencesIn)
    .filter(({ language, tag }) => language === "python" && tag === "silent");
  assert.ok(silent.length > 0);
  for (const { code } of silent) assert.deepEqual(await findingsIn(code), [], code);
});

test("docs/json.md names every field of the output", async () => {
  const { output } = await runRopelint([
    "check",
    "examples/",
    "--severity",
    "note",
    "--output-format",
    "json",
  ]);
  const page = documents.get("docs/json.md") ?? "";
  for (const field of fieldsOf(JSON.parse(output)))
    assert.ok(page.includes(`\`${field}\``) || page.includes(`"${field}"`), field);
});

test("docs/environments.md and docs/verdicts.md explain what the output names", async () => {
  const { output } = await runRopelint(["environments"]);
  const names = output.split("\n").flatMap((line) => /^([a-z0-9-]+) {2,}(?:bf16|fp32)/.exec(line)?.[1] ?? []);
  assert.ok(names.length >= 6);
  const page = documents.get("docs/environments.md") ?? "";
  for (const name of names) assert.ok(name === "plain" || page.includes(`**${name}.**`), name);
});

test("examples: all listed, the bad ones are found, and the good one is silent", async () => {
  const listed = documents.get("examples/README.md") ?? "";
  for (const file of globSync("*.{py,ipynb,ts,js}", { cwd: join(root, "examples") }))
    assert.ok(listed.includes(`](${file})`), file);
  assert.equal((await runRopelint(["check", "examples/"])).status, 1);
  assert.equal((await runRopelint(["check", "examples/modern_rope.py", "--severity", "note"])).status, 0);
});

/** A text after a finding's edits. */
function edited(text: string, edits: NonNullable<FoundJson["fix"]>["edits"]): string {
  const lines = text.split("\n");
  const offset = ({ row, column }: (typeof edits)[number]["location"]): number =>
    lines.slice(0, row - 1).reduce((sum, line) => sum + line.length + 1, column - 1);
  return edits.reduceRight(
    (rest, { content, location, end_location }) =>
      rest.slice(0, offset(location)) + content + rest.slice(offset(end_location)),
    text,
  );
}

async function help(words: readonly string[]): Promise<string> {
  return (await runRopelint(words)).output;
}

/** Text without its blocks of code. */
function prose(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

/** Commands and names in backticks, and indented commands. */
function inlineCode(markdown: string): readonly (readonly [string])[] {
  const text = prose(markdown);
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => [code] as const);
  const indented = [...text.matchAll(/^ {4}(\S.*)$/gm)].flatMap(([, line = ""]) =>
    line.split(" && ").map((command) => [command.replace(/\s+#.*$/, "").trim()] as const),
  );
  return [...quoted, ...indented];
}

function anchors(path: string): readonly string[] {
  const headings = prose(readFileSync(join(root, path), "utf8")).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s+/g, "-"),
  );
}

function fieldsOf(value: unknown): ReadonlySet<string> {
  const fields = new Set<string>();
  const visit = (part: unknown): void => {
    if (part === null || typeof part !== "object") return;
    for (const [key, inner] of Object.entries(part)) {
      if (!Array.isArray(part)) fields.add(key);
      visit(inner);
    }
  };
  visit(value);
  return fields;
}
