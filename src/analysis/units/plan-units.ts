import type { ClassDefinition, FunctionDefinition, Program, Stmt } from "../../ir/program.ts";
import { frameworkMethods } from "./lifecycle.ts";
import type { OutsideCall } from "./outside-calls.ts";

/** A definition executed on its own, because nothing visible calls it with known arguments. */
export interface UnitPlan {
  readonly definition: ClassDefinition | FunctionDefinition;
  readonly name: string;
  /** Executed as this call of another file does; left out where it is executed from outside. */
  readonly outside?: OutsideCall;
}

/** Definitions of a program that hold one of the literals, or that call one that does. */
export function planUnits(program: Program, text: string, literals: readonly string[]): readonly UnitPlan[] {
  const definitions = topLevel(program.body);
  const source = new Map(definitions.map((definition) => [definition, textOf(definition, text)]));
  const holdsLiteral = (body: string): boolean => literals.some((literal) => body.includes(literal));
  const relevant = new Set(definitions.filter((definition) => holdsLiteral(source.get(definition) ?? "")));
  const names = new Set([...relevant].flatMap((definition) => namesToCall(definition, text, holdsLiteral)));
  const callsRelevant = (body: string): boolean => [...names].some((name) => mentionsCall(body, name));
  for (let size = -1; size !== relevant.size;) {
    size = relevant.size;
    for (const definition of definitions) {
      if (relevant.has(definition)) continue;
      if (!callsRelevant(source.get(definition) ?? "")) continue;
      relevant.add(definition);
      for (const name of namesToCall(definition, text, callsRelevant)) names.add(name);
    }
  }
  return definitions
    .filter((definition) => relevant.has(definition))
    .map((definition) => ({ definition, name: definition.name }));
}

/** Plans for what other files call, beside those that the file's own text makes: they only add. */
export function planOutside(plans: readonly UnitPlan[], calls: readonly OutsideCall[]): readonly UnitPlan[] {
  return plans.flatMap((plan) =>
    plan.definition.kind === "function"
      ? calls.filter((call) => call.name === plan.name).map((outside) => ({ ...plan, outside }))
      : [],
  );
}

function topLevel(statements: readonly Stmt[]): readonly (ClassDefinition | FunctionDefinition)[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "class" || statement.kind === "function") return [statement];
    if (statement.kind === "if") return [...topLevel(statement.body), ...topLevel(statement.orelse)];
    if (statement.kind === "try")
      return [
        ...topLevel(statement.body),
        ...statement.handlers.flatMap(topLevel),
        ...topLevel(statement.orelse),
      ];
    return [];
  });
}

function textOf(
  node: { readonly span: { readonly start: number; readonly end: number } | null },
  text: string,
): string {
  return node.span ? text.slice(node.span.start, node.span.end) : "";
}

function methods(definition: ClassDefinition): readonly FunctionDefinition[] {
  return definition.body.filter((statement) => statement.kind === "function");
}

/** Names by which the relevant part of a definition is called: a function, or methods that the framework does not call. */
function namesToCall(
  definition: ClassDefinition | FunctionDefinition,
  text: string,
  isRelevant: (body: string) => boolean,
): readonly string[] {
  if (definition.kind === "function") return [definition.name];
  return methods(definition)
    .filter((method) => !frameworkMethods.has(method.name) && isRelevant(textOf(method, text)))
    .map((method) => `.${method.name}`);
}

/** Whether a text calls what goes by a name; `.name` is a method. */
export function mentionsCall(body: string, name: string): boolean {
  for (let at = body.indexOf(`${name}(`); at >= 0; at = body.indexOf(`${name}(`, at + 1)) {
    const before = body[at - 1] ?? " ";
    if (
      name.startsWith(".") ||
      (!/[\w]/.test(before) && !body.slice(Math.max(0, at - 4), at).endsWith("def "))
    )
      return true;
  }
  return false;
}
