import type { SourceLocation } from "@eslint/core";
import { LineIndex } from "../../engine/position.ts";
import type { SyntaxTree } from "../../frontends/python/syntax-tree.ts";
import { nodeFields, renamedFields } from "./grammar.ts";

/**
 * A node of tree-sitter-python's tree as ESLint rules see it. Fields of the grammar are properties besides these; the types in
 * `Python` have them. In a text with syntax errors a field may be null that the grammar requires.
 */
export interface PythonNode {
  /** The grammar's name of the node ("call"), or for a token without a name its text ("+"). */
  readonly type: string;
  /** Offsets in UTF-16 code units of the text. */
  readonly range: [number, number];
  readonly loc: SourceLocation;
  /** Null for the module. */
  readonly parent: PythonNode | null;
  /** Named nodes right below this one, comments included: what traversal visits. */
  readonly children: readonly PythonNode[];
  readonly text: string;
  /** False for tokens that the grammar gives no name: operators, brackets, keywords. */
  readonly isNamed: boolean;
  /** Not in the text: the parser assumed it, to go on after an error. */
  readonly isMissing: boolean;
}

/** An operator, a bracket or a keyword. */
export interface PythonToken<Type extends string = string> extends PythonNode {
  readonly type: Type;
  readonly isNamed: false;
}

/** All nodes of one text; each is made when it is first asked for, and once. */
export class PythonDocument {
  readonly tree: SyntaxTree;
  readonly #nodes: (PythonNode | undefined)[] = [];
  #lines: LineIndex | null = null;

  constructor(tree: SyntaxTree) {
    this.tree = tree;
  }

  node(id: number): PythonNode {
    return (this.#nodes[id] ??= new TreeNode(this, id));
  }

  /** Lines from 1, columns from 0, as ESLint counts where a language does not say otherwise. */
  loc(range: readonly [number, number]): SourceLocation {
    return { start: this.#position(range[0]), end: this.#position(range[1]) };
  }

  #position(offset: number): SourceLocation["start"] {
    this.#lines ??= new LineIndex(this.tree.text);
    const line = this.#lines.row(offset);
    return { line, column: offset - this.#lines.start(line) };
  }
}

class TreeNode implements PythonNode {
  readonly #document: PythonDocument;
  readonly #id: number;

  constructor(document: PythonDocument, id: number) {
    this.#document = document;
    this.#id = id;
  }

  get type(): string {
    return this.#source.type;
  }

  get range(): [number, number] {
    // The module is the whole text; tree-sitter lets it begin at the first token.
    if (this.#id === 0) return [0, this.#document.tree.text.length];
    return [this.#source.startIndex, this.#source.endIndex];
  }

  get loc(): SourceLocation {
    return this.#document.loc(this.range);
  }

  get parent(): PythonNode | null {
    const parent = this.#source.parent;
    return parent && this.#document.node(parent.id);
  }

  get children(): readonly PythonNode[] {
    return this.#source.namedChildren.map(({ id }) => this.#document.node(id));
  }

  get text(): string {
    return this.#document.tree.text.slice(...this.range);
  }

  get isNamed(): boolean {
    return this.#source.isNamed;
  }

  get isMissing(): boolean {
    return this.#source.isMissing;
  }

  /** What stands in one of the grammar's fields; undefined where this type of node has no such field. */
  field(name: string): PythonNode | readonly PythonNode[] | null | undefined {
    const form = this.isNamed ? nodeFields[this.type]?.[name] : undefined;
    if (form === undefined) return undefined;
    const found = this.#source
      .childrenForFieldName(renamedFields.get(name) ?? name)
      .map(({ id }) => this.#document.node(id));
    return form === "many" ? found : (found[0] ?? null);
  }

  get #source(): SyntaxTree["rootNode"] {
    return this.#document.tree.node(this.#id);
  }
}

// Getters of the class rather than properties of each node: most fields of most nodes are never asked for.
for (const name of new Set(Object.values(nodeFields).flatMap(Object.keys))) {
  Object.defineProperty(TreeNode.prototype, name, {
    configurable: true,
    get(this: TreeNode) {
      return this.field(name);
    },
  });
}
