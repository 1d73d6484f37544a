import type {
  Assign,
  Augment,
  Expr,
  For,
  FunctionDefinition,
  If,
  Stmt,
  Try,
  While,
} from "../../ir/program.ts";
import type { Node, NodeKind } from "../../ir/graph.ts";
import { libraryOf } from "../../frontends/dialects/dialects.ts";
import { libraryValue } from "./attributes.ts";
import { defineClass } from "./classes.ts";
import { asksForNone, asksForSome } from "./autocast.ts";
import { enter } from "./contexts.ts";
import { isNone, limits, literal, type Execution } from "./execution.ts";
import { binary, decide, evaluate, truth } from "./expressions.ts";
import { setItem } from "./indexing.ts";
import { narrowedBy, withinNarrowed, type Narrowed } from "./narrowing.ts";
import { isGraphNode, type SizesValue, type Value } from "./values.ts";

/** 'stop': every path through the statements returned, raised or left the loop. */
export type Completion = "normal" | "stop";

export function executeBlock(x: Execution, statements: readonly Stmt[]): Completion {
  for (const statement of statements) {
    if (execute(x, statement) === "stop") return "stop";
  }
  return "normal";
}

function imported(x: Execution, path: string): Value {
  const library = libraryOf(path);
  if (library !== null && x.frame.scope === x.moduleScope) x.imported(library);
  const value = libraryValue(x, path);
  const held = x.frame.scope === x.moduleScope && path.includes(".");
  return isGraphNode(value) || value.kind !== "library" ? value : { ...value, held };
}

function execute(x: Execution, statement: Stmt): Completion {
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

function assignAll(x: Execution, statement: Assign): void {
  if (!statement.value) return;
  const value = evaluate(x, statement.value);
  for (const target of statement.targets) assign(x, target, value);
}

/** Binds a target: a name, an attribute of self, an item of a tensor, or several of them. */
export function assign(x: Execution, target: Expr, value: Value): void {
  switch (target.kind) {
    case "name":
      nameValue(value, target.name);
      x.frame.scope.variables.set(target.name, value);
      return;
    case "attribute":
      assignAttribute(x, evaluate(x, target.object), target.name, value);
      return;
    case "index":
      assign(x, target.object, setItem(x, evaluate(x, target.object), target.items, value, target.span));
      return;
    case "sequence":
      unpack(x, target.items, value);
      return;
    case "starred":
      assign(x, target.value, value);
      return;
    default:
      evaluate(x, target);
  }
}

function assignAttribute(x: Execution, object: Value, name: string, value: Value): void {
  if (isGraphNode(object)) {
    // An object from outside keeps what it is given: the value leaves the slice here.
    x.graph.sinks.push(
      ...(isGraphNode(value)
        ? [{ kind: "attribute" as const, key: `${x.frame.definition}:${name}`, node: value }]
        : []),
    );
    return;
  }
  if (object.kind !== "instance") return;
  nameValue(value, name);
  const attributes = x.heap.get(object.id) ?? new Map<string, Value>();
  const old = attributes.get(name);
  attributes.set(
    name,
    isBuffer(value) ? x.node({ ...value.what, name }, value.inputs) : keepsBuffer(x, old, value),
  );
  x.heap.set(object.id, attributes);
}

/** `nn.Buffer(data)`, which is called what it is assigned to. */
function isBuffer(value: Value): value is Node & { what: Extract<NodeKind, { kind: "stored" }> } {
  return isGraphNode(value) && value.what.kind === "stored" && value.what.name === "Buffer";
}

/** Assigning a tensor to the name of a registered buffer keeps it a buffer, until the next module cast at least. */
function keepsBuffer(x: Execution, old: Value | undefined, value: Value): Value {
  if (x.phase !== "construction" || !old || !isGraphNode(old) || old.what.kind !== "stored" || isNone(value))
    return value;
  if (isGraphNode(value) && value.what.kind === "stored") return value;
  return x.node(old.what, [x.asNode(value)]);
}

/** Names are kept for probe values and ties only, and only where a value is not shared by everything. */
export function nameValue(value: Value, name: string): void {
  if (!isGraphNode(value)) return;
  if (value.what.kind === "number" || value.what.kind === "constant" || value.what.kind === "dtype") return;
  value.names.add(name);
}

function unpack(x: Execution, targets: readonly Expr[], value: Value): void {
  const starred = targets.findIndex((target) => target.kind === "starred");
  if (!isGraphNode(value) && value.kind === "tuple" && starred < 0 && value.items.length === targets.length) {
    value.items.forEach((item, i) => {
      const target = targets[i];
      if (target) assign(x, target, item);
    });
    return;
  }
  const sizes = sizesOf(value);
  targets.forEach((target, i) => {
    const isFromEnd = starred >= 0 && i > starred;
    const item =
      sizes && target.kind !== "starred"
        ? x.node(
            { kind: "shape-of", dim: isFromEnd ? i - targets.length - sizes.dropped : i + sizes.start },
            [sizes.of],
          )
        : itemOf(x, value, i);
    assign(x, target, item);
  });
  if (sizes && starred < 0)
    sizes.of.names.add(`rank:${String(sizes.start + targets.length + sizes.dropped)}`);
}

/** An item of a value whose items are not known: indices and answers stay such. */
/** An item of a list from outside: the same one each time the list is gone through. */
function itemOf(x: Execution, value: Value, i: number): Node {
  if (!isGraphNode(value)) return newItem(x, value, i);
  const key = itemKey(x, value, i);
  const known = x.items.get(key) ?? newItem(x, value, i);
  x.items.set(key, known);
  return known;
}

export function itemKey(x: Execution, list: Node, i: number): string {
  return `${String(list.id)} ${String(i)} ${x.phase}`;
}

function newItem(x: Execution, value: Value, i: number): Node {
  const result = isGraphNode(value) && value.what.kind === "call" ? value.what.result : "unknown";
  const isPlain = result === "integer" || result === "bool";
  return x.unknown(`item ${String(i)}`, [value], isPlain ? result : "unknown");
}

/** The dimensions that a shape, or a part of one, stands for. */
function sizesOf(value: Value): Omit<SizesValue, "kind"> | null {
  if (isGraphNode(value)) return null;
  if (value.kind === "sizes") return value;
  return value.kind === "shape" ? { of: value.of, start: 0, dropped: 0 } : null;
}

function augment(x: Execution, statement: Augment): void {
  const old = evaluate(x, statement.target);
  const value = evaluate(x, statement.value);
  x.span = statement.span;
  assign(x, statement.target, binary(x, statement.operator, old, value, true));
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
