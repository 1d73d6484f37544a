import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Linter } from "eslint";
import { globSync } from "tinyglobby";
import { parser } from "typescript-eslint";
import { scriptRules } from "../../src/engine/rules.ts";
import { liftJavaScript } from "../../src/frontends/javascript/lift.ts";
import { applied, fixScript, lintScript, versions } from "./support.ts";

const root = join(import.meta.dirname, "../fixtures");
const fixtures = globSync("*/{fires,silent,rewritten}/*.{js,ts}", { cwd: root })
  .filter((path) => !/\.(?:fixed|unsafe)\.[jt]s$/.test(path))
  .sort();
const typescript: Linter.LanguageOptions = { parser };
/**
 * `// error: [id]`, with the number of lines to its place where that is another line; of rules that follow values with
 * environments and a verdict, which test/rules reads.
 */
const marker = / *\/\/ (error|warning|note): \[([\w-]+)\](?: (-\d+))?(?: [a-z][\w ,;-]*)?$/gm;
const own: ReadonlySet<string> = new Set(scriptRules.map(({ id }) => id));

interface Expectation {
  readonly line: number;
  readonly rule: string;
  readonly severity: string;
}

function expectedIn(text: string): readonly Expectation[] {
  return [...text.matchAll(marker)].map(({ index, 1: severity = "", 2: rule = "", 3: shift = "0" }) => ({
    line: text.slice(0, index).split("\n").length + Number(shift),
    rule: `ropelint/${rule}`,
    severity,
  }));
}

function describedAs(messages: readonly Linter.LintMessage[]): readonly Expectation[] {
  return messages.map(({ line, ruleId, messageId, message }) => ({
    line,
    rule: ruleId ?? message,
    severity: messageId ?? "none",
  }));
}

describe("fixtures of scripts", () => {
  for (const path of fixtures) {
    const marked = readFileSync(join(root, path), "utf8");
    const text = marked.replace(marker, "");
    const parsers = path.endsWith(".ts") ? [typescript] : [{}, typescript];
    for (const { name, ESLint } of versions) {
      for (const options of parsers) {
        it(`${path}, ${name}, ${"parser" in options ? "typescript-eslint" : "espree"}`, async () => {
          const messages = await lintScript(text, options, ESLint);
          assert.deepEqual(describedAs(messages), expectedIn(marked));
          const [kind] = path.split("/").slice(1);
          assert.equal(messages.length === 0, kind === "silent");
          if (!own.has(path.split("/")[0] ?? "")) {
            const fixed = join(root, path.replace(/\.([jt]s)$/, ".fixed.$1"));
            const expected = existsSync(fixed) ? readFileSync(fixed, "utf8") : text;
            assert.equal(await fixScript(text, options, ESLint), expected.replace(marker, ""));
            return;
          }
          const unsafe = join(root, path.replace(/\.([jt]s)$/, ".unsafe.$1"));
          const repaired = messages.reduceRight((before, message) => applied(before, message), text);
          assert.equal(repaired, existsSync(unsafe) ? readFileSync(unsafe, "utf8") : text);
          assert.equal(repaired === text, kind !== "rewritten");
          if (repaired !== text) assert.deepEqual(await lintScript(repaired, options, ESLint), []);
        });
      }
    }
  }
});

describe("scripts that nobody wrote by hand", () => {
  const tensor =
    'import{Tensor}from"onnxruntime-web";export const f={position_ids:new Tensor("float32",[1],[1])};';
  const texts: Readonly<Record<string, string>> = {
    "a megabyte of functions": `${tensor}${"void function(b,c){return b.map(d=>d*c)+{e:b}};".repeat(20_000)}`,
    "a list of 300,000 numbers": `${tensor}export const g=[${"1,".repeat(300_000)}1];`,
    "a sum of 3,000 terms": `${tensor}export const g=${"1+".repeat(3000)}1;`,
    "calls 800 deep": `${tensor}export const g=${"h(".repeat(800)}1${")".repeat(800)};`,
    "a chain of 500 calls": `${tensor}export const g=h${".i(1)".repeat(500)};`,
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, async () => {
      const start = performance.now();
      const messages = await lintScript(text);
      assert.deepEqual(describedAs(messages), [
        { line: 1, rule: "ropelint/position-ids-dtype", severity: "error" },
      ]);
      assert.ok(performance.now() - start < 60_000);
    });
  }

  it("trees with nodes that nobody knows, and without places", () => {
    const odd = {
      type: "Program",
      body: [
        {
          type: "MacroStatement",
          block: [{ type: "Pipe", left: null, right: [null, 7, { type: "Identifier" }] }],
        },
        { type: "ExpressionStatement" },
        { type: "VariableDeclaration", declarations: [null, { type: "VariableDeclarator" }, {}] },
        { type: "ImportDeclaration", specifiers: [{ type: "ImportSpecifier" }] },
        { type: "IfStatement" },
        {
          type: "ClassDeclaration",
          body: { type: "ClassBody", body: [{ type: "StaticBlock", body: [] }, 3] },
        },
        { type: "FunctionDeclaration", params: [{ type: "RestElement" }] },
        {
          type: "ReturnStatement",
          argument: { type: "CallExpression", arguments: [{ type: "SpreadElement" }] },
        },
      ],
    };
    assert.equal(liftJavaScript(odd).language, "javascript");
    assert.deepEqual(liftJavaScript({ type: "Program" }).body, []);
  });

  it("code that doesn't parse is ESLint's to report", async () => {
    const [message] = await lintScript("export const position_ids = new Tensor(;");
    assert.equal(message?.fatal, true);
  });
});
