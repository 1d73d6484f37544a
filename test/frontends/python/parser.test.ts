import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { loadPythonParser } from "../../../src/frontends/python/parser.ts";
import { maximumDepth, TreeTooDeepError } from "../../../src/frontends/python/syntax-tree.ts";
import type { SyntaxNode, SyntaxTree } from "../../../src/frontends/python/syntax-tree.ts";

const native = await loadPythonParser("native");
const wasm = await loadPythonParser("wasm");

/** Everything a reader of the tree can see, one line a node. */
function describeTree(tree: SyntaxTree): string[] {
  return [tree.rootNode, ...tree.rootNode.descendants()].map((node) =>
    [
      node.type,
      node.startIndex,
      node.endIndex,
      node.fieldName,
      node.children.length,
      ...[node.isNamed, node.isError, node.isMissing, node.hasError].map(Number),
    ].join(" "),
  );
}

function parseBoth(text: string): SyntaxNode {
  const tree = native.parse(text);
  assert.deepEqual(describeTree(wasm.parse(text)), describeTree(tree));
  return tree.rootNode;
}

function find(root: SyntaxNode, type: string): SyntaxNode {
  for (const node of root.descendants()) if (node.type === type) return node;
  throw new Error(`no ${type}`);
}

const rangeCall = "t = torch.arange(self.max_len, device=device, dtype=self.inv_freq.dtype)\n";

test("a call has its function, arguments and text", () => {
  const call = find(parseBoth(rangeCall), "call");
  assert.equal(call.childForFieldName("function")?.text, "torch.arange");
  assert.equal(call.childForFieldName("nothing"), null);
  const [first, device, dtype] = call.childForFieldName("arguments")!.namedChildren;
  assert.equal(first?.text, "self.max_len");
  assert.equal(device?.childForFieldName("name")?.text, "device");
  assert.equal(dtype?.childForFieldName("value")?.text, "self.inv_freq.dtype");
  assert.equal(call.parent?.childForFieldName("right"), call, "the same node is the same object");
});

test("a field may hold several children", () => {
  const statement = find(parseBoth("import a, b as c\n"), "import_statement");
  assert.deepEqual(
    statement.childrenForFieldName("name").map((node) => node.text),
    ["a", "b as c"],
  );
});

test("empty text is an empty module", () => {
  const root = parseBoth("");
  assert.equal(root.type, "module");
  assert.deepEqual(root.children, []);
  assert.equal(root.parent, null);
});

test("offsets count UTF-16 code units", () => {
  const text = 's = "é 😀 \u2028"  # 𝒳\n𝐱 = torch.arange(3.0)\n';
  const call = find(parseBoth(text), "call");
  assert.equal(call.startIndex, text.indexOf("torch"));
  assert.equal(call.text, "torch.arange(3.0)");
});

test("a byte order mark shifts offsets by one and is no error", () => {
  const root = parseBoth(`\ufeff${rangeCall}`);
  assert.equal(root.hasError, false);
  assert.equal(find(root, "call").text, rangeCall.slice(4, -1));
});

test("CRLF and lone CR line ends", () => {
  const root = parseBoth(
    `def f(n):\r\n    t = torch.arange(\r\n        n,  # length\r\n    )\r\n    return t\r\n`,
  );
  assert.equal(root.hasError, false);
  assert.equal(find(root, "call").text, "torch.arange(\r\n        n,  # length\r\n    )");
  parseBoth("a = 1\rb = 2\r");
});

test("texts longer than either parser's input buffer", () => {
  const root = parseBoth(rangeCall.repeat(2000));
  assert.ok(root.endIndex > 100_000);
  assert.equal(root.hasError, false);
  assert.equal(root.namedChildren.length, 2000);
});

test("astral characters at every place of a buffer's end", () => {
  for (let shift = 0; shift < 4; shift++) {
    const root = parseBoth(`${"a".repeat(shift)}\n${"𝐱 = 𝐲 + '😀'\n".repeat(2500)}`);
    assert.equal(root.hasError, false);
  }
});

test("errors and missing tokens are marked up to the root", () => {
  const broken = parseBoth("def f(:\n    return 1\nx = torch.arange(3\n");
  assert.equal(broken.hasError, true);
  assert.ok([...broken.descendants()].some((node) => node.isError));
  const missing = parseBoth("x = f(a, b\n");
  assert.equal(missing.hasError, true);
  const intact = find(parseBoth("ok = g(1)\n\nclass A(:\n    pass\n"), "call");
  assert.equal(intact.hasError, false, "damage does not spread sideways");
  parseBoth("x = 1\0y = 2\n");
});

