import type { Expr } from "../src/ir/program.ts";
import {
  callFrom,
  declaredIn,
  enablesHalves,
  precisionIn,
  readShader,
  type Token,
} from "../src/frontends/wgsl/shader.ts";
import { placesOf } from "../src/analysis/script/scopes.ts";
import type { ScriptFinding, ScriptRule } from "../src/analysis/script/script-rule.ts";

/** Sines and cosines of 16-bit angles in a shader: WGSL promises little of them, and nothing beyond pi. */
export const wgslF16Trig: ScriptRule = {
  id: "wgsl-f16-trig",
  summary: "sine or cosine of a 16-bit angle in a WGSL shader",
  strict: false,
  language: "javascript",
  suggests: false,
  severity: "warning",
  literals: ["f16"],
  match: (program, text) =>
    placesOf(program).flatMap(({ expressions }) =>
      expressions.flatMap((expression) => (isTemplate(expression, text) ? findingsIn(expression, text) : [])),
    ),
};

/** Shaders take several lines; and in a template the text is the shader's own, without escapes. */
function isTemplate({ kind, span }: Expr, text: string): boolean {
  return (kind === "string" || kind === "unknown") && span !== null && text[span.start] === "`";
}

function findingsIn({ span }: Expr, text: string): readonly ScriptFinding[] {
  if (span === null) return [];
  const start = span.start + 1;
  const tokens = readShader(blankInterpolations(text.slice(start, span.end - 1)));
  if (!enablesHalves(tokens)) return [];
  const declared = declaredIn(tokens);
  return tokens.flatMap((token, index) => {
    const call = isTrig(token, tokens[index - 1]) ? callFrom(tokens, index) : null;
    if (call === null || declared.has(token.text) || precisionIn(call.inside, declared) !== "f16") return [];
    const end = tokens[call.close]?.end;
    if (end === undefined) return [];
    return [
      {
        span: { start: start + token.start, end: start + end },
        message: `${token.text}() of an f16 angle: WGSL allows an error of 2^-7 up to pi, and any beyond; compute the angle in f32 and convert the result`,
        suggestion: null,
      },
    ];
  });
}

function isTrig({ text }: Token, before: Token | undefined): boolean {
  return (text === "sin" || text === "cos") && before?.text !== "fn" && before?.text !== ".";
}

/** What JavaScript puts in, nobody knows: a word that is declared nowhere stands for it. */
function blankInterpolations(raw: string): string {
  let blank = "";
  let depth = 0;
  for (let index = 0; index < raw.length; index++) {
    const char = raw[index] ?? "";
    const opens: boolean = depth === 0 ? raw.startsWith("${", index) : char === "{";
    if (depth === 0 && !opens) {
      blank += char;
      continue;
    }
    if (opens) {
      depth++;
      // `${` is two characters, and its brace must not count again.
      if (depth === 1) {
        blank += "__";
        index++;
        continue;
      }
    } else if (char === "}") depth--;
    blank += char === "\n" ? "\n" : "_";
  }
  return blank;
}
