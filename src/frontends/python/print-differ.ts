import type { Argument, Call, Expr, Index, Span } from "../../ir/program.ts";
import type { Edit } from "../../ir/rewrite.ts";
import { childrenOf } from "../../ir/walk.ts";
import type { Notation } from "../notation.ts";
import { editArguments } from "./print-arguments.ts";
import { printArgument, printArguments, printExpr, printItem, printSubscript } from "./print-expressions.ts";
import type { Kept } from "./print-expressions.ts";
import { contains, haveSameForm, shapeOf } from "./print-form.ts";
import { Precedence, precedenceOf, slotPrecedence } from "./print-precedence.ts";
import { sharesParentheses } from "./print-slot.ts";
import { sameExpr } from "./print-same.ts";
import { skipTrivia } from "./print-trivia.ts";
import { alignSteps, areRelated, commonSpines } from "./print-spine.ts";
import type { Spine, Step } from "./print-spine.ts";

/**
 * Turns replacements into edits of the text: original and replacement are walked together, what they share keeps its
 * text. Edits come in source order and never overlap.
 */
export class Differ {
  readonly text: string;
  readonly #replaced: ReadonlyMap<Expr, Expr>;
  /** Nodes that stand in the text, and the same by place: a copy with one part changed keeps its original's span. */
  readonly #originals = new Set<Expr>();
  readonly #places = new Map<string, Expr>();
  readonly #active = new Set<Expr>();
  /** Generators whose parentheses are those of the call around them. */
  readonly sharing = new Set<Expr>();
  /** Originals whose replacement has found its way into the edits. */
  readonly done = new Set<Expr>();

  readonly #kept: Kept;

  constructor(text: string, replaced: ReadonlyMap<Expr, Expr>, notation: Notation) {
    this.text = text;
    this.#replaced = replaced;
    this.#kept = { textOf: this.#textOf, notation };
    for (const original of replaced.keys()) this.#learn(original);
  }

  #learn(root: Expr): void {
    const pending = [root];
    for (let node = pending.pop(); node; node = pending.pop()) {
      if (this.#originals.has(node)) continue;
      this.#originals.add(node);
      this.#places.set(placeKey(node), node);
      for (const child of childrenOf(node)) {
        if (sharesParentheses(node, child)) this.sharing.add(child);
        pending.push(child);
      }
    }
  }

  /** Edits that turn a node into another, in a slot that asks for a precedence. */
  edit(original: Expr, replacement: Expr, slot: number): Edit[] {
    if (original === replacement) return this.keep(original, slot);
    const isPending = this.#isPending(replacement);
    if (!isPending && isSameLeaf(original, replacement)) return [];
    if (original.span && this.sharing.has(original)) {
      const content = `(${printItem(replacement, this.#kept)})`;
      return this.#editParts(original, replacement) ?? [{ ...original.span, content }];
    }
    const room = original.outer ? Precedence.open : slot;
    // It has a replacement of its own, which printing puts in place.
    if (isPending) return [this.#replace(original, replacement, room)];
    return (
      this.#editSpine(original, replacement, room) ??
      this.#editParts(original, replacement) ?? [this.#replace(original, replacement, room)]
    );
  }

  #isPending(expr: Expr): boolean {
    return this.#replaced.has(expr) && !this.#active.has(expr);
  }

  /** Edits for a node that stays: the replacements inside it, or its own. */
  keep(node: Expr, slot: number): Edit[] {
    const replacement = this.#replaced.get(node);
    if (!replacement || this.#active.has(node)) {
      return childrenOf(node).flatMap((child, place) => this.keep(child, slotPrecedence(node, place)));
    }
    this.#active.add(node);
    this.done.add(node);
    const edits = this.edit(node, replacement, slot);
    this.#active.delete(node);
    return edits;
  }

