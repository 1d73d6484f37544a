import type { Span } from "../../ir/program.ts";
import type { Initialised, SyntaxNode, Type, TypeChecker, TypedFile, TypeSymbol } from "./compiler.ts";

/** `ts.SymbolFlags.Alias`: what an import binds. */
const alias = 2097152;

/** `ts.NodeFlags.Const` */
const constant = 2;

/** Whether a list declares by `const`. */
export function isConstant(list: SyntaxNode | undefined): boolean {
  return list !== undefined && (list.flags & constant) !== 0;
}

/** A string that a type allows alone, and where it is written. */
export interface LiteralType {
  readonly value: string;
  readonly origin: Origin | null;
}

export interface Origin {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** What is written there, where that alone gives the constant its value and type. */
  readonly literal: (Span & { readonly written: string }) | null;
}

/** `"float32"` for an expression of that very type: a constant, a member of an enum or of an object `as const`. */
export function literalAt({ source, checker }: TypedFile, span: Span): LiteralType | null {
  const node = nodeAt(source, span);
  if (node === null) return null;
  const value = literalOf(checker.getTypeAtLocation(node));
  if (value === null) return null;
  return { value, origin: originOf(targetOf(node, checker), (written) => isQuoted(written, value)) };
}

/** What a name stands for, through imports. */
export function targetOf(node: SyntaxNode, checker: TypeChecker): TypeSymbol | undefined {
  const symbol = symbolAt(node, checker);
  return symbol && isImported(symbol) ? checker.getAliasedSymbol(symbol) : symbol;
}

export function symbolAt(node: SyntaxNode, checker: TypeChecker): TypeSymbol | undefined {
  return checker.getShorthandAssignmentValueSymbol(node.parent) ?? checker.getSymbolAtLocation(node);
}

export function isImported({ flags }: TypeSymbol): boolean {
  return (flags & alias) !== 0;
}

/** The literal type of a property of the expression, where a certain package declares it. */
export function propertyAt(
  { source, checker }: TypedFile,
  span: Span,
  property: string,
  packageName: string,
): LiteralType | null {
  const node = nodeAt(source, span);
  const symbol = node && checker.getTypeAtLocation(node).getProperty(property);
  if (!node || !symbol) return null;
  const isDeclaredThere = symbol.declarations?.some((declaration) =>
    declaration.getSourceFile().fileName.includes(`/node_modules/${packageName}/`),
  );
  if (isDeclaredThere !== true) return null;
  const value = literalOf(checker.getTypeOfSymbolAtLocation(symbol, node));
  return value === null ? null : { value, origin: null };
}

function literalOf(type: Type): string | null {
  return type.isStringLiteral() && typeof type.value === "string" ? type.value : null;
}

export function isQuoted(written: string, value: string): boolean {
  return written.slice(1, -1) === value && /^(["'`]).*\1$/.test(written);
}

/** Where a constant is declared; its literal only where it is written in a form that can be told. */
export function originOf(
  symbol: TypeSymbol | undefined,
  isLiteral: (written: string) => boolean,
): Origin | null {
  const declarations = symbol?.declarations ?? [];
  const [declaration] = declarations;
  if (symbol === undefined || declaration === undefined) return null;
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart());
  const literal = declarations.length === 1 ? literalIn(declaration, isLiteral) : null;
  return { path: source.fileName, line: line + 1, name: symbol.name, literal };
}

/** `"float32"` in `POSITIONS = "float32"`, with or without `as const`; nothing beside a type of its own. */
function literalIn(declaration: Initialised, isLiteral: (written: string) => boolean): Origin["literal"] {
  const { initializer, type } = declaration;
  if (initializer === undefined || type !== undefined) return null;
  const source = declaration.getSourceFile();
  const isConst = /\bas\s+const$/.test(textOf(initializer, source));
  const literal = isConst ? (initializer.expression ?? initializer) : initializer;
  const written = textOf(literal, source);
  return isLiteral(written) ? { start: literal.getStart(), end: literal.getEnd(), written } : null;
}

export function textOf(node: SyntaxNode, { text }: { readonly text: string }): string {
  return text.slice(node.getStart(), node.getEnd());
}

/** The innermost node that takes exactly the place. */
export function nodeAt(node: SyntaxNode, span: Span): SyntaxNode | null {
  const inner = node.forEachChild((child) =>
    child.getStart() <= span.start && span.end <= child.getEnd() ? child : undefined,
  );
  const found = inner === undefined ? null : nodeAt(inner, span);
  if (found !== null) return found;
  return node.getStart() === span.start && node.getEnd() === span.end ? node : null;
}