test("any mixture of fragments gives the same tree in both", () => {
  const fragments = [
    ...[
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "'",
      '"',
      "\n",
      "\t",
      ":",
      "=",
      ",",
      "#",
      "@",
      ";",
      "\\",
      "é",
      "😀",
      "\0",
    ],
    ...[
      '"""',
      "\r\n",
      "    ",
      "\ufeff",
      "f'{",
      "}'",
      "lambda x: ",
      "def f",
      "class A",
      "if ",
      "else",
      "async ",
    ],
    ...[
      "x",
      "1.5",
      "torch.arange",
      "not ",
      " in ",
      "**",
      "->",
      ":=",
      "return ",
      "yield ",
      "print ",
      "match ",
    ],
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 60 }), (parts) => {
      parseBoth(parts.join(""));
    }),
    { numRuns: 300, seed: 28685 },
  );
});

test("deep nesting is refused by name and place, and does not exhaust the stack", () => {
  for (const [open, close] of [
    ["(", ")"],
    ["[", "]"],
    ["f(", ")"],
    ["-", ""],
    ["a if b else ", ""],
    ["{1: ", "}"],
  ] as const) {
    const text = `x = ${open.repeat(3000)}1${close.repeat(3000)}\n`;
    for (const parser of [native, wasm]) {
      assert.throws(
        () => parser.parse(text),
        (error) => error instanceof TreeTooDeepError && error.index > 0 && error.index < text.length,
      );
    }
  }
  assert.equal(parseBoth("(".repeat(3000)).hasError, true, "unclosed brackets are siblings, not levels");
});

test("nesting up to the limit is read", () => {
  const depth = maximumDepth - 10;
  const root = parseBoth(`${"(".repeat(depth)}1${")".repeat(depth)}\n`);
  assert.equal(find(root, "integer").startIndex, depth);
});

test("one parser reads many texts one after the other", () => {
  const before = describeTree(native.parse(rangeCall));
  for (let round = 0; round < 200; round++) {
    native.parse("x = (\n");
    wasm.parse("x = (\n");
  }
  parseBoth(rangeCall);
  assert.deepEqual(describeTree(native.parse(rangeCall)), before);
});

test("both load in a worker thread", async () => {
  const module = new URL("../../../src/frontends/python/parser.ts", import.meta.url).href;
  const source = `
    const { parentPort } = require("node:worker_threads");
    import("tsx/esm/api").then(async ({ register }) => {
      register();
      const { loadPythonParser } = await import(${JSON.stringify(module)});
      const kinds = [];
      for (const kind of ["native", "wasm"]) {
        const parser = await loadPythonParser(kind);
        kinds.push(parser.kind + parser.parse("x = 1").nodeCount);
      }
      parentPort.postMessage(kinds.join());
    });`;
  const worker = new Worker(source, { eval: true });
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  assert.equal(answer, "native6,wasm6");
});

test("the environment chooses the parser", async () => {
  assert.equal((await loadPythonParser("")).kind, "native");
  assert.equal((await loadPythonParser("wasm")).kind, "wasm");
  await assert.rejects(loadPythonParser("fast"), /ROPELINT_PARSER must be "native" or "wasm", not "fast"/);
});

/** Runs a loader in a process whose module resolution knows no native tree-sitter, as if it were not installed. */
function loadWithoutNative(choice: string): { status: number | null; output: string } {
  const module = new URL("../../../src/frontends/python/parser.ts", import.meta.url).href;
  const script = `
    import Module from "node:module";
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (name === "tree-sitter") throw new Error("Cannot find module 'tree-sitter'");
      return resolve.call(this, name, ...rest);
    };
    const { loadPythonParser } = await import(${JSON.stringify(module)});
    const parser = await loadPythonParser(${JSON.stringify(choice)});
    console.log(parser.kind, parser.parse("x = f(1)").rootNode.type, parser.fallbackReason);`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  return { status, output: stdout + stderr };
}

test("without the native binding the wasm serves, unless native is forced", () => {
  const { status, output } = loadWithoutNative("");
  assert.equal(status, 0, output);
  assert.equal(output.trim(), "wasm module Cannot find module 'tree-sitter'");
  const forced = loadWithoutNative("native");
  assert.notEqual(forced.status, 0);
  assert.match(
    forced.output,
    /ROPELINT_PARSER=native, but tree-sitter's native binding does not load: Cannot find/,
  );
});

test("importing the parser loads no native code", () => {
  const module = new URL("../../../src/frontends/python/parser.ts", import.meta.url).href;
  const script = `
    import Module from "node:module";
    await import(${JSON.stringify(module)});
    console.log(Object.keys(Module._cache).some((path) => path.includes("tree-sitter")));`;
  const { stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  assert.equal(stdout.trim(), "false");
});
