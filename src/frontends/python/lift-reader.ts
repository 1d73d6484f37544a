import type { Span } from "../../ir/program.ts";
import type { SyntaxTree } from "./syntax-tree.ts";

/** A node of the syntax tree: its number in preorder. */
export type NodeId = number;

/** Nodes that may stand between any two others and belong to neither. */
const EXTRAS = new Set(["comment", "line_continuation", "ERROR"]);

/** Reads a syntax tree by node numbers, which spares an object for every node. */
export class TreeReader {
  readonly tree: SyntaxTree;

  constructor(tree: SyntaxTree) {
    this.tree = tree;
  }

  type(node: NodeId): string {
    return this.tree.symbols.symbol(this.tree.symbol[node] ?? 0).type;
  }

  start(node: NodeId): number {
    return this.tree.start[node] ?? 0;
  }

  end(node: NodeId): number {
    return this.tree.end[node] ?? 0;
  }

  span(node: NodeId): Span {
    return { start: this.start(node), end: this.end(node) };
  }

  /** The text of a node, which damaged code may lack. */
  text(node: NodeId | undefined): string {
    return node === undefined ? "" : this.tree.text.slice(this.start(node), this.end(node));
  }

  /** All children: named ones, tokens, comments and errors. */
  all(node: NodeId): NodeId[] {
    const { after } = this.tree;
    const end = after[node] ?? 0;
    const children: NodeId[] = [];
    for (let child = node + 1; child < end; child = after[child] ?? end) children.push(child);
    return children;
  }

  /** The named children that the grammar asks for: no tokens, comments, errors. */
  named(node: NodeId): NodeId[] {
    const { after, symbol, symbols } = this.tree;
    const end = after[node] ?? 0;
    const children: NodeId[] = [];
    for (let child = node + 1; child < end; child = after[child] ?? end) {
      const { type, isNamed } = symbols.symbol(symbol[child] ?? 0);
      if (isNamed && !EXTRAS.has(type)) children.push(child);
    }
    return children;
  }

  /** The named child of a type, where the node has one. */
  find(node: NodeId, type: string): NodeId | null {
    return this.named(node).find((child) => this.type(child) === type) ?? null;
  }
}
