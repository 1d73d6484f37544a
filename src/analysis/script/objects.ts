import type { Expr, Program } from "../../ir/program.ts";
import { placesOf, valueOf, type Scope } from "./scopes.ts";

/** What a file writes into objects after they are made: such members are not followed. */
export class Objects {
  readonly #written = new Set<string>();
  /** Something writes under a name that is not told. */
  #isOpen = false;

  constructor(program: Program) {
    for (const { statement, expressions, scope } of placesOf(program)) {
      if (statement.kind === "assign") for (const target of statement.targets) this.#write(target, scope);
      if (statement.kind === "augment") this.#write(statement.target, scope);
      for (const expression of expressions) {
        // Assignments inside expressions, `delete`: which part is the target is not told.
        if (expression.kind === "unknown" && /^(?:Assignment|Update|Unary)Expression$/.test(expression.type))
          for (const part of expression.parts) this.#write(part, scope);
        if (isMerge(expression)) this.#isOpen = true;
      }
    }
  }

  isWritten(name: string): boolean {
    return this.#isOpen || this.#written.has(name);
  }

  #write(target: Expr, scope: Scope): void {
    if (target.kind === "attribute") this.#written.add(target.name);
    if (target.kind !== "index") return;
    const [item] = target.items;
    const key = item?.kind === "item" ? item.value : null;
    if (key?.kind === "string" && key.value !== null) this.#written.add(key.value);
    // Items of arrays are no members; under another name it may be any member.
    else if (key?.kind !== "number" && !isArray(valueOf(target.object, scope))) this.#isOpen = true;
  }
}

/** What is made by a call, `new Float32Array(n)`, or written as a list. */
function isArray({ kind }: Expr): boolean {
  return kind === "call" || kind === "sequence";
}

/** `Object.assign(feeds, ...)` */
function isMerge(expression: Expr): boolean {
  if (expression.kind !== "call" || expression.callee.kind !== "attribute") return false;
  const { object, name } = expression.callee;
  return (
    object.kind === "name" && object.name === "Object" && (name === "assign" || name === "defineProperty")
  );
}

/** What an object has under a name; null where it has nothing there, or where another object that it takes in may have it. */
export function memberOf(object: Expr, name: string): Expr | null {
  if (object.kind !== "dict") return null;
  const last = object.entries.at(-1);
  const own = object.entries.findLast(({ key }) => key?.kind === "string" && key.value === name);
  const isLast = own !== undefined && object.entries.slice(object.entries.indexOf(own)).every(hasName);
  if (isLast) return own.value;
  // `{ ...given }`
  const isCopy = own === undefined && object.entries.length === 1 && last?.key === null;
  return isCopy ? { kind: "attribute", object: last.value, name, span: null } : null;
}

function hasName({ key }: { readonly key: Expr | null }): boolean {
  return key?.kind === "string";
}
