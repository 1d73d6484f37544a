import type { Expr, Import, Stmt } from "../../ir/program.ts";
import { nodeAt, nodesAt, nodesBelow, spanOf, textAt } from "./estree.ts";
import type { EstreeNode } from "./estree.ts";
import { liftClass } from "./lift-classes.ts";
import { binary, liftExpression } from "./lift-expressions.ts";
import { liftFunction } from "./lift-functions.ts";
import { equalsImportOf, importedBy, importsOf, requiredBy, requiredInside } from "./lift-imports.ts";
import { liftLoop } from "./lift-loops.ts";
import { assignTo } from "./lift-patterns.ts";

/** Deeper code is left alone: later stages walk by recursion, and minified sums nest by their length. */
const deepest = 400;

/**
 * Lifts statements. Functions are expressions in JavaScript and statements in the lifted language, so that the functions
 * of a statement's expressions become definitions right before it, and names stand for them.
 */
export class Lifter {
  #depth = 0;
  #count = 0;
  #pending: Stmt[] = [];
  /** What names of imports are bound to, wherever they stand. */
  readonly #modules = new Map<string, string>();
  /** What stands for modules that expressions require, by their paths. */
  readonly #required = new Map<string, string>();

  /** Statements in order, but for functions: they are declared before anything runs. */
  body(nodes: readonly EstreeNode[]): readonly Stmt[] {
    const lifted = nodes.flatMap((node) => {
      const outer = this.#pending;
      this.#pending = [];
      const statements = this.#deeper(() => this.#statement(node), []);
      const before = this.#pending;
      this.#pending = outer;
      return [...before, ...statements].map((statement) => ({ statement, first: isDeclaration(node) }));
    });
    const inOrder = [...lifted.filter(({ first }) => first), ...lifted.filter(({ first }) => !first)];
    return inOrder.map(({ statement }) => statement);
  }

  /** An expression; where it lies too deep, what is known of it is nothing. */
  readonly expression = (node: EstreeNode | null): Expr => {
    if (node === null) return { kind: "unknown", type: "nothing", parts: [], span: null };
    const nothing: Expr = { kind: "unknown", type: node.type, parts: [], span: spanOf(node) };
    return this.#deeper(() => liftExpression(node, this), nothing);
  };

  /** The name of a module that an expression requires: as it is written for the first time. Null for what requires none. */
  moduleIn(node: EstreeNode): string | null {
    const required = requiredInside(node);
    if (required === null) return null;
    const { path, written } = required;
    const name = this.#required.get(path) ?? written;
    this.#required.set(path, name);
    return name;
  }

  /** Modules that expressions require: above everything else. */
  get requirements(): readonly Stmt[] {
    const bindings = [...this.#required].map(([path, local]) => ({ local, path }));
    return bindings.length === 0 ? [] : [{ kind: "import", bindings, span: null }];
  }

  /** A name that no text can hold, the same each time that the same text is lifted. */
  newName(what: string): string {
    this.#count++;
    return `<${what} ${String(this.#count)}>`;
  }

  /** A function or a class among expressions: its body is lifted beside the statement that it stands in. */
  define(statement: Stmt): void {
    this.#pending.push(statement);
  }

  /** What a lift leaves to be defined before the place it is at. */
  withDefinitions(lift: () => readonly Stmt[]): readonly Stmt[] {
    const outer = this.#pending;
    this.#pending = [];
    const lifted = lift();
    const before = this.#pending;
    this.#pending = outer;
    return [...before, ...lifted];
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
        return [this.#import(importsOf(node), span)];
      case "TSImportEqualsDeclaration": {
        const bindings = equalsImportOf(node);
        if (bindings !== null) return [this.#import(bindings, span)];
        const alias = nodeAt(node, "moduleReference");
        return assignTo(nodeAt(node, "id"), this.expression(alias), span, this);
      }
      case "VariableDeclaration":
        return nodesAt(node, "declarations").flatMap((one) => this.#declaration(one));
      case "ExpressionStatement":
        return this.#evaluated(nodeAt(node, "expression"), span);
      case "ReturnStatement": {
        const value = nodeAt(node, "argument");
        return [{ kind: "return", value: value && this.expression(value), span }];
      }
      case "FunctionDeclaration":
        return [liftFunction(node, nameOf(node) || this.newName("function"), this)];
      case "ClassDeclaration":
        return [liftClass(node, nameOf(node) || this.newName("class"), this)];
      case "BlockStatement":
      case "SvelteScriptElement": // of Svelte's parser: holds the statements of a module
        return this.body(nodesAt(node, "body"));
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        return this.#exported(nodeAt(node, "declaration"));
      case "IfStatement": {
        const test = this.expression(nodeAt(node, "test"));
        const [body, orelse] = [this.block(node, "consequent"), this.block(node, "alternate")];
        return [{ kind: "if", test, body, orelse, span }];
      }
      default:
        return liftLoop(node, this) ?? this.#jump(node) ?? [this.#other(node)];
    }
  }

  /** Statements below a key; none where there is nothing. */
  block(node: EstreeNode, key: string): readonly Stmt[] {
    const inner = nodeAt(node, key);
    return inner === null ? [] : this.body([inner]);
  }

  /** `export default class extends Module {}` and `export default nn.sequential(...)` */
  #exported(node: EstreeNode | null): readonly Stmt[] {
    if (node === null) return [];
    if (/(?:Statement|Declaration)$/.test(node.type)) return this.body([node]);
    return [{ kind: "evaluate", value: this.expression(node), span: spanOf(node) }];
  }

  #declaration(node: EstreeNode): readonly Stmt[] {
    const span = spanOf(node);
    const [target, initial] = [nodeAt(node, "id"), nodeAt(node, "init")];
    const imported = this.#importTo(target, initial, span);
    if (imported !== null) return [imported];
    const name = target?.type === "Identifier" ? textAt(target, "name") : "";
    if (initial !== null && name !== "" && isFunction(initial)) return [liftFunction(initial, name, this)];
    if (initial?.type === "ClassExpression" && name !== "") return [liftClass(initial, name, this)];
    return assignTo(target, initial && this.expression(initial), span, this);
  }

  #import(bindings: Import["bindings"], span: Stmt["span"]): Import {
    for (const { local, path } of bindings) this.#modules.set(local, path);
    return { kind: "import", bindings, span };
  }

