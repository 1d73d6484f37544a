import type { Call, Expr, Program, Stmt } from "../../ir/program.ts";
import { partsOf, visitExpressions } from "../../ir/walk.ts";

const forms: ReadonlySet<string> = new Set(["dtype", "device", "shape"]);

/** What a file does with attributes by their names. */
interface Reads {
  /** Read, and only for their dtype, device or shape: what they hold goes nowhere. */
  readonly formOnly: ReadonlySet<string>;
  /** Read for what they hold. */
  readonly read: ReadonlySet<string>;
  /** Names are computed somewhere: any attribute may be meant. */
  readonly isDynamic: boolean;
}

const knownBefore = new WeakMap<Program, Reads>();

/** Buffers and attributes that the file reads, and only for their dtype, device or shape. */
export function formOnlyAttributes(program: Program): ReadonlySet<string> {
  return readsOf(program).formOnly;
}

/** Whether nothing in the file reads an attribute of this name. */
export function isUnread(program: Program, name: string): boolean {
  const { formOnly, read, isDynamic } = readsOf(program);
  return !isDynamic && !formOnly.has(name) && !read.has(name);
}

function readsOf(program: Program): Reads {
  const known = knownBefore.get(program) ?? gather(program);
  knownBefore.set(program, known);
  return known;
}

function gather(program: Program): Reads {
  const asked = new Set<string>();
  const formOnly = new Set<Expr>();
  const other = new Set<string>();
  const kept = new Set<Expr>(storeTargets(program.body));
  let isDynamic = false;
  visitExpressions(program, (expression) => {
    if (expression.kind === "attribute" && forms.has(expression.name)) formOnly.add(expression.object);
    if (isCallOf(expression, "register_buffer")) for (const { value } of expression.args) kept.add(value);
    if (isComputedName(expression)) isDynamic = true;
    if (expression.kind === "string" && expression.value !== null && !kept.has(expression))
      other.add(expression.value);
    if (expression.kind !== "attribute" || kept.has(expression)) return;
    (formOnly.has(expression) ? asked : other).add(expression.name);
  });
  return { formOnly: new Set([...asked].filter((name) => !other.has(name))), read: other, isDynamic };
}

/** `self.table = ...` and `a, self.table = ...` read nothing. */
export function storeTargets(statements: readonly Stmt[]): readonly Expr[] {
  return statements.flatMap((statement) => [
    ...(statement.kind === "assign" ? statement.targets.flatMap(targetsIn) : []),
    ...partsOf(statement).bodies.flatMap(storeTargets),
  ]);
}

function targetsIn(target: Expr): readonly Expr[] {
  return target.kind === "sequence" ? target.items.flatMap(targetsIn) : [target];
}

/** A call of a method by its name: `self.register_buffer(...)`. */
export function isCallOf(
  expression: Expr,
  method: string,
): expression is Call & { readonly callee: Extract<Expr, { readonly kind: "attribute" }> } {
  return (
    expression.kind === "call" && expression.callee.kind === "attribute" && expression.callee.name === method
  );
}

/** `getattr(self, name)`, `vars(self)`, `self.__dict__` */
function isComputedName(expression: Expr): boolean {
  if (expression.kind === "attribute") return expression.name === "__dict__";
  if (expression.kind !== "call" || expression.callee.kind !== "name") return false;
  const { name } = expression.callee;
  const key = expression.args[1]?.value;
  return name === "vars" || (name === "getattr" && !(key?.kind === "string" && key.value !== null));
}
