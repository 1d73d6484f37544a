import type { IgnoreComment, Span, Stmt } from "../ir/program.ts";
import type { Edit } from "../ir/rewrite.ts";
import { partsOf } from "../ir/walk.ts";
import type { Setting } from "../analysis/environments.ts";
import { FileAnalysis } from "../analysis/file.ts";
import { nearest } from "../analysis/nearest.ts";
import { isGraphRule, type AnyRule, type CommentRule, type IgnoreFlaw, type Rule } from "../analysis/rule.ts";
import { withoutEvidence, type Finding, type Fix } from "./finding.ts";
import { hazardsOf, isMaskOnly, matchAll, type Hazard } from "./hazards.ts";
import { silences, speaksOf } from "./ignores.ts";
import { isHarmless, type Silence } from "./removal.ts";

export interface IgnoreQuestion {
  readonly file: FileAnalysis;
  readonly ignores: readonly IgnoreComment[];
  /** The rule that reports them. */
  readonly rule: CommentRule;
  /** All hazards that were found, those below the severity of the run too. */
  readonly hazards: readonly Hazard[];
  /** Rules of this run: of others it is not known whether they are ignored in vain. */
  readonly run: readonly Rule[];
  readonly registry: readonly AnyRule[];
  /** Every environment there is, those that the run does not evaluate too. */
  readonly everywhere: readonly Setting[];
  /** The program after an edit that changes no code; null where it does. */
  readonly reread: Silence["reread"];
}

/** Ignore comments that nobody understands, that name rules there are not, and that silence nothing. */
export function unusedIgnores(question: IgnoreQuestion): readonly Finding[] {
  const { ignores, rule } = question;
  if (ignores.length === 0) return [];
  const suspects = suspectsOf(question);
  const elsewhere = suspects.length === 0 ? [] : hazardsElsewhere(question, suspects);
  const cleared = suspects.filter((suspect) => isUseful(suspect, elsewhere));
  const silence = { ...question, hazards: [...question.hazards, ...elsewhere] };
  return ignores
    .filter((ignore) => !isTolerated(ignore, ignores, rule))
    .flatMap((ignore) => {
      const unused = suspects.filter((suspect) => suspect.ignore === ignore && !cleared.includes(suspect));
      const flaws = [...formFlaws(ignore, question), ...unusedFlaw(ignore, unused, silence.hazards)];
      return flaws.map((flaw) => findingOf(question, ignore, flaw, fixOf(ignore, flaw, silence)));
    });
}

/** Whether an ignore comment asks for silence about this one: it is the same, stands around it, or speaks of the same code. */
function isTolerated(ignore: IgnoreComment, all: readonly IgnoreComment[], rule: CommentRule): boolean {
  if (speaksOf(ignore, rule)) return true;
  const places = [ignore.span, codeBelow(ignore)];
  return all.some((other) => places.some((place) => silences(other, rule, place)));
}

/** The line that a comment speaks of; of a block, its head. */
function codeBelow({ scope, reach }: IgnoreComment): Span | null {
  if (reach === null || scope === "file") return null;
  return scope === "line" ? reach : { start: reach.start, end: reach.start + 1 };
}

function formFlaws(
  { problem, rules }: IgnoreComment,
  { registry }: IgnoreQuestion,
): readonly (IgnoreFlaw & { readonly at?: Span })[] {
  if (problem !== null) return [{ kind: "malformed", problem }];
  const ids = registry.map(({ id }) => id);
  return (rules ?? [])
    .filter(({ id }) => !ids.includes(id))
    .map(({ id, span }) => ({ kind: "unknown", id, nearest: nearest(id, ids), at: span }));
}

/** One id of an ignore comment, or null for one without brackets, that silences nothing as far as the run looked. */
interface Suspect {
  readonly ignore: IgnoreComment;
  readonly id: string | null;
}

function suspectsOf({ file, ignores, hazards, run }: IgnoreQuestion): readonly Suspect[] {
  // Where part of the text is not understood, findings may be missing.
  if (file.program.errors.length > 0) return [];
  return ignores.flatMap((ignore): readonly Suspect[] => {
    if (ignore.problem !== null) return [];
    const ids = ignore.rules?.map(({ id }) => id).filter((id) => run.some((rule) => rule.id === id)) ?? [
      null,
    ];
    return [...new Set(ids)].map((id) => ({ ignore, id })).filter((suspect) => !isUseful(suspect, hazards));
  });
}