  /** `target = require(...)`, or null for any other value. */
  #importTo(target: EstreeNode | null, value: EstreeNode | null, span: Stmt["span"]): Import | null {
    const module = value && requiredBy(value, this.#modules);
    const bindings = target !== null && module ? importedBy(target, module) : null;
    return bindings && this.#import(bindings, span);
  }

  #evaluated(node: EstreeNode | null, span: Stmt["span"]): readonly Stmt[] {
    if (node?.type === "UpdateExpression") {
      const target = this.expression(nodeAt(node, "argument"));
      const value: Expr = { kind: "number", value: 1, integer: true, span: null };
      return [{ kind: "augment", target, operator: node.operator === "--" ? "-" : "+", value, span }];
    }
    if (node?.type !== "AssignmentExpression")
      return [{ kind: "evaluate", value: this.expression(node), span }];
    const [left, right] = [nodeAt(node, "left"), nodeAt(node, "right")];
    const operator = textAt(node, "operator");
    if (operator === "=") {
      const imported = this.#importTo(left, right, span);
      return imported ? [imported] : assignTo(left, this.expression(right), span, this);
    }
    const arithmetic = binary[operator.slice(0, -1)];
    if (arithmetic === undefined) return [{ kind: "evaluate", value: this.expression(node), span }];
    const [target, value] = [this.expression(left), this.expression(right)];
    return [{ kind: "augment", target, operator: arithmetic, value, span }];
  }

  #jump(node: EstreeNode): readonly Stmt[] | null {
    const span = spanOf(node);
    switch (node.type) {
      case "ThrowStatement":
        return [
          { kind: "evaluate", value: this.expression(nodeAt(node, "argument")), span },
          { kind: "raise", span },
        ];
      case "BreakStatement":
        return [{ kind: "break", span }];
      case "ContinueStatement":
        return [{ kind: "continue", span }];
      case "EmptyStatement":
        return [];
      case "TryStatement": {
        const handler = nodeAt(node, "handler");
        return [
          {
            kind: "try",
            body: this.block(node, "block"),
            handlers: handler === null ? [] : [this.block(handler, "body")],
            orelse: [],
            final: this.block(node, "finalizer"),
            span,
          },
        ];
      }
      default:
        return null;
    }
  }

  /** Switches, labels, and what a parser may add: parts are walked, their order is not known. */
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

export function isFunction({ type }: EstreeNode): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression";
}

function isDeclaration(node: EstreeNode): boolean {
  const inner = node.type.startsWith("Export") ? nodeAt(node, "declaration") : node;
  return inner?.type === "FunctionDeclaration" || node.type === "ImportDeclaration";
}

export function nameOf(node: EstreeNode): string {
  const id = nodeAt(node, "id");
  return id === null ? "" : textAt(id, "name");
}
