import { libraryOf } from "../../frontends/dialects/dialects.ts";
import { defaultOf } from "../../frontends/interop.ts";
import type { Node } from "../../ir/graph.ts";
import type { Expr, For, FunctionDefinition, If, Stmt, Try, While } from "../../ir/program.ts";
import { assign, assignAll, augment, itemOf } from "./assignments.ts";
import { libraryValue } from "./attributes.ts";
import { asksForNone, asksForSome } from "./autocast.ts";
import { defineClass } from "./classes.ts";
import { decide, truth } from "./conditions.ts";
import { enter } from "./contexts.ts";
import { limits, literal, type Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { narrowedBy, withinNarrowed, type Narrowed } from "./narrowing.ts";
import { isGraphNode, type Value } from "./values.ts";

/** 'stop': every path through the statements returned, raised or left the loop. */
export type Completion = "normal" | "stop";

export function executeBlock(x: Execution, statements: readonly Stmt[]): Completion {
  for (const statement of statements) {
    if (execute(x, statement) === "stop") return "stop";
  }
  return "normal";
}

function imported(x: Execution, path: string): Value {
  const library = libraryOf(defaultOf(path));
  if (library !== null && x.frame.scope === x.moduleScope) x.imported(library);
  const value = libraryValue(x, path);
  const held = x.frame.scope === x.moduleScope && path.includes(".");
  return isGraphNode(value) || value.kind !== "library" ? value : { ...value, held };
}

function execute(x: Execution, statement: Stmt): Completion {
  x.budget?.spend(10);
  switch (statement.kind) {
    case "assign":
      assignAll(x, statement);
      return "normal";
    case "augment":
      augment(x, statement);
      return "normal";
    case "evaluate":
      evaluate(x, statement.value);
      return "normal";
    case "return":
      return returnValue(x, statement.value);
    case "if":
      return branch(x, statement);
    case "for":
      return loop(x, statement);
    case "while":
      return repeatWhile(x, statement);
    case "with":
      return enter(x, statement);
    case "try":
      return attempt(x, statement);
    case "function":
      x.frame.scope.variables.set(statement.name, functionValue(x, statement));
      return "normal";
    case "class":
      x.frame.scope.variables.set(statement.name, defineClass(x, statement));
      return "normal";
    case "import":
      x.span = statement.span;
      for (const { local, path } of statement.bindings) x.frame.scope.variables.set(local, imported(x, path));
      return "normal";
    case "raise":
    case "break":
    case "continue":
      return "stop";
    case "assert":
      evaluate(x, statement.test);
      return "normal";
    case "other":
      for (const body of statement.bodies) fork(x, x.unknown(statement.type), body, []);
      return "normal";
    case "pass":
      return "normal";
  }
}

export function functionValue(x: Execution, definition: FunctionDefinition): Value {
  const name = x.frame.definition === "" ? definition.name : `${x.frame.definition}.${definition.name}`;
  return { kind: "function", definition, name, scope: x.frame.scope, self: null, owner: null };
}

function returnValue(x: Execution, expression: Expr | null): Completion {
  const value = expression ? evaluate(x, expression) : x.none();
  x.frame.returns.push({ condition: pathCondition(x), value, heap: x.heap });
  return "stop";
}

function pathCondition(x: Execution): Node {
  const [first, ...rest] = x.frame.path;
  if (!first) return x.node({ kind: "constant", value: true });
  return rest.reduce(
    (all, condition) => x.node({ kind: "logical", operator: "and" }, [all, condition]),
    first,
  );
}

function branch(x: Execution, statement: If): Completion {
  const condition = truth(x, evaluate(x, statement.test));
  // Code is taken to run: what only raises is a guard, and an attribute it asks for may be set by another method.
  if (statement.orelse.length === 0 && statement.body.every(({ kind }) => kind === "raise")) return "normal";
  const decided = decide(condition);
  if (decided !== null) return executeBlock(x, decided ? statement.body : statement.orelse);
  return fork(x, condition, statement.body, statement.orelse, narrowedBy(x, statement.test));
}

/** Executes both arms and merges what they leave behind; an arm that stops leaves nothing. */
function fork(
  x: Execution,
  condition: Node,
  body: readonly Stmt[],
  orelse: readonly Stmt[],
  narrowed: Narrowed | null = null,
): Completion {
  const before = x.snapshot();
  const { autocast } = x;
  x.frame.path.push(condition);
  x.autocast = autocast && !asksForNone(condition);
  const first = narrowed ? withinNarrowed(x, narrowed, () => executeBlock(x, body)) : executeBlock(x, body);
  const taken = x.snapshot();
  x.restore(before);
  x.frame.path.pop();
  x.frame.path.push(x.node({ kind: "unary", operator: "not" }, [condition]));
  x.autocast = autocast && !asksForSome(condition);
  const second = executeBlock(x, orelse);
  x.frame.path.pop();
  x.autocast = autocast;
  if (first === "stop" && second === "stop") return "stop";
  if (second === "stop") x.restore(taken);
  else if (first === "normal") x.merge(condition, taken);
  return "normal";
}

function loop(x: Execution, statement: For): Completion {
  for (const item of iterate(x, evaluate(x, statement.iterable))) {
    assign(x, statement.target, item);
    // An iteration that breaks or returns on every path ends the loop; a return is recorded with its condition.
    if (executeBlock(x, statement.body) === "stop") break;
  }
  return executeBlock(x, statement.orelse);
}

/** Items a loop runs over: all of them where they are known and few, else two. */
export function iterate(x: Execution, iterable: Value, most: number = limits.iterations): readonly Value[] {
  if (isGraphNode(iterable)) return membersOf(x, iterable) ?? [0, 1].map((i) => itemOf(x, iterable, i));
  switch (iterable.kind) {
    case "tuple":
      return iterable.items.slice(0, most);
    case "count": {
      const [start, stop, step] = [literal(iterable.start), literal(iterable.stop), literal(iterable.step)];
      if (start === null || step === null || step === 0)
        return [
          iterable.start,
          x.node({ kind: "binary", operator: "+", inplace: false }, [iterable.start, iterable.step]),
        ];
      const length = stop === null ? 2 : Math.max(0, Math.ceil((stop - start) / step));
      return Array.from({ length: Math.min(length, stop === null ? 2 : most) }, (_, i) =>
        x.number(start + i * step),
      );
    }
    default:
      return [0, 1].map((i) => itemOf(x, iterable, i));
  }
}

/** What a list of unknown length is made of, as the code that made it goes through another one. */
function membersOf(x: Execution, list: Node): readonly Value[] | null {
  const known = x.members.get(list);
  if (known) return known.length === 2 ? known : null;
  if (list.what.kind !== "select") return null;
  const [condition, ...arms] = list.inputs;
  const [a, b] = arms.map((arm) => membersOf(x, arm));
  if (!condition || !a || !b) return null;
  const chosen = a.map((item, i) => x.select(condition, item, b[i] ?? item));
  x.members.set(list, chosen);
  return chosen;
}

function repeatWhile(x: Execution, statement: While): Completion {
  for (let round = 0; round < 2; round++) {
    const condition = truth(x, evaluate(x, statement.test));
    const decided = decide(condition);
    if (decided === false) break;
    fork(x, condition, statement.body, []);
  }
  return executeBlock(x, statement.orelse);
}

function attempt(x: Execution, statement: Try): Completion {
  const before = x.snapshot();
  const done = executeBlock(x, statement.body);
  if (done === "normal") executeBlock(x, statement.orelse);
  const after = x.snapshot();
  let completion: Completion = done;
  for (const handler of statement.handlers) {
    x.restore(before);
    const failed = x.unknown("exception");
    const handled = executeBlock(x, handler);
    if (handled === "stop") continue;
    if (completion === "normal") {
      const fallback = x.snapshot();
      x.restore(after);
      x.merge(failed, fallback);
      return executeBlock(x, statement.final) === "stop" ? "stop" : "normal";
    }
    completion = "normal";
  }
  if (done === "normal") x.restore(after);
  return executeBlock(x, statement.final) === "stop" ? "stop" : completion;
}
