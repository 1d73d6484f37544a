import type { ScriptRule } from "../analysis/script/script-rule.ts";
import { nothingKnown } from "../analysis/script/known-types.ts";
import { liftJavaScript } from "../frontends/javascript/lift.ts";
import { parseScript, UnreadableScriptError } from "../frontends/javascript/parse.ts";
import type { ParsedScript } from "../frontends/javascript/parse.ts";
import { typedFile } from "../frontends/typescript/project.ts";
import { isAtLeast, type Finding } from "../verify/finding.ts";
import { SyntaxProblem } from "./engine-findings.ts";
import { ScriptComments } from "./eslint-comments.ts";
import type { InspectOptions } from "./inspect.ts";
import { inspectScript } from "./inspect-script.ts";
import { knownTypes } from "./known-types.ts";
import { scriptRules } from "./rules.ts";
import type { Toolchain } from "./toolchain.ts";

/** The layers below the engine for JavaScript and TypeScript: what the ESLint plugin reports there, by a parser of its own. */
export const scriptToolchain: Toolchain = {
  literals: literalsOf(scriptRules),
  inspect,
  // Calls of other files' functions raise severities that are measured; here none are yet.
  callsOut: () => [],
  countSyntaxErrors: (text) => {
    try {
      // The most lenient dialect: what counts is what a rewrite adds.
      return parseScript(text, "x.tsx").problems.length;
    } catch {
      return Number.MAX_SAFE_INTEGER;
    }
  },
};

function inspect(text: string, { rules, severity = "note", path = "" }: InspectOptions): readonly Finding[] {
  const chosen = scriptRules.filter((rule) => rules.includes(rule.id) && isAtLeast(rule.severity, severity));
  if (isMinified(text) || !literalsOf(chosen).some((literal) => text.includes(literal))) return [];
  const { program, comments } = parse(text, path);
  const lifted = liftJavaScript(program);
  const types = path === "" ? nothingKnown : knownTypes(() => typedFile(path, text));
  const silencing = new ScriptComments(comments, text);
  return chosen
    .flatMap((rule) => inspectScript(lifted, text, rule, types))
    .filter(({ rule, span }) => !silencing.silences(`ropelint/${rule}`, span.start));
}

function parse(text: string, path: string): ParsedScript {
  try {
    return parseScript(text, path);
  } catch (error) {
    if (!(error instanceof UnreadableScriptError)) throw error;
    throw new SyntaxProblem(error.problem.message, error.problem.span);
  }
}

function literalsOf(chosen: readonly ScriptRule[]): readonly string[] {
  return [...new Set(chosen.flatMap(({ literals }) => literals))];
}

/** Lines longer than anybody writes, and how much of a file has to stand in them. */
const minified = { line: 500, size: 10_000, share: 0.5 };

/** A bundle: its sources are to be repaired instead. */
function isMinified(text: string): boolean {
  if (text.length < minified.size) return false;
  let long = 0;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf("\n", start);
    const end = next === -1 ? text.length : next;
    if (end - start > minified.line) long += end - start;
    start = end + 1;
  }
  return long > minified.size && long > minified.share * text.length;
}
