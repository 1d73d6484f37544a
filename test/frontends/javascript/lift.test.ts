import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parser } from "typescript-eslint";
import type { EstreeNode } from "../../../src/frontends/javascript/estree.ts";
import { liftJavaScript } from "../../../src/frontends/javascript/lift.ts";
import type { ClassDefinition, Expr, FunctionDefinition, Stmt } from "../../../src/ir/program.ts";

interface EslintParser {
  parseForESLint(text: string, parsing: object): { readonly ast: object };
}

function lift(text: string): readonly Stmt[] {
  const { ast } = (parser as EslintParser).parseForESLint(text, { range: true, sourceType: "module" });
  return liftJavaScript(ast as EstreeNode).body;
}

function only<Kind extends Stmt["kind"]>(text: string, kind: Kind): Extract<Stmt, { kind: Kind }> {
  const found = lift(text).filter(
    (statement): statement is Extract<Stmt, { kind: Kind }> => statement.kind === kind,
  );
  assert.equal(found.length, 1, text);
  return found[0]!;
}

/** What matters of an expression, in a line. */
function told(expression: Expr | null): string {
  switch (expression?.kind) {
    case "name":
      return expression.name;
    case "number":
    case "constant":
    case "string":
      return String(expression.value);
    case "attribute":
      return `${told(expression.object)}.${expression.name}`;
    case "binary":
    case "logical":
      return `${told(expression.left)} ${expression.operator} ${told(expression.right)}`;
    case "call":
      return `${told(expression.callee)}(${expression.args
        .map(({ name, spread, value }) => `${name === null ? spread : `${name}=`}${told(value)}`)
        .join(", ")})`;
    default:
      return expression?.kind ?? "nothing";
  }
}

function assignments(statements: readonly Stmt[]): readonly string[] {
  return statements.flatMap((one) =>
    one.kind === "assign" ? [`${one.targets.map(told).join(" = ")} = ${told(one.value)}`] : [],
  );
}

function method({ body }: ClassDefinition, name: string): FunctionDefinition {
  const found = body.find((one): one is FunctionDefinition => one.kind === "function" && one.name === name);
  assert.ok(found, name);
  return found;
}

describe("JavaScript is lifted to what Python is lifted to", () => {
  it("an object at the end of a call holds named arguments", () => {
    assert.equal(
      told(only("np.arange(0, n, 1, { dtype, device: 'cpu' });", "evaluate").value),
      "np.arange(0, n, 1, dtype=dtype, device=cpu)",
    );
    assert.equal(told(only("f({ ...options, a: 1 });", "evaluate").value), "f(**options, a=1)");
    assert.equal(told(only("f({ length: n }, g);", "evaluate").value), "f(dict, g)");
    assert.equal(told(only("f({});", "evaluate").value), "f(dict)");
  });

  it("patterns among parameters take them", () => {
    const { parameters, body } = only(
      "function f(x, { dtype = float32, axis: dim }, ...rest) { return x }",
      "function",
    );
    assert.deepEqual(
      parameters.map(({ name, form, initial }) => `${form} ${name} ${told(initial)}`),
      [
        "plain x nothing",
        "plain <parameter 1> nothing",
        "keyword-only dtype float32",
        "keyword-only axis nothing",
        "* rest nothing",
      ],
    );
    assert.deepEqual(assignments(body), ["dim = axis"]);
  });

  it("patterns of assignments are taken apart", () => {
    assert.deepEqual(assignments(lift("const { a, b: c = 2 } = config;")), [
      "a = config.a",
      "c = config.b or 2",
    ]);
    assert.deepEqual(assignments(lift("const { a } = f();")), ["<value 1> = f()", "a = <value 1>.a"]);
  });

  it("classes have a constructor, and an object that is passed to methods", () => {
    const lifted = only(
      "class A extends nn.Module { #n = 4; static s = 1; constructor(public dims: number) { super(); this.m = dims; } get t() { return this.#n; } }",
      "class",
    );
    assert.deepEqual(lifted.bases.map(told), ["nn.Module"]);
    const made = method(lifted, "__init__");
    assert.deepEqual(
      made.parameters.map(({ name }) => name),
      ["this", "dims"],
    );
    assert.deepEqual(assignments(made.body), ["this.dims = dims", "this.#n = 4", "this.m = dims"]);
    assert.deepEqual(method(lifted, "t").decorators.map(told), ["property"]);
  });

  it("a counting loop is an assignment and a while", () => {
    const lifted = lift("for (let i = 0; i < n; i++) { a[i] = i }");
    assert.deepEqual(
      lifted.map(({ kind }) => kind),
      ["assign", "while"],
    );
    const [, loop] = lifted;
    assert.ok(loop?.kind === "while");
    assert.deepEqual(
      loop.body.map(({ kind }) => kind),
      ["assign", "augment"],
    );
  });

  it("functions are defined before what stands beside them, and called by name", () => {
    const [first, second] = lift("tidy(() => 1); const f = (x) => x;");
    assert.deepEqual([first?.kind, second?.kind], ["function", "evaluate"]);
    assert.ok(second?.kind === "evaluate");
    assert.equal(told(second.value), "tidy(<function 1>)");
    assert.equal(only("export const rope = (x) => x;", "function").name, "rope");
  });

  it("types say what a parameter is, where they are a library's", () => {
    const { parameters } = only(
      "function f(x: mx.array, d: DType | null, n: number, xs: Array<number>) {}",
      "function",
    );
    assert.deepEqual(
      parameters.map(({ annotation }) => told(annotation)),
      ["Tensor", "dtype", "number", "nothing"],
    );
  });

  it("compiled calls and defaults are calls of what was imported", () => {
    assert.equal(told(only("(0, np.arange)(4);", "evaluate").value), "np.arange(4)");
    const [one] = lift('const mlx_1 = __importStar(require("@frost-beta/mlx"));');
    assert.ok(one?.kind === "import");
    assert.deepEqual(one.bindings, [{ local: "mlx_1", path: "@frost-beta/mlx" }]);
  });
});
