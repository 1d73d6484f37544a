import type { Expr, FunctionDefinition, Program, Stmt } from "../../ir/program.ts";
import { partsOf } from "../../ir/walk.ts";

/** A variable that counts from 0 up to a bound. */
export interface Count {
  readonly name: string;
  /** What it stays below; null where the text does not tell. */
  readonly bound: Expr | null;
}

/** A statement with the loops and the definitions around it, outermost first. */
export interface Nested {
  readonly counts: readonly Count[];
  readonly definitions: readonly string[];
}

/** Where every statement stands. */
export function nestingOf(program: Program): ReadonlyMap<Stmt, Nested> {
  const found = new Map<Stmt, Nested>();
  collect(program.body, { counts: [], definitions: [] }, found);
  return found;
}

/** `for (let i = 0; i < n; i++)` is lifted as an assignment and a loop that follows it. */
function collect(body: readonly Stmt[], around: Nested, found: Map<Stmt, Nested>): void {
  body.forEach((statement, place) => {
    found.set(statement, around);
    const inside = within(statement, body[place - 1], around);
    for (const inner of partsOf(statement).bodies) collect(inner, inside, found);
  });
}

function within(statement: Stmt, before: Stmt | undefined, around: Nested): Nested {
  if (statement.kind === "function" || statement.kind === "class")
    return { counts: around.counts, definitions: [...around.definitions, statement.name] };
  const count = countOf(statement, before);
  return count === null ? around : { ...around, counts: [...around.counts, count] };
}

function countOf(statement: Stmt, before: Stmt | undefined): Count | null {
  if (statement.kind !== "while" || before?.kind !== "assign") return null;
  const [target] = before.targets;
  if (target?.kind !== "name" || before.value?.kind !== "number") return null;
  const { test } = statement;
  const [operator] = test.kind === "compare" ? test.operators : [];
  const [left, right] = test.kind === "compare" ? test.operands : [];
  const counts =
    (operator === "<" || operator === "<=") && left?.kind === "name" && left.name === target.name;
  return counts && right ? { name: target.name, bound: right } : null;
}

/** Functions among expressions by the names that lifting gave them, and those that a file declares. */
export function functionsOf(program: Program): ReadonlyMap<string, FunctionDefinition> {
  const found = new Map<string, FunctionDefinition>();
  const visit = (body: readonly Stmt[]): void => {
    for (const statement of body) {
      if (statement.kind === "function") found.set(statement.name, statement);
      for (const inner of partsOf(statement).bodies) visit(inner);
    }
  };
  visit(program.body);
  return found;
}

/** What a function gives that does nothing else. */
export function resultOf({ body }: FunctionDefinition): Expr | null {
  const [only, ...more] = body;
  return only?.kind === "return" && more.length === 0 ? only.value : null;
}
