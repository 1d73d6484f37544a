/**
 * A concrete syntax tree as plain data, the same whichever parser built it.
 *
 * Nodes lie in preorder in typed arrays, so the descendants of a node are a contiguous run: every walk is a loop, none
 * recurses, and nothing has to be freed as the parsers' own trees must be.
 */

/** The part of a parser's cursor that reading needs; tree-sitter's and web-tree-sitter's cursors both have it. */
export interface SourceCursor {
  readonly nodeTypeId: number;
  readonly nodeType: string;
  readonly nodeIsNamed: boolean;
  readonly nodeIsMissing: boolean;
  readonly currentFieldId: number;
  readonly currentFieldName: string | null | undefined;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
  /** wasm memory is not collected. */
  delete?(): void;
}

export interface SourceTree {
  readonly rootNode: { readonly hasError: boolean; readonly descendantCount: number };
  walk(): SourceCursor;
  delete?(): void;
}

interface Symbol {
  readonly type: string;
  readonly isNamed: boolean;
}

/** What a grammar's numbers mean. Filled while trees are read; one per loaded grammar. */
export class SymbolTable {
  readonly #symbols: (Symbol | undefined)[] = [];
  readonly #fields: (string | undefined)[] = [];

  symbol(id: number): Symbol {
    const symbol = this.#symbols[id];
    if (symbol === undefined) throw new RangeError(`unknown symbol ${id}`);
    return symbol;
  }

  fieldName(id: number): string | null {
    return this.#fields[id] ?? null;
  }

  learn(cursor: SourceCursor, symbol: number, field: number): void {
    this.#symbols[symbol] ??= { type: cursor.nodeType, isNamed: cursor.nodeIsNamed };
    if (field !== 0 && this.#fields[field] === undefined) {
      const name = cursor.currentFieldName;
      if (typeof name === "string") this.#fields[field] = name;
    }
  }
}

/**
 * How deep a tree may nest. Later stages walk expressions by recursion, and Node's default stack holds some ten times
 * this depth of small frames; CPython itself stops at 200 nested brackets.
 */
export const maximumDepth = 1000;

export class TreeTooDeepError extends Error {
  override readonly name = "TreeTooDeepError";
  /** Offset in UTF-16 code units of the first node that lies too deep. */
  readonly index: number;

  constructor(index: number, limit: number) {
    super(`the code nests more than ${limit} levels deep`);
    this.index = index;
  }
}

const errorFlag = 1;
const missingFlag = 2;
/** The node or something below it is an error or missing. */
const damagedFlag = 4;
/** tree-sitter's number for ERROR nodes in every grammar (ts_builtin_sym_error, as a 16-bit number). */
const errorSymbol = 0xffff;

/** The arrays hold one element a node, by its number in preorder; SyntaxNode is the comfortable way to read them. */
export class SyntaxTree {
  readonly text: string;
  readonly nodeCount: number;
  readonly symbols: SymbolTable;
  readonly symbol: Uint16Array;
  /** The field of its parent that the node fills, 0 if none. */
  readonly field: Uint16Array;
  /** Offsets in UTF-16 code units of the text. */
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly parent: Uint32Array;
  /** The number of the first node after the node's last descendant. */
  readonly after: Uint32Array;
  readonly flags: Uint8Array;
  readonly #nodes: (SyntaxNode | undefined)[] = [];

  private constructor(text: string, nodeCount: number, symbols: SymbolTable) {
    this.text = text;
    this.nodeCount = nodeCount;
    this.symbols = symbols;
    this.symbol = new Uint16Array(nodeCount);
    this.field = new Uint16Array(nodeCount);
    this.start = new Uint32Array(nodeCount);
    this.end = new Uint32Array(nodeCount);
    this.parent = new Uint32Array(nodeCount);
    this.after = new Uint32Array(nodeCount);
    this.flags = new Uint8Array(nodeCount);
  }

  static read(source: SourceTree, text: string, symbols: SymbolTable, depthLimit = maximumDepth): SyntaxTree {
    const { hasError, descendantCount } = source.rootNode;
    const tree = new SyntaxTree(text, descendantCount, symbols);
    const cursor = source.walk();
    try {
      const count = tree.#readNodes(cursor, hasError, depthLimit);
      if (count !== descendantCount) throw new Error(`read ${count} of ${descendantCount} syntax nodes`);
    } finally {
      cursor.delete?.();
    }
    if (hasError) tree.#markDamage();
    return tree;
  }

