import type {
  CompareOperator,
  Comprehension,
  Dict,
  Expr,
  Sequence,
  Span,
  Subscript,
} from "../../ir/program.ts";
import { numberValue, stringValue } from "./lift-literals.ts";
import { liftArguments } from "./lift-arguments.ts";
import { BINARY_OPERATORS, COMPARE_OPERATORS, operatorOf, UNARY_OPERATORS } from "./lift-operators.ts";
import { hoistStar } from "./lift-star.ts";
import { liftParameters } from "./lift-parameters.ts";
import { TreeReader } from "./lift-reader.ts";
import type { NodeId } from "./lift-reader.ts";

/**
 * How deep a lifted expression nests; what lies deeper is lifted as `unknown`. Readers of the IR recurse, and real code
 * stays far below this (transformers 4.37.2: 25, statements included).
 */
export const maximumExpressionDepth = 200;

type Form = (lifter: ExpressionLifter, node: NodeId, span: Span) => Expr;

/** Lifts expressions, patterns and annotations. */
export class ExpressionLifter extends TreeReader {
  #depth = 0;

  /** Lifts a node that may be absent in damaged code. */
  lift(node: NodeId | undefined): Expr {
    if (node === undefined) return { kind: "unknown", span: null, type: "missing", parts: [] };
    const inner = this.#withoutParentheses(node);
    const span = this.span(inner);
    if (this.#depth >= maximumExpressionDepth) {
      return { kind: "unknown", span, type: this.type(inner), parts: [] };
    }
    this.#depth++;
    const form = FORMS.get(this.type(inner)) ?? unknown;
    const lifted = this.#isMissing(inner) ? unknown(this, inner, span) : form(this, inner, span);
    this.#depth--;
    const whole = hoistStar(lifted);
    return inner === node ? whole : { ...whole, outer: this.span(node) };
  }

  liftAll(nodes: readonly NodeId[]): Expr[] {
    return nodes.map((node) => this.lift(node));
  }

  #withoutParentheses(node: NodeId): NodeId {
    let inner = node;
    while (this.#isGrouping(inner)) {
      const content = this.named(inner)[0];
      if (content === undefined) break;
      inner = content;
    }
    return inner;
  }

  /** Parentheses around one thing; in a pattern, `(a)` is no tuple either. */
  #isGrouping(node: NodeId): boolean {
    const type = this.type(node);
    if (type === "parenthesized_expression") return true;
    if (type !== "tuple_pattern") return false;
    return this.named(node).length === 1 && !this.all(node).some((child) => this.type(child) === ",");
  }

  #isMissing(node: NodeId): boolean {
    return this.start(node) === this.end(node) && this.tree.node(node).isMissing;
  }
}

const unknown: Form = (lifter, node, span) => ({
  kind: "unknown",
  span,
  type: lifter.type(node),
  parts: lifter.liftAll(lifter.named(node)),
});

/** A node that only wraps another. */
const wrapper: Form = (lifter, node) => lifter.lift(lifter.named(node)[0]);

const number: Form = (lifter, node, span) => {
  const read = numberValue(lifter.text(node));
  if (!read) return { kind: "unknown", span, type: "imaginary", parts: [] };
  return { kind: "number", span, ...read };
};

const concatenatedString: Form = (lifter, node, span) => {
  const values = lifter.named(node).map((part) => stringValue(lifter.text(part)));
  return { kind: "string", span, value: values.includes(null) ? null : values.join("") };
};

const attribute: Form = (lifter, node, span) => {
  const [object, name] = lifter.named(node);
  return { kind: "attribute", span, object: lifter.lift(object), name: lifter.text(name) };
};

const call: Form = (lifter, node, span) => {
  const [callee, list] = lifter.named(node);
  return { kind: "call", span, callee: lifter.lift(callee), args: liftArguments(lifter, list) };
};

const binary: Form = (lifter, node, span) => {
  const [left, right] = lifter.named(node);
  const token = operatorOf(lifter, node, BINARY_OPERATORS);
  if (token === null) return unknown(lifter, node, span);
  return { kind: "binary", span, operator: token, left: lifter.lift(left), right: lifter.lift(right) };
};

const unary: Form = (lifter, node, span) => {
  const operator = operatorOf(lifter, node, UNARY_OPERATORS);
  if (operator === null) return unknown(lifter, node, span);
  return { kind: "unary", span, operator, operand: lifter.lift(lifter.named(node)[0]) };
};

const logical: Form = (lifter, node, span) => {
  const [left, right] = lifter.named(node);
  const operator = lifter.all(node).some((child) => lifter.type(child) === "and") ? "and" : "or";
  return { kind: "logical", span, operator, left: lifter.lift(left), right: lifter.lift(right) };
};

const compare: Form = (lifter, node, span) => {
  const operators: CompareOperator[] = [];
  for (const child of lifter.all(node)) {
    const operator = COMPARE_OPERATORS.get(lifter.type(child));
    if (operator !== undefined) operators.push(operator);
  }
  return { kind: "compare", span, operators, operands: lifter.liftAll(lifter.named(node)) };
};

const conditional: Form = (lifter, node, span) => {
  const [body, test, orelse] = lifter.liftAll(lifter.named(node));
  if (!body || !test || !orelse) return unknown(lifter, node, span);
  return { kind: "conditional", span, test, body, orelse };
};

const index: Form = (lifter, node, span) => {
  const [object, ...items] = lifter.named(node);
  return {
    kind: "index",
    span,
    object: lifter.lift(object),
    items: items.map((item) => liftSubscript(lifter, item)),
  };
};

