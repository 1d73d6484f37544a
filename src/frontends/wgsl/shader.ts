import type { Span } from "../../ir/program.ts";

/** What little of a WGSL shader the rules ask: its tokens, and which names are certainly 16-bit floats. */
export interface Token extends Span {
  readonly text: string;
}

/** Text that is no code of the shader is made blank, so that offsets stay what they are. */
export function readShader(source: string): readonly Token[] {
  const code = blankComments(source);
  return [...code.matchAll(/[A-Za-z_]\w*|\d[\w.]*|->|[^\s\w]/g)].map(({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
}

function blankComments(source: string): string {
  return source.replace(/\/\/[^\n]*|\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
}

/** A shader that may compute in f16 at all says so at its top. */
export function enablesHalves(tokens: readonly Token[]): boolean {
  return tokens.some(({ text }, index) => {
    if (text !== "enable") return false;
    const end = find(tokens, index, ";");
    return tokens.slice(index + 1, end === -1 ? index + 1 : end).some((token) => token.text === "f16");
  });
}

const halves: ReadonlySet<string> = new Set(["f16", "vec2h", "vec3h", "vec4h"]);
const singles: ReadonlySet<string> = new Set(["f32", "vec2f", "vec3f", "vec4f"]);

export type Precision = "f16" | "f32" | "unknown";

/** By the names of its scalars, wherever they stand in it: `array<vec2<f16>>` is f16, a structure is not known. */
function precisionOf(type: readonly Token[]): Precision {
  const isHalf = type.some(({ text }) => halves.has(text));
  const isSingle = type.some(({ text }) => singles.has(text));
  return isHalf === isSingle ? "unknown" : isHalf ? "f16" : "f32";
}

/**
 * Names of variables, parameters and functions, and the precision of their values. A name that is declared more than once, with
 * different precisions, is not known: scopes are not followed.
 */
export function declaredIn(tokens: readonly Token[]): ReadonlyMap<string, Precision> {
  const declared = new Map<string, Precision>();
  const declare = (name: string, precision: Precision): void => {
    declared.set(name, (declared.get(name) ?? precision) === precision ? precision : "unknown");
  };
  for (const [index, { text }] of tokens.entries()) {
    const next = tokens[index + 1]?.text ?? "";
    if (/^[A-Za-z_]/.test(text) && next === ":") declare(text, precisionOf(typeFrom(tokens, index + 2)));
    if (text === "fn") declare(next, precisionOf(resultFrom(tokens, index + 2)));
  }
  // Without a type a value has that of its initial value: in order, since names are declared before they are used.
  for (const [index, { text }] of tokens.entries()) {
    if (text !== "let" && text !== "var" && text !== "const") continue;
    const name = tokens[index + 1]?.text ?? "";
    if (tokens[index + 2]?.text !== "=") continue;
    const end = find(tokens, index, ";");
    if (end !== -1) declare(name, precisionIn(tokens.slice(index + 3, end), declared));
  }
  return declared;
}

/** A type ends where its angle brackets are closed and something follows that no type has. */
function typeFrom(tokens: readonly Token[], start: number): readonly Token[] {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const text = tokens[index]?.text ?? "";
    if (depth === 0 && /^[,;=){]$/.test(text)) return tokens.slice(start, index);
    if (text === "<") depth++;
    if (text === ">") depth--;
  }
  return [];
}

function resultFrom(tokens: readonly Token[], start: number): readonly Token[] {
  const brace = find(tokens, start, "{");
  const head = tokens.slice(start, brace === -1 ? start : brace);
  const arrow = find(head, 0, "->");
  return arrow === -1 ? [] : head.slice(arrow + 1);
}

/** No declaration is longer: looking further would take a megabyte of generated text too long. */
const longest = 20_000;

function find(tokens: readonly Token[], from: number, text: string): number {
  const until = Math.min(tokens.length, from + longest);
  for (let index = from; index < until; index++) if (tokens[index]?.text === text) return index;
  return -1;
}

/** Calls nest no deeper in what people write. */
const deepest = 32;

/**
 * The precision of an expression. WGSL never mixes the two without a conversion, so whatever is certain of one part is certain
 * of all; what conversions and calls take is their own affair.
 */
export function precisionIn(
  expression: readonly Token[],
  declared: ReadonlyMap<string, Precision>,
  depth = 0,
): Precision {
  if (depth > deepest) return "unknown";
  const found = new Set<Precision>();
  for (let index = 0; index < expression.length; index++) {
    const text = expression[index]?.text ?? "";
    const before = expression[index - 1]?.text;
    if (/^\d.*h$/.test(text) && !text.startsWith("0x")) found.add("f16");
    else if (/^\d.*f$/.test(text) && !text.startsWith("0x")) found.add("f32");
    if (!/^[A-Za-z_]/.test(text) || before === ".") continue;
    const call = callFrom(expression, index);
    if (call === null) found.add(declared.get(text) ?? "unknown");
    else {
      found.add(precisionOfCall(text, expression.slice(index + 1, call.open), call.inside, declared, depth));
      index = call.close;
    }
    // An index says nothing of the element.
    if (expression[index + 1]?.text === "[") index = closing(expression, index + 1);
  }
  found.delete("unknown");
  const [only, ...more] = found;
  return only === undefined || more.length > 0 ? "unknown" : only;
}

function precisionOfCall(
  name: string,
  template: readonly Token[],
  inside: readonly Token[],
  declared: ReadonlyMap<string, Precision>,
  depth: number,
): Precision {
  if (halves.has(name)) return "f16";
  if (singles.has(name)) return "f32";
  if (template.length > 0) return precisionOf(template);
  return declared.get(name) ?? (builtin.has(name) ? precisionIn(inside, declared, depth + 1) : "unknown");
}

/** Functions whose result is of the precision of what they take. */
const builtin: ReadonlySet<string> = new Set(
  "abs acos asin atan atan2 ceil clamp cos degrees exp exp2 floor fma fract inverseSqrt log log2 max min mix pow radians round saturate sign sin sqrt trunc tan".split(
    " ",
  ),
);

interface CallPlace {
  readonly open: number;
  readonly close: number;
  readonly inside: readonly Token[];
}

/** The call that begins at a name: `name(...)`, `name<...>(...)`. */
export function callFrom(tokens: readonly Token[], index: number): CallPlace | null {
  let open = index + 1;
  if (tokens[open]?.text === "<") {
    let end = open + 1;
    while (/^[\w<,]+$/.test(tokens[end]?.text ?? "")) end++;
    const last = tokens[end]?.text === ">" ? lastAngle(tokens, end) : -1;
    if (last === -1) return null;
    open = last + 1;
  }
  if (tokens[open]?.text !== "(") return null;
  const close = closing(tokens, open);
  return { open, close, inside: tokens.slice(open + 1, close) };
}

function lastAngle(tokens: readonly Token[], index: number): number {
  let last = index;
  while (tokens[last + 1]?.text === ">") last++;
  return last;
}

/** The bracket that closes the one at a place, or the end. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.text ?? "";
    if (text === "(" || text === "[") depth++;
    if ((text === ")" || text === "]") && --depth === 0) return index;
  }
  return tokens.length;
}