  /** Chains of calls, attributes and subscripts: steps are added, dropped and edited one by one. */
  #editSpine(original: Expr, replacement: Expr, slot: number): Edit[] | null {
    const [ours, theirs] = commonSpines(original, replacement, (expr) => this.#isPending(expr));
    if (ours.steps.length === 0 && theirs.steps.length === 0) return null;
    const { pairs, weight } = alignSteps(ours.steps, theirs.steps);
    if (!areRelated(ours.base, theirs.base) && weight < 3) return null;
    const room = theirs.steps.length > 0 ? Precedence.dotted : slot;
    const edits = this.#editBase(ours.base, theirs.base, room, isBaseAlready(ours, theirs));
    let [ourPlace, theirPlace] = [0, 0];
    let offset = endOf(ours.base);
    for (const [ourStep, theirStep] of [...pairs, [ours.steps.length, theirs.steps.length] as const]) {
      const added = theirs.steps.slice(theirPlace, theirStep).map((step) => this.#printStep(step));
      for (const dropped of ours.steps.slice(ourPlace, ourStep)) {
        edits.push({ start: offset, end: dropped.node.span?.end ?? offset, content: "" });
        offset = endOf(dropped.node);
      }
      if (added.length > 0) edits.push({ start: offset, end: offset, content: added.join("") });
      const [from, to] = [ours.steps[ourStep], theirs.steps[theirStep]];
      if (from && to) {
        edits.push(...this.#editStep(from, to, offset));
        offset = endOf(from.node);
      }
      [ourPlace, theirPlace] = [ourStep + 1, theirStep + 1];
    }
    return edits;
  }

  #editBase(original: Expr, replacement: Expr, slot: number, isBaseAlready: boolean): Edit[] {
    if (!areRelated(original, replacement)) return this.edit(original, replacement, slot);
    const final = (this.#isPending(replacement) ? this.#replaced.get(replacement) : null) ?? replacement;
    const edits = this.edit(original, replacement, slot);
    const { span } = original;
    // A replacement as a whole brings its own parentheses.
    const whole = edits.length === 1 && edits[0]?.start === span?.start && edits[0]?.end === span?.end;
    const fits = precedenceOf(final) >= slot || (isBaseAlready && final === original);
    if (!span || original.outer || whole || fits) return edits;
    const [open, close] = [
      { start: span.start, end: span.start, content: "(" },
      { start: span.end, end: span.end, content: ")" },
    ];
    return [open, ...edits, close];
  }

  #printStep(step: Step): string {
    const name = step.kind === "method" || step.kind === "attribute" ? `.${step.name}` : "";
    const { node } = step;
    switch (node.kind) {
      case "call":
        return `${name}(${printArguments(node.args, this.#kept)})`;
      case "index":
        return `[${node.items.map((item) => printSubscript(item, this.#kept)).join(", ")}]`;
      default:
        return name;
    }
  }

  #editStep(original: Step, replacement: Step, start: number): Edit[] {
    const [from, to] = [original.node, replacement.node];
    if (from === to)
      return childrenOf(from)
        .slice(1)
        .flatMap((child, place) => this.keep(child, slotPrecedence(from, place + 1)));
    if (from.kind === "call" && to.kind === "call") return this.#editCall(from, to, original, start);
    if (from.kind === "index" && to.kind === "index") return this.#editIndex(from, to);
    return [];
  }