const starred: Form = (lifter, node, span) => ({
  kind: "starred",
  span,
  value: lifter.lift(lifter.named(node)[0]),
});

const dict: Form = (lifter, node, span) => {
  const entries: { key: Expr | null; value: Expr }[] = [];
  for (const child of lifter.named(node)) {
    const [first, second] = lifter.named(child);
    if (lifter.type(child) === "pair") entries.push({ key: lifter.lift(first), value: lifter.lift(second) });
    else entries.push({ key: null, value: lifter.lift(first) });
  }
  return { kind: "dict", span, entries } satisfies Dict;
};

const lambda: Form = (lifter, node, span) => {
  const parameters = lifter.find(node, "lambda_parameters");
  return {
    kind: "lambda",
    span,
    parameters: liftParameters(lifter, parameters),
    body: lifter.lift(lifter.named(node).find((child) => child !== parameters)),
  };
};

/** `List[int]` in an annotation. */
const genericType: Form = (lifter, node, span) => {
  const [object, parameters] = lifter.named(node);
  const items = parameters === undefined ? [] : lifter.liftAll(lifter.named(parameters));
  return {
    kind: "index",
    span,
    object: lifter.lift(object),
    items: items.map((value) => ({ kind: "item", value })),
  };
};

/** `a | b` in an annotation. */
const unionType: Form = (lifter, node, span) => {
  const [left, right] = lifter.named(node);
  return { kind: "binary", span, operator: "|", left: lifter.lift(left), right: lifter.lift(right) };
};

function sequence(form: Sequence["form"]): Form {
  return (lifter, node, span) => ({
    kind: "sequence",
    span,
    form,
    items: lifter.liftAll(lifter.named(node)),
  });
}

function comprehension(form: Comprehension["form"]): Form {
  return (lifter, node, span) => {
    const [body, ...rest] = lifter.named(node);
    const pair = body !== undefined && lifter.type(body) === "pair";
    return {
      kind: "comprehension",
      span,
      form,
      element: lifter.lift(pair ? lifter.named(body)[1] : body),
      clauses: liftClauses(lifter, rest),
    };
  };
}

function liftClauses(lifter: ExpressionLifter, nodes: readonly NodeId[]): Comprehension["clauses"] {
  const clauses: { target: Expr; iterable: Expr; conditions: Expr[] }[] = [];
  for (const node of nodes) {
    const [first, iterable] = lifter.named(node);
    if (lifter.type(node) === "for_in_clause") {
      clauses.push({ target: lifter.lift(first), iterable: lifter.lift(iterable), conditions: [] });
    } else {
      clauses.at(-1)?.conditions.push(lifter.lift(first));
    }
  }
  return clauses;
}

/** The expressions of a statement: `a, b` and `a,` are tuples, `a` is not. */
export function liftTuple(lifter: ExpressionLifter, statement: NodeId): Expr {
  const items = lifter.named(statement);
  const [first] = items;
  const comma = lifter.all(statement).findLast((child) => lifter.type(child) === ",");
  if (first === undefined || comma === undefined) return lifter.lift(first);
  const end = Math.max(lifter.end(comma), lifter.end(items.at(-1) ?? first));
  const span = { start: lifter.start(first), end };
  return { kind: "sequence", span, form: "tuple", items: lifter.liftAll(items) };
}

function liftSubscript(lifter: ExpressionLifter, node: NodeId): Subscript {
  if (lifter.type(node) !== "slice") return { kind: "item", value: lifter.lift(node) };
  const bounds: (Expr | null)[] = [null, null, null];
  let place = 0;
  const named = new Set(lifter.named(node));
  for (const child of lifter.all(node)) {
    if (named.has(child)) bounds[place] = lifter.lift(child);
    else if (lifter.type(child) === ":") place++;
  }
  const [start = null, stop = null, step = null] = bounds;
  return { kind: "slice", start, stop, step };
}

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ["identifier", (lifter, node, span) => ({ kind: "name", span, name: lifter.text(node) })],
  ["integer", number],
  ["float", number],
  ["string", (lifter, node, span) => ({ kind: "string", span, value: stringValue(lifter.text(node)) })],
  ["concatenated_string", concatenatedString],
  ["true", (_lifter, _node, span) => ({ kind: "constant", span, value: true })],
  ["false", (_lifter, _node, span) => ({ kind: "constant", span, value: false })],
  ["none", (_lifter, _node, span) => ({ kind: "constant", span, value: null })],
  ["ellipsis", (_lifter, _node, span) => ({ kind: "ellipsis", span })],
  ["attribute", attribute],
  ["call", call],
  ["binary_operator", binary],
  ["unary_operator", unary],
  ["not_operator", unary],
  ["boolean_operator", logical],
  ["comparison_operator", compare],
  ["conditional_expression", conditional],
  ["subscript", index],
  ["tuple", sequence("tuple")],
  ["expression_list", sequence("tuple")],
  ["pattern_list", sequence("tuple")],
  ["tuple_pattern", sequence("tuple")],
  ["list", sequence("list")],
  ["list_pattern", sequence("list")],
  ["set", sequence("set")],
  ["list_splat", starred],
  ["list_splat_pattern", starred],
  ["splat_type", starred],
  ["parenthesized_list_splat", wrapper],
  ["as_pattern_target", wrapper],
  ["type", wrapper],
  ["dictionary", dict],
  ["list_comprehension", comprehension("list")],
  ["set_comprehension", comprehension("set")],
  ["dictionary_comprehension", comprehension("dict")],
  ["generator_expression", comprehension("generator")],
  ["lambda", lambda],
  ["generic_type", genericType],
  ["union_type", unionType],
  ["member_type", attribute],
]);
