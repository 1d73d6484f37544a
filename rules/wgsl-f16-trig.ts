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
import {
  isJoined,
  isSum,
  isTemplate,
  placeOf,
  shaderOf,
  type Shader,
} from "../src/analysis/script/pieces.ts";
import { at, Values } from "../src/analysis/script/values.ts";
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
  match: (program, text) => {
    const values = Values.of(program);
    const found = placesOf(program).flatMap(({ expressions, scope }) => {
      const summands = new Set(expressions.flatMap((one) => (one.kind === "binary" ? [one.left] : [])));
      return expressions.flatMap((expression) =>
        !summands.has(expression) && isShader(expression, text)
          ? findingsIn(shaderOf(at(expression, scope), values, text))
          : [],
      );
    });
    // A piece may be part of several shaders.
    return found.filter(
      ({ span }, index) => found.findIndex((other) => other.span.start === span.start) === index,
    );
  },
};

/** Shaders take several lines: a template, or pieces that are put together. */
function isShader(expression: Expr, text: string): boolean {
  return isTemplate(expression, text) || isSum(expression) || isJoined(expression);
}

function findingsIn(shader: Shader): readonly ScriptFinding[] {
  const tokens = readShader(shader.text);
  if (!enablesHalves(tokens)) return [];
  const declared = declaredIn(tokens);
  return tokens.flatMap((token, index) => {
    const call = isTrig(token, tokens[index - 1]) ? callFrom(tokens, index) : null;
    if (call === null || declared.has(token.text) || precisionIn(call.inside, declared) !== "f16") return [];
    const end = tokens[call.close]?.end;
    const span = end === undefined ? null : placeOf(shader, { start: token.start, end });
    if (span === null) return [];
    return [
      {
        span,
        message: `${token.text}() of an f16 angle: WGSL allows an error of 2^-7 up to pi, and any beyond; compute the angle in f32 and convert the result`,
        suggestion: null,
      },
    ];
  });
}

function isTrig({ text }: Token, before: Token | undefined): boolean {
  return (text === "sin" || text === "cos") && before?.text !== "fn" && before?.text !== ".";
}
