import { partsOf } from "../ir/walk.ts";
import type { IgnoreComment, Program, Stmt } from "../ir/program.ts";
import { FileAnalysis } from "../analysis/file.ts";
import type { Sizes } from "../analysis/probes.ts";
import type { Surroundings } from "../analysis/units/outside-calls.ts";
import { libraryOf } from "../frontends/dialects/dialects.ts";
import { defaultOf } from "../frontends/interop.ts";
import { liftPython } from "../frontends/python/lift.ts";
import { isAbout, isGraphRule, type AnyRule } from "../analysis/rule.ts";
import type { PythonParser } from "../frontends/python/parser.ts";
import type { Finding, Severity } from "../verify/finding.ts";
import { findingsOf } from "../verify/findings.ts";
import { printValidated, rereadSame, type Lift } from "../verify/translate.ts";
import { rules } from "./rules.ts";

export interface InspectOptions extends Surroundings {
  /** Rule ids to run. */
  readonly rules: readonly string[];
  /** Of them, those whose findings are notes however they are judged, and are returned whatever the severity asked for. */
  readonly listed?: readonly string[];
  /** Further rules that are matched and neither judged nor verified: one line counts what they find. */
  readonly tallied?: readonly string[];
  /** Environment names to evaluate. */
  readonly environments: readonly string[];
  /** Sizes that the project states, in the place of probe values. */
  readonly sizes?: Sizes;
  /** The release of torch that is assumed; by default the newest. */
  readonly torch?: string;
  /** `prove`: all positions instead of the stated sample. */
  readonly exhaustive: boolean;
  /** Findings that are silenced from outside the text, as an ignore comment of their own would: by rule and place. */
  readonly silenced?: readonly Pick<Finding, "rule" | "span">[];
  /** Findings below this are neither verified nor returned; default: all. */
  readonly severity?: Severity;
}

export type Inspect = (text: string, options: InspectOptions) => readonly Finding[];

/** Findings of one Python source text, verified. A pure function of its arguments. */
export function createInspect(parser: PythonParser): Inspect {
  return inspectWith("python", (text) => liftPython(parser.parse(text)));
}

/** Without a library a name is nobody's. */
function importsLibrary(statements: readonly Stmt[]): boolean {
  return statements.some((statement) =>
    statement.kind === "import"
      ? statement.bindings.some(({ path }) => libraryOf(defaultOf(path)) !== null)
      : partsOf(statement).bodies.some(importsLibrary),
  );
}

/** What is known of a program beside its text. */
type Complete = (program: Program) => Program;

export function inspectWith(
  language: Program["language"],
  lift: Lift,
  complete: Complete = (program) => program,
): Inspect {
  return (text, options) => {
    const severity = options.severity ?? "note";
    const chosen = rules.filter(
      (rule) =>
        isAbout(rule, language) &&
        options.rules.includes(rule.id) &&
        (severity === "note" || rule.most !== "note"),
    );
    if (!literalsOf(chosen).some((literal) => text.includes(literal))) return [];
    const read = lift(text);
    if (language === "javascript" && !importsLibrary(read.body)) return [];
    const program = withIgnores(complete(read), options.silenced ?? []);
    const literals = literalsOf(chosen.filter(isGraphRule));
    const file = new FileAnalysis(program, text, literals, options.exhaustive, options);
    return findingsOf(file, {
      rules: chosen,
      registry: rules,
      listed: new Set(options.listed ?? []),
      tallied: rules.filter(isGraphRule).filter((rule) => options.tallied?.includes(rule.id)),
      environments: options.environments,
      torch: options.torch,
      severity,
      exhaustive: options.exhaustive,
      print: once((substitutions) => printValidated(substitutions, program, text, lift)),
      reread: (edit) => rereadSame(edit, program, text, lift),
    });
  };
}

/** Findings of one group have one set of rewrites: it is printed, and the text read again, once. */
function once<Key extends object, Result>(make: (key: Key) => Result): (key: Key) => Result {
  const made = new Map<Key, Result>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const result = make(key);
    made.set(key, result);
    return result;
  };
}

function withIgnores(program: Program, silenced: NonNullable<InspectOptions["silenced"]>): Program {
  if (silenced.length === 0) return program;
  const ignores = silenced.map(({ rule, span }): IgnoreComment => ({
    span,
    scope: "line",
    rules: [{ id: rule, span }],
    list: null,
    reason: "",
    reach: span,
    block: null,
    removal: span,
    problem: null,
  }));
  return { ...program, ignores: [...program.ignores, ...ignores] };
}

function literalsOf(chosen: readonly AnyRule[]): readonly string[] {
  return chosen.flatMap((rule) => rule.literals);
}