  #editCall(original: Call, replacement: Call, step: Step, start: number): Edit[] {
    const hasNamed = original.args.some(({ name }) => name !== null);
    const printer = {
      text: this.text,
      print: (argument: Argument) =>
        hasNamed ? this.#printArgument(argument) : printArguments([argument], this.#kept),
      editValue: (from: Argument, to: Argument) => this.edit(from.value, to.value, Precedence.test),
    };
    const edits = editArguments(printer, original, replacement);
    if (edits) return edits;
    const content = `${step.kind === "method" ? `.${step.name}` : ""}(${printArguments(replacement.args, this.#kept)})`;
    return [{ start, end: original.span?.end ?? start, content }];
  }

  #editIndex(original: Index, replacement: Index): Edit[] {
    const ours = childrenOf(original).slice(1);
    const theirs = childrenOf(replacement).slice(1);
    const sameShape =
      original.items.length === replacement.items.length &&
      original.items.every((item, place) => shapeOf(item) === shapeOf(replacement.items[place] ?? item));
    if (sameShape) return this.#editPairs(ours, theirs, () => Precedence.test);
    const [first, last] = [ours[0], ours.at(-1)];
    const open = skipTrivia(this.text, endOf(original.object));
    const content = replacement.items.map((item) => printSubscript(item, this.#kept)).join(", ");
    // A slice may begin or end with a bare colon, so everything between the brackets goes.
    return first && last && original.span ? [{ start: open + 1, end: original.span.end - 1, content }] : [];
  }

  /** Nodes of one form, part by part. */
  #editParts(original: Expr, replacement: Expr): Edit[] | null {
    if (!areRelated(original, replacement) || !haveSameForm(original, replacement)) return null;
    if (contains(replacement, original)) return null;
    return this.#editPairs(childrenOf(original), childrenOf(replacement), (place) =>
      slotPrecedence(original, place),
    );
  }

  #editPairs(ours: readonly Expr[], theirs: readonly Expr[], slot: (place: number) => number): Edit[] {
    return ours.flatMap((child, place) => {
      const other = theirs[place];
      return other ? this.edit(child, other, slot(place)) : [];
    });
  }

  #replace(original: Expr, replacement: Expr, slot: number): Edit {
    const span = original.span ?? { start: 0, end: 0 };
    return { ...span, content: printExpr(replacement, slot, this.#kept) };
  }

  #printArgument(argument: Argument): string {
    return printArgument(argument, this.#kept);
  }

  /** A node that stands in the source with the edits inside it done, or a changed copy of one with its changes. */
  readonly #textOf: Kept["textOf"] = (expr) => {
    const { span } = expr;
    if (!span) return null;
    const precedence = precedenceOf(expr);
    if (this.#originals.has(expr)) return this.#keptOriginal(expr, span);
    const original = this.#places.get(placeKey(expr));
    if (original && areRelated(original, expr) && !this.#active.has(expr)) {
      this.#active.add(expr);
      const edits = this.edit({ ...original, outer: span }, expr, Precedence.open);
      this.#active.delete(expr);
      return { text: applyInside(this.text, span, edits), precedence };
    }
    // Nodes from elsewhere in the file are printed anew, but for those that say less than their text.
    const opaque = expr.kind === "string" || expr.kind === "number" || expr.kind === "unknown";
    return opaque ? { text: this.text.slice(span.start, span.end), precedence } : null;
  };

  #keptOriginal(expr: Expr, span: Span): ReturnType<Kept["textOf"]> {
    const replacement = this.#replaced.get(expr);
    if (!replacement || this.#active.has(expr)) {
      return {
        text: applyInside(this.text, span, this.keep(expr, Precedence.open)),
        precedence: precedenceOf(expr),
      };
    }
    this.#active.add(expr);
    this.done.add(expr);
    const kept = this.#textOf(replacement) ?? {
      text: printExpr(replacement, Precedence.open, this.#kept),
      precedence: precedenceOf(replacement),
    };
    this.#active.delete(expr);
    return kept;
  }
}

/** Whether what follows the base may follow it as it is written: `1.0.x` needs no parentheses, `1.x` from `1[0]` does. */
function isBaseAlready(ours: Spine, theirs: Spine): boolean {
  const [old, step] = [ours.steps[0], theirs.steps[0]];
  return old !== undefined && step !== undefined && (ours.base.kind !== "number" || old.kind === step.kind);
}

function placeKey({ kind, span }: Expr): string {
  return `${kind} ${span?.start ?? -1} ${span?.end ?? -1}`;
}

function endOf(node: Expr): number {
  return (node.outer ?? node.span)?.end ?? 0;
}

function isSameLeaf(a: Expr, b: Expr): boolean {
  if (childrenOf(a).length > 0 || (a.kind === "string" && a.value === null)) return false;
  return a.kind !== "call" && sameExpr(a, b);
}

/** The text of a span with edits inside it done. */
function applyInside(text: string, span: Span, edits: readonly Edit[]): string {
  let result = "";
  let offset = span.start;
  for (const edit of edits) {
    result += text.slice(offset, edit.start) + edit.content;
    offset = edit.end;
  }
  return result + text.slice(offset, span.end);
}
