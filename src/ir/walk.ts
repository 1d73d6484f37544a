import type { Expr, Parameter, Program, Stmt, Subscript } from "./program.ts";

/** Expressions directly inside an expression, in source order. */
export function childrenOf(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case "number":
    case "string":
    case "constant":
    case "name":
    case "ellipsis":
      return [];
    case "attribute":
      return [expression.object];
    case "call":
      return [expression.callee, ...expression.args.map((arg) => arg.value)];
    case "binary":
    case "logical":
      return [expression.left, expression.right];
    case "unary":
      return [expression.operand];
    case "compare":
      return expression.operands;
    case "conditional":
      return [expression.body, expression.test, expression.orelse];
    case "index":
      return [expression.object, ...expression.items.flatMap(subscriptParts)];
    case "sequence":
      return expression.items;
    case "starred":
      return [expression.value];
    case "dict":
      return expression.entries.flatMap(({ key, value }) => (key ? [key, value] : [value]));
    case "comprehension":
      return [
        expression.element,
        ...expression.clauses.flatMap(({ target, iterable, conditions }) => [
          target,
          iterable,
          ...conditions,
        ]),
      ];
    case "lambda":
      return [...expression.parameters.flatMap(parameterParts), expression.body];
    case "followed":
      return [expression.first, expression.target, expression.value];
    case "unknown":
      return expression.parts;
  }
}

function subscriptParts(item: Subscript): readonly Expr[] {
  if (item.kind === "item") return [item.value];
  return [item.start, item.stop, item.step].filter((bound) => bound !== null);
}

function parameterParts(parameter: Parameter): readonly Expr[] {
  return [parameter.annotation, parameter.initial].filter((part) => part !== null);
}

/** The expression with its direct parts replaced; itself where none of them changes. Lambdas and comprehensions keep their parameters. */
export function mapChildren(expression: Expr, change: (child: Expr) => Expr): Expr {
  const children = childrenOf(expression);
  if (children.every((child) => change(child) === child)) return expression;
  switch (expression.kind) {
    case "attribute":
      return { ...expression, object: change(expression.object) };
    case "call":
      return {
        ...expression,
        callee: change(expression.callee),
        args: expression.args.map((arg) => ({ ...arg, value: change(arg.value) })),
      };
    case "binary":
    case "logical":
      return { ...expression, left: change(expression.left), right: change(expression.right) };
    case "unary":
      return { ...expression, operand: change(expression.operand) };
    case "compare":
      return { ...expression, operands: expression.operands.map(change) };
    case "conditional":
      return {
        ...expression,
        body: change(expression.body),
        test: change(expression.test),
        orelse: change(expression.orelse),
      };
    case "index":
      return {
        ...expression,
        object: change(expression.object),
        items: expression.items.map((item) => mapSubscript(item, change)),
      };
    case "sequence":
      return { ...expression, items: expression.items.map(change) };
    case "starred":
      return { ...expression, value: change(expression.value) };
    case "dict":
      return {
        ...expression,
        entries: expression.entries.map(({ key, value }) => ({
          key: key && change(key),
          value: change(value),
        })),
      };
    case "comprehension":
      return {
        ...expression,
        element: change(expression.element),
        clauses: expression.clauses.map(({ target, iterable, conditions }) => ({
          target,
          iterable: change(iterable),
          conditions: conditions.map(change),
        })),
      };
    case "lambda":
      return { ...expression, body: change(expression.body) };
    case "followed":
      return {
        ...expression,
        first: change(expression.first),
        target: change(expression.target),
        value: change(expression.value),
      };
    case "unknown":
      return { ...expression, parts: expression.parts.map(change) };
    case "number":
    case "string":
    case "constant":
    case "name":
    case "ellipsis":
      return expression;
  }
}

function mapSubscript(item: Subscript, change: (child: Expr) => Expr): Subscript {
  if (item.kind === "item") return { ...item, value: change(item.value) };
  const bound = (part: Expr | null): Expr | null => part && change(part);
  return { ...item, start: bound(item.start), stop: bound(item.stop), step: bound(item.step) };
}

interface Parts {
  readonly expressions: readonly Expr[];
  readonly bodies: readonly (readonly Stmt[])[];
}

/** Expressions and bodies directly inside a statement. */
export function partsOf(statement: Stmt): Parts {
  switch (statement.kind) {
    case "assign":
      return {
        expressions: [
          ...statement.targets,
          ...(statement.annotation ? [statement.annotation] : []),
          ...(statement.value ? [statement.value] : []),
        ],
        bodies: [],
      };
    case "augment":
      return { expressions: [statement.target, statement.value], bodies: [] };
    case "evaluate":
      return { expressions: [statement.value], bodies: [] };
    case "return":
      return { expressions: statement.value ? [statement.value] : [], bodies: [] };
    case "if":
    case "while":
      return { expressions: [statement.test], bodies: [statement.body, statement.orelse] };
    case "for":
      return {
        expressions: [statement.target, statement.iterable],
        bodies: [statement.body, statement.orelse],
      };
    case "with":
      return {
        expressions: statement.items.flatMap(({ context, target }) =>
          target ? [context, target] : [context],
        ),
        bodies: [statement.body],
      };
    case "try":
      return {
        expressions: [],
        bodies: [statement.body, ...statement.handlers, statement.orelse, statement.final],
      };
    case "function":
      return {
        expressions: [...statement.decorators, ...statement.parameters.flatMap(parameterParts)],
        bodies: [statement.body],
      };
    case "class":
      return { expressions: [...statement.decorators, ...statement.bases], bodies: [statement.body] };
    case "assert":
      return { expressions: [statement.test], bodies: [] };
    case "other":
      return { expressions: statement.parts, bodies: statement.bodies };
    case "import":
    case "raise":
    case "pass":
    case "break":
    case "continue":
      return { expressions: [], bodies: [] };
  }
}

/** Visits every expression of a program with the qualified name of the definition around it. */
export function visitExpressions(
  program: Program,
  visit: (expression: Expr, definition: string) => void,
): void {
  visitStatements(program.body, "", visit);
}

export function visitStatements(
  statements: readonly Stmt[],
  definition: string,
  visit: (expression: Expr, definition: string) => void,
): void {
  for (const statement of statements) {
    const { expressions, bodies } = partsOf(statement);
    const named = statement.kind === "function" || statement.kind === "class";
    const inside = named
      ? definition === ""
        ? statement.name
        : `${definition}.${statement.name}`
      : definition;
    for (const expression of expressions) visitExpression(expression, inside, visit);
    for (const body of bodies) visitStatements(body, inside, visit);
  }
}

function visitExpression(
  root: Expr,
  definition: string,
  visit: (expression: Expr, definition: string) => void,
): void {
  const stack: Expr[] = [root];
  for (let next = stack.pop(); next; next = stack.pop()) {
    visit(next, definition);
    stack.push(...childrenOf(next));
  }
}
