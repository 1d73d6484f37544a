import { TextSourceCodeBase, VisitNodeStep } from "@eslint/plugin-kit";
import type { Directive } from "@eslint/plugin-kit";
import type { FileProblem, LanguageOptions } from "@eslint/core";
import type { SyntaxTree } from "../../frontends/python/syntax-tree.ts";
import { configComments, disableDirectives, inlineConfig } from "./directives.ts";
import type { ConfigComment, InlineConfig } from "./directives.ts";
import { nodeFields } from "./grammar.ts";
import type { PythonDocument, PythonNode } from "./node.ts";
import { tokensOf } from "./tokens.ts";

interface PythonSourceTypes {
  LangOptions: LanguageOptions;
  RootNode: PythonNode;
  SyntaxElementWithLoc: PythonNode | ConfigComment;
  ConfigNode: ConfigComment;
}

/** By the types of nodes, what holds the nodes below. */
export const visitorKeys: Record<string, string[]> = Object.fromEntries(
  [...Object.keys(nodeFields), "ERROR"].map((type) => [type, ["children"]]),
);

/** A Python text as ESLint and its rules see it. */
export class PythonSourceCode extends TextSourceCodeBase<PythonSourceTypes> {
  /** All comments, in order. */
  readonly comments: readonly PythonNode[];
  /** Nothing: rules of JavaScript that a configuration sets for all files ask parsers for theirs without asking what they have before them. */
  readonly parserServices = {};
  /** For those that walk a tree by themselves. */
  readonly visitorKeys = visitorKeys;
  readonly #tree: SyntaxTree;
  readonly #document: PythonDocument;
  readonly #configComments: readonly ConfigComment[];
  #tokens: readonly PythonNode[] | null = null;

  constructor(document: PythonDocument) {
    const { tree } = document;
    // Python ends a line at a lone carriage return as well.
    super({ text: tree.text, ast: document.node(0), lineEndingPattern: /\r\n|\n|\r/ });
    this.#tree = tree;
    this.#document = document;
    this.comments = [...tree.rootNode.descendants()]
      .filter(({ type }) => type === "comment")
      .map(({ id }) => document.node(id));
    this.#configComments = configComments(this.comments, document);
  }

  /** The text's smallest parts in order: names, literals, operators, brackets, keywords; not the comments. */
  get tokens(): readonly PythonNode[] {
    return (this.#tokens ??= tokensOf(this.#tree, this.#document));
  }

  override getParent(node: PythonNode): PythonNode | undefined {
    return node.parent ?? undefined;
  }

  getAllComments(): readonly PythonNode[] {
    return this.comments;
  }

  /** The tokens inside a node. */
  getTokens({ range: [start, end] }: PythonNode): readonly PythonNode[] {
    return this.tokens.slice(firstFrom(this.tokens, start), firstFrom(this.tokens, end));
  }

  getFirstToken(node: PythonNode): PythonNode | null {
    return this.getTokens(node)[0] ?? null;
  }

  getLastToken(node: PythonNode): PythonNode | null {
    return this.getTokens(node).at(-1) ?? null;
  }

  getTokenBefore({ range: [start] }: PythonNode): PythonNode | null {
    return this.tokens[firstFrom(this.tokens, start) - 1] ?? null;
  }

  getTokenAfter({ range: [, end] }: PythonNode): PythonNode | null {
    return this.tokens[firstFrom(this.tokens, end)] ?? null;
  }

  getCommentsInside({ range: [start, end] }: PythonNode): readonly PythonNode[] {
    return this.comments.slice(firstFrom(this.comments, start), firstFrom(this.comments, end));
  }

  /** Comments between a node and the token before it. */
  getCommentsBefore(node: PythonNode): readonly PythonNode[] {
    const from = this.getTokenBefore(node)?.range[1] ?? 0;
    return this.comments.slice(firstFrom(this.comments, from), firstFrom(this.comments, node.range[0]));
  }

  /** Comments between a node and the token after it. */
  getCommentsAfter(node: PythonNode): readonly PythonNode[] {
    const until = this.getTokenAfter(node)?.range[0] ?? this.text.length;
    return this.comments.slice(firstFrom(this.comments, node.range[1]), firstFrom(this.comments, until));
  }

  getInlineConfigNodes(): ConfigComment[] {
    return [...this.#configComments];
  }

  getDisableDirectives(): { directives: Directive[]; problems: FileProblem[] } {
    return { directives: disableDirectives(this.#configComments), problems: [] };
  }

  applyInlineConfig(): InlineConfig {
    return inlineConfig(this.#configComments);
  }

  /** Named nodes in order, each entered and left; a loop, because trees may be deep. */
  override *traverse(): Generator<VisitNodeStep, void> {
    const tree = this.#tree;
    const open: number[] = [];
    for (let id = 0; id < tree.nodeCount; id++) {
      yield* this.#leave(open, id);
      if (!tree.node(id).isNamed) continue;
      open.push(id);
      yield this.#step(id, 1);
    }
    yield* this.#leave(open, tree.nodeCount);
  }

  /** Leaves the nodes that have no descendant from this one on. */
  *#leave(open: number[], next: number): Generator<VisitNodeStep, void> {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if ((this.#tree.after[last] ?? 0) > next) return;
      open.pop();
      yield this.#step(last, 2);
    }
  }

  #step(id: number, phase: 1 | 2): VisitNodeStep {
    const target = this.#document.node(id);
    return new VisitNodeStep({ target, phase, args: [target] });
  }
}

/** The place of the first that begins at an offset or behind it. */
function firstFrom(sorted: readonly PythonNode[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.range[0] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
