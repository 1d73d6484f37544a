import type { BinaryOperator, Expr } from "../../ir/program.ts";

/** How tightly an expression binds; an operand in a slot that asks for more needs parentheses. */
export const Precedence = {
  /** Bare tuples, yield, walrus. */
  open: 0,
  /** lambda, conditional expressions: what stands between commas. */
  test: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  shift: 9,
  sum: 10,
  product: 11,
  sign: 12,
  power: 13,
  await: 14,
  primary: 15,
  /** The object of an attribute: a number there would swallow the dot. */
  dotted: 16,
} as const;

const BINARY: Readonly<Record<BinaryOperator, number>> = {
  "|": Precedence.bitOr,
  "^": Precedence.bitXor,
  "&": Precedence.bitAnd,
  "<<": Precedence.shift,
  ">>": Precedence.shift,
  "+": Precedence.sum,
  "-": Precedence.sum,
  "*": Precedence.product,
  "/": Precedence.product,
  "//": Precedence.product,
  "%": Precedence.product,
  "@": Precedence.product,
  "**": Precedence.power,
};

/** The precedence of an expression as it is printed. */
export function precedenceOf(expr: Expr): number {
  switch (expr.kind) {
    case "number":
      return expr.value < 0 || Object.is(expr.value, -0) ? Precedence.sign : Precedence.primary;
    case "binary":
      return BINARY[expr.operator];
    case "unary":
      return expr.operator === "not" ? Precedence.not : Precedence.sign;
    case "compare":
      return Precedence.compare;
    case "logical":
      return expr.operator === "and" ? Precedence.and : Precedence.or;
    case "conditional":
    case "lambda":
      return Precedence.test;
    case "starred":
      return Precedence.open;
    case "sequence":
      return isBareTuple(expr) ? Precedence.open : Precedence.dotted;
    case "unknown":
      return expr.type === "await"
        ? Precedence.await
        : expr.type === "imaginary"
          ? Precedence.dotted
          : Precedence.open;
    default:
      return Precedence.dotted;
  }
}

/** Whether a lifted tuple is written without parentheses. */
export function isBareTuple(expr: Expr): boolean {
  if (expr.kind !== "sequence" || expr.form !== "tuple" || !expr.span) return false;
  const [first] = expr.items;
  const start = first?.outer?.start ?? first?.span?.start;
  return start === expr.span.start;
}

/** What the slot of a child, counted as `childrenOf` counts, asks of the expression in it. */
export function slotPrecedence(parent: Expr, child: number): number {
  switch (parent.kind) {
    case "attribute":
      return Precedence.dotted;
    case "call":
    case "index":
      return child === 0 ? Precedence.primary : Precedence.test;
    case "binary":
      return binarySlot(parent.operator, child);
    case "unary":
      return parent.operator === "not" ? Precedence.not : Precedence.sign;
    case "compare":
      return Precedence.bitOr;
    case "logical":
      return (parent.operator === "and" ? Precedence.and : Precedence.or) + child;
    case "conditional":
      return child === 2 ? Precedence.test : Precedence.or;
    case "starred":
      return Precedence.bitOr;
    case "comprehension":
      return child === 0 ? Precedence.test : Precedence.or;
    case "unknown":
      return Precedence.primary;
    default:
      return Precedence.test;
  }
}

function binarySlot(operator: BinaryOperator, child: number): number {
  if (operator !== "**") return BINARY[operator] + child;
  return child === 0 ? Precedence.await : Precedence.sign;
}
