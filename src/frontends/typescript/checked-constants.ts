import type { ImportedValue, Span } from "../../ir/program.ts";
import {
  isConstant,
  isImported,
  isQuoted,
  nodeAt,
  originOf,
  symbolAt,
  targetOf,
  textOf,
  type Origin,
} from "./checked-types.ts";
import type { Initialised, SyntaxNode, TypeChecker, TypedFile } from "./compiler.ts";

interface ConstantValue {
  readonly value: ImportedValue;
  readonly origin: Origin | null;
}

/** The constant of another module that an imported name, or a member of one, stands for. */
export function constantAt({ source, checker }: TypedFile, span: Span): ConstantValue | null {
  const node = nodeAt(source, span);
  const root = node && symbolAt(rootOf(node), checker);
  // Another name of the same spelling, further in, is none of theirs.
  if (!node || !root || !isImported(root)) return null;
  const target = targetOf(node, checker);
  const written = declaredValue(target?.declarations, checker);
  if (written?.kind === "member")
    return { value: written, origin: originOf(target, (text) => chain.test(text)) };
  const value = valueOfType(node, checker) ?? written;
  if (value === null) return null;
  const isLiteral = (text: string): boolean => value.kind === "text" && isQuoted(text, value.text);
  return { value, origin: originOf(target, isLiteral) };
}

/** `a` of `a.b.c` */
function rootOf(node: SyntaxNode): SyntaxNode {
  return node.expression && node.name ? rootOf(node.expression) : node;
}

function valueOfType(node: SyntaxNode, checker: TypeChecker): ImportedValue | null {
  const type = checker.getTypeAtLocation(node);
  const { value } = type;
  if (type.isStringLiteral() && typeof value === "string") return { kind: "text", text: value };
  return type.isNumberLiteral() && typeof value === "number" ? { kind: "number", number: value } : null;
}

const chain = /^[\w$]+(?:\.[\w$]+)+$/;

/** What a `const` is given, whatever its type says: `"float16"`, or `np.float16` by the import of `np`. */
function declaredValue(
  declarations: readonly Initialised[] | undefined,
  checker: TypeChecker,
): ImportedValue | null {
  const [declaration, ...more] = declarations ?? [];
  const list = declaration?.parent;
  if (!declaration?.initializer || more.length > 0 || !isConstant(list)) return null;
  const { initializer } = declaration;
  const written = textOf(initializer, declaration.getSourceFile());
  const [, text] = /^["'`]([\w.-]*)["'`]$/.exec(written) ?? [];
  if (text !== undefined) return { kind: "text", text };
  const path = chain.test(written) ? pathOf(initializer, checker) : null;
  return path === null ? null : { kind: "member", path };
}

/** The path of a member of a package, as imports of it are written; null for what no import leads to. */
function pathOf(node: SyntaxNode, checker: TypeChecker): string | null {
  const { expression, name } = node;
  if (expression && name) {
    const object = pathOf(expression, checker);
    return object === null ? null : `${object}.${textOf(name, node.getSourceFile())}`;
  }
  const symbol = checker.getSymbolAtLocation(node);
  const [binding] = symbol?.declarations ?? [];
  return symbol && binding && isImported(symbol) ? pathOfImport(binding) : null;
}

/** `m` for `import m` and `import * as m`, `m.a` for `import { a as b }`. */
function pathOfImport(binding: SyntaxNode): string | null {
  const [clause, list] = [binding.parent, binding.parent?.parent];
  const source = binding.getSourceFile();
  const moduleOf = (node: SyntaxNode | undefined): string | null =>
    node?.moduleSpecifier ? textOf(node.moduleSpecifier, source).slice(1, -1) : null;
  const whole = moduleOf(clause) ?? moduleOf(list);
  if (whole !== null) return whole.startsWith(".") ? null : whole;
  const from = moduleOf(list?.parent);
  const name = binding.propertyName ?? binding.name;
  return from === null || from.startsWith(".") || !name ? null : `${from}.${textOf(name, source)}`;
}
