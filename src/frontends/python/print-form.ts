import type { Expr, Index } from "../../ir/program.ts";
import { childrenOf } from "../../ir/walk.ts";

export function shapeOf(item: Index["items"][number]): string {
  if (item.kind === "item") return "item";
  return [item.start, item.stop, item.step].map((bound) => (bound === null ? "" : "x")).join(":");
}

/** Whether two nodes differ in their parts only. */
export function haveSameForm(a: Expr, b: Expr): boolean {
  if (childrenOf(a).length !== childrenOf(b).length) return false;
  switch (a.kind) {
    case "binary":
    case "logical":
    case "unary":
      return b.kind === a.kind && a.operator === b.operator;
    case "compare":
      return b.kind === "compare" && a.operators.join() === b.operators.join();
    case "sequence":
      return b.kind === "sequence" && a.form === b.form;
    case "conditional":
    case "starred":
      return b.kind === a.kind;
    case "dict":
      return (
        b.kind === "dict" &&
        a.entries.every(({ key }, place) => (key === null) === (b.entries[place]?.key === null))
      );
    case "comprehension":
      return b.kind === "comprehension" && a.form === b.form && clauseShape(a) === clauseShape(b);
    case "lambda":
      return b.kind === "lambda" && parameterShape(a) === parameterShape(b);
    case "unknown":
      return b.kind === "unknown" && a.type === b.type;
    default:
      return false;
  }
}

function clauseShape({ clauses }: Extract<Expr, { kind: "comprehension" }>): string {
  return clauses.map(({ conditions }) => conditions.length).join();
}

function parameterShape({ parameters }: Extract<Expr, { kind: "lambda" }>): string {
  return parameters.map(({ name, form, initial }) => `${form} ${name}${initial ? "=" : ""}`).join();
}

export function contains(root: Expr, node: Expr): boolean {
  const pending = [root];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next === node) return true;
    pending.push(...childrenOf(next));
  }
  return false;
}