function isUseful({ ignore, id }: Suspect, hazards: readonly Hazard[]): boolean {
  return hazards.some(
    (hazard) =>
      (id === null || hazard.rule.id === id) &&
      silences(ignore, hazard.rule, hazard.worst.root.node.span) &&
      !isMaskOnly(hazard),
  );
}

/**
 * What suspects may silence after all: in environments that the run does not evaluate, or, where no rule is named, of
 * rules that it does not run. Only files that hold a suspect pay for this second look.
 */
function hazardsElsewhere(
  { file, registry, everywhere }: IgnoreQuestion,
  suspects: readonly Suspect[],
): readonly Hazard[] {
  const every = registry.filter(isGraphRule);
  const needed = every.filter((rule) => suspects.some(({ id }) => id === null || id === rule.id));
  const literals = every.flatMap((rule) => rule.literals);
  const { spared, sizes } = file;
  const whole = new FileAnalysis(file.program, file.text, literals, false, { spared, sizes });
  const matched = matchAll(whole, needed, everywhere);
  return needed.flatMap((rule) =>
    hazardsOf(whole, rule, matched(rule), { ignores: [], floor: "note", listed: new Set() }),
  );
}

function unusedFlaw(
  ignore: IgnoreComment,
  unused: readonly Suspect[],
  hazards: readonly Hazard[],
): readonly IgnoreFlaw[] {
  if (unused.length === 0) return [];
  const ids = unused.flatMap(({ id }) => (id === null ? [] : [id]));
  const inPart = ignore.rules?.some(({ id }) => !ids.includes(id)) ?? false;
  const whole: IgnoreComment = { ...ignore, reach: ignore.block };
  const isForBlock = unused.some(({ id }) => isUseful({ ignore: whole, id }, hazards));
  return [{ kind: "unused", ids, scope: ignore.scope, inPart, isForBlock }];
}

function findingOf(
  { file, rule }: IgnoreQuestion,
  ignore: IgnoreComment,
  flaw: IgnoreFlaw & { readonly at?: Span },
  fix: Fix | null,
): Finding {
  const { id, severity } = rule;
  return withoutEvidence(
    { rule: id, severity, message: rule.describe(flaw), span: flaw.at ?? ignore.span },
    { definition: definitionAround(file, ignore), fix },
  );
}

/** A repair that leaves the code and its silence as they are; else there is none. */
function fixOf(ignore: IgnoreComment, flaw: IgnoreFlaw, silence: Silence): Fix | null {
  const fix = proposed(ignore, flaw);
  return fix?.edits.every((edit) => isHarmless(edit, silence)) === true ? fix : null;
}

/** What was mistyped is for its author to mend: taking it away would take away what was meant. */
function proposed(ignore: IgnoreComment, flaw: IgnoreFlaw): Fix | null {
  switch (flaw.kind) {
    case "malformed":
      return null;
    case "unknown":
      return flaw.nearest === null ? removing(ignore, [flaw.id], "unsafe") : null;
    case "unused":
      return flaw.isForBlock ? null : removing(ignore, flaw.ids, "safe");
  }
}

function removing(ignore: IgnoreComment, ids: readonly string[], applicability: Fix["applicability"]): Fix {
  const { rules, list, removal } = ignore;
  const left = (rules ?? []).filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
  const isWhole = left.length === 0 || list === null;
  const edit: Edit = isWhole ? { ...removal, content: "" } : { ...list, content: left.join(", ") };
  const message = isWhole ? "remove the comment" : `remove ${ids.join(", ")} from the comment`;
  // Two repairs of one list of rules are two groups: they leave different rules.
  const group = `${String(edit.start)}-${String(edit.end)} ${edit.content}`.trimEnd();
  return { applicability, message, group, edits: [edit] };
}

/** Qualified name of the definition around the code that the comment speaks of. */
function definitionAround({ program, text }: FileAnalysis, { span, scope, reach }: IgnoreComment): string {
  if (scope === "file" || reach === null) return namesAround(program.body, span.start).join(".");
  const indent = text.slice(reach.start, reach.end).search(/\S/);
  return namesAround(program.body, reach.start + Math.max(0, indent)).join(".");
}

function namesAround(statements: readonly Stmt[], offset: number): readonly string[] {
  const around = statements.find(({ span }) => span !== null && span.start <= offset && offset < span.end);
  if (around === undefined) return [];
  const inside = partsOf(around).bodies.map((body) => namesAround(body, offset));
  const names = inside.find((found) => found.length > 0) ?? [];
  return around.kind === "class" || around.kind === "function" ? [around.name, ...names] : names;
}
