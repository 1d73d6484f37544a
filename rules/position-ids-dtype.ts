import type { Call, Expr, Span } from "../src/ir/program.ts";
import type { Definition, Edit } from "../src/ir/rewrite.ts";
import {
  elementTypes,
  floatingElements,
  isSessionTensor,
  tensorDeclarations,
} from "../src/frontends/dialects/session-tensors.ts";
import type { Place, Scope } from "../src/analysis/script/scopes.ts";
import { isGlobal, pathOf, placesOf, valueOf } from "../src/analysis/script/scopes.ts";
import type { KnownTypes, Origin } from "../src/analysis/script/known-types.ts";
import type { ScriptFinding, ScriptRule, Suggestion } from "../src/analysis/script/script-rule.ts";

const input = "position_ids";

/** Positions that an inference session is given in a floating type: it asks for int64, and raises. */
export const positionIdsDtype: ScriptRule = {
  id: "position-ids-dtype",
  summary: "positions in a floating type for an inference session, which raises",
  strict: false,
  language: "javascript",
  suggests: true,
  severity: "error",
  literals: [input],
  match: (program, text, types) => {
    const found = placesOf(program).flatMap((place) =>
      inputsOf(place).flatMap((value) => check(value, place, { text, types })),
    );
    // One tensor may be handed to several sessions.
    return found.filter(
      ({ span }, index) => found.findIndex((other) => other.span.start === span.start) === index,
    );
  },
};

/**
 * What stands under the input's name: `{ position_ids: x }`, also where it is passed, `feeds.position_ids = x`,
 * `feeds["position_ids"] = x`.
 */
function inputsOf({ statement, expressions }: Place): readonly Expr[] {
  const entries = expressions.flatMap((expression) => (expression.kind === "dict" ? expression.entries : []));
  const passed = expressions.flatMap((expression) =>
    expression.kind === "call" ? expression.args.filter(({ name }) => name === input) : [],
  );
  const written = [
    ...entries.flatMap(({ key, value }) => (isInputName(key) ? [value] : [])),
    ...passed.map(({ value }) => value),
  ];
  if (statement.kind !== "assign" || statement.value === null) return written;
  return statement.targets.some(isInput) ? [...written, statement.value] : written;
}

function isInput(target: Expr): boolean {
  if (target.kind === "attribute") return target.name === input;
  if (target.kind !== "index") return false;
  const [item, ...more] = target.items;
  return more.length === 0 && item?.kind === "item" && isInputName(item.value);
}

function isInputName(key: Expr | null): boolean {
  return key?.kind === "string" && key.value === input;
}

/** What is known of the file beside its program. */
interface File {
  readonly text: string;
  readonly types: KnownTypes;
}

/** An element type, and the words for where it comes from. */
interface Element {
  readonly name: string;
  readonly from: string;
  /** Whether the first argument names it; else that is the data. */
  readonly isWritten: boolean;
  /** The constant of another module that names it. */
  readonly origin?: Origin | null;
}

function check(given: Expr, { scope }: Place, file: File): readonly ScriptFinding[] {
  const tensor = valueOf(given, scope);
  if (tensor.kind !== "call" || !isTensorCall(tensor, scope)) return checkType(given, file);
  const element = elementOf(tensor, scope, file);
  if (tensor.span === null || element === null || !floatingElements.has(element.name)) return [];
  return [
    {
      span: tensor.span,
      message: messageFor(element),
      suggestion: suggestionFor(tensor, element, scope, file.text),
    },
  ];
}

function isTensorCall({ callee }: Call, scope: Scope): boolean {
  const path = pathOf(callee, scope);
  return path !== null && isSessionTensor(path);
}

/** A tensor that another function or module makes: its type may tell. */
function checkType({ span }: Expr, { types }: File): readonly ScriptFinding[] {
  const known = span && types.tensorElement(span, tensorDeclarations);
  if (!span || !known || !floatingElements.has(known.value)) return [];
  const element = { name: known.value, from: ", by its type", isWritten: false };
  return [{ span, message: messageFor(element), suggestion: null }];
}

function messageFor({ name, from }: Element): string {
  return `positions are given to the session as ${name}${from}: it takes int64 there, and raises`;
}

/** The type that the text says, or the one that follows from the array of the data. */
function elementOf({ args: [first] }: Call, scope: Scope, { types }: File): Element | null {
  if (first?.spread !== "") return null;
  const value = valueOf(first.value, scope);
  if (value.kind === "string")
    return value.value === null ? null : { name: value.value, from: "", isWritten: true };
  if (value.kind !== "call") return knownElement(first.value.span, types);
  const { callee } = value;
  const isMaker = callee.kind === "attribute" && (callee.name === "from" || callee.name === "of");
  const array = isMaker ? callee.object : callee;
  if (array.kind !== "name" || !isGlobal(array, array.name, scope)) return null;
  const name = elementTypes.get(array.name);
  return name === undefined ? null : { name, from: "", isWritten: false };
}

/** A constant of another module. */
function knownElement(span: Span | null, types: KnownTypes): Element | null {
  const known = span && types.text(span);
  if (!known) return null;
  const { value, origin } = known;
  const file = origin?.path.slice(origin.path.lastIndexOf("/") + 1);
  return {
    name: value,
    from: origin && file ? ` (as ${file} says in line ${origin.line})` : "",
    isWritten: true,
    origin,
  };
}

/** Where the type is float16, the data may be packed halves: what those count, nobody knows. */
function suggestionFor(tensor: Call, element: Element, scope: Scope, text: string): Suggestion | null {
  const [first, second] = tensor.args;
  const span = first?.value.span;
  if (!first || !span) return null;
  const message = "build the positions in int64";
  if (!element.isWritten) {
    const whole = integers(first.value, element, scope, text);
    return whole === null ? null : { message, edits: [{ ...span, content: `"int64", ${whole}` }] };
  }
  const data = second?.value.span;
  if (!second || !data || second.spread !== "") return null;
  const whole = integers(second.value, element, scope, text);
  if (whole === null) return null;
  // What a name stands for is left to its other readers.
  const quote = first.value.kind === "string" ? text.slice(span.start, span.start + 1) : '"';
  const type = { ...span, content: `${quote}int64${quote}` };
  const edits = [{ ...data, content: whole }];
  const definition = definitionOf(element, span, edits);
  return { message, edits: [type, ...edits], ...(definition ? { definition } : {}) };
}

/** The constant as it would have to be, for all that is given it as a type. */
function definitionOf({ origin }: Element, use: Span, edits: readonly Edit[]): Definition | null {
  const literal = origin?.literal;
  if (!origin || !literal) return null;
  const { path, name, line } = origin;
  const { start, end, written } = literal;
  const quote = written.slice(0, 1);
  return { path, name, line, span: { start, end }, written, content: `${quote}int64${quote}`, use, edits };
}

/** The same numbers in integers of 64 bits; halves are made as floats first, which hold what halves have no room for. */
function integers(data: Expr, { name }: Element, scope: Scope, text: string): string | null {
  const { span } = data;
  if (span === null) return null;
  const written = text.slice(span.start, span.end);
  if (name !== "float16") return `BigInt64Array.from(${written}, BigInt)`;
  const callee = data.kind === "call" ? data.callee : null;
  const array = callee?.kind === "attribute" ? callee.object : callee;
  if (!array?.span || !isGlobal(array, "Float16Array", scope)) return null;
  const floats = `${text.slice(span.start, array.span.start)}Float32Array${text.slice(array.span.end, span.end)}`;
  return `BigInt64Array.from(${floats}, BigInt)`;
}
