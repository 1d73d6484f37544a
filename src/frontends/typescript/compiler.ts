/**
 * The part of TypeScript's API that we ask: the same in every 5.x and 6.x, whether a parser hands the program over or ts-morph makes it.
 * Stated here, so that nothing of the package needs a compiler, not even for its types.
 */
export interface TypeChecker {
  getTypeAtLocation(node: SyntaxNode): Type;
  getSymbolAtLocation(node: SyntaxNode): TypeSymbol | undefined;
  /** What `{ name }` takes the value of; undefined for every other node. */
  getShorthandAssignmentValueSymbol(node: SyntaxNode | undefined): TypeSymbol | undefined;
  getAliasedSymbol(symbol: TypeSymbol): TypeSymbol;
  getTypeOfSymbolAtLocation(symbol: TypeSymbol, node: SyntaxNode): Type;
}

export interface SyntaxNode {
  readonly parent?: SyntaxNode;
  /** `ts.NodeFlags`, on lists of declarations. */
  readonly flags: number;
  /** Of a list of declarations. */
  readonly declarations?: readonly SyntaxNode[];
  /** `a.b` has both, and no initializer. */
  readonly expression?: SyntaxNode;
  readonly name?: SyntaxNode;
  /** `a` in `import { a as b }`. */
  readonly propertyName?: SyntaxNode;
  /** What an import is from. */
  readonly moduleSpecifier?: SyntaxNode;
  getStart(): number;
  getEnd(): number;
  getSourceFile(): SourceFile;
  forEachChild<Result>(visit: (node: SyntaxNode) => Result | undefined): Result | undefined;
}

/** What may give a name its value; nodes that are no declarations have none of this. */
export interface Initialised extends SyntaxNode {
  readonly initializer?: SyntaxNode;
  readonly type?: SyntaxNode;
}

export interface SourceFile extends SyntaxNode {
  readonly fileName: string;
  readonly text: string;
  getLineAndCharacterOfPosition(position: number): { readonly line: number };
}

export interface Type {
  isStringLiteral(): boolean;
  isNumberLiteral(): boolean;
  readonly value?: unknown;
  getProperty(name: string): TypeSymbol | undefined;
}

export interface TypeSymbol {
  readonly flags: number;
  readonly name: string;
  readonly declarations?: readonly Initialised[] | undefined;
}

/** A file with what knows its types. */
export interface TypedFile {
  readonly source: SourceFile;
  readonly checker: TypeChecker;
}
