import type { Expr, Span, Stmt, With } from "../../ir/program.ts";
import { ExpressionLifter, liftTuple } from "./lift-expressions.ts";
import { liftClass, liftDecorated, liftFunction } from "./lift-definitions.ts";
import { liftBindings } from "./lift-imports.ts";
import { AUGMENTED_OPERATORS, operatorOf } from "./lift-operators.ts";
import type { NodeId } from "./lift-reader.ts";

/** How deep blocks nest, and how long a chain of `elif` is nested; CPython stops at 100 indents. */
const maximumBlockDepth = 150;

type Form = (lifter: StatementLifter, node: NodeId, span: Span) => Stmt;

export class StatementLifter extends ExpressionLifter {
  #depth = 0;

  /** The statements of a block or module. */
  body(block: NodeId | null | undefined): Stmt[] {
    if (block === null || block === undefined || this.#depth >= maximumBlockDepth) return [];
    this.#depth++;
    const statements: Stmt[] = [];
    for (const node of this.#statementNodes(block)) {
      const form = FORMS.get(this.type(node));
      if (form) statements.push(form(this, node, this.span(node)));
    }
    this.#depth--;
    return statements;
  }

  /** Function bodies are lifted when they are first looked at: most of them never are. */
  lazyBody(block: NodeId | null): () => readonly Stmt[] {
    let body: readonly Stmt[] | null = null;
    return () => (body ??= new StatementLifter(this.tree).body(block));
  }

  /** Whole statements inside an error belong to the block around it; what else is in there has lost its meaning. */
  #statementNodes(block: NodeId): NodeId[] {
    const nodes: NodeId[] = [];
    const pending = this.all(block).reverse();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (this.type(node) === "ERROR") pending.push(...this.all(node).reverse());
      else nodes.push(node);
    }
    return nodes;
  }
}

const expressionStatement: Form = (lifter, node, span) => {
  const children = lifter.named(node);
  const [first] = children;
  if (first !== undefined && children.length === 1) {
    if (lifter.type(first) === "assignment") return liftAssignment(lifter, first, span);
    if (lifter.type(first) === "augmented_assignment") return liftAugment(lifter, first, span);
  }
  return { kind: "evaluate", span, value: liftTuple(lifter, node) };
};

/** `a = b = value` is an assignment whose right side is one. */
function liftAssignment(lifter: StatementLifter, node: NodeId, span: Span): Stmt {
  const targets: Expr[] = [];
  let annotation: Expr | null = null;
  let current: NodeId | undefined = node;
  while (current !== undefined && lifter.type(current) === "assignment") {
    const [target, ...rest]: NodeId[] = lifter.named(current);
    targets.push(lifter.lift(target));
    const type = rest.find((child) => lifter.type(child) === "type");
    if (type !== undefined) annotation = lifter.lift(type);
    current = rest.find((child) => child !== type);
  }
  return {
    kind: "assign",
    span,
    targets,
    annotation,
    value: current === undefined ? null : lifter.lift(current),
  };
}

function liftAugment(lifter: StatementLifter, node: NodeId, span: Span): Stmt {
  const [target, value] = lifter.named(node);
  const operator = operatorOf(lifter, node, AUGMENTED_OPERATORS);
  if (operator === null) return other(lifter, node, span);
  return { kind: "augment", span, target: lifter.lift(target), operator, value: lifter.lift(value) };
}

const returnStatement: Form = (lifter, node, span) => {
  const values = lifter.named(node);
  return { kind: "return", span, value: values.length === 0 ? null : lifter.lift(values[0]) };
};

/** `elif` nests in the else branch of the one before; a chain too long for that ends in a flat statement. */
const ifStatement: Form = (lifter, node, span) => {
  const [test, block, ...alternatives] = lifter.named(node);
  const last = alternatives.at(-1);
  const hasElse = last !== undefined && lifter.type(last) === "else_clause";
  const elifs = hasElse ? alternatives.slice(0, -1) : alternatives;
  let orelse = hasElse ? lifter.body(lifter.find(last, "block")) : [];
  const rest = elifs.splice(maximumBlockDepth);
  if (rest.length > 0) orelse = [flatAlternatives(lifter, rest, orelse)];
  for (const clause of elifs.reverse()) {
    const [clauseTest, clauseBlock] = lifter.named(clause);
    const body = lifter.body(clauseBlock);
    orelse = [
      {
        kind: "if",
        span: { start: lifter.start(clause), end: span.end },
        test: lifter.lift(clauseTest),
        body,
        orelse,
      },
    ];
  }
  return { kind: "if", span, test: lifter.lift(test), body: lifter.body(block), orelse };
};

