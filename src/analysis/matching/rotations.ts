import type { Node } from "../../ir/graph.ts";
import type { AnalysedUnit } from "../analysed-unit.ts";

/** A rotary embedding applied: the sum of two products, each of a value with a table. */
export interface Rotation {
  readonly node: Node;
  /** First the value itself, then the one turned by a quarter; or two parts of one value, which rotate together. */
  readonly factors: readonly [Factor, Factor];
}

/** A product in a rotation, and which of its operands is what. */
export interface Factor {
  readonly product: Node;
  readonly value: Node;
  readonly table: Node;
}

/** `x * cos + turned(x) * sin`: two products, one of a tensor and one of the same tensor turned by a quarter in every pair. */
export function rotationOf(unit: AnalysedUnit, node: Node): Rotation | null {
  if (!isOperator(node, "+", "add") && !isOperator(node, "-", "sub")) return null;
  const [left, right] = node.inputs;
  if (!left || !right || !isProduct(left) || !isProduct(right)) return null;
  const factors = turned(left, right) ?? turned(right, left) ?? pairOf(unit, left, right);
  return factors && { node, factors };
}

function turned(own: Node, other: Node): Rotation["factors"] | null {
  for (const x of own.inputs) {
    const quarter = other.inputs.find((input) => isQuarterTurn(input, origin(x)));
    const [a, b] = [factorOf(own, x), quarter && factorOf(other, quarter)];
    if (a && b) return [a, b];
  }
  return null;
}

/** `x1 * cos - x2 * sin`: two parts of one tensor, each with a table. */
function pairOf(unit: AnalysedUnit, left: Node, right: Node): Rotation["factors"] | null {
  const [a, b] = [left, right].map(({ inputs }) => inputs.filter((input) => unit.roleOf(input) !== "table"));
  const [x, y] = [a?.[0], b?.[0]];
  if (!x || !y || a?.length !== 1 || b?.length !== 1) return null;
  if (x === y || origin(x) !== origin(y) || unit.roleOf(x) !== "none") return null;
  const [first, second] = [factorOf(left, x), factorOf(right, y)];
  return first && second && [first, second];
}

function factorOf(product: Node, value: Node): Factor | null {
  const table = product.inputs.find((input) => input !== value);
  return table ? { product, value, table } : null;
}

/** A cast that a sum goes into at once, and the branches on the way there, as they have to be taken. */
export interface CastAfter {
  readonly cast: Node;
  readonly choices: ReadonlyMap<number, boolean>;
}

/** Where the text casts a sum already, whatever becomes of it; none where it goes somewhere else, too. */
export function castsAfter({ uses }: AnalysedUnit, sum: Node): readonly CastAfter[] {
  const casts: CastAfter[] = [];
  const reached = new Map<Node, ReadonlyMap<number, boolean>>([[sum, new Map()]]);
  for (const [node, choices] of reached) {
    const users = uses.get(node.id) ?? [];
    if (users.length === 0) return [];
    for (const { consumer, slot } of users) {
      const { what, inputs } = consumer;
      if (what.kind === "operation" && what.operation === "cast") casts.push({ cast: consumer, choices });
      else if (what.kind === "select" && inputs[0])
        reached.set(consumer, new Map([...choices, [inputs[0].id, slot === "1"]]));
      else return [];
    }
  }
  return casts;
}

/** (-x2, x1) joined again, of the parts of the tensor itself. */
function isQuarterTurn(node: Node, of: Node): boolean {
  const join = origin(node);
  if (join.what.kind !== "operation" || !joining.has(join.what.operation)) return false;
  const parts = join.inputs.map(origin);
  const negated = parts.filter((part) => isOperator(part, "-", "neg") && part.inputs.length === 1);
  const [inner] = negated.flatMap(({ inputs }) => inputs);
  const rest = parts.filter((part) => !negated.includes(part));
  return (
    inner !== undefined &&
    origin(inner) === of &&
    rest.length > 0 &&
    rest.every((part) => origin(part) === of)
  );
}

const joining: ReadonlySet<string> = new Set(["cat", "stack"]);
const views: ReadonlySet<string> = new Set([
  ...["index", "chunk", "split", "unbind", "narrow", "reshape", "flatten", "permute", "transpose"],
  ...["unsqueeze", "squeeze", "expand", "cast"],
]);

/** What a value is a view or a part of. */
function origin(node: Node): Node {
  let at = node;
  for (let next = viewed(at); next; next = viewed(at)) at = next;
  return at;
}

function viewed({ what, inputs }: Node): Node | null {
  const isView =
    (what.kind === "operation" && views.has(what.operation)) ||
    (what.kind === "call" && what.result === "ambient");
  return isView ? (inputs[0] ?? null) : null;
}

function isProduct(node: Node): boolean {
  return isOperator(node, "*", "mul");
}

function isOperator({ what }: Node, operator: string, operation: string): boolean {
  if (what.kind === "binary" || what.kind === "unary") return what.operator === operator;
  return what.kind === "operation" && what.operation === operation;
}
