import type { Call, Expr, Stmt } from "../src/ir/program.ts";
import { halfArrays, largestExact, toHalf } from "../src/frontends/dialects/half-arrays.ts";
import { plainName } from "../src/analysis/names.ts";
import type { KnownTypes } from "../src/analysis/script/known-types.ts";
import { exceeds, meaningOf, type Counted, type Element } from "../src/analysis/script/counted.ts";
import { functionsOf, nestingOf, resultOf, type Nested } from "../src/analysis/script/loops.ts";
import { isGlobal, pathOf, placesOf, type Place, type Scope } from "../src/analysis/script/scopes.ts";
import { at, Values, type Located } from "../src/analysis/script/values.ts";
import type { ScriptFinding, ScriptRule } from "../src/analysis/script/script-rule.ts";

/** Positions, phases or frequencies kept as halves, which hold no odd number above 2048. */
export const f16Array: ScriptRule = {
  id: "f16-array",
  summary: "positions, phases or frequencies in an array of halves",
  strict: false,
  language: "javascript",
  suggests: true,
  severity: "error",
  literals: ["Float16Array", "Uint16Array"],
  match: (program, text, types) => {
    const file: File = {
      functions: functionsOf(program),
      nesting: nestingOf(program),
      values: Values.of(program),
      places: placesOf(program),
      text,
      types,
    };
    const found = placesOf(program).flatMap((place) => [
      ...place.expressions.flatMap((expression) => madeOfValues(expression, place, file)),
      ...filledInLoop(place, file),
    ]);
    // An array may be filled by several statements.
    return found.filter(
      ({ span }, index) => found.findIndex((other) => other.span.start === span.start) === index,
    );
  },
};

interface File {
  readonly functions: ReturnType<typeof functionsOf>;
  readonly nesting: ReadonlyMap<Stmt, Nested>;
  readonly values: Values;
  readonly places: readonly Place[];
  readonly text: string;
  readonly types: KnownTypes;
}

/** Words for what a position embedding is made of; arrays of other names are somebody else's. */
const names: Readonly<Record<Counted, RegExp>> = {
  positions: /(^|_)(pos(ition)?s?|position_ids|time_?steps?|rope|rotary|sinusoid\w*|alibi)(_|$)/,
  phases: /phases?|angles?|thetas?|freq|(^|_)(pos(ition)?s?|rope|rotary|sinusoid)/,
  frequencies: /freq|thetas?|timescales?|rope|rotary|sinusoid/,
};

const effects: Readonly<Record<Counted, string>> = {
  positions: "above 2048 every other one is lost",
  phases: "a cosine is wrong by up to 1.96 below position 4096",
  frequencies: "their rounding, times a position of thousands, is an angle",
};

/** `Float16Array.from({ length }, (_, i) => i)`, `new Float16Array(values.map(...))` */
function madeOfValues(expression: Expr, place: Place, file: File): readonly ScriptFinding[] {
  const array = halfArrayIn(expression, place.scope);
  if (array === null) return [];
  const element = elementOf(array.call, place.scope, file);
  if (element === null) return [];
  return report(element, array.name, expression, place, file);
}

/** `halves[i] = i * rate`, `bits[i] = toHalf(i * rate)` */
function filledInLoop({ statement, scope, expressions }: Place, file: File): readonly ScriptFinding[] {
  const nested = file.nesting.get(statement);
  const [target] = statement.kind === "assign" ? statement.targets : [];
  if (!nested || statement.kind !== "assign" || statement.value === null || target?.kind !== "index")
    return [];
  const { value: written } = statement;
  return arraysAt(target.object, scope, file).flatMap((array) => {
    const halves = halfArrayIn(array.value, array.scope);
    const value = halves === null ? packedIn(array, written) : written;
    if (value === null) return [];
    const element = { value, counts: nested.counts, scope, values: file.values };
    return report(element, halves?.name ?? null, array.value, { statement, scope, expressions }, file);
  });
}

/** What is filled: an array by its name, or those that the callers of a function pass. */
function arraysAt(target: Expr, scope: Scope, { values }: File): readonly Located[] {
  const found = values.one(at(target, scope));
  return target.kind === "name" && found.value === target
    ? values.passed(target.name, scope).map((passed) => values.one(passed))
    : [found];
}

/** The number that a call packs into an array of 16 bits. */
function packedIn({ value: array, scope }: Located, value: Expr): Expr | null {
  const isBits = array.kind === "call" && isGlobal(array.callee, "Uint16Array", scope);
  if (!isBits || value.kind !== "call") return null;
  const { callee, args } = value;
  const name = callee.kind === "attribute" || callee.kind === "name" ? callee.name : "";
  return toHalf.test(name) ? (args[0]?.value ?? null) : null;
}

