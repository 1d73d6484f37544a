import type { Call, Expr, Span } from "../src/ir/program.ts";
import {
  elementTypes,
  floatingElements,
  isSessionTensor,
} from "../src/frontends/dialects/session-tensors.ts";
import type { Place, Scope } from "../src/analysis/script/scopes.ts";
import { isGlobal, pathOf, placesOf, valueOf } from "../src/analysis/script/scopes.ts";
import type { ScriptFinding, ScriptRule } from "../src/analysis/script/script-rule.ts";

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
  match: (program, text) => {
    const found = placesOf(program).flatMap((place) =>
      inputsOf(place).flatMap((value) => check(value, place, text)),
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

function check(given: Expr, { scope }: Place, text: string): readonly ScriptFinding[] {
  const tensor = valueOf(given, scope);
  if (tensor.kind !== "call" || tensor.span === null) return [];
  const path = pathOf(tensor.callee, scope);
  if (path === null || !isSessionTensor(path)) return [];
  const element = elementOf(tensor, scope);
  if (element === null || !floatingElements.has(element)) return [];
  return [
    {
      span: tensor.span,
      message: `positions are given to the session as ${element}: it takes int64 there, and raises`,
      suggestion: suggestionFor(tensor, element, text),
    },
  ];
}

/** The type that the text says, or the one that follows from the array of the data. */
function elementOf({ args: [first] }: Call, scope: Scope): string | null {
  if (first?.spread !== "") return null;
  const value = valueOf(first.value, scope);
  if (value.kind === "string") return value.value;
  if (value.kind !== "call") return null;
  const { callee } = value;
  const isMaker = callee.kind === "attribute" && (callee.name === "from" || callee.name === "of");
  const array = isMaker ? callee.object : callee;
  return array.kind === "name" && isGlobal(array, array.name, scope)
    ? (elementTypes.get(array.name) ?? null)
    : null;
}

/** The data may be packed halves where the type is float16: what they count, nobody knows. */
function suggestionFor({ args }: Call, element: string, text: string): ScriptFinding["suggestion"] {
  const [first, second] = args;
  const span = first?.value.span;
  if (!first || !span || element === "float16") return null;
  const message = "build the positions in int64";
  if (first.value.kind !== "string") {
    // A name may stand for the type as well as for the data.
    if (first.value.kind !== "call") return null;
    return { message, edits: [{ ...span, content: `"int64", ${integers(text, span)}` }] };
  }
  const data = second?.value.span;
  if (!second || !data || second.spread !== "") return null;
  const quote = text.slice(span.start, span.start + 1);
  const type = { ...span, content: `${quote}int64${quote}` };
  return { message, edits: [type, { ...data, content: integers(text, data) }] };
}

function integers(text: string, { start, end }: Span): string {
  return `BigInt64Array.from(${text.slice(start, end)}, BigInt)`;
}
