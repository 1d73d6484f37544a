import { createScriptInspect, unreadable } from "../engine/inspect-values.ts";
import { rules } from "../engine/rules.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import type { KnownTypes } from "../analysis/script/known-types.ts";
import { isAbout } from "../analysis/rule.ts";
import { isNode } from "../frontends/javascript/estree.ts";
import type { EstreeNode } from "../frontends/javascript/estree.ts";
import { liftJavaScript } from "../frontends/javascript/lift.ts";
import type { Program } from "../ir/program.ts";

/** What is read of a configuration's language options. */
interface LanguageOptions {
  readonly parser?: unknown;
  readonly parserOptions?: unknown;
  readonly ecmaVersion?: unknown;
  readonly sourceType?: unknown;
}

interface Parser {
  readonly parse?: (text: string, options: object) => unknown;
  readonly parseForESLint?: (text: string, options: object) => { readonly ast?: unknown };
}

const literals = [
  ...new Set(rules.filter((rule) => isAbout(rule, "javascript")).flatMap((rule) => rule.literals)),
];

/** One lifted program for all rules of a run. */
const programs = new WeakMap<object, Program>();

export function programOf(ast: EstreeNode): Program {
  const program = programs.get(ast) ?? liftJavaScript(ast);
  programs.set(ast, program);
  return program;
}

/** The layers below for one script: a rewrite is read back by the parser that read the file. */
export function scriptToolchain(
  text: string,
  ast: EstreeNode,
  options: LanguageOptions,
  types: KnownTypes,
): Toolchain {
  const lift = (other: string): Program => {
    if (other === text) return programOf(ast);
    const read = parse(other, options);
    return read === null ? unreadable : liftJavaScript(read);
  };
  return {
    literals,
    inspect: createScriptInspect(lift, types),
    callsOut: () => [],
    countSyntaxErrors: (other) => lift(other).errors.length,
  };
}

function parse(
  text: string,
  { parser, parserOptions, ecmaVersion, sourceType }: LanguageOptions,
): EstreeNode | null {
  if (typeof parser !== "object" || parser === null) return null;
  const own = typeof parserOptions === "object" ? parserOptions : {};
  // Types are not asked for: a program of them would be built anew for each text.
  const untyped = { project: undefined, projectService: undefined, programs: undefined, program: undefined };
  const options = {
    ecmaVersion,
    sourceType,
    ...own,
    ...untyped,
    ...{ range: true, loc: true, comment: true, tokens: true },
  };
  try {
    const { parse: plain, parseForESLint } = parser as Parser;
    const ast = parseForESLint
      ? parseForESLint.call(parser, text, options).ast
      : plain?.call(parser, text, options);
    return isNode(ast) ? ast : null;
  } catch {
    return null;
  }
}