interface HalfArray {
  readonly call: Call;
  /** Its name in the call. */
  readonly name: Expr;
}

/** A call that makes an array of halves. */
function halfArrayIn(expression: Expr, scope: Scope): HalfArray | null {
  if (expression.kind !== "call") return null;
  const { callee } = expression;
  const name = callee.kind === "attribute" && callee.name === "from" ? callee.object : callee;
  const path = pathOf(name, scope);
  const isHalf = isGlobal(name, "Float16Array", scope) || (path !== null && halfArrays.includes(path));
  return isHalf ? { call: expression, name } : null;
}

/** What an array is made of: by a function of the index, or as another array is. */
function elementOf({ args: [first, second] }: Call, scope: Scope, file: File): Element | null {
  if (first?.spread !== "" || first.name !== null) return first ? ofLength(first, second, scope, file) : null;
  if (second) return ofLength(first, second, scope, file);
  const filled = filledByPush(at(first.value, scope), file);
  if (filled !== null) return filled;
  const array = file.values.one(at(first.value, scope));
  return ofArray(array.value, array.scope, file);
}

/** `list.push(i * rate)` in a loop, the only one that fills the list. */
function filledByPush(list: Located, { values, places, nesting }: File): Element | null {
  const [pushed, ...more] = values.pushed(list);
  if (pushed === undefined || more.length > 0) return null;
  const place = places.find(({ expressions }) => expressions.includes(pushed.value));
  const nested = place && nesting.get(place.statement);
  return nested ? { value: pushed.value, counts: nested.counts, scope: pushed.scope, values } : null;
}

/** `from({ length: n }, (_, i) => ...)` */
function ofLength(
  first: Call["args"][number],
  second: Call["args"][number] | undefined,
  scope: Scope,
  { functions, values }: File,
): Element | null {
  const made = second?.value.kind === "name" ? functions.get(second.value.name) : undefined;
  const value = made ? resultOf(made) : null;
  const [, index] = made?.parameters ?? [];
  const bound = first.value.kind === "dict" ? lengthIn(first.value) : null;
  if (value === null || !index || bound === null) return null;
  return { value, counts: [{ name: index.name, bound }], scope, values };
}

function lengthIn({ entries }: Extract<Expr, { kind: "dict" }>): Expr | null {
  return entries.find(({ key }) => key?.kind === "string" && key.value === "length")?.value ?? null;
}

/** `Array.from({ length }, ...)`, and an array of values that a method takes one by one. */
function ofArray(value: Expr, scope: Scope, file: File): Element | null {
  if (value.kind !== "call" || value.callee.kind !== "attribute") return null;
  const { name, object } = value.callee;
  if (name === "from" && isGlobal(object, "Array", scope)) return elementOf(value, scope, file);
  return null;
}

function report(
  element: Element,
  array: Expr | null,
  place: Expr,
  { statement, scope }: Place,
  file: File,
): readonly ScriptFinding[] {
  const meaning = meaningOf(element);
  const { span } = place;
  if (meaning === null || span === null || !isNamed(meaning.kind, statement, place, file)) return [];
  const isShort =
    meaning.bounds.length === 0 ||
    !meaning.bounds.some((bound) => exceeds(bound, largestExact, scope, file.types));
  if (meaning.kind !== "frequencies" && isShort) return [];
  const message = `${meaning.kind} are kept as halves: ${effects[meaning.kind]}`;
  const name = array?.span;
  const edits = name ? [{ ...name, content: "Float32Array" }] : [];
  return [{ span, message, suggestion: name ? { message: "keep them in a Float32Array", edits } : null }];
}

/** Whether what the array is called, or the definition around it, says the same as its values. */
function isNamed(kind: Counted, statement: Stmt, place: Expr, { nesting, text }: File): boolean {
  const around = nesting.get(statement)?.definitions ?? [];
  const targets = statement.kind === "assign" ? statement.targets : [];
  const before = place.span === null ? "" : text.slice(Math.max(0, place.span.start - 60), place.span.start);
  // `const positions = new ...`, `positions: new ...`: the name right before the place.
  const written = /([\w$]+)\s*[=:]\s*(?:new\s+)?$/.exec(before)?.[1];
  return [...around, ...targets.flatMap(namesOf), ...(written ? [written] : [])].some((name) =>
    names[kind].test(plainName(name, "javascript")),
  );
}

function namesOf(target: Expr): readonly string[] {
  if (target.kind === "name") return [target.name];
  if (target.kind === "attribute") return [target.name];
  return target.kind === "index" ? namesOf(target.object) : [];
}
