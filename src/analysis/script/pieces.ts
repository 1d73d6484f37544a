import type { Call, Expr, Span } from "../../ir/program.ts";
import type { Located, Values } from "./values.ts";

/** A shader's text as far as a file tells it, and where each part of it stands in the file. */
export interface Shader {
  readonly text: string;
  readonly parts: readonly Part[];
}

interface Part {
  /** Where it begins in the shader. */
  readonly start: number;
  readonly length: number;
  /** Where it begins in the file. */
  readonly from: number;
}

/** Shaders nest no deeper, and are no longer. */
const limits = { depth: 8, length: 400_000 };

/** In a template the text is the shader's own. */
export function isTemplate({ kind, span }: Expr, text: string): boolean {
  return (kind === "string" || kind === "unknown") && span !== null && text[span.start] === "`";
}

/** `header + body` */
export function isSum(expression: Expr): boolean {
  return expression.kind === "binary" && expression.operator === "+";
}

/** Sums nest by their length, to the left. */
function summandsOf(sum: Expr): readonly Expr[] {
  const summands: Expr[] = [];
  let left = sum;
  for (; left.kind === "binary" && left.operator === "+"; left = left.left) summands.unshift(left.right);
  return [left, ...summands];
}

/** `[header, body].join("\\n")` */
export function isJoined(expression: Expr): expression is Call {
  return (
    expression.kind === "call" && expression.callee.kind === "attribute" && expression.callee.name === "join"
  );
}

/** What an expression comes to; a word that is declared nowhere stands for what is not known. */
export function shaderOf(start: Located, values: Values, text: string): Shader {
  const pieces = new Pieces(values, text);
  pieces.add(start, 0);
  return pieces.shader();
}

/** Where a stretch of the shader stands in the file; null where it isn't one piece there. */
export function placeOf({ parts }: Shader, { start, end }: Span): Span | null {
  const part = parts.find((one) => start >= one.start && end <= one.start + one.length);
  return part ? { start: part.from + start - part.start, end: part.from + end - part.start } : null;
}

class Pieces {
  readonly #values: Values;
  readonly #text: string;
  readonly #parts: Part[] = [];
  #shader = "";

  constructor(values: Values, text: string) {
    this.#values = values;
    this.#text = text;
  }

  shader(): Shader {
    return { text: this.#shader, parts: this.#parts };
  }

  add(piece: Located, depth: number): void {
    const { value } = piece;
    const { span } = value;
    const on = (next: Expr): void => {
      this.add({ ...piece, value: next }, depth + 1);
    };
    if (depth > limits.depth || this.#shader.length > limits.length) this.#unknown();
    else if (isSum(value)) summandsOf(value).forEach(on);
    else if (isJoined(value)) this.#joined(piece, value, depth);
    else if (span !== null && isTemplate(value, this.#text)) this.#template(value, span, on);
    else if (value.kind === "string" && value.value !== null && span !== null)
      this.#string(value.value, span);
    else {
      const known = this.#values.one(piece);
      if (known.value === value) this.#unknown();
      else this.add(known, depth + 1);
    }
  }

  /** Escapes are longer in the file than in the text. */
  #string(value: string, { start, end }: Span): void {
    if (this.#text.slice(start + 1, end - 1) === value) this.#parts.push(this.#part(start + 1, value.length));
    this.#shader += value;
  }

  #joined(join: Located, { callee, args: [separator] }: Call, depth: number): void {
    const list = this.#values.one({ ...join, value: callee.kind === "attribute" ? callee.object : callee });
    if (list.value.kind !== "sequence") {
      this.#unknown();
      return;
    }
    list.value.items.forEach((item, index) => {
      if (index > 0 && separator) this.add({ ...join, value: separator.value }, depth + 1);
      else if (index > 0) this.#shader += ",";
      this.add({ ...list, value: item }, depth + 1);
    });
  }

  /** Texts between what is put in; the parts of a template are its expressions, in order. */
  #template(value: Expr, { start, end }: Span, on: (next: Expr) => void): void {
    const inside = value.kind === "unknown" ? expressionsIn(value.parts) : [];
    let from = start + 1;
    for (const hole of holesIn(this.#text, start + 1, end - 1)) {
      this.#own(from, hole.start);
      const put = inside.find(
        ({ span }) => span !== null && span.start >= hole.start && span.end <= hole.end,
      );
      if (put) on(put);
      else this.#unknown();
      from = hole.end;
    }
    this.#own(from, end - 1);
  }

  #own(from: number, end: number): void {
    if (end <= from) return;
    this.#parts.push(this.#part(from, end - from));
    this.#shader += this.#text.slice(from, end);
  }

  #part(from: number, length: number): Part {
    return { start: this.#shader.length, length, from };
  }

  /** A word that is declared nowhere. */
  #unknown(): void {
    this.#shader += "___";
  }
}

function expressionsIn(parts: readonly Expr[]): readonly Expr[] {
  return parts.filter(
    ({ kind, ...rest }) => kind !== "unknown" || !("type" in rest && rest.type === "TemplateElement"),
  );
}

/** `${...}`, with the braces. */
function holesIn(text: string, start: number, end: number): readonly Span[] {
  const holes: Span[] = [];
  let depth = 0;
  let opened = start;
  for (let index = start; index < end; index++) {
    const char = text[index];
    if (depth === 0 && char === "\\") index++;
    else if (depth === 0 && text.startsWith("${", index)) {
      [opened, depth] = [index, 1];
      index++;
    } else if (depth > 0 && char === "{") depth++;
    else if (depth > 0 && char === "}" && --depth === 0) holes.push({ start: opened, end: index + 1 });
  }
  return holes;
}
