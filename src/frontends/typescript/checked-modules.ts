import type { Span } from "../../ir/program.ts";
import { isConstant, isImported, nodeAt, symbolAt, targetOf, textOf } from "./checked-types.ts";
import type { SourceFile, SyntaxNode, TypeChecker, TypedFile } from "./compiler.ts";

interface ModuleName {
  readonly source: SourceFile;
  /** What the module calls it at its top, or gives it by CommonJS. */
  readonly name: string;
}

/** The module that declares what an imported name, or a member of a whole module, stands for; null for packages and declarations. */
export function moduleAt({ source, checker }: TypedFile, span: Span): ModuleName | null {
  const node = nodeAt(source, span);
  if (!node || !isFromModule(node, checker)) return null;
  const target = targetOf(node, checker);
  const [declaration, ...more] = target?.declarations ?? [];
  if (!target || !declaration || more.length > 0) return null;
  const home = declaration.getSourceFile();
  const isWhole = declaration === home;
  // What may be assigned anew may have another value by then.
  const isVariable = declaration.parent?.declarations !== undefined && !isConstant(declaration.parent);
  if (isVariable || isWhole || home === source || /\.d\.[cm]?ts$|\/node_modules\//.test(home.fileName))
    return null;
  const name = declaration.name ? textOf(declaration.name, home) : target.name;
  return { source: home, name };
}

/** `a` of `import { a }`, and `all.a` where `all` is the module itself. */
function isFromModule(node: SyntaxNode, checker: TypeChecker): boolean {
  const { expression, name } = node;
  if (!expression || !name) {
    const symbol = symbolAt(node, checker);
    return symbol !== undefined && isImported(symbol);
  }
  const holder = symbolAt(expression, checker);
  if (!holder || !isImported(holder)) return false;
  const whole = targetOf(expression, checker);
  const [declaration] = whole?.declarations ?? [];
  if (!whole || !declaration) return false;
  const home: SyntaxNode = declaration.getSourceFile();
  return whole.name === "export=" || declaration === home;
}
