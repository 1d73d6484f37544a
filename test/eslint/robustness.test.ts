import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Linter } from "eslint";
import { parser as typescript } from "typescript-eslint";
import { FileAnalysis } from "../../src/analysis/file.ts";
import { inspectScript } from "../../src/engine/inspect-script.ts";
import { scriptRules } from "../../src/engine/rules.ts";
import { liftJavaScript } from "../../src/frontends/javascript/lift.ts";
import { parseScript } from "../../src/frontends/javascript/parse.ts";
import ropelint from "../../src/eslint/plugin.ts";
import { checked, versions } from "./support.ts";

const code = `import { Tensor } from "onnxruntime-web";
const type = TYPE;
export const feeds = { position_ids: new Tensor("float32", [0, 1], [2]), more: { position_ids: new Tensor(type, [1]) } };
`;
const found = ["ropelint/position-ids-dtype"];
interface Ast {
  readonly type: string;
  readonly body: readonly object[];
  readonly range: readonly number[];
  readonly loc: object;
}
const loose = typescript as unknown as { parseForESLint(text: string, options: object): { ast: Ast } };
const parse = (text: string): Ast =>
  loose.parseForESLint(text, { range: true, loc: true, tokens: true, comment: true }).ast;

/** As svelte-eslint-parser gives it: what stands in `<script>` lies one level deeper. */
const inScriptElement = (text: string): object => {
  const ast = parse(text);
  const { range, loc } = ast;
  return { ...ast, body: [{ type: "SvelteScriptElement", range, loc, attributes: [], body: ast.body }] };
};

/** Parsers that give less than ESLint's own, or what nobody expects. */
const parsers: Readonly<Record<string, Linter.Parser>> = {
  "only parse()": { parse },
  "no scope manager": { parseForESLint: (text: string) => ({ ast: parse(text) }) },
  "services without types": {
    parseForESLint: (text: string) => ({ ast: parse(text), services: { program: null } }),
  },
  "a checker that throws": {
    parseForESLint: (text: string) => ({
      ast: parse(text),
      services: {
        esTreeNodeToTSNodeMap: new WeakMap(),
        get program(): never {
          throw new Error("no program here");
        },
      },
    }),
  },
  "a module in an element": {
    parseForESLint: (text: string) => ({
      ast: inScriptElement(text),
      visitorKeys: { Program: ["body"], SvelteScriptElement: ["body"] },
    }),
  },
  "a node that nobody knows": {
    parseForESLint: (text: string) => {
      const ast = parse(text);
      const odd = { type: "MacroStatement", range: ast.range, loc: ast.loc, block: [null, { type: "Pipe" }] };
      return {
        ast: { ...ast, body: [...ast.body, odd] },
        visitorKeys: { Program: ["body"], MacroStatement: [] },
      };
    },
  },
};

/** Blocks of a file that is no JavaScript, as Markdown's and Vue's processors hand them over. */
const processor: Linter.Processor = {
  preprocess: (text) => text.split("---\n").map((block, index) => ({ text: block, filename: `${index}.js` })),
  postprocess: (messages) => messages.flat(),
  supportsAutofix: true,
};

describe("what else ESLint may be given", () => {
  for (const { name, ESLint } of versions) {
    const lint = async (
      text: string,
      filePath: string,
      ...configs: Linter.Config[]
    ): Promise<readonly string[]> => {
      const overrideConfig = [...configs, ...ropelint.configs.all];
      const eslint = new ESLint({ overrideConfigFile: true, overrideConfig });
      const [result] = await eslint.lintText(text, { filePath });
      return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
    };

    for (const [parserName, parser] of Object.entries(parsers)) {
      it(`a parser with ${parserName}, ${name}`, async () => {
        assert.deepEqual(await lint(code, "model.js", { languageOptions: { parser } }), found);
      });
    }

    it(`files that do not parse, ${name}`, async () => {
      for (const parser of [{ parse }, typescript]) {
        const [message, ...more] = await lint("position_ids = (;", "model.js", {
          languageOptions: { parser },
        });
        assert.match(message ?? "", /^Parsing error/);
        assert.deepEqual(more, []);
      }
      assert.deepEqual(await lint("import torch\nt = torch.arange(8, dtype=(\n", "model.py"), []);
    });

    it(`a processor's virtual files, ${name}`, async () => {
      const config = {
        files: ["**/*.page"],
        plugins: { pages: { processors: { pages: processor } } },
        processor: "pages/pages",
      };
      const text = `${code}---\nlet broken = (;\n---\n${code}`;
      const [first, second, third] = await lint(text, "a.page", config, { files: ["**/*.js"] });
      assert.deepEqual([first, third], [...found, ...found]);
      assert.match(second ?? "", /^Parsing error/);
    });
  }

  it("two megabytes in one line", async () => {
    const piece = 'var a=function(b,c){return b.map(d=>d*c)+{e:"f16",g:[b?c:1,`${b}`]}.e};';
    const text = `${code.replaceAll("\n", "")}${piece.repeat(Math.ceil(2_000_000 / piece.length))}`;
    const { program } = parseScript(text, "model.js");
    const lifted = liftJavaScript(program);
    for (const rule of scriptRules) {
      const start = performance.now();
      inspectScript(lifted, text, rule);
      assert.ok(performance.now() - start < 30_000, rule.id);
    }
    assert.deepEqual(await checked(text, "model.js"), [], "the command line leaves bundles out");
  });
});

describe("what a bundle holds", () => {
  it("names that every object has are no functions of a library", async () => {
    const text = `import * as np from "numpy-ts";
export function f(x) {
  const a = np.arange(0, 4096, 1, x.dtype).sin();
  return [a.toString(), a.hasOwnProperty("x"), a.constructor(1), np.toString(a), np.valueOf()];
}
`;
    const found = await checked(text, "model.js", ["--severity", "note"]);
    assert.ok(!found.some(({ rule }) => rule === "internal-error"));
  });

  it("thousands of functions that fork are executed in bounded time", () => {
    const calls = Array.from({ length: 40 }, (_, i) => `  if (x.a${i}) { x.b = f${i}(x); y = new C(y); }`);
    const functions = Array.from(
      { length: 1000 },
      (_, i) =>
        `function f${i}(x) { let y = mx.arange(0, x.n, 1, x.dtype);\n${calls.join("\n")}\n return y; }`,
    );
    const text = `import { core as mx } from "@frost-beta/mlx";\nclass C { constructor(a) { this.a = a; } }\n${functions.join("\n")}`;
    const { program } = parseScript(text, "model.js");
    const lifted = liftJavaScript(program);
    const before = process.cpuUsage().user;
    assert.ok(new FileAnalysis(lifted, text, ["arange"], false).units.length < 1000);
    assert.ok(process.cpuUsage().user - before < 30_000_000);
  });
});
