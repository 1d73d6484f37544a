import type { Call, Expr, Index } from "../../ir/program.ts";
import { childrenOf } from "../../ir/walk.ts";
import { sameArgument, sameExpr, sameSubscript } from "./print-same.ts";

/** One link of `base.method(args).attribute(args)[items]`. */
export interface Step {
  readonly kind: "method" | "attribute" | "call" | "index";
  readonly name: string;
  /** The expression that ends with this step. */
  readonly node: Expr;
}

export interface Spine {
  readonly base: Expr;
  readonly steps: readonly Step[];
}

/** Takes a chain of calls, attributes and subscripts apart, down to what is no chain or to be left whole. */
function spineOf(expr: Expr, isBase: (expr: Expr) => boolean): Spine {
  const steps: Step[] = [];
  let node = expr;
  for (;;) {
    if (isBase(node)) return { base: node, steps: steps.reverse() };
    switch (node.kind) {
      case "call":
        if (node.callee.kind === "attribute" && !node.callee.outer) {
          steps.push({ kind: "method", name: node.callee.name, node });
          node = node.callee.object;
        } else {
          steps.push({ kind: "call", name: "", node });
          node = node.callee;
        }
        continue;
      case "attribute":
        steps.push({ kind: "attribute", name: node.name, node });
        node = node.object;
        continue;
      case "index":
        steps.push({ kind: "index", name: "", node });
        node = node.object;
        continue;
      default:
        return { base: node, steps: steps.reverse() };
    }
  }
}

/** Both chains, down to the longest part that they share, or to nodes of the replacement that are to be left whole. */
export function commonSpines(
  original: Expr,
  replacement: Expr,
  isWhole: (expr: Expr) => boolean,
): readonly [Spine, Spine] {
  const ours = spineOf(original, () => false);
  const parts = new Set([ours.base, ...ours.steps.map((step) => step.node)]);
  const theirs = spineOf(replacement, (expr) => parts.has(expr) || isWhole(expr));
  return [spineOf(original, (expr) => expr === theirs.base), theirs];
}

/** How much two steps have in common; 0 where one can't become the other in place. */
export function stepWeight(a: Step, b: Step): number {
  if (a.kind !== b.kind || a.name !== b.name) return 0;
  if (a.node === b.node) return 4;
  if (a.node.kind === "call" && b.node.kind === "call") return callWeight(a.node, b.node);
  if (a.node.kind === "index" && b.node.kind === "index") return sharesItems(a.node, b.node) ? 3 : 0;
  return 1;
}

function callWeight(a: Call, b: Call): number {
  if (a.args.length === 0 && b.args.length === 0) return 2;
  const shared = a.args.some((x) => b.args.some((y) => x.value === y.value || sameArgument(x, y)));
  return shared ? 3 : 1;
}

function sharesItems(a: Index, b: Index): boolean {
  return a.items.some((x) => b.items.some((y) => sameSubscript(x, y)));
}

/** The pairs of steps that stay, in order, with the greatest common weight. */
export function alignSteps(
  a: readonly Step[],
  b: readonly Step[],
): { pairs: readonly (readonly [number, number])[]; weight: number } {
  const width = b.length + 1;
  const best = new Array<number>((a.length + 1) * width).fill(0);
  const at = (i: number, j: number) => best[i * width + j] ?? 0;
  const weight = (i: number, j: number) => {
    const [x, y] = [a[i], b[j]];
    return x && y ? stepWeight(x, y) : 0;
  };
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const paired = weight(i, j) > 0 ? at(i + 1, j + 1) + weight(i, j) : 0;
      best[i * width + j] = Math.max(paired, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (weight(i, j) > 0 && at(i, j) === at(i + 1, j + 1) + weight(i, j)) pairs.push([i++, j++]);
    else if (at(i, j) === at(i + 1, j)) i++;
    else j++;
  }
  return { pairs, weight: at(0, 0) };
}

/** Whether one expression can become the other by edits inside it: they share a part in the same place. */
export function areRelated(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  const [ours, theirs] = [childrenOf(a), childrenOf(b)];
  if (ours.length === 0) return sameExpr(a, b);
  return ours.some((child, place) => {
    const other = theirs[place];
    return other !== undefined && areRelated(child, other);
  });
}
