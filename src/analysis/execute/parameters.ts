import type { Expr, Parameter } from "../../ir/program.ts";
import { nameValue } from "./assignments.ts";
import { attribute } from "./attributes.ts";
import type { PassedArgument } from "./calls.ts";
import { dottedName } from "./classes.ts";
import type { Execution } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import { isGraphNode, type FunctionValue, type Scope, type Value } from "./values.ts";

export function bind(
  x: Execution,
  scope: Scope,
  target: FunctionValue,
  args: readonly PassedArgument[],
): void {
  const positional = args.filter((arg) => arg.name === null).map((arg) => arg.value);
  if (target.self !== null) positional.unshift(target.self);
  const named = new Map(
    args.flatMap((arg) => (arg.name !== null && arg.name !== "*" ? [[arg.name, arg.value] as const] : [])),
  );
  const open = args.some((arg) => arg.name === "*");
  for (const parameter of target.definition.parameters) {
    const whole = parameter.propertyOf === undefined ? null : scope.variables.get(parameter.propertyOf);
    if (parameter.isPattern === true) {
      const passed = positional.shift();
      if (passed) scope.variables.set(parameter.name, passed);
      continue;
    }
    const value =
      whole && !named.has(parameter.name)
        ? propertyOf(x, whole, parameter, target.scope)
        : bindOne(x, parameter, positional, named, target, open);
    nameValue(x, value, parameter.name);
    scope.variables.set(parameter.name, value);
  }
}

function bindOne(
  x: Execution,
  parameter: Parameter,
  positional: Value[],
  named: Map<string, Value>,
  target: FunctionValue,
  open: boolean,
): Value {
  if (parameter.form === "*") return { kind: "tuple", form: "tuple", items: positional.splice(0) };
  if (parameter.form === "**") return x.unknown("keywords", [...named.values()]);
  const byName = named.get(parameter.name);
  if (byName) {
    named.delete(parameter.name);
    return byName;
  }
  const next = parameter.form === "keyword-only" ? undefined : positional.shift();
  if (next) return next;
  const options = x.graph.language === "javascript" && parameter.form === "plain" && named.size > 0;
  if (options) return takeOptions(named);
  if (parameter.initial && !open) return evaluateIn(x, target.scope, parameter.initial);
  return parameterInput(x, parameter, target.scope);
}

/** What a parameter is of an object that was passed whole. */
function propertyOf(x: Execution, whole: Value, { name, form, initial }: Parameter, scope: Scope): Value {
  if (form === "**") return x.unknown("rest", [whole]);
  const fallback = initial ? evaluateIn(x, scope, initial) : null;
  if (!isGraphNode(whole) && whole.kind === "dict") return whole.entries.get(name) ?? fallback ?? x.none();
  const value = attribute(x, whole, name);
  return fallback && isGraphNode(value) ? x.select(value, value, fallback) : value;
}

/** `f({ a, b })` of a function that takes one object. */
function takeOptions(named: Map<string, Value>): Value {
  const entries = new Map(named);
  named.clear();
  return { kind: "dict", entries };
}

function evaluateIn(x: Execution, scope: Scope, expression: Expr): Value {
  const outer = x.frame;
  x.frame = { ...outer, scope };
  const value = evaluate(x, expression);
  x.frame = outer;
  return value;
}

/** Arguments of a function as nobody visible passes them, but for those that are given. */
export function outsideInputs(
  x: Execution,
  { definition, scope, self }: FunctionValue,
  given: (parameter: Parameter, position: number) => Expr | null = () => null,
): readonly PassedArgument[] {
  const bound = self === null ? definition.parameters : definition.parameters.slice(1);
  return bound.flatMap((parameter, position) => {
    if (parameter.form === "*" || parameter.form === "**" || parameter.isPattern === true) return [];
    const literal = given(parameter, position);
    const value = literal ? evaluate(x, literal) : parameterInput(x, parameter, scope);
    return [{ name: parameter.name, value }];
  });
}

/** A parameter that nobody visible passes. */
export function parameterInput(x: Execution, parameter: Parameter, scope: Scope): Value {
  const initial = parameter.initial ? x.asNode(evaluateIn(x, scope, parameter.initial)) : null;
  const annotation = parameter.annotation ? annotationText(parameter.annotation) : null;
  return x.node({ kind: "input", name: parameter.name, annotation, initial });
}

/** `Optional[torch.dtype]` as text, enough to recognise what is annotated. */
function annotationText(expression: Expr): string {
  switch (expression.kind) {
    case "index":
      return `${annotationText(expression.object)}[${expression.items.map((item) => (item.kind === "item" ? annotationText(item.value) : ":")).join(", ")}]`;
    case "binary":
      return `${annotationText(expression.left)} ${expression.operator} ${annotationText(expression.right)}`;
    case "constant":
      return String(expression.value);
    case "string":
      return expression.value ?? "";
    case "sequence":
      return expression.items.map(annotationText).join(", ");
    default:
      return dottedName(expression) ?? "?";
  }
}