function flatAlternatives(lifter: StatementLifter, clauses: readonly NodeId[], orelse: Stmt[]): Stmt {
  const [first = 0] = clauses;
  return {
    kind: "other",
    span: { start: lifter.start(first), end: lifter.end(clauses.at(-1) ?? first) },
    type: "elif_clause",
    parts: clauses.map((clause) => lifter.lift(lifter.named(clause)[0])),
    bodies: [...clauses.map((clause) => lifter.body(lifter.find(clause, "block"))), orelse],
  };
}

function elseBody(lifter: StatementLifter, node: NodeId): Stmt[] {
  const clause = lifter.find(node, "else_clause");
  return clause === null ? [] : lifter.body(lifter.find(clause, "block"));
}

const forStatement: Form = (lifter, node, span) => {
  const [target, iterable] = lifter.named(node);
  const body = lifter.body(lifter.find(node, "block"));
  return {
    kind: "for",
    span,
    target: lifter.lift(target),
    iterable: lifter.lift(iterable),
    body,
    orelse: elseBody(lifter, node),
  };
};

const whileStatement: Form = (lifter, node, span) => ({
  kind: "while",
  span,
  test: lifter.lift(lifter.named(node)[0]),
  body: lifter.body(lifter.find(node, "block")),
  orelse: elseBody(lifter, node),
});

const withStatement: Form = (lifter, node, span) => {
  const clause = lifter.find(node, "with_clause");
  const items = clause === null ? [] : lifter.named(clause).map((item) => withItem(lifter, item));
  return { kind: "with", span, items, body: lifter.body(lifter.find(node, "block")) };
};

function withItem(lifter: StatementLifter, item: NodeId): With["items"][number] {
  const [value] = lifter.named(item);
  if (value === undefined || lifter.type(value) !== "as_pattern") {
    return { context: lifter.lift(value), target: null };
  }
  const [context, target] = lifter.named(value);
  return { context: lifter.lift(context), target: lifter.lift(target) };
}

const tryStatement: Form = (lifter, node, span) => {
  const clauses = lifter.named(node);
  const bodies = (type: RegExp) =>
    clauses
      .filter((clause) => type.test(lifter.type(clause)))
      .map((clause) => lifter.body(lifter.find(clause, "block")));
  return {
    kind: "try",
    span,
    body: lifter.body(lifter.find(node, "block")),
    handlers: bodies(/^except/),
    orelse: bodies(/^else/).flat(),
    final: bodies(/^finally/).flat(),
  };
};

const matchStatement: Form = (lifter, node, span) => {
  const children = lifter.named(node);
  const block = children.find((child) => lifter.type(child) === "block");
  const cases = block === undefined ? [] : lifter.named(block);
  const guards = cases.map((clause) => lifter.find(clause, "if_clause")).filter((guard) => guard !== null);
  return {
    kind: "other",
    span,
    type: "match_statement",
    parts: [
      ...lifter.liftAll(children.filter((child) => child !== block)),
      ...guards.map((guard) => lifter.lift(lifter.named(guard)[0])),
    ],
    bodies: cases.map((clause) => lifter.body(lifter.find(clause, "block"))),
  };
};

/** A statement with expressions and no meaning of its own. */
const other: Form = (lifter, node, span) => ({
  kind: "other",
  span,
  type: lifter.type(node),
  parts: lifter.liftAll(lifter.named(node)),
  bodies: [],
});

const jump: Form = (lifter, node, span) => {
  const type = lifter.type(node);
  return {
    kind: type === "break_statement" ? "break" : type === "continue_statement" ? "continue" : "pass",
    span,
  };
};

const importStatement: Form = (lifter, node, span) => ({
  kind: "import",
  span,
  bindings: liftBindings(lifter, node),
});

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["expression_statement", expressionStatement],
  ["return_statement", returnStatement],
  ["if_statement", ifStatement],
  ["for_statement", forStatement],
  ["while_statement", whileStatement],
  ["with_statement", withStatement],
  ["try_statement", tryStatement],
  ["function_definition", (lifter, node, span) => liftFunction(lifter, node, span, [])],
  ["class_definition", (lifter, node, span) => liftClass(lifter, node, span, [])],
  [
    "decorated_definition",
    (lifter, node, span) => liftDecorated(lifter, node, span) ?? other(lifter, node, span),
  ],
  ["match_statement", matchStatement],
  ["import_statement", importStatement],
  ["import_from_statement", importStatement],
  ["future_import_statement", importStatement],
  ["raise_statement", (_lifter, _node, span) => ({ kind: "raise", span })],
  ["break_statement", jump],
  ["continue_statement", jump],
  ["pass_statement", jump],
  [
    "assert_statement",
    (lifter, node, span) => ({ kind: "assert", span, test: lifter.lift(lifter.named(node)[0]) }),
  ],
  ["delete_statement", other],
  ["global_statement", other],
  ["nonlocal_statement", other],
  ["print_statement", other],
  ["exec_statement", other],
  ["type_alias_statement", other],
]);