  #readNodes(cursor: SourceCursor, hasError: boolean, depthLimit: number): number {
    const { parent, after } = this;
    let current = 0;
    let next = 0;
    let depth = 0;
    for (;;) {
      this.#readNode(cursor, next, current, hasError);
      current = next++;
      if (cursor.gotoFirstChild()) {
        if (++depth > depthLimit) throw new TreeTooDeepError(cursor.startIndex, depthLimit);
        continue;
      }
      for (;;) {
        after[current] = next;
        const above = parent[current] ?? 0;
        if (cursor.gotoNextSibling()) {
          current = above;
          break;
        }
        if (!cursor.gotoParent()) return next;
        current = above;
        depth--;
      }
    }
  }

  #readNode(cursor: SourceCursor, index: number, parent: number, hasError: boolean): void {
    const symbol = cursor.nodeTypeId;
    const field = cursor.currentFieldId;
    this.symbols.learn(cursor, symbol, field);
    this.symbol[index] = symbol;
    this.field[index] = field;
    this.start[index] = cursor.startIndex;
    this.end[index] = cursor.endIndex;
    this.parent[index] = parent;
    // Asking costs a call into the parser, and a tree without errors has neither kind of node.
    if (!hasError) return;
    if (symbol === errorSymbol) this.flags[index] = errorFlag | damagedFlag;
    else if (cursor.nodeIsMissing) this.flags[index] = missingFlag | damagedFlag;
  }

  /** Damage reaches upwards; in preorder a node's parent comes before it, so one pass from the end suffices. */
  #markDamage(): void {
    const { flags, parent } = this;
    for (let index = this.nodeCount - 1; index > 0; index--) {
      const above = parent[index] ?? 0;
      flags[above] = (flags[above] ?? 0) | ((flags[index] ?? 0) & damagedFlag);
    }
    // A missing token that the grammar hides is no node here, but the parser counts it.
    flags[0] = (flags[0] ?? 0) | damagedFlag;
  }

  get rootNode(): SyntaxNode {
    return this.node(0);
  }

  /** The node with a given number; the same object each time, so nodes may be keys of a map. */
  node(id: number): SyntaxNode {
    return (this.#nodes[id] ??= new SyntaxNode(this, id));
  }
}

export class SyntaxNode {
  readonly tree: SyntaxTree;
  /** Position in preorder: a node's descendants have the numbers that follow its own. */
  readonly id: number;

  constructor(tree: SyntaxTree, id: number) {
    this.tree = tree;
    this.id = id;
  }

  get type(): string {
    return this.tree.symbols.symbol(this.#at(this.tree.symbol)).type;
  }

  get isNamed(): boolean {
    return this.tree.symbols.symbol(this.#at(this.tree.symbol)).isNamed;
  }

  /** Offset in UTF-16 code units of the text that was parsed. */
  get startIndex(): number {
    return this.#at(this.tree.start);
  }

  get endIndex(): number {
    return this.#at(this.tree.end);
  }

  get text(): string {
    return this.tree.text.slice(this.startIndex, this.endIndex);
  }

  get isError(): boolean {
    return this.#has(errorFlag);
  }

  get isMissing(): boolean {
    return this.#has(missingFlag);
  }

  get hasError(): boolean {
    return this.#has(damagedFlag);
  }

  /** The field of its parent that this node fills. */
  get fieldName(): string | null {
    return this.tree.symbols.fieldName(this.#at(this.tree.field));
  }

  get parent(): SyntaxNode | null {
    return this.id === 0 ? null : this.tree.node(this.#at(this.tree.parent));
  }

  get children(): SyntaxNode[] {
    return this.#childrenWhere(() => true);
  }

  get namedChildren(): SyntaxNode[] {
    return this.#childrenWhere((child) => child.isNamed);
  }

  childForFieldName(name: string): SyntaxNode | null {
    return this.childrenForFieldName(name)[0] ?? null;
  }

  childrenForFieldName(name: string): SyntaxNode[] {
    return this.#childrenWhere((child) => child.fieldName === name);
  }

  /** Everything below this node in document order, without recursion. */
  *descendants(): Generator<SyntaxNode, void> {
    const after = this.#at(this.tree.after);
    for (let id = this.id + 1; id < after; id++) yield this.tree.node(id);
  }

  #childrenWhere(isWanted: (child: SyntaxNode) => boolean): SyntaxNode[] {
    const { tree } = this;
    const end = this.#at(tree.after);
    const found: SyntaxNode[] = [];
    for (let id = this.id + 1; id < end; id = tree.after[id] ?? end) {
      const child = tree.node(id);
      if (isWanted(child)) found.push(child);
    }
    return found;
  }

  #at(values: Uint16Array | Uint32Array): number {
    return values[this.id] ?? 0;
  }

  #has(flag: number): boolean {
    return ((this.tree.flags[this.id] ?? 0) & flag) !== 0;
  }
}
