import { nothingKnown, type KnownTypes } from "../analysis/script/known-types.ts";
import { liftJavaScript } from "../frontends/javascript/lift.ts";
import { parseScript, UnreadableScriptError } from "../frontends/javascript/parse.ts";
import type { ParsedScript } from "../frontends/javascript/parse.ts";
import { forgetProjects, typedFile, usesOf } from "../frontends/typescript/project.ts";
import type { Program } from "../ir/program.ts";
import { isAtLeast, type Finding } from "../verify/finding.ts";
import { literalsOf } from "./catalogue.ts";
import { SyntaxProblem } from "./engine-findings.ts";
import { ScriptComments } from "./eslint-comments.ts";
import type { InspectOptions } from "./inspect.ts";
import { inspectScript } from "./inspect-script.ts";
import { createScriptInspect, unreadable } from "./inspect-values.ts";
import { knownTypes } from "./known-types.ts";
import { scriptRules } from "./rules.ts";
import { planScriptIgnores } from "./script-ignores.ts";
import type { Toolchain } from "./toolchain.ts";

/** The layers below the engine for JavaScript and TypeScript: what the ESLint plugin reports there, by a parser of its own. */
export const scriptToolchain: Toolchain = {
  literals: literalsOf("javascript"),
  inspect,
  planIgnores: planScriptIgnores,
  // Calls of other files' functions raise severities that are measured; here none are yet.
  callsOut: () => [],
  usesOf: ({ path, span }, files) => {
    try {
      return usesOf(path, span.start, files);
    } catch {
      // A checker that fails on a project is one that knows nothing of it.
      return null;
    }
  },
  forget: forgetProjects,
  countSyntaxErrors: (text) => {
    try {
      // The most lenient dialect: what counts is what a rewrite adds.
      return parseScript(text, "x.tsx").problems.length;
    } catch {
      return Number.MAX_SAFE_INTEGER;
    }
  },
};

function inspect(text: string, options: InspectOptions): readonly Finding[] {
  const { path = "" } = options;
  if (isMinified(text)) return [];
  let parsed: ParsedScript | null = null;
  const read = (): ParsedScript => (parsed ??= parse(text, path));
  const isSilenced = ({ rule, span }: Finding): boolean => {
    const silencing = new ScriptComments(read().comments, text);
    return silencing.silences(`ropelint/${rule}`, span.start);
  };
  const file: File = { text, options, read, types: typesOf(text, options) };
  return [...inspectValues(file, isSilenced), ...inspectForms(file)].filter(
    (finding) => !isSilenced(finding),
  );
}

interface File {
  readonly text: string;
  readonly options: InspectOptions;
  readonly read: () => ParsedScript;
  readonly types: KnownTypes;
}

/** What is longer is a bundle, whose types TypeScript would take seconds to infer. */
const longestTyped = 400_000;

function typesOf(text: string, { path = "", detached, changed }: InspectOptions): KnownTypes {
  return path === "" || detached || text.length > longestTyped
    ? nothingKnown
    : knownTypes(() => typedFile(path, text, changed));
}

/** Rules that Python has as well. What a comment silences takes no part in the repair of something else. */
function inspectValues(
  { text, options, read, types }: File,
  isSilenced: (finding: Finding) => boolean,
): readonly Finding[] {
  const lift = (other: string): Program => {
    const parsed = other === text ? read() : reread(other, options.path ?? "");
    if (parsed === null) return unreadable;
    const { program, comments, problems } = parsed;
    return { ...liftJavaScript({ ...program, comments }), errors: problems.map(({ span }) => span) };
  };
  const inspectAll = createScriptInspect(lift, types);
  const findings = inspectAll(text, options);
  const silenced = findings.filter(isSilenced);
  return silenced.length === 0 ? findings : inspectAll(text, { ...options, silenced });
}

/** Rules of scripts alone. */
function inspectForms({ text, options, read, types }: File): readonly Finding[] {
  const { rules: ids, severity = "note" } = options;
  const chosen = scriptRules.filter((rule) => ids.includes(rule.id) && isAtLeast(rule.severity, severity));
  if (!chosen.some(({ literals }) => literals.some((literal) => text.includes(literal)))) return [];
  const lifted = liftJavaScript(read().program);
  return chosen.flatMap((rule) => inspectScript(lifted, text, rule, types));
}

function parse(text: string, path: string): ParsedScript {
  try {
    return parseScript(text, path);
  } catch (error) {
    if (!(error instanceof UnreadableScriptError)) throw error;
    throw new SyntaxProblem(error.problem.message, error.problem.span);
  }
}

/** What a rewrite has made of a text; null where that cannot be read. */
function reread(text: string, path: string): ParsedScript | null {
  try {
    return parseScript(text, path);
  } catch (error) {
    if (error instanceof UnreadableScriptError) return null;
    throw error;
  }
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
    // A source map within the file is one long line, and no code.
    if (end - start > minified.line && !text.startsWith("//# sourceMappingURL=", start)) long += end - start;
    start = end + 1;
  }
  return long > minified.size && long > minified.share * text.length;
}
