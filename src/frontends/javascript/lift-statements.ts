import type { Expr, FunctionDefinition, Parameter, Stmt } from "../../ir/program.ts";
import { nameOfKey, nodeAt, nodesAt, nodesBelow, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import { liftExpression } from "./lift-expressions.ts";
import { importedBy, importsOf, requiredBy } from "./lift-imports.ts";

/** Deeper code is left alone: later stages walk by recursion, and minified sums nest by their length. */
const deepest = 400;

/**
 * Lifts statements. Functions are expressions in JavaScript and statements in the lifted language, so that the functions
 * of a statement's expressions become definitions right before it.
 */
export class Lifter {
  #depth = 0;
  #functions: FunctionDefinition[] = [];

  body(nodes: readonly EstreeNode[]): readonly Stmt[] {
    return nodes.flatMap((node) => {
      const outer = this.#functions;
      this.#functions = [];
      const lifted = this.#deeper(() => this.#statement(node), []);
      const before = this.#functions;
      this.#functions = outer;
      return [...before, ...lifted];
    });
  }

  /** An expression; where it lies too deep, what is known of it is nothing. */
  readonly expression = (node: EstreeNode | null): Expr => {
    if (node === null) return { kind: "unknown", type: "nothing", parts: [], span: null };
    const nothing: Expr = { kind: "unknown", type: node.type, parts: [], span: spanOf(node) };
    return this.#deeper(() => liftExpression(node, this), nothing);
  };

  /** A function among expressions: its body is lifted beside the statement that it stands in. */
  define(node: EstreeNode, name: string): void {
    this.#functions.push(this.#function(node, name));
  }

  defineClass(node: EstreeNode): void {
    const body = nodeAt(node, "body");
    for (const member of body === null ? [] : nodesAt(body, "body")) this.#member(member);
  }

  #deeper<Result>(lift: () => Result, tooDeep: Result): Result {
    if (this.#depth >= deepest) return tooDeep;
    this.#depth++;
    try {
      return lift();
    } finally {
      this.#depth--;
    }
  }

  #statement(node: EstreeNode): readonly Stmt[] {
    const span = spanOf(node);
    switch (node.type) {
      case "ImportDeclaration":
        return [{ kind: "import", bindings: importsOf(node), span }];
      case "VariableDeclaration":
        return nodesAt(node, "declarations").map((one) => this.#declaration(one));
      case "ExpressionStatement":
        return [this.#evaluated(nodeAt(node, "expression"), span)];
      case "ReturnStatement": {
        const value = nodeAt(node, "argument");
        return [{ kind: "return", value: value && this.expression(value), span }];
      }
      case "FunctionDeclaration":
        return [this.#function(node, nameOf(node))];
      case "ClassDeclaration":
        this.defineClass(node);
        return [];
      case "BlockStatement":
        return this.body(nodesAt(node, "body"));
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        return this.body([nodeAt(node, "declaration")].filter((inner) => inner !== null));
      case "IfStatement":
        return [
          {
            kind: "if",
            test: this.expression(nodeAt(node, "test")),
            body: this.#block(node, "consequent"),
            orelse: this.#block(node, "alternate"),
            span,
          },
        ];
      default:
        return [this.#other(node)];
    }
  }

  #block(node: EstreeNode, key: string): readonly Stmt[] {
    const inner = nodeAt(node, key);
    return inner === null ? [] : this.body([inner]);
  }

  #declaration(node: EstreeNode): Stmt {
    const span = spanOf(node);
    const target = nodeAt(node, "id");
    const initial = nodeAt(node, "init");
    const module = initial && requiredBy(initial);
    if (target !== null && module) {
      const bindings = importedBy(target, module);
      if (bindings !== null) return { kind: "import", bindings, span };
    }
    return {
      kind: "assign",
      targets: [this.expression(target)],
      annotation: null,
      value: initial && this.expression(initial),
      span,
    };
  }

  #evaluated(node: EstreeNode | null, span: Stmt["span"]): Stmt {
    if (node?.type !== "AssignmentExpression" || node.operator !== "=")
      return { kind: "evaluate", value: this.expression(node), span };
    const targets = [this.expression(nodeAt(node, "left"))];
    return { kind: "assign", targets, annotation: null, value: this.expression(nodeAt(node, "right")), span };
  }

  #function(node: EstreeNode, name: string): FunctionDefinition {
    const inner = nodeAt(node, "body");
    const isBlock = inner?.type === "BlockStatement";
    const outer = this.#functions;
    this.#functions = [];
    const parameters = nodesAt(node, "params").map((one) => this.#parameter(one));
    const lifted: readonly Stmt[] = isBlock
      ? this.body(nodesAt(inner, "body"))
      : [{ kind: "return", value: this.expression(inner), span: inner && spanOf(inner) }];
    const body = [...this.#functions, ...lifted];
    this.#functions = outer;
    return { kind: "function", name, parameters, returns: null, decorators: [], body, span: spanOf(node) };
  }

  #parameter(node: EstreeNode): Parameter {
    const inner = node.type === "AssignmentPattern" ? nodeAt(node, "left") : node;
    const initial = node.type === "AssignmentPattern" ? nodeAt(node, "right") : null;
    return {
      name: inner?.type === "Identifier" ? textAt(inner, "name") : "",
      form: node.type === "RestElement" ? "*" : "plain",
      annotation: inner?.type === "Identifier" ? null : this.expression(inner),
      initial: initial && this.expression(initial),
      span: spanOf(node),
    };
  }

  #member(node: EstreeNode): void {
    const value = nodeAt(node, "value");
    if (value === null) {
      for (const inner of nodesBelow(node)) this.#functions.push(...this.#functionsIn([inner]));
    } else if (node.type === "MethodDefinition") this.define(value, nameOfKey(node) ?? "");
    else this.#functions.push(...this.#functionsIn([{ type: "ExpressionStatement", expression: value }]));
  }

  /** Statements outside any function, as one of no name. */
  #functionsIn(nodes: readonly EstreeNode[]): readonly FunctionDefinition[] {
    const body = this.body(nodes);
    if (body.length === 0) return [];
    return [{ kind: "function", name: "", parameters: [], returns: null, decorators: [], body, span: null }];
  }

  /** Loops, switches, try, and what a parser may add: parts are walked, their order is not known. */
  #other(node: EstreeNode): Stmt {
    const below = nodesBelow(node);
    const isCode = ({ type }: EstreeNode): boolean =>
      /(?:Statement|Declaration|Clause|Case|Block)$/.test(type) && !type.startsWith("TS");
    return {
      kind: "other",
      type: node.type,
      parts: below.filter((inner) => !isCode(inner)).map((inner) => this.expression(inner)),
      bodies: below.filter(isCode).map((inner) => this.body([inner])),
      span: spanOf(node),
    };
  }
}

function nameOf(node: EstreeNode): string {
  const id = nodeAt(node, "id");
  return id === null ? "" : textAt(id, "name");
}
