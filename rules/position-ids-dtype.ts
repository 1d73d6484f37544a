import type { Expr, Span } from "../src/ir/program.ts";
import type { Definition, Edit } from "../src/ir/rewrite.ts";
import { floatingElements, tensorDeclarations } from "../src/frontends/dialects/session-tensors.ts";
import type { Place, Scope } from "../src/analysis/script/scopes.ts";
import { isGlobal, placesOf } from "../src/analysis/script/scopes.ts";
import type { KnownTypes } from "../src/analysis/script/known-types.ts";
import type { ScriptFinding, ScriptRule, Suggestion } from "../src/analysis/script/script-rule.ts";
import { SessionElements, type Element } from "../src/analysis/script/session-elements.ts";
import { at, Values, type Located } from "../src/analysis/script/values.ts";

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
    const places = placesOf(program);
    const values = Values.of(program);
    const file: File = { text, types, places, values, elements: new SessionElements(program, types) };
    const found = places.flatMap((place) => inputsOf(place).flatMap((value) => check(value, place, file)));
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
  readonly places: readonly Place[];
  readonly values: Values;
  readonly elements: SessionElements;
}

function check(value: Expr, { scope }: Place, file: File): readonly ScriptFinding[] {
  const given = at(value, scope);
  const elements = file.elements.of(given);
  if (elements === null) return [...passedIn(given, file), ...checkType(value, file)].slice(0, 1);
  // A name that is given integers, too, may be converted before it gets here.
  if (!elements.every(({ name }) => floatingElements.has(name))) return [];
  return elements.flatMap((element) => report(element, given, file));
}

function report(element: Element, given: Located, file: File): readonly ScriptFinding[] {
  const { call, isPassed } = element;
  const span = isPassed ? given.value.span : call.span;
  if (span === null) return [];
  const suggestion = isPassed ? null : suggestionFor(element, file.text);
  return [{ span, message: messageFor(element), suggestion }];
}

/** A tensor that the function is handed and hands on: what its callers in the file pass. */
function passedIn(given: Located, file: File): readonly ScriptFinding[] {
  return passedFor(given, file).flatMap((argument) => {
    const elements = file.elements.of(argument) ?? [];
    return elements.every(({ name }) => floatingElements.has(name))
      ? elements.flatMap((element) => report(element, argument, file))
      : [];
  });
}

/** What callers pass for a parameter, or in an object for a member of one. */
function passedFor({ value, scope }: Located, file: File): readonly Located[] {
  if (value.kind === "name")
    return isUsedOnce(value.name, scope, file) ? file.values.passed(value.name, scope) : [];
  if (value.kind !== "attribute" || value.object.kind !== "name") return [];
  const { name, object } = value;
  const reads = file.places.flatMap(({ expressions }) =>
    expressions.filter((one) => one.kind === "attribute" && one.name === name),
  );
  if (reads.length > 1) return [];
  return file.values
    .passed(object.name, scope)
    .map((argument) => ({ ...argument, value: { ...value, object: argument.value } }));
}

/** Whether nothing else takes it: a tensor may be something else for another input. */
function isUsedOnce(name: string, scope: Scope, { places }: File): boolean {
  const uses = places.flatMap((place) =>
    place.scope === scope
      ? place.expressions.map((expression) => {
          if (expression.kind === "name") return Number(expression.name === name);
          return expression.kind === "attribute" && isNamed(expression.object, name) ? -1 : 0;
        })
      : [],
  );
  return uses.reduce((sum, use) => sum + use, 0) === 1;
}

function isNamed(expression: Expr, name: string): boolean {
  return expression.kind === "name" && expression.name === name;
}

/** A tensor that another function or module makes: its type may tell. */
function checkType({ span }: Expr, { types }: File): readonly ScriptFinding[] {
  const known = span && types.tensorElement(span, tensorDeclarations);
  if (!span || !known || !floatingElements.has(known.value)) return [];
  return [{ span, message: messageFor({ name: known.value, from: ", by its type" }), suggestion: null }];
}

function messageFor({ name, from }: Pick<Element, "name" | "from">): string {
  return `positions are given to the session as ${name}${from}: it takes int64 there, and raises`;
}

/** Where the type is float16, the data may be packed halves: what those count, nobody knows. */
function suggestionFor(element: Element, text: string): Suggestion | null {
  const { call, by } = element;
  const { form, value } = by;
  const { span } = value;
  if (span === null) return null;
  const message = "build the positions in int64";
  const quote = value.kind === "string" ? text.slice(span.start, span.start + 1) : '"';
  const type = { ...span, content: `${quote}int64${quote}` };
  switch (form) {
    case "converted":
      return { message, edits: [type] };
    case "fill":
      return value.kind === "number" && value.integer
        ? { message, edits: [{ ...span, content: `${text.slice(span.start, span.end)}n` }] }
        : null;
    case "data": {
      const whole = integers(value, element, text);
      return whole === null ? null : { message, edits: [{ ...span, content: `"int64", ${whole}` }] };
    }
    case "function":
      return null;
    case "written": {
      const [, second] = call.args;
      const data = second?.value.span;
      const whole = second && integers(second.value, element, text);
      if (!data || !whole || second.spread !== "") return null;
      // What a name stands for is left to its other readers.
      const edits = [{ ...data, content: whole }];
      const definition = definitionOf(element, span, edits);
      return { message, edits: [type, ...edits], ...(definition ? { definition } : {}) };
    }
  }
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
function integers(data: Expr, { name, scope }: Element, text: string): string | null {
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
