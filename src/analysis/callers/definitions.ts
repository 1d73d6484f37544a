import type { Call, ClassDefinition, Expr, FunctionDefinition, Program, Stmt } from "../../ir/program.ts";
import { childrenOf, partsOf } from "../../ir/walk.ts";
import { dottedName } from "../execute/classes.ts";

/** A call, and whether a region around it mentions autocast. */
export interface CallSite {
  readonly call: Call;
  readonly autocast: boolean;
}

/** A function at the top of the module, or a method of a class there, with all that stands inside it. */
export interface Caller {
  readonly definition: FunctionDefinition;
  readonly owner: ClassDefinition | null;
  readonly calls: readonly CallSite[];
  /** Right sides by the name they are assigned to; null where a name is bound in another way. */
  readonly assigned: ReadonlyMap<string, readonly (Expr | null)[]>;
}

/** What a file binds and calls, gathered once. */
export interface Outline {
  readonly callers: readonly Caller[];
  readonly classes: ReadonlyMap<string, ClassDefinition>;
  /** Paths that imports anywhere in the file bind a name to. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Names bound at the top of the module otherwise than by imports. */
  readonly globals: ReadonlyMap<string, readonly (Expr | null)[]>;
}

export function outlineOf(program: Program): Outline {
  const callers: Caller[] = [];
  const classes = new Map<string, ClassDefinition>();
  const whole = new Gathering();
  whole.visit(program.body, true);
  const globals = new Gathering();
  globals.visit(program.body, true, false);
  const visit = (statements: readonly Stmt[], owner: ClassDefinition | null): void => {
    for (const statement of statements) {
      if (statement.kind === "function") callers.push(callerOf(statement, owner));
      else if (statement.kind === "class") {
        if (owner === null) classes.set(statement.name, statement);
        visit(statement.body, statement);
      } else for (const body of partsOf(statement).bodies) visit(body, owner);
    }
  };
  visit(program.body, null);
  return { callers, classes, imports: whole.imports, globals: globals.assigned };
}

function callerOf(definition: FunctionDefinition, owner: ClassDefinition | null): Caller {
  const inside = new Gathering();
  inside.visit(definition.body, !definition.decorators.some(mentionsAutocast));
  return { definition, owner, calls: inside.calls, assigned: inside.assigned };
}

/** `torch.autocast(...)`, `torch.cuda.amp.autocast(...)`, `maybe_autocast(...)`: what exactly it does is not asked. */
function mentionsAutocast(expression: Expr): boolean {
  const callee = expression.kind === "call" ? expression.callee : expression;
  return /autocast/i.test(dottedName(callee) ?? "");
}

/** Calls, bindings and imports of statements. */
class Gathering {
  readonly calls: CallSite[] = [];
  readonly assigned = new Map<string, (Expr | null)[]>();
  readonly imports = new Map<string, string[]>();

  visit(statements: readonly Stmt[], autocast: boolean, deep = true): void {
    for (const statement of statements) this.#statement(statement, autocast, deep);
  }

  #statement(statement: Stmt, autocast: boolean, deep: boolean): void {
    const { expressions, bodies } = partsOf(statement);
    this.#bind(statement);
    for (const expression of expressions) this.#expression(expression, autocast);
    if (!deep && (statement.kind === "function" || statement.kind === "class")) return;
    const within =
      autocast &&
      !(statement.kind === "with" && statement.items.some(({ context }) => mentionsAutocast(context)));
    for (const body of bodies) this.visit(body, within, deep);
  }

  #bind(statement: Stmt): void {
    switch (statement.kind) {
      case "assign":
        for (const target of statement.targets) this.#target(target, statement.value);
        return;
      case "augment":
        this.#target(statement.target, null);
        return;
      case "for":
        this.#target(statement.target, null);
        return;
      case "with":
        for (const { target } of statement.items) if (target) this.#target(target, null);
        return;
      case "function":
      case "class":
        this.#name(statement.name, null);
        if (statement.kind === "function")
          for (const { name } of statement.parameters) this.#name(name, null);
        return;
      case "import":
        for (const { local, path } of statement.bindings)
          this.imports.set(local, [...(this.imports.get(local) ?? []), path]);
        return;
      default:
    }
  }

  #target(target: Expr, value: Expr | null): void {
    if (target.kind === "name") this.#name(target.name, value);
    else if (target.kind === "sequence") for (const item of target.items) this.#target(item, null);
    else if (target.kind === "starred") this.#target(target.value, null);
    // Items set in place make it another value.
    else if (target.kind === "index" && target.object.kind === "name") this.#name(target.object.name, null);
  }

  #name(name: string, value: Expr | null): void {
    this.assigned.set(name, [...(this.assigned.get(name) ?? []), value]);
  }

  #expression(root: Expr, autocast: boolean): void {
    const stack: Expr[] = [root];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (next.kind === "call") this.calls.push({ call: next, autocast });
      stack.push(...childrenOf(next));
    }
  }
}
